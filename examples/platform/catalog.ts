import { ApiObject, Chart, type App } from 'cdk8s';
import { ClientIntents, Target } from 'cdk8s-intents';

/** The chart of the catalog team, which writes plain API objects. */
export function catalog(app: App): void {
  const chart = new Chart(app, 'catalog', { namespace: 'catalog' });
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'catalog' } });

  const storefront = deployment(chart, 'storefront', 8080);
  deployment(chart, 'search', 9200);
  new ApiObject(chart, 'search-service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'search' },
    spec: { selector: { app: 'search' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });

  new ClientIntents(chart, 'storefront-calls', {
    workload: storefront,
    targets: [Target.service('search'), Target.service('api.payments', { ports: [443] })],
  });
}

function deployment(chart: Chart, name: string, port: number): ApiObject {
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            { name, image: `ghcr.io/example/${name}:1.8.0`, ports: [{ name: 'http', containerPort: port }] },
          ],
        },
      },
    },
  });
}
