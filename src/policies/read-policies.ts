import { sortFindings, type Finding } from '../model/finding';
import { resourceId, type Resource } from '../model/resource';
import { uniqueResources } from '../model/unique-resources';
import { bypassesApiServer, CALICO_GROUP, CALICO_STORAGE_GROUP } from './calico/api-group';
import type { CalicoPolicy, CalicoTier, NetworkSet } from './calico/policy';
import {
  isFelixConfiguration,
  readFelixConfiguration,
  type FelixSettings,
} from './calico/felix-configuration';
import { readNetworkSet } from './calico/read-network-set';
import { readCalicoPolicy } from './calico/read-policy';
import { readStagedKubernetesPolicy, type StagedNetworkPolicy } from './calico/read-staged-kubernetes';
import { BUILT_IN_TIERS, type TierVersions } from './calico/built-in-tiers';
import { readTier } from './calico/read-tier';
import type { ClusterWidePolicy } from './cluster-network-policy/policy';
import {
  CLUSTER_NETWORK_POLICY_GROUP,
  isClusterWideKind,
  readClusterWidePolicy,
} from './cluster-network-policy/read-policy';
import type { NetworkPolicy } from './kubernetes/network-policy';
import { readNetworkPolicy } from './kubernetes/read-network-policy';
import type { OutOfModel, PolicySet } from './policy';
import { policyId } from './policy-id';
import { looksLikePolicy, misnamedKind } from './misnamed-kinds';
import { unmodelledReason } from './unmodelled-kinds';

/** What is read so far; each reader puts its object here or reports why not. */
interface Shelf {
  readonly kubernetes: NetworkPolicy[];
  readonly calico: CalicoPolicy[];
  readonly clusterWide: ClusterWidePolicy[];
  readonly tiers: CalicoTier[];
  readonly networkSets: NetworkSet[];
  readonly stagedKubernetes: StagedNetworkPolicy[];
  /** Settings of Felix for all nodes; of one at most. */
  felix: FelixSettings | undefined;
  readonly outOfModel: OutOfModel[];
  readonly findings: Finding[];
  /** What the kinds of all objects say about the version of Calico. */
  readonly versions: TierVersions;
}

/**
 * Reads every policy of the input, whatever its kind. An object with an error is in no list, and its findings say
 * what is wrong: the API server refuses it, so it never exists. Only Calico's storage API refuses nothing: what has an
 * error there is out of model, as are kinds that decide about traffic but are not evaluated. The lists are sorted by
 * namespace and name. Of an object that is there twice the last one counts, as when both are applied.
 */
export function readPolicies(resources: readonly Resource[]): PolicySet {
  const unique = uniqueResources(resources.filter(isPolicyKind));
  const shelf: Shelf = {
    kubernetes: [],
    calico: [],
    clusterWide: [],
    tiers: [],
    networkSets: [],
    stagedKubernetes: [],
    felix: undefined,
    outOfModel: [],
    findings: [],
    versions: versionsOf(unique.resources),
  };
  shelf.findings.push(...unique.findings);
  for (const resource of unique.resources) readOne(resource, shelf);
  const tiers = withBuiltIn(shelf.tiers);
  checkTiers(shelf.calico, tiers, shelf.findings);
  return {
    kubernetes: sorted(shelf.kubernetes),
    calico: sorted(shelf.calico),
    clusterWide: sorted(shelf.clusterWide),
    tiers,
    networkSets: sorted(shelf.networkSets),
    stagedKubernetes: [...shelf.stagedKubernetes].sort((a, b) => compareNames(a.policy, b.policy)),
    ...(shelf.felix === undefined ? {} : { felix: shelf.felix }),
    outOfModel: [...shelf.outOfModel].sort((a, b) =>
      compareText(resourceId(a.resource), resourceId(b.resource)),
    ),
    findings: sortFindings(shelf.findings),
  };
}

/** Puts the object where it belongs; false when it has an error. */
type Reader = (resource: Resource, shelf: Shelf) => boolean;

const CALICO_KINDS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['NetworkPolicy', putCalicoPolicy],
  ['GlobalNetworkPolicy', putCalicoPolicy],
  ['StagedNetworkPolicy', putCalicoPolicy],
  ['StagedGlobalNetworkPolicy', putCalicoPolicy],
  [
    'StagedKubernetesNetworkPolicy',
    (resource, { stagedKubernetes, findings }) =>
      put(stagedKubernetes, readStagedKubernetesPolicy(resource, findings)),
  ],
  ['Tier', (resource, { tiers, findings, versions }) => put(tiers, readTier(resource, findings, versions))],
  ['NetworkSet', putNetworkSet],
  ['GlobalNetworkSet', putNetworkSet],
]);

function isPolicyKind(resource: Resource): boolean {
  return (
    looksLikePolicy(resource) ||
    isCalico(resource) ||
    isFelixConfiguration(resource) ||
    unmodelledReason(resource) !== undefined
  );
}

function isKubernetesPolicy({ group, kind }: Resource): boolean {
  return kind === 'NetworkPolicy' && (group === 'networking.k8s.io' || group === 'extensions');
}

function isClusterWide({ group, kind }: Resource): boolean {
  return group === CLUSTER_NETWORK_POLICY_GROUP && isClusterWideKind(kind);
}

function isCalico({ group, kind }: Resource): boolean {
  return (group === CALICO_GROUP || group === CALICO_STORAGE_GROUP) && CALICO_KINDS.has(kind);
}

