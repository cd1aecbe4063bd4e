import { parseBlock, type Block } from './address';
import { calicoVerdict, isCalicoPolicy } from './calico';
import { clusterPolicies, firstAction, isSubject } from './cluster-wide';
import type { Flow, Packet, Way } from './flow';
import { allows, isolates } from './kubernetes';
import type { ClusterWideManifest, Manifest, NetworkPolicyManifest } from './manifest';
import { endpointOf, selectable, type Endpoint } from './pods';
import { Addresses, inEveryWorld, isNode, type AddressOptions, type Precision } from './worlds';

export type Verdict = 'allow' | 'deny' | 'undecided';

export type Plugin = 'kubernetes' | 'calico' | 'calico-nftables' | 'kube-network-policies';

export interface Options extends AddressOptions {
  /** Treat staged policies as enforced. */
  readonly staged?: boolean | undefined;
  /** What the network plugin enforces; Calico when there is a Calico policy or a Tier. */
  readonly cni?: Plugin | undefined;
}

/**
 * What happens to one packet under all policies of the manifests; `undecided` when it depends on an address
 * (or an IP version, or a source port) that the manifests do not tell.
 */
export function verdict(
  manifests: readonly Manifest[],
  packet: Packet,
  options: Options = {},
  precision: Precision = 'agreed',
): Verdict {
  return judge(manifests, packet, options, precision, (flow) => passes(flow, options));
}

/** What one end alone makes of the packet: its source for egress, its destination for ingress. */
export function sideVerdict(
  manifests: readonly Manifest[],
  packet: Packet,
  way: Way,
  options: Options = {},
  precision: Precision = 'agreed',
): Verdict {
  return judge(manifests, packet, options, precision, (flow) => {
    for (const end of [flow.from, flow.to]) if (end.type === 'pod' && end.finished) return false;
    if (way === 'egress') return sideAllows(flow.from, 'egress', flow, options);
    return sideAllows(flow.to, 'ingress', flow, options) || fromOwnNode(flow);
  });
}

function judge(
  manifests: readonly Manifest[],
  packet: Packet,
  options: Options,
  precision: Precision,
  lets: (flow: Flow) => boolean,
): Verdict {
  const from = endpointOf(manifests, packet.from);
  const to = endpointOf(manifests, packet.to);
  const blocks = blocksOf(manifests);
  const plugin = options.cni ?? (manifests.some(isOfCalico) ? 'calico' : 'kubernetes');
  const calico = plugin === 'calico' || plugin === 'calico-nftables';
  const engine = plugin === 'kube-network-policies';
  const results = inEveryWorld((choose) => {
    const addresses = new Addresses(choose, [from, to], options, precision, blocks, packet.protocol);
    let asked = 0;
    const doubt = (fact: string): boolean =>
      choose(precision === 'exact' ? fact : `doubt ${asked++}`, 2) === 1;
    return lets({
      packet,
      from,
      to,
      addresses,
      choose,
      doubt,
      precision,
      manifests,
      calico,
      engine,
      options,
    });
  });
  if (results === undefined && precision === 'exact')
    throw new Error('too many unknown facts: make the cluster smaller');
  const [only] = results ?? [];
  if (results?.size !== 1) return 'undecided';
  return only === true ? 'allow' : 'deny';
}

/** Egress of the source and ingress of the destination must both allow (network-policy-semantics 2.1 item 1). */
function passes(flow: Flow, options: Options): boolean {
  for (const end of [flow.from, flow.to]) if (end.type === 'pod' && end.finished) return false;
  if (!sideAllows(flow.from, 'egress', flow, options)) return false;
  return sideAllows(flow.to, 'ingress', flow, options) || fromOwnNode(flow);
}

/**
 * A node always reaches its own pods (network-policy-semantics 2.1 item 13, calico-policy-model 5.4 step 6), and a
 * host-network pod is the node, as is an address of a node: whether it is the destination's own, nobody knows.
 */
function fromOwnNode({ from, choose, options }: Flow): boolean {
  return isNode(from, options) && choose('same node', 2) === 1;
}

/** Addresses and host-network pods have no policy of their own (2.1 items 13 and 18). */
function sideAllows(endpoint: Endpoint, way: Way, flow: Flow, options: Options): boolean {
  if (selectable(endpoint) === undefined) return true;
  if (way === 'egress' && flow.calico && isTunnel(flow.packet)) return isNotEnforced(endpoint, flow, options);
  const answer = flow.calico
    ? calicoVerdict(endpoint, way, flow, options.staged === true)
    : kubernetesVerdict(endpoint, way, flow);
  return answer === 'allow' || isNotEnforced(endpoint, flow, options);
}

