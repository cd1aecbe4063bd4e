import type { Judge } from './compare';
import type { Packet } from './flow';
import type { Manifest } from './manifest';
import type { Options, Verdict } from './packet';
import type { End } from './pods';
import { PeerResolver } from '../../src/cli/peer-resolver';
import { buildCluster } from '../../src/model/build-cluster';
import { parseCidr, type Cidr } from '../../src/model/cidr';
import type { Cluster } from '../../src/model/cluster';
import { isJsonObject } from '../../src/model/json';
import { NOWHERE } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';
import type { PolicySet } from '../../src/policies/policy';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { CniProfileName, Peer, ReachabilityOptions } from '../../src/reachability/reachability';

/** What the evaluator is given of a world. */
export interface Subject {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly options: ReachabilityOptions;
}

type SubjectOptions = Omit<Options, 'cni'> & { readonly cni?: CniProfileName | undefined };

/** A world as the evaluator takes it. */
export function subjectOf(manifests: readonly Manifest[], options: SubjectOptions): Subject {
  const resources = manifests.map(resourceOf);
  return {
    cluster: buildCluster(resources),
    policies: readPolicies(resources),
    options: {
      ...(options.podCidrs === undefined ? {} : { podCidrs: options.podCidrs.map(cidrOf) }),
      ...(options.nodeCidrs === undefined ? {} : { nodeCidrs: options.nodeCidrs.map(cidrOf) }),
      ...(options.cni === undefined ? {} : { cni: options.cni }),
      ...(options.staged === undefined ? {} : { staged: options.staged }),
    },
  };
}

/**
 * The evaluator as a judge. The only file beside the oracle that knows `src/`: it speaks to the evaluator through
 * the functions every front uses.
 */
export function openEvaluator(manifests: readonly Manifest[], asked: SubjectOptions): Judge {
  const { cluster, policies, options } = subjectOf(manifests, asked);
  const problems = [...cluster.findings, ...policies.findings]
    .filter(({ severity }) => severity === 'error')
    .map(({ object, message }) => `${object}: ${message}`);
  const reachability = evaluate(cluster, policies, options);
  const resolver = new PeerResolver(cluster);
  return {
    problems,
    verdict: (packet) => {
      const answer = reachability.connection(
        peerOf(cluster, resolver, packet.from),
        peerOf(cluster, resolver, packet.to),
      );
      const port = portOf(packet);
      const allowed = answer.allowed.contains(packet.protocol, port);
      const undecided = answer.undecided.contains(packet.protocol, port);
      if (allowed && undecided) throw new Error(`allowed and undecided at once: ${JSON.stringify(packet)}`);
      return verdictOf(allowed, undecided);
    },
  };
}

function verdictOf(allowed: boolean, undecided: boolean): Verdict {
  if (undecided) return 'undecided';
  return allowed ? 'allow' : 'deny';
}

/** The evaluator counts ICMP by `type * 256 + code`. */
function portOf({ icmp, port }: Packet): number {
  return icmp === undefined ? (port ?? 0) : icmp.type * 256 + icmp.code;
}

/** A manifest as the model takes it. */
export function resourceOf(manifest: Manifest): Resource {
  const copy: unknown = JSON.parse(JSON.stringify(manifest));
  if (!isJsonObject(copy)) throw new Error('a manifest is an object');
  const [version = '', group = ''] = manifest.apiVersion.split('/').reverse();
  const { name, namespace } = manifest.metadata;
  return {
    apiVersion: manifest.apiVersion,
    group,
    version,
    kind: manifest.kind,
    name,
    namespace,
    manifest: copy,
    place: NOWHERE,
  };
}

function cidrOf(text: string): Cidr {
  const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
  if (cidr === undefined) throw new Error(`${text}: ${reason}`);
  return cidr;
}

function peerOf(cluster: Cluster, resolver: PeerResolver, end: End): Peer {
  if ('labels' in end) return { type: 'pod', namespace: end.namespace, labels: end.labels };
  if ('ip' in end) {
    // The address of a pod is the pod, as in every command.
    const { peer, reason } = resolver.resolve({ type: 'address', text: end.ip });
    if (peer === undefined) throw new Error(reason);
    return peer;
  }
  const id = `${end.namespace}/${end.name}[${end.kind}]`;
  const workload = cluster.workloads.find((one) => one.id === id);
  if (workload === undefined) throw new Error(`the model has no ${id}`);
  return { type: 'workload', workload };
}
