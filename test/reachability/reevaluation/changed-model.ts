import { buildCluster } from '../../../src/model/build-cluster';
import type { Cluster } from '../../../src/model/cluster';
import { isJsonObject } from '../../../src/model/json';
import type { Place } from '../../../src/model/place';
import { DIRECTIONS } from '../../../src/policies/direction';
import type { Policy, PolicySet } from '../../../src/policies/policy';
import { policyId } from '../../../src/policies/policy-id';
import { readPolicies } from '../../../src/policies/read-policies';
import { evaluate } from '../../../src/reachability/evaluate';
import type { AddressPeer, Reachability, ReachabilityOptions } from '../../../src/reachability/reachability';
import { reevaluate, type Reevaluation } from '../../../src/reachability/reevaluation/reevaluate';
import { resourceOf } from '../../model/resource-of';
import {
  connectionsOf,
  explanationsOf,
  peerName,
  peersOf,
  sidesOf,
  verdictText,
  wholeOf,
} from '../answers-of';

/** A model read from manifests, each with a place of its own. */
export interface ReadModel {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
}

/** @param start the line of the first object; every other stands one lower */
export function modelOf(objects: readonly object[], start = 1): ReadModel {
  const resources = objects.map((object, index) => {
    const manifest: unknown = JSON.parse(JSON.stringify(object));
    if (!isJsonObject(manifest)) throw new Error('a manifest is an object');
    return { ...resourceOf(manifest), place: new LinePlace(start + index) };
  });
  const [cluster, policies] = [buildCluster(resources), readPolicies(resources)];
  const errors = [...cluster.findings, ...policies.findings].filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return { cluster, policies };
}

/** Each object has a line of its own; so do its fields. */
class LinePlace implements Place {
  readonly file = 'all.yaml';

  constructor(readonly line: number) {}

  at(): Place {
    return this;
  }
}

export interface ChangedModel extends Reevaluation {
  readonly model: ReadModel;
  /** Names with the directions of their side that can have changed, and whether they are others themselves. */
  readonly names: readonly string[];
}

/** Evaluates one model on top of another; expects what an evaluation from scratch says of it, and every change to be named. */
export function changed(
  before: ReadModel | readonly object[],
  after: ReadModel | readonly object[],
  options: ReachabilityOptions = {},
): ChangedModel {
  const was = 'cluster' in before ? before : modelOf(before);
  const model = 'cluster' in after ? after : modelOf(after);
  const earlier = evaluate(was.cluster, was.policies, options);
  const result = reevaluate(earlier, model.cluster, model.policies);
  expectAsFromScratch(result.reachability, model, options);
  const past = evaluate(was.cluster, was.policies, options);
  expect(missed(result, past, was.cluster, model.cluster)).toEqual([]);
  const names = result.affected.map(
    ({ workload: { name }, directions, self }) => `${name} ${directions.join(' ')}${self ? ' self' : ''}`,
  );
  return { ...result, model, names };
}

/** Expects the answers of an evaluation from scratch, and those to speak of the objects of the model. */
export function expectAsFromScratch(
  reachability: Reachability,
  { cluster, policies }: ReadModel,
  options: ReachabilityOptions,
): void {
  const fresh = evaluate(cluster, policies, options);
  const peers = peersOf(cluster, fresh.addresses);
  const answers = (of: Reachability): unknown => ({
    connections: [...connectionsOf(of, peers)],
    sides: sidesOf(of, cluster, peers),
    explanations: explanationsOf(of, peers),
    places: placesOf(of, cluster),
    ranges: rangesOf(of, cluster),
    addresses: of.addresses.map(peerName),
    findings: of.findings,
    whole: wholeOf(of),
  });
  expect(answers(reachability)).toEqual(answers(fresh));
  expect(strangersIn(reachability, cluster, policies)).toEqual([]);
}

/** Ranges of addresses that rules cut, which are met in pieces, and all addresses of a version. */
const RANGES: readonly AddressPeer[] = [
  { type: 'addresses', version: 4, first: 0n, last: 2n ** 32n - 1n },
  { type: 'addresses', version: 4, first: 0x0a00_0000n, last: 0x0aff_ffffn },
  { type: 'addresses', version: 4, first: 0x0a01_0007n, last: 0x0a02_0000n },
  { type: 'addresses', version: 6, first: 0n, last: 2n ** 128n - 1n },
  { type: 'addresses', version: 6, first: 0xfdn << 120n, last: (0xfen << 120n) - 1n },
];

/** What is common to all addresses of some ranges, and what of them is undecided. */
function rangesOf(reachability: Reachability, { workloads }: Cluster): unknown {
  return workloads.map((workload) => {
    const end = { type: 'workload', workload } as const;
    return RANGES.map((range) => [
      workload.id,
      verdictText(reachability.connection(end, range)),
      verdictText(reachability.connection(range, end)),
      ...DIRECTIONS.map((direction) => verdictText(reachability.side(workload, direction, range))),
    ]);
  });
}

/** Where the policies stand that isolate each workload. */
function placesOf(reachability: Reachability, { workloads }: Cluster): unknown {
  return workloads.map((workload) =>
    DIRECTIONS.map((direction) => reachability.isolatedBy(workload, direction).map(({ place }) => place)),
  );
}

/** Objects in answers that are none of the model's, as those of an earlier one. */
function strangersIn(reachability: Reachability, { workloads }: Cluster, set: PolicySet): string[] {
  const own = new Set<Policy>([...set.kubernetes, ...set.calico, ...set.clusterWide]);
  const sides = workloads.flatMap((workload) =>
    DIRECTIONS.map((direction) => [workload, direction] as const),
  );
  const openings = sides.flatMap((side) => reachability.openings(...side));
  const policies = [
    ...sides.flatMap((side) => reachability.isolatedBy(...side)),
    ...openings.flatMap((opening) => opening.policies),
  ];
  const met = openings.flatMap((opening) => opening.workloads);
  return [
    ...policies.filter((policy) => !own.has(policy)).map(policyId),
    ...met.filter((workload) => !workloads.includes(workload)).map(({ id }) => id),
  ];
}

/** Ordered pairs that have another verdict though neither side is said to be affected. */
export function missed(
  { affected, reachability }: Reevaluation,
  past: Reachability,
  before: Cluster,
  after: Cluster,
): string[] {
  const addresses: AddressPeer[] = [...reachability.addresses, ...past.addresses];
  const was = connectionsOf(past, peersOf(before, addresses));
  const reached = new Set(
    affected.flatMap(({ workload, directions }) =>
      directions.map((direction) => `${direction} ${workload.id}`),
    ),
  );
  const peers = peersOf(after, addresses).map((peer) => ({ peer, name: peerName(peer) }));
  const now = connectionsOf(
    reachability,
    peers.map(({ peer }) => peer),
  );
  return peers.flatMap((from) =>
    peers.flatMap((to) => {
      const pair = `${from.name} -> ${to.name}`;
      const named = reached.has(`egress ${from.name}`) || reached.has(`ingress ${to.name}`);
      return !named && was.get(pair) !== now.get(pair) ? [pair] : [];
    }),
  );
}
