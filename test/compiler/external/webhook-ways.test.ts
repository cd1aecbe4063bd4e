import { compileYaml, deny, NAMESPACES, server, type Compiled } from './compile-yaml';
import type { CompileOptions } from '../../../src/compiler/compilation';
import type { Json } from '../../../src/model/json';

const HOOK = NAMESPACES + server('shop/hook');
const PORTS = [{ protocol: 'TCP', port: 'http' }];
const FROM_CONTROL_PLANE = [{ ipBlock: { cidr: '203.0.113.0/28' } }];
const KNOWN: CompileOptions = { controlPlaneCidrs: ['203.0.113.0/28'] };
const NAME = 'shop/webhook-check-access-to-hook';

function webhook(service = 'name: hook, namespace: shop, port: 80', kind = 'Validating'): string {
  return `
---
apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}WebhookConfiguration
metadata: { name: check }
webhooks: [{ name: check.example.com, clientConfig: { service: { ${service} } } }]
`;
}

const CONVERSION = `
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: carts.example.com }
spec: { conversion: { strategy: Webhook, webhook: { clientConfig: { service: { name: hook, namespace: shop, port: 80 } } } } }
`;

const AGGREGATED = `
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.example.com }
spec: { service: { name: hook, namespace: shop, port: 80 }, group: example.com, version: v1 }
`;

function compiled(yaml: string, options: CompileOptions = {}): Compiled {
  return compileYaml(HOOK + yaml, options);
}

function rule(from?: Json[]): Json {
  return [from === undefined ? { ports: PORTS } : { from, ports: PORTS }];
}

