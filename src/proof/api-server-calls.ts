import { apiServerReferences, type ApiServerReference } from '../model/services/api-server-references';
import { policyName } from './policy-name';
import { portsOf } from '../compiler/resolution/declared-ports';
import { ModelIndex } from '../compiler/resolution/model-index';
import { portsAt } from '../compiler/resolution/resolve-ports';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import { printConnections } from '../reachability/sets/connection-print';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { Reachability } from '../reachability/reachability';

/**
 * The API server gets through to webhooks and aggregated APIs: a warning for each server of those that policies
 * isolate without letting any address outside in (intent-systems L16). The API server is no pod of the cluster network
 * (calico-policy-model 6.1, cases 4 to 6), so no selector of a policy fits it, and no intent opens the way. An automatic policy does,
 * unless it is switched off. Any
 * address that is let in counts as perhaps its own; where none is, it fails for certain, save through a proxy pod.
 */
export function findApiServerCutOff(cluster: Cluster, reachability: Reachability): Finding[] {
  const index = new ModelIndex(cluster);
  const findings = new Map<string, Finding>();
  for (const reference of cluster.resources.flatMap(apiServerReferences)) {
    for (const { server, connections } of calledPods(reference, index)) {
      const isolating = reachability.isolatedBy(server, 'ingress').map(policyName);
      if (isolating.length === 0 || letsAddressIn(server, connections, reachability)) continue;
      const finding = cutOff(reference, server, connections, [...new Set(isolating)].sort());
      findings.set(finding.message, finding);
    }
  }
  return [...findings.values()];
}

/** The ports on which the API server calls each workload, by the word of webhooks and aggregated APIs. */
export function apiServerPorts(cluster: Cluster): ReadonlyMap<Workload, ConnectionSet> {
  const index = new ModelIndex(cluster);
  const ports = new Map<Workload, ConnectionSet>();
  for (const reference of cluster.resources.flatMap(apiServerReferences)) {
    for (const { server, connections } of calledPods(reference, index))
      ports.set(server, (ports.get(server) ?? ConnectionSet.NONE).union(connections));
  }
  return ports;
}

interface CalledPods {
  readonly server: Workload;
  readonly connections: ConnectionSet;
}

/** Where the call arrives: workloads behind the Service, on the target port. Dangling references are not judged here. */
function calledPods({ namespace, service: name, port }: ApiServerReference, index: ModelIndex): CalledPods[] {
  const service = index.service(namespace, name);
  const called = service?.ports.find((one) => one.port === port && one.protocol === 'TCP');
  if (service?.selector === undefined || called === undefined) return [];
  return index
    .selected(namespace, service.selector)
    .filter(({ hostNetwork, finished }) => !hostNetwork && !finished)
    .map((server) => ({
      server,
      connections: portsOf(portsAt(server, [{ port: called.targetPort, protocol: 'TCP' }])),
    }))
    .filter(({ connections }) => !connections.isEmpty);
}

function letsAddressIn(server: Workload, connections: ConnectionSet, reachability: Reachability): boolean {
  return reachability
    .openings(server, 'ingress')
    .some(
      ({ addresses, verdict }) =>
        addresses.length > 0 && !verdict.allowed.union(verdict.undecided).intersect(connections).isEmpty,
    );
}

function cutOff(
  { by, resource, namespace, service }: ApiServerReference,
  server: Workload,
  connections: ConnectionSet,
  isolating: readonly string[],
): Finding {
  const ports = printConnections(connections);
  return {
    id: 'api-server-cut-off',
    severity: 'warning',
    message: `The API server calls ${server.id} on ${ports} for ${by} (Service ${namespace}/${service}), but it is no pod, and ${isolating.join(', ')} ${isolating.length === 1 ? 'lets' : 'let'} no address outside the cluster in there: these calls fail`,
    object: `${server.kind}/${server.namespace}/${server.name}`,
    place: resource.place,
    mend: `Have the way opened (webhookTraffic, --webhook-traffic) to the addresses that the API server calls from (controlPlaneCidrs, --control-plane-cidr), let them in on ${ports} with a NetworkPolicy of your own (an ipBlock), or exempt ${server.id} from the default deny.`,
  };
}
