import { DIFFERENCES, type DifferenceReason } from './difference-reasons';
import type { OperatorOutput } from './operator-output';
import type { OperatorPolicy, OperatorRule } from './operator-policy';
import { canonical, ruleDifferences } from './rule-differences';
import type { GeneratedPolicy, PodLabels } from '../compilation';
import { ACCESS_PREFIX, SERVICE_ACCESS_PREFIX } from '../profiles/label-scheme';
import { append, groupBy } from '../../model/group-by';
import { FOR_SERVICE } from '../external/external-way';
import { EXTERNAL_LABEL, POLICY_LABEL } from '../profiles/profile';
import type { ClientIntents } from '../../intents/client-intents';
import { workloadMatches } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import { jsonAt, type Json } from '../../model/json';
import { NOWHERE, type Place } from '../../model/place';
import { resourceId } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** What is written here, to be held against {@link OperatorOutput}. */
export interface OwnOutput {
  readonly policies: readonly GeneratedPolicy[];
  readonly podLabels: readonly PodLabels[];
}

/** An object that differs. */
interface Differing {
  readonly object: string;
  readonly place: Place;
}

/**
 * One finding for each reason for which an object of the operator is not the same here, with the objects it is about
 * (otterize-operator 10.2). Whatever has no reason of its own is reported too: nothing differs in silence.
 *
 * @param strict whether what the operator makes is written, and not what is made here
 */
export function otterizeDifferences(
  operator: OperatorOutput,
  own: OwnOutput,
  intents: readonly ClientIntents[],
  strict: boolean,
): Finding[] {
  const differing = new Map<DifferenceReason, Differing[]>();
  comparePolicies(operator.policies, own.policies.filter(isModelled), differing);
  compareLabels(operator, own, intents, differing);
  return [...differing]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, objects]) => finding(reason, objects, strict));
}

/**
 * Policies for webhooks and metrics are outside of the comparison, by labels of their own; so are exceptions, which are
 * made for no Service.
 */
export function isModelled({ manifest }: GeneratedPolicy): boolean {
  const has = (field: 'labels' | 'annotations', key: string): boolean =>
    jsonAt(manifest, ['metadata', field, key]) !== undefined;
  return has('labels', POLICY_LABEL) || (has('labels', EXTERNAL_LABEL) && has('annotations', FOR_SERVICE));
}

function comparePolicies(
  operator: readonly OperatorPolicy[],
  own: readonly GeneratedPolicy[],
  differing: Map<DifferenceReason, Differing[]>,
): void {
  const theirs = groupBy(operator, nameOf);
  const ours = new Map(own.map((policy) => [nameOf(policy), policy]));
  const add = (reason: DifferenceReason, policy: OperatorPolicy | GeneratedPolicy): void => {
    const place = policy.causes[0]?.place ?? NOWHERE;
    append(differing, reason, { object: `NetworkPolicy/${nameOf(policy)}`, place });
  };
  const shared = new Set<string>();
  for (const [name, [first, second]] of theirs) {
    if (first === undefined) continue;
    const here = ours.get(name);
    if (second !== undefined) {
      shared.add(name);
      add('shared-policy-name', first);
    } else if (here === undefined) add(missingReason(first), first);
    else for (const reason of policyDifferences(first, here)) add(reason, first);
  }
  for (const [name, policy] of ours) {
    if (theirs.has(name) || isRenamed(policy, shared)) continue;
    add(extraReason(policy), policy);
  }
}

/** The digest that keeps policies of one name apart is the last part of the name. */
function isRenamed({ namespace, name }: GeneratedPolicy, shared: ReadonlySet<string>): boolean {
  return shared.has(`${namespace}/${name.replace(/-[0-9a-f]{10}$/, '')}`);
}

function missingReason({ labels, ingress, egress = [] }: OperatorPolicy): DifferenceReason {
  if (Object.hasOwn(labels, EXTERNAL_LABEL)) return 'external-wide';
  if (ingress === undefined && egress.every(({ origin }) => origin === 'dns')) return 'dns-only-egress';
  return 'no-pods';
}

