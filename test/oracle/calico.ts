import { entityMatches, numberOf, namespaceTest, podLookup, serviceAccountTest } from './calico-entity';
import { parseSelector } from './calico-selector';
import {
  clusterPolicies,
  clusterTier,
  firstAction,
  isClusterWide,
  isKnownToCalico,
  isSubject,
} from './cluster-wide';
import type { Flow, Way } from './flow';
import { allows, isolates } from './kubernetes';
import type {
  CalicoPolicyManifest,
  CalicoPolicySpec,
  CalicoRule,
  ClusterWideManifest,
  IcmpFields,
  Manifest,
  NetworkPolicySpec,
} from './manifest';
import { selectable, type Endpoint } from './pods';

interface Tier {
  readonly name: string;
  readonly order: number;
  readonly defaultAction: 'Deny' | 'Pass';
}

interface TieredPolicy {
  readonly tier: string;
  readonly order: number;
  /** calico-policy-model 5.2: what breaks a tie of orders up to 3.31, and from 3.32 on. */
  readonly tieBreak: readonly [earlier: string, since332: string];
  readonly applies: (endpoint: Endpoint, way: Way) => boolean;
  /** The action of the first rule that matches and is not Log. */
  readonly decide: (way: Way, flow: Flow) => 'allow' | 'deny' | 'pass' | undefined;
}

export function isCalicoPolicy(manifest: Manifest): manifest is CalicoPolicyManifest {
  return (
    manifest.apiVersion === 'projectcalico.org/v3' &&
    ['NetworkPolicy', 'GlobalNetworkPolicy', 'StagedNetworkPolicy', 'StagedGlobalNetworkPolicy'].includes(
      manifest.kind,
    )
  );
}

/** The verdict of one end in one direction for an endpoint that policies can select: calico-policy-model 5.3. */
export function calicoVerdict(endpoint: Endpoint, way: Way, flow: Flow, staged: boolean): 'allow' | 'deny' {
  const policies = tieredPolicies(flow.manifests, staged).filter((policy) => policy.applies(endpoint, way));
  for (const tier of tiersOf(flow.manifests)) {
    const applied = policies.filter((policy) => policy.tier === tier.name).sort(byOrder(flow.manifests));
    if (applied.length === 0) continue;
    const decision = firstDecision(applied, way, flow);
    if (decision === 'allow' || decision === 'deny') return decision;
    if (decision === undefined && tier.defaultAction === 'Deny') return 'deny';
  }
  // Behind the last tier the profile of the pod's namespace allows everything.
  return 'allow';
}

