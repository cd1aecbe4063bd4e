import { admitsSomebody, admittedOperators, admittedWords } from './admitted-peers';
import { KnownCallers } from './known-callers';
import { OperatorMadePods } from './operator-made-pods';
import { smallestOpening } from './smallest-opening';
import { policyName } from './policy-name';
import type { Cluster } from '../model/cluster';
import type { Finding, Severity } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Policy } from '../policies/policy';
import type { Reachability } from '../reachability/reachability';

/** More peers than this in one opening are not asked one by one whether their own egress lets them out. */
const PEERS_CHECKED = 256;

/**
 * Names the servers that policies leave without a single caller: an isolated workload with a Service or a container
 * port that nobody of the model, and no address outside, may reach. It is what a default deny does first, and what
 * no error ever says.
 *
 * - `cut-off-workload`, a warning: something calls it by the word of a Service, or nobody knows better.
 *   With container ports only it is a note: many a port is declared and never called.
 * - A note too where policies let in pods that an operator makes, which no manifest has.
 *
 * @param declared servers with declared callers: that these do not come through is an error of its own
 */
export function findCutOffWorkloads(
  cluster: Cluster,
  reachability: Reachability,
  declared: ReadonlySet<Workload> = new Set(),
): Finding[] {
  const isolated = cluster.workloads.filter(
    (server) => !declared.has(server) && reachability.isolatedBy(server, 'ingress').length > 0,
  );
  // Where every server has declared callers, which is what most apps come to, nobody else's word is needed.
  if (isolated.length === 0) return [];
  const callers = new KnownCallers(cluster);
  const operators = new OperatorMadePods(cluster);
  return isolated
    .filter((server) => serves(server, callers) && !mayBeReached(server, reachability))
    .map((server) => {
      const policies = reachability.isolatedBy(server, 'ingress');
      return cutOff(server, reasonOf(server, policies, reachability, operators), callers);
    });
}

function serves(workload: Workload, callers: KnownCallers): boolean {
  if (workload.hostNetwork || workload.finished) return false;
  return workload.ports.length > 0 || callers.servicesOf(workload).length > 0;
}

/** Whether anybody else may come in, for certain or perhaps. Pods of the same workload are no callers. */
function mayBeReached(server: Workload, reachability: Reachability): boolean {
  return reachability.openings(server, 'ingress').some(({ addresses, workloads, verdict }) => {
    const certain = !verdict.allowed.isEmpty;
    if (!certain && verdict.undecided.isEmpty) return false;
    if (addresses.length > 0) return true;
    // That a host may share the node of the pod is no call that anybody meant.
    const peers = workloads.filter((peer) => peer !== server && (certain || !peer.hostNetwork));
    return peers.length > PEERS_CHECKED || peers.some((peer) => mayConnect(peer, server, reachability));
  });
}

function mayConnect(client: Workload, server: Workload, reachability: Reachability): boolean {
  const { allowed, undecided } = reachability.connection(
    { type: 'workload', workload: client },
    { type: 'workload', workload: server },
  );
  return !allowed.isEmpty || (!undecided.isEmpty && !client.hostNetwork);
}

interface Reason {
  readonly text: string;
  /** Why it may be meant; then it is only a note. */
  readonly explained: boolean;
}

function reasonOf(
  server: Workload,
  policies: readonly Policy[],
  reachability: Reachability,
  operators: OperatorMadePods,
): Reason {
  const isolating = [...new Set(policies.map(policyName))].sort().join(', ');
  const admitting = policies.filter(admitsSomebody);
  if (admitting.length === 0)
    return { text: `${isolating} isolates it, and no policy lets anybody in`, explained: false };
  const admitted = reachability
    .openings(server, 'ingress')
    .filter(({ verdict }) => !verdict.allowed.isEmpty)
    .flatMap(({ workloads }) => workloads)
    .filter((peer) => peer !== server);
  if (admitted.length > 0) {
    const names = [...new Set(admitted.map(({ id }) => id))].sort();
    return { text: `${names.join(', ')} would be let in, but may not go out to it`, explained: false };
  }
  const words = [...new Set(admitting.map(admittedWords))].sort().join(', ');
  const made = [...new Set(admitting.flatMap((policy) => admittedOperators(policy, operators)))].sort();
  const whence = made.length === 0 ? '' : `; it seems to mean what an operator makes of ${made.join(', ')}`;
  return {
    text: `${words} lets in nobody who is in the manifests${whence}`,
    explained: made.length > 0,
  };
}

function cutOff(server: Workload, reason: Reason, callers: KnownCallers): Finding {
  const services = callers.servicesOf(server);
  const known = callers.callersOf(server);
  const severity: Severity = services.length === 0 || reason.explained ? 'info' : 'warning';
  const serving =
    services.length > 0
      ? `behind ${services.map(({ namespace, name }) => `Service ${namespace}/${name}`).join(', ')}`
      : `on ${portWords(server)}`;
  const calling =
    known.length === 0 ? '' : `. Called by ${[...new Set(known.map(({ text }) => text))].join(', ')}`;
  return {
    id: 'cut-off-workload',
    severity,
    message: `Nobody in the manifests may reach ${server.id} ${serving}: ${reason.text}${calling}`,
    object: `${server.kind}/${server.namespace}/${server.name}`,
    place: server.place,
    mend: smallestOpening(server, services, known),
  };
}

function portWords({ ports }: Workload): string {
  return [...new Set(ports.map(({ protocol, port }) => `${protocol} ${port}`))].join(', ');
}
