import type { DenyScope } from './stage-deny';
import { narrowDeny } from './stage-deny';
import type { StagedEnforcement } from './staged-enforcement';
import { MAX_SELECTOR } from '../default-denies/calico-default-deny';
import type { Cluster } from '../../model/cluster';
import type { Finding } from '../../model/finding';
import { isJsonObject, type JsonObject } from '../../model/json';
import type { Place } from '../../model/place';
import type { Direction } from '../../policies/direction';

/** A default deny of the app: of one namespace by NetworkPolicy, of all but some by GlobalNetworkPolicy. */
export interface DefaultDeny {
  /** As it is once everything is enforced. */
  readonly manifest: JsonObject;
  /** Absent: every namespace. */
  readonly namespace?: string | undefined;
  readonly exempt?: readonly string[] | undefined;
  readonly directions: readonly Direction[];
  readonly place: Place;
}

/** What of a default deny is written for now. */
export interface StagedDeny {
  /** Absent: nothing. */
  readonly manifest: JsonObject | undefined;
  readonly findings: readonly Finding[];
}

/** The part of a default deny that isolates what is enforced and nothing in shadow. */
export function stageDefaultDeny(deny: DefaultDeny, staged: StagedEnforcement, cluster: Cluster): StagedDeny {
  const { namespace, directions } = deny;
  if (namespace === undefined) return stageGlobalDeny(deny, staged, cluster);
  const scope = staged.denyScope(namespace, directions);
  return {
    manifest: narrowDeny(deny.manifest, scope),
    findings: indistinct(deny, namespace, scope),
  };
}

interface NamespaceScope {
  readonly namespace: string;
  readonly scope: DenyScope;
}

/**
 * Leaves out the namespaces in shadow, and where only a part of one is, those pods. Where the default is shadow, the
 * namespaces that it is about are listed: those that nobody knows yet must stay open.
 */
function stageGlobalDeny(deny: DefaultDeny, staged: StagedEnforcement, cluster: Cluster): StagedDeny {
  const { exempt = [], directions, manifest } = deny;
  const used = cluster.workloads.map(({ namespace }) => namespace);
  const names = [...new Set([...cluster.namespaces.keys(), ...used, ...staged.namedNamespaces])].sort();
  const scopes = names
    .filter((name) => !exempt.includes(name))
    .map((namespace): NamespaceScope => ({ namespace, scope: staged.denyScope(namespace, directions) }));
  const findings = scopes.flatMap(({ namespace, scope }) => indistinct(deny, namespace, scope));
  const denied = scopes.filter(({ scope }) => scope.type === 'all' || scope.type === 'some');
  const left = scopes.filter(({ scope }) => scope.type === 'none' || scope.type === 'indistinct');
  const clauses = denied.flatMap(({ namespace, scope }) => podClause(namespace, scope));
  const isListed = staged.usual === 'shadow';
  if (left.length === 0 && clauses.length === 0 && !isListed) return { manifest, findings };
  if (isListed && denied.length === 0) return { manifest: undefined, findings };
  const namespaceSelector = isListed
    ? `projectcalico.org/name in ${setOf(namesOf(denied))}`
    : exceptNamespaces([...exempt, ...namesOf(left)]);
  const selector = clauses.join(' && ');
  if (Math.max(namespaceSelector.length, selector.length) > MAX_SELECTOR)
    return { manifest: undefined, findings: [...findings, tooLong(deny)] };
  const spec = isJsonObject(manifest.spec) ? manifest.spec : {};
  const pods = selector === '' ? {} : { selector };
  return { manifest: { ...manifest, spec: { ...spec, namespaceSelector, ...pods } }, findings };
}

/** A namespace of which only some pods are isolated; `not in` holds for pods without the label too (calico-policy-model 3). */
function podClause(namespace: string, scope: DenyScope): string[] {
  if (scope.type !== 'some') return [];
  return scope.expressions.map(
    ({ key, operator, values }) =>
      `(projectcalico.org/namespace != "${namespace}" || ${key} ${operator === 'In' ? 'in' : 'not in'} ${setOf(values)})`,
  );
}

function namesOf(scopes: readonly NamespaceScope[]): string[] {
  return scopes.map(({ namespace }) => namespace);
}

/** As `calicoDefaultDeny` writes it; it must not hold for what has no namespace. */
function exceptNamespaces(names: readonly string[]): string {
  const any = 'has(projectcalico.org/name)';
  return names.length === 0 ? any : `${any} && projectcalico.org/name not in ${setOf(names)}`;
}

function setOf(values: readonly string[]): string {
  return `{${[...new Set(values)]
    .sort()
    .map((value) => `"${value}"`)
    .join(', ')}}`;
}

function indistinct({ place }: DefaultDeny, namespace: string, scope: DenyScope): Finding[] {
  if (scope.type !== 'indistinct') return [];
  return [
    {
      id: 'enforcement-deny-indistinct',
      severity: 'error',
      message: `A part of namespace ${namespace} is in shadow, but no label tells ${scope.workload.id} from workloads in the other mode, so the default deny of the namespace is not written: whoever is enforced there is not covered by it`,
      object: `Namespace/${namespace}`,
      place,
      mend: `Give its pods a label of their own (app), or put all of the namespace into one mode.`,
    },
  ];
}

function tooLong({ place }: DefaultDeny): Finding {
  return {
    id: 'enforcement-deny-too-long',
    severity: 'error',
    message: `With the namespaces in shadow, the selector of the default deny gets longer than the ${MAX_SELECTOR} characters Calico takes, so it is not written`,
    place,
    mend: 'Use DefaultDeny.everywhere, or enforce more at a time.',
  };
}
