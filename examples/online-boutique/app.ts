import { App, Chart } from 'cdk8s';
import { ClientIntents, DefaultDeny, IntentsCompiler, Target } from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';
import { SHOP, type ShopService } from './shop';

const NAMESPACE = 'online-boutique';

/** The 12 workloads of the shop, each allowed to call just what it calls, behind a default deny. */
export function onlineBoutique(): App {
  const app = new App();
  const chart = new Chart(app, NAMESPACE, { namespace: NAMESPACE });
  new kplus.Namespace(chart, 'namespace', { metadata: { name: NAMESPACE } });

  const workloads = new Map(SHOP.map((service) => [service.name, deploy(chart, service)]));
  for (const { name, calls } of SHOP) {
    const targets = Object.keys(calls).map((server) => Target.service(server));
    const workload = workloads.get(name);
    if (workload !== undefined && targets.length > 0)
      new ClientIntents(chart, `${name}-calls`, { workload, targets });
  }

  exposeToTheWorld(chart, workloads.get('frontend'));
  new DefaultDeny(chart, 'default-deny');
  IntentsCompiler.attach(app);
  return app;
}

function deploy(chart: Chart, service: ShopService): kplus.Deployment {
  const { name, image, containerPort, servicePort = containerPort } = service;
  const deployment = new kplus.Deployment(chart, name, {
    metadata: { name },
    replicas: 1,
    podMetadata: { labels: { app: name } },
    containers: [
      {
        name: 'server',
        image,
        envVariables: addresses(service),
        ...(containerPort === undefined ? {} : { portNumber: containerPort }),
      },
    ],
  });
  if (containerPort !== undefined && servicePort !== undefined) {
    deployment.exposeViaService({
      name,
      ports: [{ name: 'main', port: servicePort, targetPort: containerPort }],
    });
  }
  return deployment;
}

/** The environment that tells a workload where its servers are. */
function addresses({ calls }: ShopService): Record<string, kplus.EnvValue> {
  return Object.fromEntries(
    Object.entries(calls).map(([server, variable]) => {
      const target = SHOP.find(({ name }) => name === server);
      return [
        variable,
        kplus.EnvValue.fromValue(`${server}:${target?.servicePort ?? target?.containerPort ?? 80}`),
      ];
    }),
  );
}

/** The load balancer that shoppers come through. */
function exposeToTheWorld(chart: Chart, frontend: kplus.Deployment | undefined): void {
  if (frontend === undefined) return;
  new kplus.Service(chart, 'frontend-external', {
    metadata: { name: 'frontend-external' },
    type: kplus.ServiceType.LOAD_BALANCER,
    selector: frontend,
    ports: [{ name: 'http', port: 80, targetPort: 8080 }],
  });
}
