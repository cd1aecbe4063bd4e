import fc from 'fast-check';
import { compared, model } from './models';
import { changedPairs, type ChangedPair } from '../../../src/reachability/compare/compare';
import { comparedPeers, type Compared, type ComparedPeer } from '../../../src/reachability/compare/compared';
import { isolationChanges } from '../../../src/reachability/compare/isolation-change';
import { ConnectionSet } from '../../../src/reachability/sets/connection-set';
import { printConnections } from '../../../src/reachability/sets/connection-print';
import type { Verdict } from '../../../src/reachability/reachability';
import { policyId } from '../../../src/policies/policy-id';
import { FAMILIES, generate } from '../../oracle/generate';

const BASE = `
kind: Namespace
apiVersion: v1
metadata: { name: shop }
---
kind: Pod
apiVersion: v1
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [{ name: main, image: web }] }
---
kind: Pod
apiVersion: v1
metadata: { name: cart, namespace: shop, labels: { app: cart } }
spec: { containers: [{ name: main, image: cart }] }
`;

const policy = (name: string, ports: string, more = ''): string => `---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }${more}], ports: [${ports}] }]
`;

const line = ({ from, to, before, after }: ChangedPair): string =>
  `${from.id} -> ${to.id}: ${printConnections(before.allowed)} => ${printConnections(after.allowed)}`;

const changes = (before: string, after: string): string[] =>
  changedPairs(compared(before), compared(after)).map(line);

describe('pairs that a change touches', () => {
  it('are none when a policy is renamed and means the same', () => {
    const [a, b] = [
      policy('old', '{ port: 80 }, { port: 443 }'),
      policy('new', '{ port: 443 }, { port: 80, endPort: 80 }'),
    ];
    expect(changes(BASE + a, BASE + b)).toEqual([]);
  });

  it('carry what they had and what they have, ports that stay included', () => {
    expect(
      changes(BASE + policy('p', '{ port: 80 }'), BASE + policy('p', '{ port: 80 }, { port: 443 }')),
    ).toEqual(['shop/web[Pod] -> shop/cart[Pod]: TCP 80 => TCP 80, 443']);
  });

  it('take address ranges apart where either side does', () => {
    const block = ', { ipBlock: { cidr: 203.0.113.0/24 } }';
    expect(changes(BASE + policy('p', '{ port: 80 }'), BASE + policy('p', '{ port: 80 }', block))).toEqual([
      '203.0.113.0-203.0.113.255 -> shop/cart[Pod]: none => TCP 80',
    ]);
  });

  it('count a workload that comes or goes as talking with nobody where it is not', () => {
    const lines = changes(
      BASE + policy('p', '{ port: 80 }'),
      BASE.replaceAll('web', 'api') + policy('p', '{ port: 80 }'),
    );
    expect(lines).toContain('shop/web[Pod] -> shop/cart[Pod]: TCP 80 => none');
    expect(lines).toContain('shop/cart[Pod] -> shop/api[Pod]: none => all');
  });

  it.each(FAMILIES)('are those of a walk over all pairs, in %s clusters', (family) => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.array(fc.nat(40), { maxLength: 4 }), (seed, dropped) => {
        const { manifests, options } = generate(family, seed);
        const before = model(manifests, options);
        const after = model(
          manifests.filter((_, index) => !dropped.includes(index)),
          options,
        );
        expect(changedPairs(before, after)).toEqual(walked(before, after));
      }),
      { numRuns: Number(process.env['COMPARE_RUNS'] ?? 60) },
    );
  });
});

const NOTHING: Verdict = { allowed: ConnectionSet.NONE, undecided: ConnectionSet.NONE };

describe('isolation', () => {
  it('begins and ends with the policies that cause it', () => {
    const [open, closed] = [compared(BASE), compared(BASE + policy('p', '{ port: 80 }'))];
    const said = (before: Compared, after: Compared): unknown[] =>
      isolationChanges(before, after).map(({ workload, by, ...rest }) => ({
        ...rest,
        workload: workload.id,
        by: by.map(policyId),
      }));
    const change = { workload: 'shop/cart[Pod]', direction: 'ingress', by: ['NetworkPolicy/shop/p'] };
    expect(said(open, closed)).toEqual([{ ...change, change: 'isolated' }]);
    expect(said(closed, open)).toEqual([{ ...change, change: 'opened' }]);
    expect(said(closed, compared(BASE + policy('q', '{ port: 81 }')))).toEqual([]);
  });
});

/** Every pair, whatever can have changed. */
function walked(before: Compared, after: Compared): ChangedPair[] {
  const peers = comparedPeers(before, after);
  const isOutside = (peer: ComparedPeer): boolean => peer.before?.type === 'addresses';
  return peers.flatMap((from) =>
    peers.flatMap((to) => {
      if (from === to || (isOutside(from) && isOutside(to))) return [];
      const old = from.before && to.before ? before.reachability.connection(from.before, to.before) : NOTHING;
      const young = from.after && to.after ? after.reachability.connection(from.after, to.after) : NOTHING;
      return old.allowed === young.allowed && old.undecided === young.undecided
        ? []
        : [{ from, to, before: old, after: young }];
    }),
  );
}
