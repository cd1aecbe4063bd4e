import type { Evaluated } from './evaluated';
import type { Residue } from './residue';
import type { Resource } from '../model/resource';
import { NOWHERE } from '../model/place';
import { changedPairs, type ChangedPair } from '../reachability/compare/compare';
import type { ComparedPeer } from '../reachability/compare/compared';
import { isolationChanges } from '../reachability/compare/isolation-change';
import { printConnections } from '../reachability/sets/connection-print';
import type { ConnectionSet } from '../reachability/sets/connection-set';

/** What is not as it was. */
export interface AdoptionProof {
  readonly pairs: readonly ChangedPair[];
  readonly residue: readonly Residue[];
}

/** How many changed pairs are listed one by one. */
const LISTED = 20;

/** Compares who can talk to whom before and after; what differs is residue. */
export function proveAdoption(before: Evaluated, after: Evaluated): AdoptionProof {
  const [old, young] = [before, after].map(({ cluster, reachability }) => ({
    workloads: cluster.workloads,
    reachability,
  }));
  if (old === undefined || young === undefined) return { pairs: [], residue: [] };
  const pairs = changedPairs(old, young);
  const changed = pairs.flatMap(changeOf);
  const listed = changed.slice(0, LISTED);
  const more = changed.length > LISTED ? [andMore(changed.length - LISTED)] : [];
  const isolation = isolationChanges(old, young).map(({ workload, direction, change }): Residue => ({
    kind: 'changed',
    system: 'NetworkPolicy',
    object: workload.id,
    place: workload.place,
    message: `${workload.id} ${change === 'opened' ? 'is not isolated any more' : 'becomes isolated'} for ${direction}`,
    mend:
      change === 'opened'
        ? 'Add a DefaultDeny for its namespace.'
        : 'Declare who calls it, or keep it out of the intents.',
  }));
  return { pairs, residue: [...listed, ...more, ...isolation] };
}

/** What a pair may do no more, and may do anew. */
function changeOf({ from, to, before, after }: ChangedPair): Residue[] {
  const lost = before.allowed.subtract(after.allowed);
  const gained = after.allowed.subtract(before.allowed);
  const place = workloadOf(to)?.place ?? workloadOf(from)?.place ?? NOWHERE;
  const say = (what: string, connections: ConnectionSet, mend: string): Residue[] =>
    connections.isEmpty
      ? []
      : [
          {
            kind: 'changed',
            system: 'NetworkPolicy',
            object: `${from.id} -> ${to.id}`,
            place,
            message: `${from.id} ${what} ${to.id} on ${printConnections(connections)}`,
            mend,
          },
        ];
  return [
    ...say('can no longer reach', lost, 'Declare the call, or open it with an ExternalAccess.'),
    ...say('can now reach', gained, 'Narrow the intents that open it, or accept it.'),
  ];
}

function andMore(count: number): Residue {
  return {
    kind: 'changed',
    system: 'NetworkPolicy',
    object: '',
    place: NOWHERE,
    message: `${count} more pairs can reach each other on other connections than before`,
    mend: 'Compare the manifests with intents diff.',
  };
}

/** The policies to be replaced that let through what is cut afterwards. */
export function policiesToKeep(
  before: Evaluated,
  pairs: readonly ChangedPair[],
  replaced: readonly Resource[],
): Resource[] {
  const byName = new Map(
    replaced.map((policy) => [`${policy.namespace ?? 'default'}/${policy.name}`, policy]),
  );
  const kept = new Set<Resource>();
  for (const { from, to, before: was, after } of pairs) {
    const [cut] = was.allowed.subtract(after.allowed).ranges();
    if (cut === undefined || from.before === undefined || to.before === undefined) continue;
    const { egress, ingress } = before.reachability.explain(from.before, to.before, cut.protocol, cut.first);
    for (const { policy, action } of [...egress.decidedBy, ...ingress.decidedBy]) {
      if (action !== 'allow' || policy.kind !== 'NetworkPolicy') continue;
      const own = byName.get(`${policy.namespace}/${policy.name}`);
      if (own !== undefined) kept.add(own);
    }
  }
  return replaced.filter((policy) => kept.has(policy));
}

function workloadOf({ before, after }: ComparedPeer): { readonly place: Residue['place'] } | undefined {
  const peer = after ?? before;
  return peer?.type === 'workload' ? peer.workload : undefined;
}
