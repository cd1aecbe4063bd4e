import { ApiObject, App, Chart } from 'cdk8s';
import {
  ControllerDeployment,
  DefaultDeny,
  IntentsCompiler,
  type IntentsCompilerOptions,
} from 'cdk8s-intents';

/** What the controller makes of intents in the cluster: the same that apps are given for theirs. */
const OPTIONS: IntentsCompilerOptions = {
  kubernetesApi: ['10.0.0.1:6443', '10.0.0.2:6443', '10.0.0.3:6443'],
  controlPlaneCidrs: ['10.0.0.0/29'],
};

/** All that a cluster needs to keep the policies of its intents true: apply it, and write ClientIntents. */
export function controller(): App {
  const app = new App();
  const chart = new Chart(app, 'intents-controller', { namespace: 'intents' });
  new ApiObject(chart, 'namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'intents', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  });
  new DefaultDeny(chart, 'default-deny', { egress: true, dns: false });
  new ControllerDeployment(chart, 'controller', {
    image: 'registry.example.com/cdk8s-intents:0.1.0',
    compiler: OPTIONS,
    crds: true,
    scrapers: [{ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' } }],
  });
  IntentsCompiler.attach(app, OPTIONS);
  return app;
}