function firstDecision(
  policies: readonly TieredPolicy[],
  way: Way,
  flow: Flow,
): 'allow' | 'deny' | 'pass' | undefined {
  for (const policy of policies) {
    const decision = policy.decide(way, flow);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

/** Version map: only Calico from 3.32 on has ClusterNetworkPolicies; without one it is taken for 3.31, which packets show. */
function byOrder(manifests: readonly Manifest[]): (a: TieredPolicy, b: TieredPolicy) => number {
  const version = manifests.some(({ kind }) => kind === 'ClusterNetworkPolicy') ? 1 : 0;
  return (a, b) => {
    if (a.order !== b.order) return a.order < b.order ? -1 : 1;
    return a.tieBreak[version] < b.tieBreak[version] ? -1 : 1;
  };
}

/** The tiers Calico makes itself (version map): of 3.29 to 3.31 the two of the old admin kinds, from 3.32 on `kube-…`. */
const MADE_BY_CALICO: readonly Tier[] = [
  { name: 'default', order: 1_000_000, defaultAction: 'Deny' },
  { name: 'kube-admin', order: 1_000, defaultAction: 'Pass' },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'Pass' },
  { name: 'adminnetworkpolicy', order: 1_000, defaultAction: 'Pass' },
  { name: 'baselineadminnetworkpolicy', order: 10_000_000, defaultAction: 'Pass' },
];

/**
 * 5.2: by order, then by name. 1.2: the API server writes 1,000,000 where a Tier has no order. Felix enforces what an
 * object of a built-in name says, as any (ConvertTierV3ToV1Value and PolicySorter in v3.31).
 */
function tiersOf(manifests: readonly Manifest[]): Tier[] {
  const written = manifests.flatMap((manifest): Tier[] => {
    if (manifest.kind !== 'Tier') return [];
    const { order = 1_000_000, defaultAction = 'Deny' } = manifest.spec;
    return [{ name: manifest.metadata.name, order, defaultAction }];
  });
  const names = written.map(({ name }) => name);
  const tiers = [...written, ...MADE_BY_CALICO.filter(({ name }) => !names.includes(name))];
  const sorted = tiers.sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
  // 2.6: a policy of a tier that is not there applies behind all others, and the end action is Deny.
  const missing = manifests.filter(isCalicoPolicy).map(({ spec }) => spec.tier ?? 'default');
  const unknown = [...new Set(missing)].filter((name) => !tiers.some((tier) => tier.name === name)).sort();
  return [...sorted, ...unknown.map((name): Tier => ({ name, order: Infinity, defaultAction: 'Deny' }))];
}

/** 5.1 and 5.7: all policies as Calico sees them; staged ones only in a "what if". */
function tieredPolicies(manifests: readonly Manifest[], staged: boolean): TieredPolicy[] {
  const policies = manifests
    .filter((manifest) => !staged || !isReplaced(manifest, manifests))
    .flatMap((manifest) => tieredPolicy(manifest, staged));
  const clusterWide = [...clusterPolicies(manifests, 'Admin'), ...clusterPolicies(manifests, 'Baseline')];
  const read = clusterWide.filter(
    (policy) => policy.kind === 'ClusterNetworkPolicy' || isKnownToCalico(policy),
  );
  return [...policies, ...read.map(fromClusterWide)];
}

function tieredPolicy(manifest: Manifest, staged: boolean): TieredPolicy[] {
  if (isClusterWide(manifest)) return [];
  const { name, namespace = '' } = manifest.metadata;
  if (manifest.kind === 'StagedKubernetesNetworkPolicy') {
    if (!staged || !isToBe(manifest.spec.stagedAction)) return [];
    return [fromKubernetes(name, namespace, manifest.kind, manifest.spec)];
  }
  if (manifest.apiVersion === 'networking.k8s.io/v1')
    return [fromKubernetes(name, namespace, 'KubernetesNetworkPolicy', manifest.spec)];
  if (!isCalicoPolicy(manifest)) return [];
  if (manifest.kind.startsWith('Staged') && (!staged || !isToBe(manifest.spec.stagedAction))) return [];
  // 5.6: these are for host endpoints only. With `applyOnForward` alone it is for pods as well.
  if (manifest.spec.doNotTrack === true || manifest.spec.preDNAT === true) return [];
  return [fromCalico(manifest)];
}

/** `Delete` is no policy any more, and `Ignore` says that it is not looked at. */
function isToBe(action: CalicoPolicySpec['stagedAction']): boolean {
  return action !== 'Delete' && action !== 'Ignore';
}

/** In a "what if" a staged policy takes the place of the enforced one of its name, or takes it away. */
function isReplaced(manifest: Manifest, manifests: readonly Manifest[]): boolean {
  const stagedKind =
    manifest.apiVersion === 'networking.k8s.io/v1'
      ? 'StagedKubernetesNetworkPolicy'
      : `Staged${manifest.kind}`;
  for (const other of manifests) {
    if (!isCalicoPolicy(other) && other.kind !== 'StagedKubernetesNetworkPolicy') continue;
    if (other.kind !== stagedKind || other.spec.stagedAction === 'Ignore') continue;
    if (
      other.metadata.name === manifest.metadata.name &&
      other.metadata.namespace === manifest.metadata.namespace
    )
      return true;
  }
  return false;
}

/** A NetworkPolicy is a policy of the default tier at order 1000 with nothing but Allow rules (5.1). */
function fromKubernetes(
  name: string,
  namespace: string,
  kind: string,
  spec: NetworkPolicySpec,
): TieredPolicy {
  return {
    tier: 'default',
    order: 1_000,
    tieBreak: [`${namespace}/knp.default.${name}`, `${name}/${namespace}/${kind}`],
    applies: (endpoint, way) => isolates(spec, namespace, endpoint, way, true),
    decide: (way, flow) => (allows(spec, namespace, way, flow) ? 'allow' : undefined),
  };
}

const CLUSTER_WIDE_TIERS: Readonly<Record<string, string>> = {
  AdminNetworkPolicy: 'adminnetworkpolicy',
  BaselineAdminNetworkPolicy: 'baselineadminnetworkpolicy',
};

/** Each generation in tiers of its own, at their priority (5.1). */
function fromClusterWide(policy: ClusterWideManifest): TieredPolicy {
  return {
    tier: CLUSTER_WIDE_TIERS[policy.kind] ?? `kube-${clusterTier(policy).toLowerCase()}`,
    order: policy.kind === 'BaselineAdminNetworkPolicy' ? 1_000 : (policy.spec.priority ?? 0),
    // Only they are in their tiers up to 3.31.
    tieBreak: [policy.metadata.name, `${policy.metadata.name}//Kubernetes${policy.kind}`],
    applies: (endpoint, way) => governsClusterWide(policy, way) && isSubject(policy, endpoint, true),
    decide: (way, flow) => {
      const action = firstAction(policy, way, flow);
      return action === 'accept' ? 'allow' : action;
    },
  };
}

/**
 * What it has rules for; of the old kinds one without any is of both ways to Calico, which matters where a Tier ends their
 * tier in a deny (calculateANPPolicyTypes of libcalico-go/lib/backend/k8s/conversion, NewPolicyMetadata of felix/calc).
 */
function governsClusterWide({ kind, spec }: ClusterWideManifest, way: Way): boolean {
  const ruled = (one: Way): boolean => (spec[one] ?? []).length > 0;
  const none = !ruled('ingress') && !ruled('egress');
  return ruled(way) || (none && kind !== 'ClusterNetworkPolicy');
}

function fromCalico(manifest: CalicoPolicyManifest): TieredPolicy {
  const { metadata, spec, kind } = manifest;
  const namespace =
    kind === 'NetworkPolicy' || kind === 'StagedNetworkPolicy'
      ? (metadata.namespace ?? 'default')
      : undefined;
  const { tier = 'default' } = spec;
  const { name } = metadata;
  // Up to 3.31 the API server puts the tier before the name, if it is not there.
  const kept = name.indexOf(`${tier}.`) === 0 ? name : `${tier}.${name}`;
  return {
    tier,
    order: spec.order ?? Infinity,
    tieBreak: [namespace === undefined ? kept : `${namespace}/${kept}`, `${name}/${namespace ?? ''}/${kind}`],
    applies: (endpoint, way) => governs(spec, way) && isSelected(spec, namespace, endpoint),
    decide: (way, flow) => firstMatch(spec[way] ?? [], namespace, flow),
  };
}

/** 1.3, first column: what the API server fills in, by the length of the rule lists. */
function governs(spec: CalicoPolicySpec, way: Way): boolean {
  if (spec.types !== undefined && spec.types.length > 0)
    return spec.types.includes(way === 'ingress' ? 'Ingress' : 'Egress');
  const ingress = (spec.ingress ?? []).length > 0;
  const egress = (spec.egress ?? []).length > 0;
  return way === 'egress' ? egress : ingress || !egress;
}

/** 4.2, for pods: they always have a namespace and a service account, so every `all()` is true for them. */
function isSelected(spec: CalicoPolicySpec, namespace: string | undefined, endpoint: Endpoint): boolean {
  const pod = selectable(endpoint);
  if (pod === undefined || (namespace !== undefined && pod.namespace !== namespace)) return false;
  const labels = podLookup(pod);
  if (!parseSelector(spec.selector ?? '')(labels)) return false;
  if (spec.namespaceSelector && !namespaceTest(spec.namespaceSelector)(labels)) return false;
  return !spec.serviceAccountSelector || serviceAccountTest(spec.serviceAccountSelector)(labels);
}

function firstMatch(
  rules: readonly CalicoRule[],
  namespace: string | undefined,
  flow: Flow,
): 'allow' | 'deny' | 'pass' | undefined {
  for (const rule of rules) {
    if (rule.action === 'Log' || !ruleMatches(rule, namespace, flow)) continue;
    if (rule.action === 'Allow') return 'allow';
    return rule.action === 'Deny' ? 'deny' : 'pass';
  }
  return undefined;
}

/** 5.5: all criteria of a rule together. */
function ruleMatches(rule: CalicoRule, namespace: string | undefined, flow: Flow): boolean {
  const { protocol } = flow.packet;
  if (rule.protocol !== undefined && numberOf(rule.protocol) !== protocol) return false;
  if (rule.notProtocol !== undefined && numberOf(rule.notProtocol) === protocol) return false;
  if (rule.icmp !== undefined && !icmpMatches(rule.icmp, flow)) return false;
  if (rule.notICMP !== undefined && icmpMatches(rule.notICMP, flow)) return false;
  if (!entityMatches('destination', rule, namespace, flow) || !entityMatches('source', rule, namespace, flow))
    return false;
  const version = versionOf(rule);
  return version === undefined || version === flow.addresses.family();
}

/** Explicit, or implied by the protocol names ICMP and ICMPv6; the numbers 1 and 58 imply nothing. */
function versionOf(rule: CalicoRule): 4 | 6 | undefined {
  if (rule.ipVersion !== undefined) return rule.ipVersion;
  if (rule.protocol === 'ICMP') return 4;
  return rule.protocol === 'ICMPv6' ? 6 : undefined;
}

function icmpMatches(wanted: IcmpFields, { packet }: Flow): boolean {
  if (packet.icmp === undefined) return false;
  if (wanted.type !== undefined && wanted.type !== packet.icmp.type) return false;
  return wanted.code === undefined || wanted.code === packet.icmp.code;
}
