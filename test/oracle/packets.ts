import { blockHas, parseAddress, parseBlock, printAddress } from './address';
import type { Packet } from './flow';
import { PORT_NUMBERS, podLabels } from './generate-cluster';
import type { Manifest } from './manifest';
import { cidrsOf } from './packet';
import { isWorkload, type End } from './pods';
import { Random } from './random';

/** The ends worth asking about: every workload, pods that are in no manifest, and addresses at the edges of blocks. */
export function ends(
  manifests: readonly Manifest[],
  seed: number,
  blocks: readonly string[] = [],
): { readonly pods: End[]; readonly addresses: End[] } {
  const random = new Random(seed);
  const workloads = manifests
    .filter(isWorkload)
    .map(({ metadata, kind }) => ({ namespace: metadata.namespace ?? 'default', name: metadata.name, kind }));
  const hypothetical = ['alpha', 'nowhere'].map((namespace) => ({ namespace, labels: podLabels(random) }));
  return {
    pods: [...workloads, ...hypothetical],
    addresses: edgeAddresses(manifests, blocks).map((ip) => ({ ip })),
  };
}

/**
 * First, last, one before and one after every block named here, and the addresses that Pods are known to have: whoever sends
 * from there is the pod.
 */
export function edgeAddresses(manifests: readonly Manifest[], blocks: readonly string[] = []): string[] {
  const found = new Set(['1.2.3.4', '2001:db8:1:0:0:0:0:1']);
  for (const { family, first, last } of cidrsOf([manifests, blocks]).map(parseBlock)) {
    const whole = parseBlock(family === 4 ? '0.0.0.0/0' : '::/0');
    for (const value of [first - 1n, first, last, last + 1n]) {
      if (blockHas(whole, { family, value })) found.add(printAddress({ family, value }));
    }
  }
  for (const ip of podAddresses(manifests)) found.add(ip);
  return [...found];
}

/** The addresses that Pods are known to have, as {@link edgeAddresses} writes them. */
export function podAddresses(manifests: readonly Manifest[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const manifest of manifests)
    if (manifest.kind === 'Pod')
      for (const { ip } of manifest.status?.podIPs ?? []) found.add(printAddress(parseAddress(ip)));
  return found;
}

/** Every number a manifest names that may be a port, and its neighbours. */
export function boundaryPorts(manifests: readonly Manifest[]): number[] {
  const cuts = new Set<number>([1, 65535, ...PORT_NUMBERS]);
  for (const number of numbersOf(manifests))
    [number - 1, number, number + 1].forEach((near) => cuts.add(near));
  return [...cuts].filter((port) => port >= 1 && port <= 65535).sort((a, b) => a - b);
}

/** Every port that a manifest names. */
export function namedPorts(manifests: readonly Manifest[]): number[] {
  return [...new Set([...PORT_NUMBERS, ...numbersOf(manifests)])].filter(
    (port) => port >= 1 && port <= 65535,
  );
}

function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return Number.isInteger(value) ? [value] : [];
  if (typeof value === 'string') return /^\d+(:\d+)?$/.test(value) ? value.split(':').map(Number) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersOf);
}

/**
 * A sample of all packets between these ends on these ports, over every protocol; the same for the same seed.
 * @param blocks at whose edges addresses are tried as well.
 */
export function packets(
  manifests: readonly Manifest[],
  seed: number,
  count: number,
  blocks: readonly string[] = [],
): Packet[] {
  const random = new Random(seed);
  const { pods, addresses } = ends(manifests, seed, blocks);
  // Half of the ports are those named, the other half those around them.
  const ports = boundaryPorts(manifests);
  const named = namedPorts(manifests);
  return random.times(count, count, () => {
    const from = random.chance(0.25) && addresses.length > 0 ? random.pick(addresses) : random.pick(pods);
    const to =
      !('ip' in from) && random.chance(0.3)
        ? random.pick(addresses)
        : random.pick(pods.filter((pod) => pod !== from));
    return {
      from,
      to,
      ...traffic(
        random,
        random.chance(0.5) ? named : ports,
        'ip' in from ? from.ip : 'ip' in to ? to.ip : undefined,
      ),
    };
  });
}

function traffic(
  random: Random,
  ports: readonly number[],
  ip: string | undefined,
): Omit<Packet, 'from' | 'to'> {
  const protocol = random.pick([6, 6, 6, 6, 17, 17, 132, 1, 58, 47, 136, 4]);
  if (protocol === 1 || protocol === 58) {
    // ICMP travels in IPv4 and ICMPv6 in IPv6.
    const version6 = ip === undefined ? protocol === 58 : ip.includes(':');
    return {
      protocol: version6 ? 58 : 1,
      icmp: { type: random.pick([0, 3, 8, 128, 129]), code: random.pick([0, 1, 4, 5]) },
    };
  }
  if (protocol === 47 || protocol === 4) return { protocol };
  return { protocol, port: protocol === 17 && random.chance(0.1) ? 4789 : random.pick(ports) };
}