function readOne(resource: Resource, shelf: Shelf): void {
  const { kind } = resource;
  if (isKubernetesPolicy(resource)) {
    putNetworkPolicy(resource, shelf);
    return;
  }
  if (isClusterWideKind(kind) && isClusterWide(resource)) {
    put(shelf.clusterWide, readClusterWidePolicy(resource, kind, shelf.findings));
    return;
  }
  if (isCalico(resource)) {
    const read = CALICO_KINDS.get(kind)?.(resource, shelf);
    if (read === false && isStored(resource))
      shelf.outOfModel.push({ resource, reason: storedReason(resource) });
    return;
  }
  if (isFelixConfiguration(resource)) {
    putFelixConfiguration(resource, shelf);
    return;
  }
  const reason = unmodelledReason(resource);
  const misnamed = reason === undefined ? misnamedKind(resource) : undefined;
  if (misnamed === undefined) shelf.outOfModel.push({ resource, reason: reason ?? unknownReason(resource) });
  else shelf.findings.push(misnamed);
}

function unknownReason({ kind, group }: Resource): string {
  return `${kind} (${group}) is not evaluated: by its name it is a network policy, but nothing is known of the kind.`;
}

function putNetworkPolicy(resource: Resource, shelf: Shelf): void {
  if (resource.apiVersion === 'networking.k8s.io/v1') {
    put(shelf.kubernetes, readNetworkPolicy(resource, shelf.findings));
    return;
  }
  shelf.findings.push({
    id: 'unserved-api-version',
    severity: 'error',
    message: `${resource.apiVersion} has no NetworkPolicy any more, so this one is not applied at all`,
    object: resourceId(resource),
    place: resource.place.at(['apiVersion']),
    mend: 'Write apiVersion: networking.k8s.io/v1; the fields are the same.',
  });
}

/** Policies with switches for host endpoints do more than the model sees. */
function putCalicoPolicy(resource: Resource, shelf: Shelf): boolean {
  const policy = readCalicoPolicy(resource, shelf.findings);
  const flags = policy?.hostFlags ?? [];
  if (flags.length > 0) {
    const reason = `${flags.join(' and ')} concerns traffic through host endpoints, which is not evaluated.`;
    shelf.outOfModel.push({ resource, reason });
  }
  return put(shelf.calico, policy);
}

function putFelixConfiguration(resource: Resource, shelf: Shelf): void {
  const { settings, doubts } = readFelixConfiguration(resource);
  shelf.felix = settings ?? shelf.felix;
  if (doubts.length === 0) return;
  const [reason, mend] = [doubts.map((doubt) => doubt.reason), doubts.map((doubt) => doubt.mend)];
  shelf.outOfModel.push({ resource, reason: sentences(reason), mend: [...new Set(mend)].join(' ') });
}

function sentences(reasons: readonly string[]): string {
  return reasons.map((reason) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`).join(' ');
}

function putNetworkSet(resource: Resource, { networkSets, findings }: Shelf): boolean {
  return put(networkSets, readNetworkSet(resource, findings));
}

function put<T>(list: T[], item: T | undefined): boolean {
  if (item !== undefined) list.push(item);
  return item !== undefined;
}

/** Whether the object exists in the cluster whatever is wrong with it, and changes verdicts there. */
function isStored(resource: Resource): boolean {
  return bypassesApiServer(resource) && resource.version === 'v1' && !resource.kind.startsWith('Staged');
}

/** What Calico does with what it cannot read differs from field to field (calico-policy-model 2.6). */
function storedReason({ kind, apiVersion }: Resource): string {
  return `it has an error, and ${apiVersion} keeps it all the same: Calico then ignores the ${kind} or what it cannot read of it, which can open or close more than is written.`;
}

/** Each version of Calico enforces one generation of cluster-wide policies only (calico-policy-model, version map). */
function versionsOf(resources: readonly Resource[]): TierVersions {
  const kinds = new Set(resources.filter(isClusterWide).map(({ kind }) => kind));
  return {
    fromCluster: kinds.has('ClusterNetworkPolicy'),
    fromAdmin: kinds.has('AdminNetworkPolicy') || kinds.has('BaselineAdminNetworkPolicy'),
  };
}

/** An object of the input about a built-in tier has been checked to say the same, or is of a version that lets it differ. */
function withBuiltIn(tiers: readonly CalicoTier[]): readonly CalicoTier[] {
  const named = new Set(tiers.map(({ name }) => name));
  return [...tiers, ...BUILT_IN_TIERS.filter(({ name }) => !named.has(name))].sort(
    (a, b) => (a.order === b.order ? 0 : a.order - b.order) || compareText(a.name, b.name),
  );
}

/** Calico's API refuses a policy of a tier that is not there; without that check the policy comes after all tiers (calico-policy-model 2.6). */
function checkTiers(
  policies: readonly CalicoPolicy[],
  tiers: readonly CalicoTier[],
  findings: Finding[],
): void {
  const known = new Set(tiers.map(({ name }) => name));
  for (const policy of policies.filter(({ tier }) => !known.has(tier))) {
    findings.push({
      id: 'unknown-tier',
      severity: 'warning',
      message: `the tier ${JSON.stringify(policy.tier)} is not in the input: its order and default action are unknown, so the policy is taken to come after all other tiers and to deny the rest`,
      object: policyId(policy),
      place: policy.place.at(['spec', 'tier']),
      mend: 'Add the Tier to the input; if it does not exist in the cluster either, Calico refuses the policy.',
    });
  }
}

function sorted<
  T extends { readonly namespace?: string | undefined; readonly name: string; readonly kind?: string },
>(items: readonly T[]): readonly T[] {
  return [...items].sort(compareNames);
}

type Named = {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly kind?: string;
  readonly staged?: boolean;
};

function compareNames(a: Named, b: Named): number {
  return (
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.name, b.name) ||
    compareText(a.kind ?? '', b.kind ?? '') ||
    Number(a.staged ?? false) - Number(b.staged ?? false)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
