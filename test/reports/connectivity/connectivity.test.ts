import fc from 'fast-check';
import { buildCluster } from '../../../src/model/build-cluster';
import type { Resource } from '../../../src/model/resource';
import { readPolicies } from '../../../src/policies/read-policies';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Reachability } from '../../../src/reachability/reachability';
import {
  Connectivity,
  listedId,
  type ListedPeer,
  type Pair,
} from '../../../src/reports/connectivity/connectivity';
import { connectivityCsv } from '../../../src/reports/connectivity/connectivity-csv';
import { connectivityDot } from '../../../src/reports/connectivity/connectivity-dot';
import { connectivityMarkdown } from '../../../src/reports/connectivity/connectivity-markdown';
import { connectivityText } from '../../../src/reports/connectivity/connectivity-text';
import { readManifests } from '../../../src/sources/manifest';
import { smallClusters } from '../small-cluster';

const manifests = smallClusters();

function worldOf(yaml: string): {
  reachability: Reachability;
  connectivity: (focus?: string[]) => Connectivity;
} {
  const resources: readonly Resource[] = readManifests(yaml, { file: 'x' }).resources;
  const cluster = buildCluster(resources);
  const reachability = evaluate(cluster, readPolicies(cluster.resources));
  return {
    reachability,
    connectivity: (focus) =>
      new Connectivity(reachability, cluster.workloads, focus === undefined ? undefined : new Set(focus)),
  };
}

function key({ from, to, verdict }: Pair): string {
  return `${listedId(from)} > ${listedId(to)} ${verdict.allowed.id} ${verdict.undecided.id}`;
}

function isAddresses({ type }: ListedPeer): boolean {
  return type === 'addresses';
}

describe('the listing of connections', () => {
  it('has every pair that the evaluator lets through, one by one, in order, and no other', () => {
    fc.assert(
      fc.property(manifests, (yaml) => {
        const { reachability, connectivity } = worldOf(yaml);
        const listing = connectivity();
        const { peers } = listing;
        const asked = peers.flatMap((from) =>
          peers
            .filter((to) => from !== to && !(isAddresses(from) && isAddresses(to)))
            .map((to) => ({ from, to, verdict: reachability.connection(from, to) }))
            .filter(({ verdict }) => !verdict.allowed.isEmpty || !verdict.undecided.isEmpty),
        );
        expect([...listing.pairs()].map(key)).toEqual(asked.map(key));
      }),
    );
  });

  it('says the same grouped', () => {
    fc.assert(
      fc.property(manifests, (yaml) => {
        const listing = worldOf(yaml).connectivity();
        const multiplied = listing
          .groups()
          .flatMap(({ from, to, verdict }) =>
            from.flatMap((a) => to.filter((b) => a !== b).map((b) => key({ from: a, to: b, verdict }))),
          );
        expect(multiplied.sort()).toEqual([...listing.pairs()].map(key).sort());
      }),
    );
  });

  it('with a focus is the part of the whole listing that touches it, pair by pair and grouped', () => {
    fc.assert(
      fc.property(manifests, (yaml) => {
        const { connectivity } = worldOf(yaml);
        const whole = connectivity();
        const focus = whole.peers
          .filter((peer) => !isAddresses(peer))
          .slice(0, 2)
          .map(listedId);
        const narrow = connectivity(focus);
        const touching = [...whole.pairs()].filter(
          ({ from, to }) => focus.includes(listedId(from)) || focus.includes(listedId(to)),
        );
        expect([...narrow.pairs()].map(key)).toEqual(touching.map(key));
        const multiplied = narrow
          .groups()
          .flatMap(({ from, to, verdict }) =>
            from.flatMap((a) => to.filter((b) => a !== b).map((b) => key({ from: a, to: b, verdict }))),
          );
        expect(multiplied.sort()).toEqual(touching.map(key).sort());
        const listed = new Set([
          ...focus,
          ...touching.flatMap(({ from, to }) => [listedId(from), listedId(to)]),
        ]);
        expect(new Set(narrow.listedPeers().map(listedId))).toEqual(listed);
      }),
    );
  });

  it('knows the sources of each peer', () => {
    fc.assert(
      fc.property(manifests, (yaml) => {
        const listing = worldOf(yaml).connectivity();
        const { peers } = listing;
        const found = peers.flatMap((to, rank) =>
          [...listing.sourcesOf(rank)].map(([other, verdict]) => key({ from: peers[other]!, to, verdict })),
        );
        expect(found.sort()).toEqual([...listing.pairs()].map(key).sort());
      }),
    );
  });
});

describe('grouped output of other forms', () => {
  const { connectivity } = worldOf(
    ['a', 'b', 'c']
      .map(
        (name) =>
          `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: x }, spec: { containers: [] } }`,
      )
      .join('\n---\n'),
  );
  const grouped = (
    print: (listing: Connectivity, options: { grouped: boolean }) => Iterable<string>,
  ): string => [...print(connectivity(), { grouped: true })].join('');

  it('is short as text', () => {
    expect(grouped(connectivityText)).toBe(`from   all 3 workloads
to     0.0.0.0/0, ::/0
ports  all

from   all 3 workloads, 0.0.0.0/0, ::/0
to     all 3 workloads
ports  all

3 workloads, 2 groups; a workload to itself is left out
`);
  });

  it('is a table in Markdown, one line a group in CSV, and points in a graph', () => {
    expect(grouped(connectivityMarkdown)).toContain('| all 3 workloads | 0.0.0.0/0, ::/0 | all |\n');
    expect(grouped(connectivityCsv)).toContain('x/a[Pod] x/b[Pod] x/c[Pod],0.0.0.0-255.255.255.255 ::-ffff');
    expect(grouped(connectivityDot)).toContain('  "x/a[Pod]" -> "group 1" [arrowhead=none];\n');
  });
});
