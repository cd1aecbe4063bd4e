import { NOWHERE } from '../../model/place';
import { policyId } from '../../policies/policy-id';
import { printConnections } from '../../reachability/sets/connection-print';
import type { Diff, DiffIsolation } from './diff';
import { diffConnections, groupConnections, type DiffConnection } from './diff-connections';
import { diffReason, type DiffSides } from './diff-reason';
import { peerNames } from './diff-wording';
import { listSome } from '../../model/list-some';
import { impactLines } from './isolation-words';
import { sarifLog, type SarifResult, type SarifRule } from '../sarif';

const RULES: readonly SarifRule[] = [
  { rule: 'connection-added', description: 'A connection is allowed that was not' },
  { rule: 'connection-removed', description: 'A connection is not allowed any more' },
  { rule: 'connection-undecided', description: 'A connection that cannot be decided from the manifests' },
  { rule: 'workload-isolated', description: 'A workload is isolated for the first time' },
  { rule: 'workload-opened', description: 'No policy isolates a workload any more' },
];

const NAMES = 5;

/** What changed as a SARIF log: each group of connections at the line of the policy that decides about it. */
export function diffSarif(diff: Diff, sides: DiffSides): string {
  const { added, removed, undecided } = diffConnections(diff.pairs);
  return sarifLog(RULES, [
    ...results(added, 'connection-added', 'may now reach', sides),
    ...results(removed, 'connection-removed', 'can no longer reach', sides),
    ...results(undecided, 'connection-undecided', 'may or may not reach', sides),
    ...diff.isolation.map(isolationResult),
  ]);
}

function isolationResult({ workload, direction, change, by, impact }: DiffIsolation): SarifResult {
  const [policy] = by;
  const policies = listSome(by.map(policyId), NAMES);
  const isolated = change === 'isolated';
  const what = isolated
    ? `${workload.id} is isolated for ${direction} for the first time, by ${policies}`
    : `${workload.id} is not isolated for ${direction} any more; it was by ${policies}`;
  return {
    rule: isolated ? 'workload-isolated' : 'workload-opened',
    severity: 'warning',
    message: [what, ...(impact === undefined ? [] : impactLines(direction, impact, NAMES))].join('; '),
    place: policy?.place ?? workload.place,
    object: policy === undefined ? undefined : policyId(policy),
  };
}

function results(
  list: readonly DiffConnection[],
  rule: string,
  verb: string,
  sides: DiffSides,
): SarifResult[] {
  return groupConnections(list).map((group): SarifResult => {
    const [decision] = diffReason(group, sides).decisions;
    const [from, to] = [group.from, group.to].map((peers) => listSome(peerNames(peers), NAMES));
    return {
      rule,
      severity: 'warning',
      message: `${from ?? ''} ${verb} ${to ?? ''} on ${printConnections(group.connections)}`,
      place: decision?.place ?? NOWHERE,
      object: decision === undefined ? undefined : policyId(decision.policy),
    };
  });
}
