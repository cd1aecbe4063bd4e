import { App, Chart } from 'cdk8s';
import { ClientIntents, DefaultDeny, IntentsCompiler, Target } from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';

/** A client and a server in one namespace: the smallest app with an intent. */
export function tutorial(): App {
  const app = new App();
  const chart = new Chart(app, 'otterize-tutorial-npol', {
    namespace: 'otterize-tutorial-npol',
    disableResourceNameHashes: true,
  });
  new kplus.Namespace(chart, 'namespace', { metadata: { name: 'otterize-tutorial-npol' } });

  const server = new kplus.Deployment(chart, 'server', {
    metadata: { name: 'server' },
    replicas: 1,
    containers: [{ name: 'server', image: 'node:22', portNumber: 8080, command: ['node', 'server.js'] }],
  });
  server.exposeViaService({ name: 'server', ports: [{ port: 80, targetPort: 8080 }] });

  const client = new kplus.Deployment(chart, 'client', {
    metadata: { name: 'client' },
    replicas: 1,
    containers: [
      {
        name: 'client',
        image: 'alpine/curl',
        command: ['/bin/sh', '-c', 'while true; do curl -s server; sleep 2; done'],
      },
    ],
  });

  new ClientIntents(chart, 'client-calls', { workload: client, targets: [Target.workload(server)] });
  new DefaultDeny(chart, 'default-deny');

  IntentsCompiler.attach(app);
  return app;
}