describe('webhooks (otterize-operator 6.5)', () => {
  it('are opened on the target port to the control plane, by a policy named as the reference says', () => {
    const { result, policies, found, proved } = compiled(webhook() + deny('shop'), KNOWN);
    expect(policies).toEqual({ [NAME]: rule(FROM_CONTROL_PLANE) });
    expect([found, proved]).toEqual([[], []]);
    expect(result.policies[0]?.manifest).toMatchObject({
      metadata: {
        labels: { 'intents.otterize.com/network-policy-webhooks': 'check' },
        annotations: {
          'intents.otterize.com/created-for-service': 'hook',
          'intents.otterize.com/created-for-webhook': 'ValidatingWebhookConfiguration/check',
        },
      },
      spec: { podSelector: { matchLabels: { app: 'hook' } }, policyTypes: ['Ingress'] },
    });
  });

  it('take the addresses of the Kubernetes API where no others are given', () => {
    const { policies } = compiled(webhook() + deny('shop'), { kubernetesApi: ['10.0.0.1:6443'] });
    expect(policies).toEqual({ [NAME]: rule([{ ipBlock: { cidr: '10.0.0.1/32' } }]) });
    const both = compiled(webhook() + deny('shop'), { ...KNOWN, kubernetesApi: ['10.0.0.1:6443'] });
    expect(both.policies).toEqual({ [NAME]: rule(FROM_CONTROL_PLANE) });
  });

  it('are opened to anyone where nobody knows the addresses, and a finding says so', () => {
    const { policies, found, proved } = compiled(webhook() + deny('shop'));
    expect(policies).toEqual({ [NAME]: rule() });
    expect([found, proved]).toEqual([['warning webhook-callers-unknown Service/shop/hook'], []]);
  });

  it('are left alone where no policy isolates the server', () => {
    const { policies, found } = compiled(webhook(), KNOWN);
    expect([policies, found]).toEqual([{}, []]);
  });

  it('are opened where an intent isolates the server, and no more when the intent goes', () => {
    const intent = `${server('shop/client')}
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: client, namespace: shop }
spec: { workload: { name: client }, targets: [{ kubernetes: { name: hook } }] }
`;
    expect(Object.keys(compiled(webhook() + intent, KNOWN).policies)).toEqual([
      'shop/access-to-hook-from-shop',
      NAME,
    ]);
    expect(compiled(webhook() + server('shop/client'), KNOWN).policies).toEqual({});
  });

  it('are left alone where a policy lets some addresses in already, which may be those of the control plane', () => {
    const own = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own, namespace: shop }
spec:
  podSelector: { matchLabels: { app: hook } }
  ingress: [{ from: [{ ipBlock: { cidr: 198.51.100.0/24 } }], ports: [{ port: 8080 }] }]
`;
    const { policies, found, result } = compiled(webhook() + deny('shop') + own);
    expect([policies, found, result.external]).toEqual([{}, [], []]);
    expect(compiled(webhook() + deny('shop') + own, KNOWN).policies).toEqual({
      [NAME]: rule(FROM_CONTROL_PLANE),
    });
  });

  it('of which one has a wrong port are opened but for that one', () => {
    const wrong = webhook('name: hook, namespace: shop, port: 81').replace(
      '{ name: check }',
      '{ name: wrong }',
    );
    const { policies, found } = compiled(wrong + webhook() + deny('shop'), KNOWN);
    expect(policies).toEqual({ [NAME]: rule(FROM_CONTROL_PLANE) });
    expect(found).toEqual(['warning webhook-port-not-found ValidatingWebhookConfiguration/wrong']);
  });

  it('of one configuration name, validating and mutating, are one policy', () => {
    const both = webhook() + webhook('name: hook, namespace: shop, port: 9090', 'Mutating');
    const { policies, result } = compiled(both + deny('shop'), KNOWN);
    expect(policies).toEqual({
      [NAME]: [{ from: FROM_CONTROL_PLANE, ports: [{ protocol: 'TCP', port: 9090 }, ...PORTS] }],
    });
    expect(result.policies[0]?.manifest).toMatchObject({
      metadata: {
        annotations: {
          'intents.otterize.com/created-for-webhook':
            'MutatingWebhookConfiguration/check,ValidatingWebhookConfiguration/check',
        },
      },
    });
  });

  it('of conversions and aggregated APIs are opened too', () => {
    const { policies, proved } = compiled(CONVERSION + AGGREGATED + deny('shop'), KNOWN);
    expect(policies).toEqual({
      'shop/apiservice-v1.example.com-access-to-hook': rule(FROM_CONTROL_PLANE),
      'shop/webhook-carts.example.com-access-to-hook': rule(FROM_CONTROL_PLANE),
    });
    expect(proved).toEqual([]);
  });

  it.each([
    ['a missing Service', 'name: hokk, namespace: shop, port: 80', 'info webhook-service-not-found'],
    ['a missing port, 443 by default', 'name: hook, namespace: shop', 'warning webhook-port-not-found'],
    ['a UDP port', 'name: hook, namespace: shop, port: 53', 'warning webhook-port-not-found'],
  ])('open nothing for %s, and say so', (_, service, expected) => {
    const { policies, found } = compiled(webhook(service) + deny('shop'), KNOWN);
    expect([policies, found]).toEqual([{}, [`${expected} ValidatingWebhookConfiguration/check`]]);
  });

  it('whose pods are not in the manifests open nothing, and a note says so', () => {
    const without =
      webhook().replace('name: hook', 'name: away') +
      `
---
apiVersion: v1
kind: Service
metadata: { name: away, namespace: shop }
spec: { selector: { app: away }, ports: [{ port: 80 }] }
`;
    const { policies, found } = compiled(without + deny('shop'), KNOWN);
    expect([policies, found]).toEqual([{}, ['info external-service-without-pods Service/shop/away']]);
  });

  it('are all opened, or none of them, when told so', () => {
    expect(compiled(webhook(), { ...KNOWN, webhookTraffic: 'always' }).policies).toEqual({
      [NAME]: rule(FROM_CONTROL_PLANE),
    });
    const off = compiled(webhook() + deny('shop'), { ...KNOWN, webhookTraffic: 'off' });
    expect([off.policies, off.found]).toEqual([{}, []]);
    expect(off.proved).toContain('warning api-server-cut-off Deployment/shop/hook');
  });

  it('that are opened in any case isolate their server, so other traffic to it is let in as well', () => {
    const balancer = `
---
apiVersion: v1
kind: Service
metadata: { name: public, namespace: shop }
spec: { type: LoadBalancer, selector: { app: hook }, ports: [{ port: 443, targetPort: 9090 }] }
`;
    const { policies } = compiled(webhook() + balancer, { ...KNOWN, webhookTraffic: 'always' });
    expect(Object.keys(policies)).toEqual(['shop/external-access-to-public', NAME]);
  });

  it('cut the name of the configuration to what a label takes', () => {
    const name = `${'a'.repeat(62)}.${'b'.repeat(20)}`;
    const { result } = compiled(webhook().replace('{ name: check }', `{ name: ${name} }`) + deny('shop'));
    expect(result.policies[0]?.manifest).toMatchObject({
      metadata: { labels: { 'intents.otterize.com/network-policy-webhooks': 'a'.repeat(62) } },
    });
  });
});
