import fc from 'fast-check';
import { FAMILIES, generate, type Family } from '../oracle/generate';
import { subjectOf } from '../oracle/subject';
import type { AddressPeer, ConnectionGroup, WorkloadPeer } from '../../src/reachability/reachability';
import { WholeEngine } from '../../src/reachability/engine';
import { Evaluation } from '../../src/reachability/evaluate';
import { connectionGroups } from '../../src/reachability/groups';
import { bordersOf } from '../../src/reachability/ends/told-apart';
import { PositionPeers } from '../../src/reachability/ends/position-peers';
import { printConnections } from '../../src/reachability/sets/connection-print';
import { netpol, pod, World } from './world';

function nameOf(peer: WorkloadPeer | AddressPeer): string {
  return peer.type === 'workload' ? peer.workload.name : `v${peer.version}`;
}

/** `from -> to: what is allowed`, and what is undecided behind a `|`. */
function textOf({ from, to, verdict: { allowed, undecided } }: ConnectionGroup): string {
  const open = undecided.isEmpty ? '' : ` | ${printConnections(undecided)}`;
  return `${from.map(nameOf).join(' ')} -> ${to.map(nameOf).join(' ')}: ${printConnections(allowed)}${open}`;
}

const groupsOf = (yaml: string): string[] => new World(yaml).reachability.groups().map(textOf);

const SHUT = netpol('shop', 'shut', 'podSelector: {}, policyTypes: [Ingress, Egress]');
const AMONG = (label: string): string =>
  netpol(
    'shop',
    `among-${label}`,
    `podSelector: { matchLabels: { app: ${label} } }, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: { matchLabels: { app: ${label} } } }] }], egress: [{ to: [{ podSelector: { matchLabels: { app: ${label} } } }] }]`,
  );

describe('groups of connections', () => {
  it('leave out a workload that is open to itself only (network-policy-semantics 2.1 item 14)', () => {
    expect(groupsOf(pod('shop', 'a', 'app: a') + SHUT + AMONG('a'))).toEqual([]);
  });

  it('keep workloads that no policy tells apart and that are open to each other', () => {
    const pods = pod('shop', 'a1', 'app: a') + pod('shop', 'a2', 'app: a');
    expect(groupsOf(pods + SHUT + AMONG('a'))).toEqual(['a1 a2 -> a1 a2: all']);
  });

  it('keep a workload that is open to others as to itself, and one that is open to one other only', () => {
    const pods = pod('shop', 'a', 'app: a') + pod('shop', 'b', 'app: b');
    const both = 'podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] }';
    const mesh = netpol(
      'shop',
      'mesh',
      `podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ from: [{ ${both} }] }], egress: [{ to: [{ ${both} }] }]`,
    );
    expect(groupsOf(pods + mesh)).toEqual(['a b -> a b: all']);
    const one = netpol(
      'shop',
      'one',
      'podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }]',
    );
    const out = netpol(
      'shop',
      'out',
      'podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }]',
    );
    expect(groupsOf(pods + SHUT + one + out)).toEqual(['a -> b: all']);
  });

  it('come in the order of who connects, smaller groups first, then of whom to, and are joined where they say the same', () => {
    const pods = ['a', 'b', 'c'].map((name) => pod('shop', name, `app: ${name}`)).join('');
    const opened = (to: string, from: string, port: number): string =>
      netpol(
        'shop',
        `${to}-${from}`,
        `podSelector: { matchLabels: { app: ${to} } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: ${from} } } }], ports: [{ port: ${port} }] }]`,
      );
    const shut = netpol('shop', 'shut', 'podSelector: {}, policyTypes: [Ingress]');
    expect(groupsOf(pods + shut + opened('a', 'c', 1) + opened('c', 'a', 1) + opened('b', 'a', 2))).toEqual([
      'a -> b: TCP 2',
      'a -> c: TCP 1',
      'a b c -> v4 v6: all',
      'c -> a: TCP 1',
    ]);
    expect(groupsOf(pods + shut + opened('b', 'c', 1) + opened('a', 'c', 1) + opened('b', 'a', 2))).toEqual([
      'a -> b: TCP 2',
      'a b c -> v4 v6: all',
      'c -> a b: TCP 1',
    ]);
  });

  it('say nothing of outside addresses among themselves', () => {
    expect(groupsOf(pod('shop', 'a'))).toEqual(['a -> v4 v6: all', 'a v4 v6 -> a: all']);
    expect(groupsOf('')).toEqual([]);
  });
});

/** Groups that are made whole with many peers are the same as those made with few. */
describe('groups of generated clusters', () => {
  it.each(FAMILIES)('are the same whatever counts as few peers: %s', (family: Family) => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.nat(3), (seed, few) => {
        const { manifests, options: asked } = generate(family, seed);
        const { cluster, policies, options } = subjectOf(manifests, asked);
        const engine = new WholeEngine(cluster, policies, options);
        const { ends, space, layout } = engine;
        const peers = new PositionPeers(ends, space, layout);
        const groups = connectionGroups(engine, peers, bordersOf(engine), few);
        const usual = new Evaluation(cluster, policies, options, engine).groups();
        expect(groups.map(textOf)).toEqual(usual.map(textOf));
      }),
      { numRuns: 30 },
    );
  });
});
