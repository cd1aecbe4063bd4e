import type { Played, PlayedEnd } from './play';
import { everything, inCluster, iso, seconds, type PlayedFormat } from './written-format';

/** As Calico writes it for all pods of one owner: the beginning of the name, or the name of a pod without owner. */
export function aggregatedName({ name, workload }: NonNullable<PlayedEnd['pod']>): string {
  return workload.kind === 'Pod' ? name : `${name.replace(/[^-]*$/, '')}*`;
}

const WORKLOAD = 1;
const NETWORK = 4;

function goldmaneEnd(name: 'source' | 'dest', { pod, node }: PlayedEnd): object {
  // A node without a HostEndpoint is an address like any other private one.
  const own =
    pod === undefined
      ? { name: node === undefined ? 'pub' : 'pvt', namespace: '-', type: NETWORK }
      : { name: aggregatedName(pod), namespace: pod.workload.namespace, type: WORKLOAD };
  return Object.fromEntries(Object.entries(own).map(([key, value]) => [`${name}_${key}`, value]));
}

const labelsOf = ({ pod }: PlayedEnd): string[] =>
  Object.entries(pod?.workload.labels ?? {}).map(([key, value]) => `${key}=${value}`);

/** Goldmane's emitter: numbers for words, and one flow for all pods of an owner. Both ends report. */
function goldmane(one: Played): string[] {
  const { client, server, service, protocol, denied = false, time } = one;
  const called =
    service === undefined
      ? {}
      : {
          dest_service_name: service.service.name,
          dest_service_namespace: service.service.namespace,
          dest_service_port: service.port,
        };
  const reported = (reporter: 1 | 2, action: 1 | 2): string =>
    JSON.stringify({
      Key: {
        ...goldmaneEnd('source', client),
        ...goldmaneEnd('dest', server),
        dest_port: server.port,
        ...called,
        proto: protocol.toLowerCase(),
        reporter,
        action,
        policies: {},
      },
      start_time: seconds(time) - 5,
      end_time: seconds(time) + 10,
      source_labels: labelsOf(client),
      dest_labels: labelsOf(server),
      num_connections_started: 1,
      num_connections_completed: 1,
    });
  // The source lets out what the destination denies.
  return [
    ...(client.pod === undefined ? [] : [reported(1, 1)]),
    ...(server.pod === undefined ? [] : [reported(2, denied ? 2 : 1)]),
  ];
}

function whiskerEnd(name: 'source' | 'dest', end: PlayedEnd): object {
  const { pod, node } = end;
  return {
    [`${name}_name`]:
      pod === undefined ? (node === undefined ? 'PUBLIC NETWORK' : 'PRIVATE NETWORK') : aggregatedName(pod),
    [`${name}_namespace`]: pod?.workload.namespace ?? '-',
    [`${name}_labels`]: labelsOf(end).join(' | '),
  };
}

/** Whisker's stream of flows: events of a server, without addresses and Services. */
function whisker({ client, server, protocol, denied = false, time }: Played): string[] {
  const reported = (reporter: 'Src' | 'Dst', action: 'Allow' | 'Deny'): string =>
    `data: ${JSON.stringify({
      start_time: iso(seconds(time) * 1000),
      end_time: iso(seconds(time) * 1000 + 15_000),
      action,
      ...whiskerEnd('source', client),
      ...whiskerEnd('dest', server),
      protocol: protocol.toLowerCase(),
      dest_port: server.port,
      reporter,
      policies: { enforced: [], pending: [] },
      packets_in: 1,
      packets_out: 1,
      bytes_in: 60,
      bytes_out: 60,
    })}`;
  return [
    ...(client.pod === undefined ? [] : [reported('Src', 'Allow')]),
    ...(server.pod === undefined ? [] : [reported('Dst', denied ? 'Deny' : 'Allow')]),
  ];
}

/** Our own JSON, with names where they are known and addresses where they are not. */
function plainJson({ client, server, time, protocol, denied, answered }: Played): string[] {
  const named = ({ ip, pod, domain }: PlayedEnd): string =>
    pod === undefined
      ? (domain ?? ip)
      : `${pod.workload.namespace}/${pod.workload.name}[${pod.workload.kind}]`;
  return [
    JSON.stringify({
      time: iso(time),
      from: named(client),
      to: named(server),
      port: server.port,
      protocol,
      verdict: denied === true ? 'denied' : answered ? 'allowed' : 'lost',
    }),
  ];
}

export const NAMED_FORMATS: readonly PlayedFormat[] = [
  { name: 'goldmane', title: 'Calico flow logs', file: 'goldmane.json', sees: inCluster, lines: goldmane },
  {
    name: 'whisker',
    title: 'Calico flow logs in server-sent events',
    file: 'whisker.txt',
    sees: inCluster,
    lines: whisker,
  },
  { name: 'plain JSON', title: 'plain JSON', file: 'flows.json', sees: everything, lines: plainJson },
];
