import type { Cluster } from '../../model/cluster';
import { NAMESPACE_NAME_LABEL, type Namespace } from '../../model/namespace';
import { NOWHERE } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';
import type { PolicySet } from '../../policies/policy';
import type { PodPeer } from '../reachability';

/** A pod that is not in the manifests, in the form of one that is. Nobody knows which ports it declares. */
export function unlistedWorkload(peer: PodPeer, name: string): Workload {
  const { namespace, labels, serviceAccount = 'default' } = peer;
  const resource = {
    apiVersion: 'v1',
    group: '',
    version: 'v1',
    kind: 'Pod',
    name,
    namespace,
    manifest: {},
    place: NOWHERE,
  };
  return {
    id: `${namespace}/${name}[Pod]`,
    namespace,
    name,
    kind: 'Pod',
    group: '',
    labels,
    annotations: {},
    serviceAccount,
    hostNetwork: false,
    ports: [],
    portsUnknown: true,
    addresses: [],
    finished: false,
    resource,
    place: NOWHERE,
  };
}

/**
 * The part of a cluster on which the verdict between two ends depends: the ends, hosts (which Services may stand for),
 * their namespaces and those of network sets. Everything else of the model stays as it is. A namespace that is not in
 * the manifests has the labels given with a peer, and the one of its name.
 */
export function smallCluster(
  cluster: Cluster,
  policies: PolicySet,
  ends: readonly Workload[],
  peers: readonly PodPeer[],
): Cluster {
  const names = new Set([
    ...ends.map(({ namespace }) => namespace),
    ...policies.networkSets.flatMap(({ namespace }) => namespace ?? []),
  ]);
  const namespaces = new Map<string, Namespace>();
  for (const name of names) {
    const given = peers.find(
      (peer) => peer.namespace === name && peer.namespaceLabels !== undefined,
    )?.namespaceLabels;
    const known = cluster.namespaces.get(name) ?? { name, labels: {}, declared: false, place: NOWHERE };
    // Every namespace has its name as a label, whatever else is said of it (network-policy-semantics 2.1 item 12).
    const labels = { ...(given ?? known.labels), [NAMESPACE_NAME_LABEL]: name };
    namespaces.set(name, { ...known, labels });
  }
  const hosts = cluster.workloads.filter((workload) => workload.hostNetwork && !ends.includes(workload));
  return { ...cluster, namespaces, workloads: [...ends, ...hosts] };
}

/**
 * The policies on which verdicts between the pods of some namespaces depend: a policy of a namespace selects pods of that
 * namespace only (network-policy-semantics 2.1; calico-policy-model 1.2). All others are not compiled again for
 * every pair that is asked about.
 */
export function policiesOfNamespaces(policies: PolicySet, namespaces: ReadonlySet<string>): PolicySet {
  return {
    ...policies,
    kubernetes: policies.kubernetes.filter(({ namespace }) => namespaces.has(namespace)),
    calico: policies.calico.filter(({ namespace }) => namespace === undefined || namespaces.has(namespace)),
  };
}
