import type { Packet } from '../../oracle/flow';
import type { PodManifest } from '../../oracle/manifest';
import { boundaryPorts, edgeAddresses, namedPorts, podAddresses } from '../../oracle/packets';
import type { End } from '../../oracle/pods';
import { Random } from '../../oracle/random';
import type { Probe } from '../protocol';
import type { SeatedCluster } from './seats';

/** A packet as the evaluator knows it, and as it is sent. */
export interface Question {
  readonly packet: Packet;
  readonly probe: Probe;
}

/** Both ends of every question, and the hosts outside that they need. */
export interface Questions {
  readonly questions: readonly Question[];
  readonly outside: readonly string[];
}

interface Place {
  readonly end: End;
  readonly address: string;
  /** Whether policies can concern it: of two others, no engine sees the packet. */
  readonly pod: boolean;
}

const TCP = 6;
const UDP = 17;
const ICMP = 1;
/** Of UDP. */
const VXLAN = 4789;
const ICMPV6 = 58;
/** Hosts outside, of each IP version. */
const OUTSIDE = 3;
/** `type * 256` of an echo request. */
const ECHO = { [ICMP]: 8 * 256, [ICMPV6]: 128 * 256 } as const;

/**
 * Every ordered pair of pods, and of pods and hosts outside at the edges of the blocks named, each with some ports of
 * TCP and UDP and an echo request, now and then with a packet of VXLAN; the same for the same seed.
 */
export function questionsOf(cluster: SeatedCluster, seed: number): Questions {
  const [random, apart] = [new Random(seed), new Random(seed + 1_000_000)];
  const versions = cluster.addressing === 'dual stack' ? [4, 6] : cluster.addressing === 'IPv4' ? [4] : [6];
  const ports = [namedPorts(cluster.manifests), boundaryPorts(cluster.manifests)];
  const all = versions.map((version) => {
    const places = [...podPlaces(cluster, version), ...outsidePlaces(cluster, random, version)];
    const questions = places.flatMap((from) =>
      places
        .filter((to) => to !== from && (from.pod || to.pod))
        .flatMap((to) =>
          [...traffic(random, ports, version), ...tunnels(apart)].map((packet) => question(from, to, packet)),
        ),
    );
    return { questions, outside: places.filter(({ pod }) => !pod).map(({ address }) => address) };
  });
  return {
    questions: all.flatMap(({ questions }) => questions),
    outside: all.flatMap(({ outside }) => outside),
  };
}

function question(from: Place, to: Place, [protocol, port]: readonly [number, number]): Question {
  const shared = { from: from.end, to: to.end, protocol };
  const packet =
    protocol === TCP || protocol === UDP
      ? { ...shared, port }
      : { ...shared, icmp: { type: port >> 8, code: port & 255 } };
  return { packet, probe: { from: from.address, to: to.address, protocol, port } };
}

function traffic(
  random: Random,
  ports: readonly (readonly number[])[],
  version: number,
): (readonly [number, number])[] {
  const port = (): number => random.pick(random.pick(ports));
  const echo = version === 4 ? ICMP : ICMPV6;
  return [
    ...Array.from({ length: 3 }, () => [TCP, port()] as const),
    ...Array.from({ length: 2 }, () => [UDP, port()] as const),
    [echo, ECHO[echo]],
  ];
}

/** Now and then a packet to the port of VXLAN: Calico drops what comes from a pod. */
function tunnels(random: Random): (readonly [number, number])[] {
  return random.chance(0.1) ? [[UDP, VXLAN]] : [];
}

/** Pods on the host network are other nodes: hosts outside, as far as packets go. */
function podPlaces({ manifests }: SeatedCluster, version: number): Place[] {
  return manifests
    .filter((one): one is PodManifest => one.kind === 'Pod')
    .flatMap(({ metadata: { name, namespace = 'default' }, spec, status }): Place[] => {
      const address = status?.podIPs?.find(({ ip }) => versionOf(ip) === version)?.ip;
      if (address === undefined) return [];
      return [{ end: { namespace, name, kind: 'Pod' }, address, pod: spec.hostNetwork !== true }];
    });
}

function outsidePlaces({ manifests }: SeatedCluster, random: Random, version: number): Place[] {
  const ofPods = podAddresses(manifests);
  const addresses = edgeAddresses(manifests).filter(
    (ip) => !ofPods.has(ip) && versionOf(ip) === version && (version === 4 ? isUnicast4(ip) : isUnicast6(ip)),
  );
  return random
    .some(addresses, OUTSIDE, OUTSIDE)
    .map((ip): Place => ({ end: { ip }, address: ip, pod: false }));
}

function versionOf(ip: string): number {
  return ip.includes(':') ? 6 : 4;
}

/** No host has an address of 0.0.0.0/8, of the loopback or above 223: kernels drop such packets whoever sent them. */
function isUnicast4(ip: string): boolean {
  const first = Number(ip.split('.')[0]);
  return first > 0 && first < 224 && first !== 127;
}

/** Nor one of the first 64 bits zero, a multicast or a link-local one. */
function isUnicast6(ip: string): boolean {
  return !/^(0:0:0:0:|:|f[ef])/.test(ip);
}
