import { portOnServiceNotTarget } from '../../src/checks/port-on-service-not-target';
import { checkYaml, networkPolicy, placesOf } from './check-fixture';

const service = (ports: string, name = 'web', rest = 'selector: { app: web }'): string =>
  `---\n{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: shop }, spec: { ${rest}, ports: [${ports}] } }\n`;
const pods = (ports: string, name = 'web', rest = ''): string =>
  `---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: shop }, spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name}, part: x } }, spec: { ${rest}containers: [{ name: a, image: a, ports: [${ports}] }] } } } }\n`;
const policy = (ports: string, selector = 'matchLabels: { app: web }', types = '[Ingress]'): string =>
  networkPolicy(
    `{ podSelector: { ${selector} }, policyTypes: ${types}, ingress: [{ from: [{ podSelector: {} }], ports: [${ports}] }] }`,
  );
const SERVICE = service('{ port: 443, targetPort: 8443 }');
const PODS = pods('{ containerPort: 8443 }');

describe('portOnServiceNotTarget (intent-systems L7)', () => {
  it.each([
    ['a number as targetPort', SERVICE + PODS + policy('{ port: 443 }')],
    ['pods that declare no port', SERVICE + pods('') + policy('{ port: 443 }')],
    [
      'a name as targetPort',
      service('{ port: 443, targetPort: tls }') +
        pods('{ name: tls, containerPort: 8443 }') +
        policy('{ port: 443 }'),
    ],
    ['a range of one', SERVICE + PODS + policy('{ port: 443, endPort: 443 }')],
    [
      'pods that listen on the number for another protocol',
      SERVICE +
        pods('{ containerPort: 443, protocol: UDP }, { containerPort: 8443 }') +
        policy('{ port: 443 }'),
    ],
    ['another item of the rule', SERVICE + PODS + policy('{ port: 443 }, { port: 9090 }')],
    [
      'a policy for more pods than those of the Service',
      SERVICE + PODS + pods('{ containerPort: 80 }', 'other') + policy('{ port: 443 }', ''),
    ],
  ])('finds the port of a Service with %s', (_, yaml) => {
    expect(placesOf(portOnServiceNotTarget, yaml)).toEqual(['spec.ingress[0].ports[0].port']);
  });

  it('says what the Service and its target are', () => {
    const [finding, ...more] = checkYaml(SERVICE + PODS + policy('{ port: 443 }'), [portOnServiceNotTarget]);
    expect(more).toEqual([]);
    expect(finding?.message).toContain('the port of the Service shop/web; its targetPort is 8443');
    expect(finding?.mend).toBe('Write port: 8443, the targetPort.');
  });

  it.each([
    ['the target port', SERVICE + PODS + policy('{ port: 8443 }')],
    ['both ports', SERVICE + PODS + policy('{ port: 443 }, { port: 8443 }')],
    ['the target port in a range', SERVICE + PODS + policy('{ port: 443 }, { port: 8000, endPort: 9000 }')],
    [
      'the target port by name',
      SERVICE + pods('{ name: tls, containerPort: 8443 }') + policy('{ port: 443 }, { port: tls }'),
    ],
    ['every port of the protocol', SERVICE + PODS + policy('{ port: 443 }, {}')],
    ['the Service port of another protocol', SERVICE + PODS + policy('{ port: 443, protocol: UDP }')],
    ['a range that happens to have it', SERVICE + PODS + policy('{ port: 400, endPort: 500 }')],
    ['equal ports', service('{ port: 443 }') + pods('') + policy('{ port: 443 }')],
    ['pods that listen on both', SERVICE + pods('{ containerPort: 443 }') + policy('{ port: 443 }')],
    [
      'another selected pod that listens on it',
      SERVICE + PODS + pods('{ containerPort: 443 }', 'other') + policy('{ port: 443 }', ''),
    ],
    [
      'another Service that leads to it',
      SERVICE + service('{ port: 80, targetPort: 443 }', 'old') + pods('') + policy('{ port: 443 }'),
    ],
    [
      'other pods than those of the Service',
      SERVICE + PODS + pods('', 'other') + policy('{ port: 443 }', 'matchLabels: { app: other }'),
    ],
    [
      'a headless Service',
      service('{ port: 443, targetPort: 8443 }', 'web', 'clusterIP: None, selector: { app: web }') +
        PODS +
        policy('{ port: 443 }'),
    ],
    [
      'a Service without selector',
      service('{ port: 443, targetPort: 8443 }', 'web', 'type: ClusterIP') + PODS + policy('{ port: 443 }'),
    ],
    [
      'a name that no pod declares',
      service('{ port: 443, targetPort: tls }') + PODS + policy('{ port: 443 }'),
    ],
    [
      'pods of the host network',
      SERVICE + pods('{ containerPort: 8443 }', 'web', 'hostNetwork: true, ') + policy('{ port: 443 }'),
    ],
    [
      'a policy that isolates egress only',
      SERVICE + PODS + policy('{ port: 443 }', 'matchLabels: { app: web }', '[Egress]'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(portOnServiceNotTarget, yaml)).toEqual([]);
  });
});