function extraReason({ manifest }: GeneratedPolicy): DifferenceReason {
  const external = jsonAt(manifest, ['metadata', 'labels', EXTERNAL_LABEL]) !== undefined;
  return external || jsonAt(manifest, ['spec', 'ingress']) === undefined ? 'if-blocked' : 'other';
}

function policyDifferences(operator: OperatorPolicy, { manifest }: GeneratedPolicy): Set<DifferenceReason> {
  const at = (...path: string[]): Json | undefined => jsonAt(manifest, path);
  const reasons = new Set([
    ...ruleDifferences(operator.ingress ?? [], listAt(at('spec', 'ingress'))),
    ...egressDifferences(operator.egress, at('spec', 'egress')),
  ]);
  const external = Object.hasOwn(operator.labels, EXTERNAL_LABEL);
  const same =
    canonical(at('spec', 'podSelector', 'matchLabels')) === canonical({ ...operator.podLabels }) &&
    canonical(at('metadata', 'labels')) === canonical({ ...operator.labels }) &&
    canonical(at('metadata', 'annotations') ?? {}) === canonical({ ...operator.annotations });
  if (!same) reasons.add(external ? 'external-wide' : 'other');
  return reasons;
}

/** A policy that is about egress on one side only: nothing but DNS on theirs, what others block on ours. */
function egressDifferences(
  operator: readonly OperatorRule[] | undefined,
  ours: Json | undefined,
): ReadonlySet<DifferenceReason> {
  if (operator === undefined) return new Set(ours === undefined ? [] : ['if-blocked' as const]);
  if (ours === undefined && operator.every(({ origin }) => origin === 'dns'))
    return new Set(['dns-only-egress' as const]);
  return ruleDifferences(operator, listAt(ours));
}

function compareLabels(
  { podLabels }: OperatorOutput,
  own: OwnOutput,
  intents: readonly ClientIntents[],
  differing: Map<DifferenceReason, Differing[]>,
): void {
  const ours = new Map(own.podLabels.map(({ workload, labels }) => [workload, labels]));
  for (const workload of new Set([...podLabels.keys(), ...ours.keys()])) {
    const theirs = podLabels.get(workload) ?? {};
    const here = ours.get(workload) ?? {};
    if (canonical({ ...theirs }) === canonical({ ...here })) continue;
    const extra = Object.keys(theirs).filter((key) => theirs[key] !== here[key]);
    const reason = extra.some(isAccess) ? labelReason(workload, intents) : 'other';
    append(differing, reason, { object: resourceId(workload.resource), place: workload.place });
  }
}

/** Either its kind is not meant, or its target is not there. */
function labelReason(workload: Workload, intents: readonly ClientIntents[]): DifferenceReason {
  const ofOtherKind = intents.some(
    ({ client }) =>
      client.kind !== undefined &&
      workloadMatches({ namespace: client.namespace, name: client.name }, workload) &&
      !workloadMatches(client, workload),
  );
  return ofOtherKind ? 'labels-ignore-kind' : 'no-pods';
}

function isAccess(key: string): boolean {
  return key.startsWith(ACCESS_PREFIX) || key.startsWith(SERVICE_ACCESS_PREFIX) || key.endsWith('/client');
}

/** How many objects a finding names. */
const NAMED = 5;

function finding(reason: DifferenceReason, objects: readonly Differing[], strict: boolean): Finding {
  const { operator, here, reference } = DIFFERENCES[reason];
  const names = [...new Set(objects.map(({ object }) => object))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const about = `This is about ${names.slice(0, NAMED).join(', ')}${more} (otterize-operator ${reference}).`;
  const message = strict
    ? `written as the operator does, although that is wrong: it ${operator}. Without strictOtterize ${here}. ${about}`
    : `the operator ${operator}; here ${here}. ${about}`;
  return {
    id: 'otterize-differs',
    severity: strict ? (reason === 'shared-policy-name' ? 'error' : 'warning') : 'info',
    message,
    object: names[0],
    place: objects[0]?.place ?? NOWHERE,
    mend: strict
      ? 'Once the operator is gone, take strictOtterize (--strict-otterize) away.'
      : 'Nothing to do; strictOtterize (--strict-otterize) writes what the operator writes, for a change-over without a diff.',
  };
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function listAt(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
