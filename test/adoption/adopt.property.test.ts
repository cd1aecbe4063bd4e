import fc from 'fast-check';
import { adopt } from '../../src/adoption/adopt';
import { evaluated } from '../../src/adoption/evaluated';
import { objectResource } from '../../src/adoption/object-resource';
import { withIntents } from '../../src/adoption/with-intents';
import type { JsonObject } from '../../src/model/json';
import type { Resource } from '../../src/model/resource';
import type { Workload } from '../../src/model/workloads/workload';
import { policy, workload } from './small-objects';

const APPS = ['a/one', 'a/two', 'b/one', 'b/three'];
const nameOf = (id: string): string => id.replace(/^.*\//, '');

const peerArb: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constantFrom(...APPS).map((id): JsonObject => ({
    podSelector: { matchLabels: { app: nameOf(id) } },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': id.replace(/\/.*$/, '') } },
  })),
  fc.constantFrom<JsonObject>({ podSelector: {} }, { namespaceSelector: {} }),
  fc
    .constantFrom('0.0.0.0/0', '203.0.113.0/24', '10.0.0.0/8')
    .map((cidr): JsonObject => ({ ipBlock: { cidr } })),
);
const portsArb = fc.constantFrom<JsonObject>(
  {},
  { ports: [{ port: 80 }] },
  { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] },
  { ports: [{ port: 1000, endPort: 2000 }] },
);
const ruleArb = (side: 'from' | 'to'): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(fc.array(peerArb, { maxLength: 2 }), portsArb)
    .map(([peers, ports]) => ({ ...(peers.length === 0 ? {} : { [side]: peers }), ...ports }));
const policyArb = fc.record({
  home: fc.constantFrom('a', 'b'),
  app: fc.constantFrom('one', 'two', 'three', undefined),
  ingress: fc.option(fc.array(ruleArb('from'), { maxLength: 2 }), { nil: undefined }),
  egress: fc.option(fc.array(ruleArb('to'), { maxLength: 2 }), { nil: undefined }),
});

function policyOf(
  given: typeof policyArb extends fc.Arbitrary<infer T> ? T : never,
  index: number,
): Resource {
  const { home, app, ingress, egress } = given;
  return policy(`${home}/p-${index}`, {
    podSelector: app === undefined ? {} : { matchLabels: { app } },
    policyTypes: [...(ingress === undefined ? [] : ['Ingress']), ...(egress === undefined ? [] : ['Egress'])],
    ...(ingress === undefined ? {} : { ingress }),
    ...(egress === undefined ? {} : { egress }),
  });
}

describe('adopting any NetworkPolicies', () => {
  it('leaves every connection as it is, or lists the pair that changes', () => {
    let unchanged = 0;
    fc.assert(
      fc.property(fc.array(policyArb, { minLength: 1, maxLength: 4 }), (given) => {
        const workloads = APPS.map((id) => workload(id));
        const policies = given
          .filter(({ ingress, egress }) => ingress !== undefined || egress !== undefined)
          .map(policyOf);
        const settings = { reachabilityOptions: {} };
        const { objects, residue } = adopt([...workloads, ...policies], { ...settings, options: {} });
        const before = evaluated([...workloads, ...policies], settings);
        const after = withIntents([...workloads, ...objects.map(objectResource)], {}, settings);
        const said = new Set(residue.filter(({ kind }) => kind === 'changed').map(({ object }) => object));
        if (said.size === 0) unchanged += 1;
        for (const from of before.cluster.workloads) {
          for (const to of before.cluster.workloads) {
            if (from === to) continue;
            const was = before.reachability.connection(peer(from), peer(to)).allowed;
            const [young, old] = [from, to].map(({ id }) =>
              after.cluster.workloads.find((one) => one.id === id),
            );
            if (young === undefined || old === undefined) throw new Error('a workload is gone');
            const is = after.reachability.connection(peer(young), peer(old)).allowed;
            if (was !== is) expect([...said]).toContain(`${from.id} -> ${to.id}`);
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(unchanged).toBeGreaterThan(100);
  });
});

function peer(of: Workload): { readonly type: 'workload'; readonly workload: Workload } {
  return { type: 'workload', workload: of };
}
