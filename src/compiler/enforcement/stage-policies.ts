import type { Enforcement } from './enforcement';
import type { NamedPolicy } from '../final-names';
import { type ModelIndex } from '../resolution/model-index';
import { append } from '../../model/group-by';
import { hasLabels } from '../own-isolation';
import type { PolicyDraft } from '../policy-draft';
import type { PresentPolicies } from '../present-policies';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/** What is written for now, of policies that would all be written once everything is enforced. */
export interface StagedPolicies {
  readonly written: readonly NamedPolicy[];
  /** Workloads for which nothing that isolates is written, by direction. */
  readonly withheld: Readonly<Record<Direction, ReadonlySet<Workload>>>;
  readonly findings: readonly Finding[];
}

/** What {@link stagePolicies} needs to know. */
export interface StageInput {
  readonly enforcement: Enforcement;
  readonly index: ModelIndex;
  /** The policies that stay in the output in any case. */
  readonly present: PresentPolicies;
  /** Labels that pods get. */
  readonly podLabels: ReadonlyMap<Workload, Labels>;
}

const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * Takes out of the policies what would isolate a workload in shadow. One that policies of somebody else isolate anyway is
 * not isolated by one more policy, which only adds: it keeps its policies, or declared calls would not work.
 *
 * A policy that selects an enforced workload beside one in shadow cannot be written, and the enforced one then cannot be
 * isolated at all, for callers who come through this policy would be cut off: an error says so.
 */
export function stagePolicies(named: readonly NamedPolicy[], input: StageInput): StagedPolicies {
  const selected = selectedBy(named, input);
  const findings: Finding[] = [];
  const withheld = {
    ingress: withheldIn('ingress', named, selected, input, findings),
    egress: withheldIn('egress', named, selected, input, findings),
  };
  const written = named.flatMap((policy) => {
    const { draft } = policy;
    const workloads = selected.get(policy) ?? [];
    const kept = DIRECTIONS.filter(
      (direction) =>
        draft[direction] !== undefined && !workloads.some((workload) => withheld[direction].has(workload)),
    );
    return kept.length === 0 ? [] : [{ ...policy, draft: only(draft, kept) }];
  });
  return { written, withheld, findings };
}

/** The workloads in shadow that are open otherwise, and those that share a policy with one of them. */
function withheldIn(
  direction: Direction,
  named: readonly NamedPolicy[],
  selected: ReadonlyMap<NamedPolicy, readonly Workload[]>,
  { enforcement, index, present }: StageInput,
  findings: Finding[],
): ReadonlySet<Workload> {
  const withheld = new Set(
    index.cluster.workloads.filter(
      (workload) =>
        enforcement.of(workload, direction) === 'shadow' && !present.isolates(workload, direction),
    ),
  );
  const policiesOf = new Map<Workload, NamedPolicy[]>();
  for (const policy of named.filter(({ draft }) => draft[direction] !== undefined))
    for (const workload of selected.get(policy) ?? []) append(policiesOf, workload, policy);
  const queue = [...withheld];
  for (let workload = queue.pop(); workload !== undefined; workload = queue.pop()) {
    for (const policy of policiesOf.get(workload) ?? []) {
      for (const other of selected.get(policy) ?? []) {
        if (withheld.has(other)) continue;
        withheld.add(other);
        queue.push(other);
        if (!present.isolates(other, direction)) findings.push(mixed(policy, other, workload, direction));
      }
    }
  }
  return withheld;
}

function only(draft: PolicyDraft, directions: readonly Direction[]): PolicyDraft {
  const { ingress, egress, ...rest } = draft;
  return {
    ...rest,
    ...(ingress !== undefined && directions.includes('ingress') ? { ingress } : {}),
    ...(egress !== undefined && directions.includes('egress') ? { egress } : {}),
  };
}

/** The workloads that each policy selects, by the labels that their pods are going to have. */
function selectedBy(
  named: readonly NamedPolicy[],
  { index, podLabels }: StageInput,
): ReadonlyMap<NamedPolicy, readonly Workload[]> {
  const byLabel = new Map<string, Workload[]>();
  const labelsOf = (workload: Workload): Labels => ({ ...workload.labels, ...podLabels.get(workload) });
  const namespaces = new Set(named.map(({ draft }) => draft.namespace));
  for (const namespace of namespaces) {
    for (const workload of index.inNamespace(namespace)) {
      if (workload.finished || workload.hostNetwork) continue;
      for (const [key, value] of Object.entries(labelsOf(workload)))
        append(byLabel, keyOf(namespace, key, value), workload);
    }
  }
  return new Map(
    named.map((policy) => {
      const { namespace, podLabels: wanted } = policy.draft;
      const lists = Object.entries(wanted).map(
        ([key, value]) => byLabel.get(keyOf(namespace, key, value)) ?? [],
      );
      const [rarest = []] = lists.sort((a, b) => a.length - b.length);
      return [policy, rarest.filter((workload) => hasLabels(labelsOf(workload), wanted))];
    }),
  );
}

function keyOf(namespace: string, key: string, value: string): string {
  return `${namespace}\u0000${key}\u0000${value}`;
}

function mixed(
  { draft, name }: NamedPolicy,
  enforced: Workload,
  shadow: Workload,
  direction: Direction,
): Finding {
  const [cause] = draft.causes;
  return {
    id: 'enforcement-mixed',
    severity: 'error',
    message: `${enforced.id} is to be enforced for ${direction}, but NetworkPolicy/${draft.namespace}/${name} would select ${shadow.id} too, which is in shadow; it is not written, and ${enforced.id} stays open`,
    object: `${enforced.kind}/${enforced.namespace}/${enforced.name}`,
    place: cause?.place ?? NOWHERE,
    mend: 'Put both into the same mode.',
  };
}
