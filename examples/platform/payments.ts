import { Chart, type App } from 'cdk8s';
import { ClientIntents, Target } from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';

/** What the payments team runs: an API over a ledger that only the API may touch. */
export interface Payments {
  readonly api: kplus.Deployment;
  readonly ledger: kplus.StatefulSet;
}

/** The chart of the payments team. */
export function payments(app: App): Payments {
  const chart = new Chart(app, 'payments', { namespace: 'payments' });
  new kplus.Namespace(chart, 'namespace', { metadata: { name: 'payments', labels: { team: 'payments' } } });

  const ledger = new kplus.StatefulSet(chart, 'ledger', {
    metadata: { name: 'ledger' },
    replicas: 1,
    service: new kplus.Service(chart, 'ledger-service', {
      metadata: { name: 'ledger' },
      clusterIP: 'None',
      ports: [{ name: 'postgres', port: 5432 }],
    }),
    containers: [{ name: 'postgres', image: 'postgres:17', ports: [{ name: 'postgres', number: 5432 }] }],
  });

  const api = new kplus.Deployment(chart, 'api', {
    metadata: { name: 'api' },
    replicas: 2,
    containers: [
      { name: 'api', image: 'ghcr.io/example/payments-api:5.1.0', ports: [{ name: 'https', number: 8443 }] },
    ],
  });
  api.exposeViaService({ name: 'api', ports: [{ name: 'https', port: 443, targetPort: 8443 }] });

  new ClientIntents(chart, 'api-calls', {
    workload: api,
    targets: [
      Target.workload(ledger, { ports: [5432] }),
      Target.internet({ domains: ['api.stripe.com'], ports: [443] }),
    ],
  });

  return { api, ledger };
}
