import { apiServerCutOff } from '../../src/checks/api-server-cut-off';
import { networkPolicy, placesOf, service, workload } from './check-fixture';

describe('apiServerCutOff (intent-systems L16)', () => {
  it.each([
    [
      'a webhook that lets no address in',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        `---\n{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: w }, webhooks: [{ name: w.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { name: a, namespace: shop, port: 80 } } }] }\n` +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(apiServerCutOff, yaml)).toEqual(places);
  });

  it.each([
    [
      'a webhook that lets some in',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        `---\n{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: w }, webhooks: [{ name: w.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { name: a, namespace: shop, port: 80 } } }] }\n` +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }`,
          'shop',
          'p',
        ),
    ],
    [
      'a webhook that is open',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        `---\n{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: w }, webhooks: [{ name: w.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { name: a, namespace: shop, port: 80 } } }] }\n`,
    ],
    [
      'intents, which open the way when compiled',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        service('shop', 'a', '{ app: a }', '{ port: 80 }') +
        `---\n{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: { name: w }, webhooks: [{ name: w.example.com, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { name: a, namespace: shop, port: 80 } } }] }\n` +
        `---\n{ apiVersion: k8s.otterize.com/v2beta1, kind: ClientIntents, metadata: { name: b, namespace: shop }, spec: { workload: { name: b }, targets: [{ kubernetes: { name: a } }] } }\n` +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }`,
          'shop',
          'p',
        ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(apiServerCutOff, yaml)).toEqual([]);
  });
});
