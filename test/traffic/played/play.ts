import type { Service, ServicePort } from '../../../src/model/services/service';
import type { Workload } from '../../../src/model/workloads/workload';
import type { Random } from '../../oracle/random';
import { DNS_IP, END, NODES, START, type PlayedPod, type World } from './world';

/** A call of the graph. */
export type GraphCall =
  | {
      readonly client: Workload;
      readonly server: Workload;
      readonly protocol: 'TCP' | 'UDP';
      /** At the pods. */
      readonly port: number;
      readonly service?: { readonly service: Service; readonly port: ServicePort } | undefined;
      readonly domain?: undefined;
    }
  | {
      readonly client: Workload;
      readonly server?: undefined;
      readonly protocol: 'TCP';
      readonly port: number;
      readonly domain: string;
      readonly address: string;
    };

/** One end of a connection that was played. */
export interface PlayedEnd {
  readonly ip: string;
  readonly port: number;
  readonly pod?: PlayedPod | undefined;
  readonly node?: number | undefined;
  readonly domain?: string | undefined;
}

/** A connection that was played. */
export interface Played {
  readonly time: number;
  readonly client: PlayedEnd;
  /** The one that answered. */
  readonly server: PlayedEnd;
  /** The Service that was called, by its address. */
  readonly service?: { readonly service: Service; readonly ip: string; readonly port: number } | undefined;
  readonly protocol: 'TCP' | 'UDP';
  readonly answered: boolean;
  readonly denied?: boolean;
  /** A look-up in DNS, and the answer. */
  readonly lookup?: { readonly name: string; readonly address: string } | undefined;
}

export interface PlayOptions {
  /** How often each call is made, at least. Default 20. */
  readonly least?: number;
  /** How often the first calls of the graph are made, where that is seldom. Default none. */
  readonly rare?: readonly number[];
  /** Share of connections of a scanning pod among all. Default 0: none. */
  readonly scans?: number;
  /** Whether replies, probes, NAT, scans from outside, lost and duplicated records and skewed clocks come on top. */
  readonly noise: boolean;
}

const alive = (pods: readonly PlayedPod[], at: number): readonly PlayedPod[] =>
  pods.filter(({ from, to }) => from + 60_000 <= at && at <= to - 60_000);

/** Plays a day: every call of the graph a number of times, and noise. Sorted by time. */
export function play(
  graph: readonly GraphCall[],
  world: World,
  random: Random,
  options: PlayOptions,
): Played[] {
  const byWorkload = new Map<Workload, PlayedPod[]>();
  for (const pod of world.pods) byWorkload.set(pod.workload, [...(byWorkload.get(pod.workload) ?? []), pod]);
  const podOf = (workload: Workload, at: number): PlayedPod =>
    random.pick(alive(byWorkload.get(workload) ?? [], at));
  const clientEnd = (pod: PlayedPod): PlayedEnd => ({
    ip: pod.ip,
    port: random.integer(32_768, 60_999),
    pod,
  });
  const moment = (): number => random.integer(START + 120_000, END - 120_000);
  const played: Played[] = [];
  const at = (workloads: readonly Workload[]): number => {
    for (;;) {
      const now = moment();
      if (workloads.every((one) => alive(byWorkload.get(one) ?? [], now).length > 0)) return now;
    }
  };
  for (const [index, call] of graph.entries()) {
    const { least = 20 } = options;
    for (let left = options.rare?.[index] ?? random.integer(least, least * 2); left > 0; left--) {
      const now = at(call.server === undefined ? [call.client] : [call.client, call.server]);
      const client = clientEnd(podOf(call.client, now));
      if (call.server === undefined) {
        const lookup = { name: call.domain, address: call.address };
        const dns = { ip: DNS_IP, port: 53 };
        played.push({
          time: now - 50,
          client: { ...client, port: random.integer(32_768, 60_999) },
          server: dns,
          protocol: 'UDP',
          answered: true,
          lookup,
        });
        played.push({
          time: now,
          client,
          server: { ip: call.address, port: call.port, domain: call.domain },
          protocol: 'TCP',
          answered: true,
        });
        continue;
      }
      const pod = podOf(call.server, now);
      const ip = call.service === undefined ? undefined : world.serviceIps.get(call.service.service);
      const service =
        ip === undefined || call.service === undefined
          ? undefined
          : { service: call.service.service, ip, port: call.service.port.port };
      played.push({
        time: now,
        client,
        server: { ip: pod.ip, port: call.port, pod },
        service,
        protocol: call.protocol,
        answered: true,
      });
    }
  }
  const calls = played.length;
  if (options.noise) played.push(...noise(world, byWorkload, random, moment));
  if (options.scans !== undefined) {
    const scanner = [...byWorkload.values()][0] ?? [];
    const wanted = Math.max(1, Math.round((calls * options.scans) / (1 - options.scans)));
    for (let left = wanted; left > 0; left--) {
      const now = at([...byWorkload.keys()].slice(0, 1));
      const victim = random.pick(alive(world.pods, now));
      // As scanners do: ports that are in use somewhere as often as any others.
      const port = random.chance(0.5)
        ? random.pick(graph.map((call) => call.port))
        : random.integer(1, 10_000);
      played.push({
        time: now,
        client: clientEnd(random.pick(alive(scanner, now))),
        server: { ip: victim.ip, port, pod: victim },
        protocol: 'TCP',
        answered: true,
      });
    }
  }
  return played.sort((a, b) => a.time - b.time);
}

