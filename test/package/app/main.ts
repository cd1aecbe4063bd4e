// Run as CommonJS and as an ES module, compiled and, since no line needs a type, as it stands. `cdk8s-plus-27` becomes
// the cdk8s-plus of the app that this is copied into.
import { ApiObject, App, Chart } from 'cdk8s';
import {
  CALICO_SYSTEM_NAMESPACES,
  CalicoDefaultDeny,
  ClientIntents,
  DefaultDeny,
  IntentsCompiler,
  ManifestInclude,
  Target,
} from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';

const app = new App();

const shop = new Chart(app, 'shop', { namespace: 'shop', disableResourceNameHashes: true });
new kplus.Namespace(shop, 'namespace', { metadata: { name: 'shop' } });
const cart = new kplus.Deployment(shop, 'cart', {
  metadata: { name: 'cart' },
  replicas: 2,
  containers: [{ name: 'cart', image: 'registry.example.com/cart:1.4.0', portNumber: 7070 }],
});
const cartService = cart.exposeViaService({ name: 'cart', ports: [{ port: 80, targetPort: 7070 }] });
const frontend = new kplus.Deployment(shop, 'frontend', {
  metadata: { name: 'frontend' },
  replicas: 2,
  containers: [{ name: 'frontend', image: 'registry.example.com/frontend:1.4.0', portNumber: 8080 }],
});
// A pod template without cdk8s-plus: what `cdk8s import` makes is an ApiObject, too.
const nightly = new ApiObject(shop, 'nightly', {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: {
    schedule: '0 3 * * *',
    jobTemplate: {
      spec: {
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'report', image: 'registry.example.com/report:1.4.0' }],
          },
        },
      },
    },
  },
});
new ClientIntents(shop, 'frontend-calls', {
  workload: frontend,
  targets: [Target.service(cartService, { ports: [80] }), Target.service('ledger.billing', { ports: [443] })],
});
new ClientIntents(shop, 'nightly-calls', {
  workload: nightly,
  targets: [
    Target.workload(cart, { ports: [7070] }),
    Target.internet({ ips: ['203.0.113.0/24'], ports: [443] }),
    Target.kubernetesApi(),
  ],
});
new DefaultDeny(shop, 'default-deny');

const billing = new Chart(app, 'billing', { namespace: 'billing', disableResourceNameHashes: true });
new ManifestInclude(billing, 'vendor', { file: 'vendor.yaml' });
new DefaultDeny(billing, 'default-deny');

const cluster = new Chart(app, 'cluster', { disableResourceNameHashes: true });
new CalicoDefaultDeny(cluster, 'global-deny', {
  direction: 'ingress',
  exemptNamespaces: [...CALICO_SYSTEM_NAMESPACES, 'otterize-system'],
});

IntentsCompiler.attach(app);
app.synth();
