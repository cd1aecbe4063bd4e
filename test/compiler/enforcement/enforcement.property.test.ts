import fc from 'fast-check';
import { deployment } from '../../proof/proof-fixture';
import { calls, namespace, staged } from './staged-fixture';
import type { EnforcementMode } from '../../../src/compiler/enforcement/enforcement';
import type { Peer } from '../../../src/reachability/reachability';

const YAML =
  namespace('shop') +
  namespace('billing') +
  ['frontend', 'cart', 'db', 'pay.billing', 'ledger.billing'].map((name) => deployment(name)).join('') +
  calls('frontend', 'cart', 'pay.billing') +
  calls('cart', 'db') +
  calls('pay.billing', 'ledger');
const NAMES = ['shop/frontend', 'shop/cart', 'shop/db', 'billing/pay', 'billing/ledger'];
const mode = fc.constantFrom<EnforcementMode>('enforce', 'shadow');
const enforcement = fc.record({
  default: mode,
  namespaces: fc.dictionary(fc.constantFrom('shop', 'billing'), mode),
  workloads: fc.dictionary(fc.constantFrom(...NAMES), mode),
});

describe('enforcement, whatever the words', () => {
  it.each(['seed', 'otterize', 'selectors'] as const)(
    'isolates nothing in shadow and all that is enforced, and cuts no declared call: %s',
    (profile) => {
      const options = { profile, egress: 'always' } as const;
      const whole = staged(YAML, options);
      fc.assert(
        fc.property(enforcement, (words) => {
          const { cluster, reachability, proof, compilation } = staged(YAML, {
            ...options,
            enforcement: words,
          });
          expect(proof.filter(({ severity }) => severity === 'error')).toEqual([]);
          expect(compilation.findings).toEqual(whole.compilation.findings);
          for (const workload of cluster.workloads) {
            const { namespace: home, name } = workload;
            const own = words.workloads[`${home}/${name}`] ?? words.namespaces[home] ?? words.default;
            const before = whole.cluster.workloads.find(({ id }) => id === workload.id);
            for (const direction of ['ingress', 'egress'] as const) {
              const isolating = reachability.isolatedBy(workload, direction);
              if (own === 'shadow') expect(isolating).toEqual([]);
              else if (before !== undefined)
                expect(isolating.map((policy) => policy.name)).toEqual(
                  whole.reachability.isolatedBy(before, direction).map((policy) => policy.name),
                );
            }
          }
        }),
        { numRuns: 30 },
      );
    },
  );

  it('reports a loss just where the evaluator finds one, pair by pair', () => {
    const shadow = staged(YAML, { egress: 'always', enforcement: { default: 'shadow' } });
    const whole = staged(YAML, { egress: 'always' });
    const peer = (id: string): Peer | undefined => {
      const workload = whole.cluster.workloads.find((one) => one.id === id);
      return workload === undefined ? undefined : { type: 'workload', workload };
    };
    const ids = whole.cluster.workloads.map(({ id }) => id);
    for (const server of ids) {
      const losing = ids.filter((client) => {
        const [from, to] = [peer(client), peer(server)];
        if (client === server || from === undefined || to === undefined) return false;
        const side =
          to.type === 'workload' ? whole.reachability.side(to.workload, 'ingress', from) : undefined;
        return side?.allowed.isEmpty === true;
      });
      const note = shadow.staged.find(({ message }) => message.startsWith(`Of access to ${server}:`));
      const none = /: (.*?), any address outside the cluster will have none/.exec(note?.message ?? '')?.[1];
      expect({ server, none: none?.split(', ') ?? [] }).toEqual({ server, none: losing });
    }
  });
});
