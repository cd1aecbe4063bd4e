import { App, Chart } from 'cdk8s';
import { ClientIntents, DefaultDeny, IntentsCompiler, Target } from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';

const app = new App();
const shop = new Chart(app, 'shop', { namespace: 'shop', disableResourceNameHashes: true });
new kplus.Namespace(shop, 'namespace', { metadata: { name: 'shop' } });

/** A Deployment of one container that listens on a port. */
function deployment(name: string, port: number): kplus.Deployment {
  return new kplus.Deployment(shop, name, {
    metadata: { name },
    replicas: 2,
    containers: [{ name, image: `registry.example/${name}:1`, portNumber: port }],
  });
}

const frontend = deployment('frontend', 8080);
frontend.exposeViaService({
  name: 'frontend',
  serviceType: kplus.ServiceType.LOAD_BALANCER,
  ports: [{ port: 80, targetPort: 8080 }],
});
const cart = deployment('cart', 7070);

new ClientIntents(shop, 'frontend-calls', {
  workload: frontend,
  targets: [Target.workload(cart, { ports: [7070] })],
});
new DefaultDeny(shop, 'default-deny');
IntentsCompiler.attach(app);
app.synth();
