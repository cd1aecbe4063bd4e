import { isOnPodNetwork } from './derive-calls';
import type { Evaluated } from './evaluated';
import type { Residue } from './residue';
import { CLUSTER_DNS } from '../compiler/egress/dns-rules';
import type { Workload } from '../model/workloads/workload';
import { printConnections } from '../reachability/sets/connection-print';
import type { ConnectionSet } from '../reachability/sets/connection-set';

/**
 * What changes at the DNS pods of the cluster, which the input seldom has, so that the proof does not see them: systems
 * open DNS over UDP only, or on every port, and policies of intents open UDP and TCP 53.
 */
export function dnsResidue(before: Evaluated, after: Evaluated): Residue[] {
  const later = new Map(after.cluster.workloads.map((workload) => [workload.id, workload]));
  return before.cluster.workloads.filter(isOnPodNetwork).flatMap((workload): Residue[] => {
    const [was, is] = [dnsOf(workload, before), dnsOf(later.get(workload.id) ?? workload, after)];
    return was === is ? [] : [changedDns(workload, was, is)];
  });
}

/** What policies let out to the DNS pods of the cluster. */
export function dnsOf(workload: Workload, { reachability }: Evaluated): ConnectionSet {
  const { namespace, labels } = CLUSTER_DNS;
  return reachability.side(workload, 'egress', { type: 'pod', namespace, labels }).allowed;
}

function changedDns(workload: Workload, was: ConnectionSet, is: ConnectionSet): Residue {
  const about = {
    kind: 'unproved',
    system: 'NetworkPolicy',
    object: workload.id,
    place: workload.place,
  } as const;
  return was.isEmpty
    ? {
        ...about,
        message: `${workload.id} may not ask the DNS of the cluster today; the policies of its intents let it`,
        mend: 'Compile with dns: false if that is meant.',
      }
    : {
        ...about,
        message: `${workload.id} may reach the DNS pods of the cluster (in ${CLUSTER_DNS.namespace}) on ${printConnections(was)} today, and on ${printConnections(is)} under what is written`,
        mend: 'Give the option dns, or keep a policy of your own beside the intents, where that is not meant.',
      };
}
