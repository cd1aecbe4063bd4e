import type { ExcessSeverity } from './excess-severity';
import { policyName } from './policy-name';
import { StrangerModel, type PlacedStranger } from './stranger-model';
import { onConnections } from './wording';
import { listSome } from '../model/list-some';
import type { DeclaredExternal, GeneratedPolicy } from '../compiler/compilation';
import { portsOf } from '../compiler/resolution/declared-ports';
import { append } from '../model/group-by';
import { hasLabels } from '../compiler/own-isolation';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Policy, PolicySet } from '../policies/policy';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { Peer, Reachability, ReachabilityOptions } from '../reachability/reachability';

/** What {@link findUnlistedAccess} needs to know. */
export interface UnlistedAccessInput {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly options: ReachabilityOptions;
  readonly reachability: Reachability;
  /** Policies of the compiler: their peers are limited by the labels of the profile, which is its known trait. */
  readonly generated: readonly GeneratedPolicy[];
  readonly external: readonly DeclaredExternal[];
  readonly severityOf: ExcessSeverity;
}

/**
 * Allowed implies declared, for pods that are not in the manifests: a finding for each policy that the compiler did not
 * make, and each kind of pod that its ingress rules let in to a server, beyond what Services offer to anyone. Whether
 * they do is asked of all policies together, about an example of each kind. Labels that some workload of the
 * manifests wears are passed over: the workload itself is judged.
 */
export function findUnlistedAccess(input: UnlistedAccessInput): Finding[] {
  const openers = openersOf(input);
  if (openers.size === 0) return [];
  const model = new StrangerModel(input.cluster, input.policies, input.options, openers);
  const anyone = new DeclaredStrangers(input.external);
  return [...openers].flatMap(([policy, servers]) => {
    const all = model.strangersOf(policy).map((stranger) => excessOf(model, stranger, servers, anyone));
    return all
      .filter((excess) => !all.some((other) => other !== excess && isWithin(excess, other)))
      .flatMap((excess) => report(input, model, policy, excess));
  });
}

/** Policies of others with ingress rules, each with the servers that it isolates. */
function openersOf({
  cluster,
  policies,
  reachability,
  generated,
}: UnlistedAccessInput): Map<Policy, Workload[]> {
  const made = new Set(generated.map(({ namespace, name }) => `${namespace}/${name}`));
  const others = new Set<Policy>(
    [
      ...policies.kubernetes.filter(({ namespace, name }) => !made.has(`${namespace}/${name}`)),
      ...policies.calico,
      ...policies.clusterWide,
    ].filter((policy) => policy.ingress.some(speaksOfPods)),
  );
  const openers = new Map<Policy, Workload[]>();
  if (others.size === 0) return openers;
  for (const server of cluster.workloads)
    for (const policy of reachability.isolatedBy(server, 'ingress'))
      if (others.has(policy)) append(openers, policy, server);
  return openers;
}

/** Whom a rule without any peer lets in are addresses too, and found there. */
function speaksOfPods(rule: Policy['ingress'][number]): boolean {
  return 'source' in rule || (rule.peers !== 'any' && rule.peers.some(({ type }) => type === 'pods'));
}

/** What Services and Ingresses offer to pods that nobody knows. */
class DeclaredStrangers {
  private readonly ways = new Map<string, DeclaredExternal[]>();

  constructor(external: readonly DeclaredExternal[]) {
    for (const way of external) append(this.ways, way.server.id, way);
  }

  of(server: Workload, { namespace, labels }: Workload): ConnectionSet {
    let declared = ConnectionSet.NONE;
    for (const { callers, ports } of this.ways.get(server.id) ?? [])
      if (
        callers === undefined ||
        callers.namespaces.includes(namespace) ||
        callers.pods?.some((pods) => pods.namespace === namespace && hasLabels(labels, pods.labels)) === true
      )
        declared = declared.union(portsOf(ports));
    return declared;
  }
}

interface Excess {
  readonly stranger: PlacedStranger;
  readonly servers: ReadonlyMap<ConnectionSet, readonly Workload[]>;
}

function excessOf(
  model: StrangerModel,
  stranger: PlacedStranger,
  servers: readonly Workload[],
  declared: DeclaredStrangers,
): Excess {
  const byConnections = new Map<ConnectionSet, Workload[]>();
  for (const server of servers) {
    const { allowed } = model.reachability.side(server, 'ingress', peerOf(stranger));
    const extra = allowed.subtract(declared.of(server, stranger.workload));
    if (!extra.isEmpty) append(byConnections, extra, server);
  }
  return { stranger, servers: byConnections };
}

/** Whether a wider kind of pod may do just the same. */
function isWithin(excess: Excess, other: Excess): boolean {
  const [own, its] = [excess.stranger.stranger, other.stranger.stranger];
  const narrower =
    hasAll(own.labels, its.labels) &&
    hasAll(own.namespaceLabels, its.namespaceLabels) &&
    (its.namespace === undefined || its.namespace === own.namespace) &&
    (its.serviceAccount === undefined || its.serviceAccount === own.serviceAccount);
  return (
    narrower &&
    [...excess.servers].every(
      ([connections, servers]) => other.servers.get(connections)?.length === servers.length,
    )
  );
}

function hasAll(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

function peerOf({ workload }: PlacedStranger): Peer {
  return { type: 'workload', workload };
}

function report(
  { severityOf }: UnlistedAccessInput,
  model: StrangerModel,
  policy: Policy,
  { stranger, servers }: Excess,
): Finding[] {
  return [...servers].flatMap(([connections, reached]) => {
    const [first] = reached;
    if (first === undefined || !opens(model, policy, stranger, first, connections)) return [];
    const severities = reached.map((server) => severityOf(server, [policy]));
    const severity =
      (['error', 'warning', 'info'] as const).find((one) => severities.includes(one)) ?? 'info';
    const name = policyName(policy);
    return [
      {
        id: 'undeclared-access',
        severity,
        message: `${name} lets pods that are not in these manifests (for example ${exampleWords(stranger)}) reach ${listSome(reached.map(({ id }) => id))} ${onConnections(connections)}, which no intent declares`,
        object: name,
        place: policy.place,
        mend: `Narrow ${name} to pods that you know, and declare their calls with ClientIntents.`,
      },
    ];
  });
}

/** Whether it is this policy that lets the example in, on the first port of some range. */
function opens(
  { reachability }: StrangerModel,
  policy: Policy,
  stranger: PlacedStranger,
  server: Workload,
  connections: ConnectionSet,
): boolean {
  return connections
    .ranges()
    .some(({ protocol, first }) =>
      reachability
        .explain(peerOf(stranger), { type: 'workload', workload: server }, protocol, first)
        .ingress.decidedBy.some((decision) => decision.action === 'allow' && decision.policy === policy),
    );
}

function exampleWords({ stranger }: PlacedStranger): string {
  const { namespace, namespaceLabels, labels, serviceAccount } = stranger;
  const account = serviceAccount === undefined ? '' : ` and the service account ${serviceAccount}`;
  const pod = `one ${isEmpty(labels) ? 'without labels' : `with ${pairs(labels)}`}${account}`;
  if (namespace !== undefined) return `${pod} in namespace ${namespace}`;
  return isEmpty(namespaceLabels)
    ? `${pod} in any other namespace`
    : `${pod} in a namespace with ${pairs(namespaceLabels)}`;
}

function isEmpty(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).length === 0;
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}
