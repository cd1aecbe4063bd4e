import type { Manifest } from '../oracle/manifest';
import type { End } from '../oracle/pods';
import { resourceOf } from '../policies/resource-fixture';
import { PeerResolver } from '../../src/cli/peer-resolver';
import { buildCluster } from '../../src/model/build-cluster';
import { isJsonObject } from '../../src/model/json';
import { readPolicies } from '../../src/policies/read-policies';
import type { Direction } from '../../src/policies/direction';
import { evaluate } from '../../src/reachability/evaluate';
import type { Peer } from '../../src/reachability/reachability';
import type { Question } from './settled-world';

/** What the policies of one end do with a packet, as the evaluator sees it; `undecided` also for an end without any. */
export type Side = (question: Question, direction: Direction) => 'allow' | 'deny' | 'undecided';

/** The evaluator's answers for one end at a time, which the other end cannot cover up. */
export function evaluatorSides(manifests: readonly Manifest[], cni: 'kubernetes' | 'calico'): Side {
  const resources = manifests.map((manifest) => {
    const copy: unknown = JSON.parse(JSON.stringify(manifest));
    if (!isJsonObject(copy)) throw new Error('a manifest is an object');
    return resourceOf(copy);
  });
  const cluster = buildCluster(resources);
  const reachability = evaluate(cluster, readPolicies(resources), { cni });
  const resolver = new PeerResolver(cluster);
  const workloads = new Map(cluster.workloads.map((workload) => [workload.id, workload]));
  const peerOf = (end: End): Peer => {
    if ('labels' in end) throw new Error('a settled world has no such end');
    if ('ip' in end) return addressPeer(resolver, end.ip);
    const workload = workloads.get(`${end.namespace}/${end.name}[${end.kind}]`);
    if (workload === undefined) throw new Error(`the model has no ${end.name}`);
    return { type: 'workload', workload };
  };
  return ({ packet, asked }, direction) => {
    const own = peerOf(direction === 'egress' ? packet.from : packet.to);
    const other = peerOf(direction === 'egress' ? packet.to : packet.from);
    if (own.type !== 'workload' || own.workload.hostNetwork) return 'undecided';
    const { allowed, undecided } = reachability.side(own.workload, direction, other);
    if (undecided.contains(asked.protocol, asked.port)) return 'undecided';
    return allowed.contains(asked.protocol, asked.port) ? 'allow' : 'deny';
  };
}

/** The address of a pod is the pod, as in every command. */
function addressPeer(resolver: PeerResolver, ip: string): Peer {
  const { peer, reason } = resolver.resolve({ type: 'address', text: ip });
  if (peer === undefined) throw new Error(reason);
  return peer;
}
