import { FAMILIES, generate } from '../oracle/generate';
import { buildCluster } from '../../src/model/build-cluster';
import { isJsonObject } from '../../src/model/json';
import { NOWHERE } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';
import { DIRECTIONS } from '../../src/policies/direction';
import { readPolicies } from '../../src/policies/read-policies';
import { ConnectionSet } from '../../src/reachability/sets/connection-set';
import { evaluate } from '../../src/reachability/evaluate';
import type { AddressPeer, Reachability, Verdict, WorkloadPeer } from '../../src/reachability/reachability';
import type { Cluster } from '../../src/model/cluster';
import { cidrs } from './world';

/** Clusters per family. */
const RUNS = Number(process.env['CONSISTENCY_RUNS'] ?? 40);

/** The answers that take short cuts, against the one that does not: `connection`, which the oracle checks. */
describe.each(FAMILIES)('answers about %s clusters agree with each other', (family) => {
  const worlds = opened(family);

  it('groups say what connection says of every pair', () => {
    for (const { seed, cluster, reachability } of worlds()) {
      const said = verdictsOf(reachability);
      for (const from of endsOf(cluster, reachability)) {
        for (const to of endsOf(cluster, reachability)) {
          if (nameOf(from) === nameOf(to) || (from.type === 'addresses' && to.type === 'addresses')) continue;
          const { allowed, undecided } = reachability.connection(from, to);
          const pair = `${nameOf(from)} -> ${nameOf(to)}`;
          const none: Verdict = { allowed: ConnectionSet.NONE, undecided: ConnectionSet.NONE };
          const grouped = said.get(pair) ?? none;
          expect({
            seed,
            pair,
            allowed: grouped.allowed === allowed,
            undecided: grouped.undecided === undecided,
          }).toEqual({ seed, pair, allowed: true, undecided: true });
        }
      }
    }
  });

  it('openings say what side says of every peer', () => {
    for (const { seed, cluster, reachability } of worlds()) {
      for (const workload of cluster.workloads) {
        for (const direction of DIRECTIONS) {
          const openings = reachability.openings(workload, direction);
          for (const other of endsOf(cluster, reachability)) {
            const verdict = reachability.side(workload, direction, other);
            const shut = verdict.allowed.isEmpty && verdict.undecided.isEmpty;
            const found = openings.filter(({ workloads, addresses }) =>
              other.type === 'workload'
                ? workloads.includes(other.workload)
                : addresses.some((range) => overlaps(range, other)),
            );
            const label = `${seed}: ${workload.id} ${direction} ${nameOf(other)}`;
            expect([label, found.length > 0]).toEqual([label, !shut]);
            const different = found.filter(
              (opening) =>
                opening.verdict.allowed !== verdict.allowed ||
                opening.verdict.undecided !== verdict.undecided,
            );
            expect([label, different.length]).toEqual([label, 0]);
          }
        }
      }
    }
  });

  it('explanations give the verdict of connection, and a denial names who denies', () => {
    for (const { seed, cluster, reachability } of worlds()) {
      for (const from of endsOf(cluster, reachability).slice(0, 4)) {
        for (const to of endsOf(cluster, reachability).slice(0, 4)) {
          if (from.type === 'addresses' || to.type === 'addresses') continue;
          const { allowed, undecided } = reachability.connection(from, to);
          const { verdict, egress, ingress } = reachability.explain(from, to, 6, 80);
          const expected = allowed.contains(6, 80) ? 'allow' : undecided.contains(6, 80) ? 'unknown' : 'deny';
          expect([seed, nameOf(from), nameOf(to), verdict]).toEqual([
            seed,
            nameOf(from),
            nameOf(to),
            expected,
          ]);
          // A workload that has finished is denied by no policy.
          const silent = [egress, ingress].filter(
            (side) => side.verdict === 'deny' && !side.decidedBy.some(({ action }) => action === 'deny'),
          );
          expect(silent.length > 0 && !from.workload.finished && !to.workload.finished).toBe(false);
        }
      }
    }
  });

  it('ranges of addresses cover both families without gap or overlap, each as long as can be', () => {
    for (const { cluster, reachability } of worlds()) {
      for (const version of [4, 6] as const) {
        const ranges = reachability.addresses.filter((range) => range.version === version);
        expect(ranges[0]?.first).toBe(0n);
        expect(ranges.at(-1)?.last).toBe((1n << (version === 4 ? 32n : 128n)) - 1n);
        ranges.slice(1).forEach((range, index) => {
          const previous = ranges[index];
          expect(range.first).toBe((previous?.last ?? -2n) + 1n);
          const apart = cluster.workloads.some((workload) =>
            DIRECTIONS.some((direction) => {
              const [a, b] = [previous ?? range, range].map((peer) =>
                reachability.side(workload, direction, peer),
              );
              return a?.allowed !== b?.allowed || a?.undecided !== b?.undecided;
            }),
          );
          expect(apart).toBe(true);
        });
      }
    }
  });
});

interface OpenWorld {
  readonly seed: number;
  readonly cluster: Cluster;
  readonly reachability: Reachability;
}

/** Made by the first test that asks, so that a fault in the engine makes a test fail and not the file. */
function opened(family: (typeof FAMILIES)[number]): () => readonly OpenWorld[] {
  let worlds: readonly OpenWorld[] | undefined;
  return () => (worlds ??= Array.from({ length: RUNS }, (_, seed) => ({ seed, ...open(family, seed) })));
}

function open(
  family: (typeof FAMILIES)[number],
  seed: number,
): { cluster: Cluster; reachability: Reachability } {
  const { manifests, options } = generate(family, seed);
  const resources = manifests.map((manifest): Resource => {
    const copy: unknown = JSON.parse(JSON.stringify(manifest));
    if (!isJsonObject(copy)) throw new Error('a manifest is an object');
    const [version = '', group = ''] = manifest.apiVersion.split('/').reverse();
    const { apiVersion, kind, metadata } = manifest;
    return {
      apiVersion,
      group,
      version,
      kind,
      name: metadata.name,
      namespace: metadata.namespace,
      manifest: copy,
      place: NOWHERE,
    };
  });
  const cluster = buildCluster(resources);
  const reachability = evaluate(cluster, readPolicies(resources), {
    ...(options.podCidrs === undefined ? {} : { podCidrs: cidrs(...options.podCidrs) }),
    ...(options.nodeCidrs === undefined ? {} : { nodeCidrs: cidrs(...options.nodeCidrs) }),
    ...(options.staged === undefined ? {} : { staged: options.staged }),
  });
  return { cluster, reachability };
}

function endsOf(cluster: Cluster, { addresses }: Reachability): (WorkloadPeer | AddressPeer)[] {
  return [
    ...cluster.workloads.map((workload): WorkloadPeer => ({ type: 'workload', workload })),
    ...addresses,
  ];
}

function verdictsOf(reachability: Reachability): Map<string, Verdict> {
  const said = new Map<string, Verdict>();
  for (const { from, to, verdict } of reachability.groups()) {
    for (const a of from) {
      for (const b of to) {
        const pair = `${nameOf(a)} -> ${nameOf(b)}`;
        if (nameOf(a) === nameOf(b)) continue;
        expect(said.has(pair)).toBe(false);
        said.set(pair, verdict);
      }
    }
  }
  return said;
}

function nameOf(peer: WorkloadPeer | AddressPeer): string {
  return peer.type === 'workload' ? peer.workload.id : `${peer.version} ${peer.first}-${peer.last}`;
}

function overlaps(a: AddressPeer, b: AddressPeer): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last;
}
