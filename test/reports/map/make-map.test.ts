import fc from 'fast-check';
import { printConnections } from '../../../src/reachability/sets/connection-print';
import type { Verdict } from '../../../src/reachability/reachability';
import { makeMap } from '../../../src/reports/map/make-map';
import { mapPeers } from '../../../src/reports/map/map-peers';
import { between, endWhy, reachOf } from '../../../src/reports/map/map-reach';
import { unpackRuns } from '../../../src/reports/map/runs';
import { deployment, mapOfText, policy, sideOfText, stateOf } from './map-world';
import { smallClusters } from '../small-cluster';

const manifests = smallClusters({ minPods: 1 });

const print = ({ allowed, undecided }: Verdict): { ports: string; undecided: string } => ({
  ports: allowed.isEmpty ? '' : printConnections(allowed),
  undecided: undecided.isEmpty ? '' : printConnections(undecided),
});

describe('the data of a map', () => {
  it('has the verdict of every pair, as the evaluator gives it, of both versions of a change', () => {
    fc.assert(
      fc.property(manifests, manifests, (old, young) => {
        const sides = { before: sideOfText(old), after: sideOfText(young) };
        const [data, peers] = [makeMap(sides, 'map'), mapPeers(sides)];
        for (const which of ['before', 'after'] as const) {
          const side = data[which];
          if (side === undefined) throw new Error('a map of a change has both versions');
          const indexes = data.nodes.map((_, index) => index);
          const pairs = indexes.flatMap((from) => indexes.map((to) => [from, to] as const));
          for (const [from, to] of pairs) {
            if (from === to || (from >= peers.workloads && to >= peers.workloads)) continue;
            // Addresses of one node are alike: each of them is asked.
            const targets = peers.peersOf(sides[which], to);
            const verdicts = peers
              .peersOf(sides[which], from)
              .flatMap((source) =>
                targets.map((target) => sides[which].reachability.connection(source, target)),
              );
            expect(verdicts.map(print)).toEqual(verdicts.map(() => between(side, from, to)));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('names rules for just those peers that an isolated end lets through', () => {
    fc.assert(
      fc.property(manifests, (text) => {
        const side = sideOfText(text);
        const [data, peers] = [makeMap({ after: side }, 'map'), mapPeers({ after: side })];
        for (const [node] of data.nodes.entries()) {
          const [self] = peers.peersOf(side, node);
          if (self?.type !== 'workload') continue;
          for (const direction of ['ingress', 'egress'] as const) {
            const isolating = side.reachability.isolatedBy(self.workload, direction);
            for (const [other] of data.nodes.entries()) {
              const [peer] = peers.peersOf(side, other);
              if (other === node || peer === undefined) continue;
              const { isolated, by, through } = endWhy(data.after, node, direction, other);
              expect(isolated).toBe(isolating.length > 0);
              expect(by.length).toBe(isolating.length);
              const { allowed, undecided } = side.reachability.side(self.workload, direction, peer);
              if (isolated) expect(through.length > 0).toBe(!allowed.isEmpty || !undecided.isEmpty);
              else expect(through).toEqual([]);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says of the rule in which list it stands and at which line', () => {
    const data = mapOfText(
      deployment('a') +
        deployment('b') +
        policy(
          'b',
          'b',
          'ingress: [{ ports: [{ port: 1 }], from: [{ podSelector: { matchLabels: { app: c } } }] },\n  { from: [{ podSelector: { matchLabels: { app: a } } }] }]',
        ),
    );
    const [a, b] = ['a', 'b'].map((name) => data.nodes.findIndex((node) => node.name === name));
    const { through } = endWhy(data.after, b ?? -1, 'ingress', a ?? -1);
    expect(through.map((why) => data.whys[why])).toEqual([
      { policy: 'NetworkPolicy/shop/b', rule: 'ingress[1]', place: 'x.yaml:16' },
    ]);
  });

  it('puts addresses that no policy tells apart into one node', () => {
    const data = mapOfText(
      deployment('a') +
        policy('a', 'a', 'ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.2.0.0/16] } }] }]'),
    );
    expect(data.nodes.map(({ name }) => name)).toEqual([
      'a',
      'all other addresses',
      '10.0.0.0/15, 10.3.0.0-10.255.255.255',
    ]);
  });
});

describe('how a workload stands', () => {
  const many = Array.from({ length: 14 }, (_, index) => deployment(`w${index}`)).join('');

  it.each([
    ['open', deployment('a') + deployment('b'), 'ingress'],
    [
      'isolated',
      deployment('a') + deployment('b') + policy('a', 'a', 'ingress: [{ from: [{ podSelector: {} }] }]'),
      'ingress',
    ],
    ['cut', deployment('a') + deployment('b') + policy('a', 'a', 'policyTypes: [Ingress]'), 'ingress'],
    ['cut', deployment('a') + deployment('b') + policy('a', 'a', 'policyTypes: [Egress]'), 'egress'],
    // Its own rule lets b in, and b may not go out: nobody gets through all the same.
    [
      'cut',
      deployment('a') +
        deployment('b') +
        policy('a', 'a', 'ingress: [{ from: [{ podSelector: {} }] }]') +
        policy('b', 'b', 'policyTypes: [Egress]'),
      'ingress',
    ],
    [
      'wide',
      many +
        deployment('a') +
        policy('a', 'a', 'ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]'),
      'ingress',
    ],
    // That most let it in is no matter of its own policies.
    [
      'isolated',
      many +
        deployment('a') +
        policy(
          'a',
          'a',
          'policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: { matchLabels: { app: w1 } } }] }], egress: [{ to: [{ podSelector: { matchLabels: { app: w1 } } }] }]',
        ),
      'egress',
    ],
    ['host', deployment('a', 'shop', 'hostNetwork: true, '), 'ingress'],
  ] as const)('is %s (%#)', (state, text, direction) => {
    const data = mapOfText(text);
    expect(stateOf(data, data.after, 'a', direction)).toBe(state);
  });

  it('is absent where a change adds or removes it', () => {
    const data = mapOfText(deployment('a'), deployment('a') + deployment('b'));
    expect([data.before, data.after].map((side) => side && stateOf(data, side, 'b', 'ingress'))).toEqual([
      'open',
      'absent',
    ]);
    expect(data.changes?.every(({ change }) => change === 'removed')).toBe(true);
  });
});

describe('open workloads', () => {
  it('are a state: their connections are one entry, however many they are', () => {
    const data = mapOfText(
      Array.from({ length: 300 }, (_, index) => deployment(`w${index}`, `n${index % 20}`)).join(''),
    );
    expect(data.after.ways.every(({ reach }) => reach === 'open')).toBe(true);
    expect(data.after.ways.length).toBeLessThan(4);
    expect(reachOf(data.after, 0, 'ingress')).toHaveLength(300);
  });
});

describe('changes', () => {
  it('are just those of the diff', () => {
    const before = deployment('a') + deployment('b');
    const data = mapOfText(
      before + policy('a', 'a', 'ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }]'),
      before,
    );
    const name = (runs: string): string[] => unpackRuns(runs).map((node) => data.nodes[node]?.name ?? '');
    expect(data.changes?.map(({ change, from, to, ports }) => [change, name(from), name(to), ports])).toEqual(
      [
        ['removed', ['b'], ['a'], 'all but TCP 80'],
        ['removed', ['any address'], ['a'], 'all'],
      ],
    );
  });
});