/**
 * docs/cni-differences.md: Calico 3.31 with nftables loses all policies of a node over a rule with an ICMP code, so nobody
 * knows whether what they deny is denied. Staged ones never get into the kernel.
 */
function isNotEnforced({ key }: Endpoint, { manifests, doubt }: Flow, options: Options): boolean {
  if (options.cni !== 'calico-nftables') return false;
  const rules = manifests
    .filter(isCalicoPolicy)
    .flatMap(({ kind, spec: { ingress = [], egress = [] } }) =>
      kind.startsWith('Staged') ? [] : [...ingress, ...egress],
    );
  return (
    rules.some(({ icmp, notICMP }) => icmp?.code !== undefined || notICMP?.code !== undefined) &&
    doubt(`the node of ${key} has lost its policies`)
  );
}

/** VXLAN and IP in IP from pods, which Felix drops before it asks any policy (calico-policy-model 5.4). */
export function isTunnel({ protocol, port }: Pick<Packet, 'protocol' | 'port'>): boolean {
  return protocol === 4 || (protocol === 17 && port === 4789);
}

function isOfCalico(manifest: Manifest): boolean {
  return isCalicoPolicy(manifest) || ['StagedKubernetesNetworkPolicy', 'Tier'].includes(manifest.kind);
}

/** network-policy-semantics 2.2: Admin policies, then NetworkPolicy, then (only for pods no NetworkPolicy isolates) Baseline. */
function kubernetesVerdict(endpoint: Endpoint, way: Way, flow: Flow): 'allow' | 'deny' {
  const admin = clusterVerdict('Admin', endpoint, way, flow);
  if (admin !== undefined) return admin;
  const policies = flow.manifests.filter(
    (manifest): manifest is NetworkPolicyManifest => manifest.apiVersion === 'networking.k8s.io/v1',
  );
  const isolating = policies.filter(({ spec, metadata }) =>
    isolates(spec, metadata.namespace ?? 'default', endpoint, way, false),
  );
  if (isolating.length > 0) {
    return isolating.some(({ spec, metadata }) => allows(spec, metadata.namespace ?? 'default', way, flow))
      ? 'allow'
      : 'deny';
  }
  // kube-network-policies does not ask the baseline of a pod that any NetworkPolicy selects, for whichever direction.
  const selecting = (one: NetworkPolicyManifest): boolean =>
    (['ingress', 'egress'] as const).some((either) =>
      isolates(one.spec, one.metadata.namespace ?? 'default', endpoint, either, false),
    );
  if (flow.engine && policies.some(selecting)) return 'allow';
  return clusterVerdict('Baseline', endpoint, way, flow) ?? 'allow';
}

/** Accept and Deny are final; Pass leaves the tier, as does no match at all. */
function clusterVerdict(
  tier: 'Admin' | 'Baseline',
  endpoint: Endpoint,
  way: Way,
  flow: Flow,
): 'allow' | 'deny' | undefined {
  const subjects = clusterPolicies(flow.manifests, tier).filter((policy) =>
    isSubject(policy, endpoint, false),
  );
  for (const policy of inSomeOrder(subjects, flow)) {
    const action = firstAction(policy, way, flow);
    if (action === 'accept') return 'allow';
    if (action === 'deny') return 'deny';
    if (action === 'pass') return undefined;
  }
  return undefined;
}

/** "The implementation can apply any of the matching policies" of one priority (network-policy-api v1alpha2, `priority`). */
function inSomeOrder(sorted: readonly ClusterWideManifest[], { doubt, engine }: Flow): ClusterWideManifest[] {
  // kube-network-policies goes by the name.
  if (engine) return [...sorted].sort(byPriorityAndName);
  const order: ClusterWideManifest[] = [];
  for (const policy of sorted) {
    let at = order.length;
    for (let before = order[at - 1]; before?.spec.priority === policy.spec.priority; before = order[at - 1]) {
      if (at === 0 || !doubt(`${policy.metadata.name} comes before ${before?.metadata.name}`)) break;
      at--;
    }
    order.splice(at, 0, policy);
  }
  return order;
}

function byPriorityAndName(a: ClusterWideManifest, b: ClusterWideManifest): number {
  const [one = 0, other = 0] = [a.spec.priority, b.spec.priority];
  return one - other || (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** Every string of a manifest that is a block of addresses. */
export function blocksOf(manifests: readonly Manifest[]): Block[] {
  return [...new Set(cidrsOf(manifests))].map(parseBlock);
}

const CIDR =
  /^([0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F:]*)\/\d+$|^\d+\.\d+\.\d+\.\d+$|^[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:]*$/;

/** Every CIDR (and bare address) written anywhere in a value. */
export function cidrsOf(value: unknown): string[] {
  if (typeof value === 'string') return CIDR.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(cidrsOf);
}