function noise(
  world: World,
  byWorkload: ReadonlyMap<Workload, readonly PlayedPod[]>,
  random: Random,
  moment: () => number,
): Played[] {
  const found: Played[] = [];
  for (const [workload, pods] of byWorkload) {
    for (let left = 12; left > 0; left--) {
      const now = moment();
      const there = alive(pods, now);
      if (there.length === 0) continue;
      const pod = random.pick(there);
      const node = pod.node;
      const [port] = workload.ports.filter(({ protocol }) => protocol === 'TCP').map((one) => one.port);
      const ephemeral = (): number => random.integer(32_768, 60_999);
      if (port !== undefined) {
        // The kubelet, callers from outside by themselves, and behind the address of a node.
        found.push({
          time: now,
          client: { ip: NODES[node] ?? '', port: ephemeral(), node },
          server: { ip: pod.ip, port, pod },
          protocol: 'TCP',
          answered: true,
        });
        found.push({
          time: now + 1,
          client: { ip: `203.0.113.${random.integer(1, 250)}`, port: ephemeral() },
          server: { ip: pod.ip, port, pod },
          protocol: 'TCP',
          answered: true,
        });
        found.push({
          time: now + 2,
          client: { ip: NODES[1 - node] ?? '', port: ephemeral(), node: 1 - node },
          server: { ip: pod.ip, port, pod },
          protocol: 'TCP',
          answered: true,
        });
      }
      // A scan from outside that nobody answers, one that a policy denies, and a scan of a pod that nobody answers.
      const scanned = { ip: pod.ip, port: random.integer(1, 30_000), pod };
      found.push({
        time: now + 3,
        client: { ip: `198.51.100.${random.integer(1, 250)}`, port: ephemeral() },
        server: scanned,
        protocol: 'TCP',
        answered: false,
      });
      const other = alive(world.pods, now);
      found.push({
        time: now + 4,
        client: { ip: random.pick(other).ip, port: ephemeral(), pod: undefined },
        server: { ...scanned, port: random.integer(1, 30_000) },
        protocol: 'TCP',
        answered: false,
        denied: true,
      });
    }
  }
  return found.map((one) => ({
    ...one,
    client: {
      ...one.client,
      pod:
        one.client.pod ??
        world.pods.find((pod) => pod.ip === one.client.ip && pod.from <= one.time && one.time <= pod.to),
    },
  }));
}
