import { calicoAllowWidensPolicy } from '../../src/checks/calico-allow-widens-policy';
import { checkYaml, deployment, globalPolicy, networkPolicy, placesOf } from './check-fixture';

const CART = deployment('shop', 'cart', '{ app: cart }');
const DENY = networkPolicy('{ podSelector: {}, policyTypes: [Egress] }');
const ALLOW = '{ action: Allow, protocol: TCP, destination: { ports: [443] } }';
const global = (spec: string): string => globalPolicy(`{ selector: all(), types: [Egress], ${spec} }`, 'e');
const found = (yaml: string): string[] =>
  checkYaml(yaml, [calicoAllowWidensPolicy]).map(({ severity, message }) => `${severity} ${message}`);

describe('calicoAllowWidensPolicy (calico-policy-model 5.3 and 6.2 row 14, issue 5940)', () => {
  it('warns of an Allow in tier default for pods that a NetworkPolicy isolates, at the rule', () => {
    const yaml = CART + DENY + global(`tier: default, egress: [{ action: Log }, ${ALLOW}]`);
    expect(placesOf(calicoAllowWidensPolicy, yaml)).toEqual(['spec.egress[1]']);
    expect(found(yaml)).toEqual([
      'warning NetworkPolicy/shop/p isolates shop/cart[Deployment] for egress, but tier default is where NetworkPolicies are too, so what the rules of this policy allow gets through all the same.',
    ]);
  });

  it('warns for ingress as well, and counts the pods and the policies', () => {
    const spec = '{ podSelector: {}, policyTypes: [Ingress] }';
    const yaml =
      CART +
      deployment('shop', 'web', '{ app: web }') +
      networkPolicy(spec, 'shop', 'a') +
      networkPolicy(spec, 'shop', 'b') +
      globalPolicy('{ types: [Ingress], ingress: [{ action: Allow, source: { selector: has(probe) } }] }');
    expect(found(yaml)).toEqual([
      expect.stringMatching(
        /^warning NetworkPolicy\/shop\/a and 1 more isolate shop\/cart\[Deployment\] \(one of 2 workloads\) for ingress/,
      ),
    ]);
  });

  it('only notes it where the NetworkPolicy allows everything itself', () => {
    const open = networkPolicy('{ podSelector: {}, policyTypes: [Egress], egress: [{}] }');
    expect(found(CART + open + global(`egress: [${ALLOW}]`))).toEqual([expect.stringMatching(/^info /)]);
  });

  const tier =
    '---\n{ apiVersion: projectcalico.org/v3, kind: Tier, metadata: { name: late }, spec: { order: 2000000 } }\n';
  const own = DENY.replace('name: p,', 'name: p, labels: { intents.otterize.com/network-policy: x },');

  it.each([
    [
      'a tier behind default',
      DENY +
        tier +
        globalPolicy(`{ tier: late, selector: all(), types: [Egress], egress: [${ALLOW}] }`, 'late.e'),
    ],
    ['a policy without Allow', DENY + global('egress: [{ action: Deny }]')],
    [
      'no NetworkPolicy for that direction',
      networkPolicy('{ podSelector: {}, policyTypes: [Ingress] }') + global(`egress: [${ALLOW}]`),
    ],
    ['other pods', DENY + globalPolicy(`{ selector: app == 'web', types: [Egress], egress: [${ALLOW}] }`)],
  ])('is silent about %s', (_, yaml) => {
    expect(found(CART + yaml)).toEqual([]);
  });

  it('is silent about egress policies that intents made: they are there to add', () => {
    expect(own).not.toBe(DENY);
    expect(found(CART + own + global(`egress: [${ALLOW}]`))).toEqual([]);
  });
});
