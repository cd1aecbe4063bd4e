import { uncompiledIntents } from '../../src/proof/uncompiled-intents';
import { DENY_INGRESS, deployment, lines, read } from './proof-fixture';

const APP = deployment('web') + deployment('cart', { port: 7070 }) + DENY_INGRESS;

function intents(name: string, target = 'kubernetes: { name: cart, kind: Deployment }'): string {
  return `
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: ${name}, namespace: shop }
spec: { workload: { name: web, kind: Deployment }, targets: [{ ${target} }] }
`;
}

/** What an earlier compilation, of this or any other intent, has left in the input. */
const MADE = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: access-to-x-from-shop, namespace: shop, labels: { intents.otterize.com/network-policy: "true" } }
spec: { podSelector: { matchLabels: { app: x } }, policyTypes: [Ingress] }
`;

const found = (yaml: string): string[] => lines([uncompiledIntents(read(yaml).cluster) ?? []].flat());

describe('uncompiledIntents', () => {
  it('warns of intents that call for policies, where no policy was made from any', () => {
    expect(found(APP + intents('web'))).toEqual([
      'warning intents-not-compiled: ClientIntents/shop/web declares calls, and no policy that was made from intents is in the input: what is judged are the other policies alone',
    ]);
    expect(found(APP + intents('web') + intents('more'))).toEqual([
      expect.stringContaining('ClientIntents/shop/web (and 1 more) declares calls'),
    ]);
  });

  it('says where the first of them is', () => {
    expect(uncompiledIntents(read(APP + intents('web')).cluster)).toMatchObject({
      object: 'ClientIntents/shop/web',
      place: { file: 'all.yaml' },
    });
  });

  it('is silent without intents, after a compilation, and where they call for no policy', () => {
    expect(found(APP)).toEqual([]);
    expect(found(APP + intents('web') + MADE)).toEqual([]);
    expect(found(APP + intents('web', 'internet: { domains: [a.example], ports: [443] }'))).toEqual([]);
  });
});
