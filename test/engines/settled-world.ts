import type { Packet } from '../oracle/flow';
import type { Manifest, PodManifest, WorkloadManifest } from '../oracle/manifest';
import { podOf, isWorkload, type End } from '../oracle/pods';
import { isTunnel } from '../oracle/packet';
import { packets } from '../oracle/packets';
import type { EnginePacket } from './engine';

/** A packet as the oracle and the evaluator know it, and as an engine does. */
export interface Question {
  readonly packet: Packet;
  readonly asked: EnginePacket;
}

/** Anything that has the objects of a cluster. */
export interface World {
  readonly manifests: readonly Manifest[];
}

/** The IP version of all pods; or `dual`: most have both, some have one. */
export type WorldFamily = 4 | 6 | 'dual';

/** What the world of a seed has: half of them IPv4, the others IPv6 or both. */
export function familyOf(seed: number): WorldFamily {
  return seed % 2 === 1 ? 4 : seed % 4 === 0 ? 6 : 'dual';
}

/**
 * A cluster in which nothing is left to chance: every workload is one running Pod with made-up addresses, one of each of its
 * IP versions, so that engines that judge addresses and evaluators that judge workloads speak of the same thing.
 */
export interface SettledWorld extends World {
  readonly family: WorldFamily;
}

/** The versions of the pods of a world, in their order. */
const VERSIONS: Readonly<Record<WorldFamily, readonly (readonly (4 | 6)[])[]>> = {
  4: [[4]],
  6: [[6]],
  dual: [[4, 6], [6, 4], [6], [4, 6], [4]],
};

/** Settles a cluster. Workloads that have run to their end are left out: engines do not agree on whether they exist. */
export function settle(manifests: readonly Manifest[], family: WorldFamily): SettledWorld {
  let made = 0;
  const names = new Set<string>();
  const settled = manifests.flatMap((manifest): Manifest[] => {
    if (!isWorkload(manifest)) return [manifest];
    if (podOf(manifests, manifest).finished) return [];
    made += 1;
    const pod = runningPod(manifests, manifest, family, made);
    const { name, namespace = '' } = pod.metadata;
    // Workloads of two kinds may share one.
    const unique = names.has(`${namespace}/${name}`) ? `${name}-${String(made)}` : name;
    names.add(`${namespace}/${unique}`);
    return [{ ...pod, metadata: { ...pod.metadata, name: unique } }];
  });
  return { family, manifests: settled };
}

function runningPod(
  manifests: readonly Manifest[],
  manifest: WorkloadManifest,
  family: WorldFamily,
  number: number,
): PodManifest {
  const { namespace, labels, hostNetwork } = podOf(manifests, manifest);
  // The generated policies name blocks around these; a host-network pod speaks with its node's address.
  const networks = { pod: { 4: '10.244.1.', 6: 'fd00:10::' }, node: { 4: '192.168.0.', 6: 'fd00:20::' } };
  const ways = VERSIONS[family];
  const podIPs = (ways[number % ways.length] ?? []).map((version) => ({
    ip: `${networks[hostNetwork ? 'node' : 'pod'][version]}${String(number + 4)}`,
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name: manifest.metadata.name, labels },
    spec: podSpecOf(manifest),
    status: { phase: 'Running', podIPs },
  };
}

/** The spec of the pods that a workload makes. */
export function podSpecOf(manifest: WorkloadManifest): PodManifest['spec'] {
  if (manifest.kind === 'Pod') return manifest.spec;
  if (manifest.kind === 'CronJob') return manifest.spec.jobTemplate.spec.template.spec;
  return manifest.spec.template.spec;
}

/**
 * Packets between the world's pods and addresses, of the world's family.
 * @param blocks at whose edges addresses are tried as well
 */
export function questions(
  world: SettledWorld,
  seed: number,
  count: number,
  blocks: readonly string[] = [],
): Question[] {
  const versions = ([4, 6] as const).filter((version) => world.family === 'dual' || world.family === version);
  return packets(world.manifests, seed, count, blocks).flatMap((packet) =>
    versions.flatMap((version) => question(world, packet, version)),
  );
}

/** The packet in one IP version; nothing where an end has no address of it. */
function question(world: SettledWorld, packet: Packet, version: 4 | 6): Question[] {
  const from = addressOf(world, packet.from, version);
  const to = addressOf(world, packet.to, version);
  if (from === undefined || to === undefined || packet.protocol === (version === 4 ? 58 : 1)) return [];
  const port = packet.port ?? (packet.icmp === undefined ? 0 : packet.icmp.type * 256 + packet.icmp.code);
  return [{ packet, asked: { from, to, protocol: packet.protocol, port } }];
}

/** Absent for an address of the other version, for pods that have none, and for pods that are in no manifest. */
function addressOf(world: SettledWorld, end: End, version: 4 | 6): string | undefined {
  const isOfVersion = (ip: string): boolean => ip.includes(':') === (version === 6);
  if ('labels' in end) return undefined;
  if ('ip' in end) return isOfVersion(end.ip) ? end.ip : undefined;
  const pod = world.manifests.find(
    (manifest): manifest is PodManifest =>
      manifest.kind === 'Pod' &&
      manifest.metadata.name === end.name &&
      manifest.metadata.namespace === end.namespace,
  );
  return pod?.status?.podIPs?.map(({ ip }) => ip).find(isOfVersion);
}

/** Whether policies decide about the packet: what Felix drops beside them (tunnels from pods) is not in what judges policies alone. */
export function isUpToPolicies({ asked: { protocol, port } }: Question): boolean {
  return !isTunnel({ protocol, port });
}
