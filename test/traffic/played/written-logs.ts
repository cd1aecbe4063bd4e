import type { Random } from '../../oracle/random';
import type { Played, PlayedEnd } from './play';
import { DNS_FORMATS } from './written-dns';
import { everything, inMesh, iso, PROTOCOL, seconds, type PlayedFormat } from './written-format';
import { GADGET_FORMATS } from './written-gadgets';
import { aggregatedName, NAMED_FORMATS } from './written-names';
import { PROXY_FORMATS } from './written-proxies';
import { NODES } from './world';

function hubbleEnd({ pod, node, domain }: PlayedEnd): unknown {
  if (pod !== undefined) {
    const { namespace, name, kind, labels } = pod.workload;
    return {
      namespace,
      pod_name: pod.name,
      labels: [
        ...Object.entries(labels).map(([key, value]) => `k8s:${key}=${value}`),
        `k8s:io.kubernetes.pod.namespace=${namespace}`,
      ],
      workloads: [{ name, kind }],
    };
  }
  return {
    identity: node === undefined ? 2 : 1,
    labels: [node === undefined ? 'reserved:world' : 'reserved:host', ...(domain === undefined ? [] : [])],
  };
}

function hubble(one: Played, reply: boolean): unknown {
  const { client, server, protocol, denied, answered } = one;
  const [from, to] = reply ? [server, client] : [client, server];
  return {
    time: iso(one.time + (reply ? 1 : 0)),
    verdict: denied === true ? 'DROPPED' : 'FORWARDED',
    IP: { source: from.ip, destination: to.ip, ipVersion: 'IPv4' },
    l4: {
      [protocol]: {
        source_port: from.port,
        destination_port: to.port,
        ...(protocol === 'TCP' ? { flags: reply ? { SYN: true, ACK: true } : { SYN: true } } : {}),
      },
    },
    source: hubbleEnd(from),
    destination: hubbleEnd(to),
    ...(!reply && server.domain !== undefined ? { destination_names: [server.domain] } : {}),
    Type: 'L3_L4',
    node_name: 'node-0',
    event_type: { type: 4 },
    traffic_direction: 'EGRESS',
    is_reply: reply,
    ...(answered ? {} : { drop_reason_desc: denied === true ? 'POLICY_DENIED' : undefined }),
  };
}

function hubbleLines(one: Played, wrap: (flow: unknown) => unknown): string[] {
  const { lookup, client, server } = one;
  const flows = [hubble(one, false), ...(one.answered ? [hubble(one, true)] : [])];
  if (lookup !== undefined)
    flows.push({
      time: iso(one.time + 2),
      verdict: 'FORWARDED',
      IP: { source: server.ip, destination: client.ip, ipVersion: 'IPv4' },
      l4: { UDP: { source_port: 53, destination_port: client.port } },
      source: hubbleEnd(server),
      destination: hubbleEnd(client),
      Type: 'L7',
      l7: {
        type: 'RESPONSE',
        dns: { query: `${lookup.name}.`, ips: [lookup.address], ttl: 30, qtypes: ['A'], rrtypes: ['A'] },
      },
      is_reply: true,
    });
  return flows.map((flow) => JSON.stringify(wrap(flow)));
}

/** The files of the exporter: with events of other kinds between the flows, and what it says of its own losses. */
function exported(one: Played, random: Random): string[] {
  const [node_name, time] = ['node-0', iso(one.time)];
  const other = { node_name, time };
  return [
    ...hubbleLines(one, (flow) => ({ flow, ...other })),
    ...(random.chance(0.01)
      ? [JSON.stringify({ lost_events: { source: 'HUBBLE_RING_BUFFER', num_events_lost: '3' }, ...other })]
      : []),
    ...(random.chance(0.01) ? [JSON.stringify({ agent_event: { type: 'ENDPOINT_CREATED' }, ...other })] : []),
  ];
}

function calicoEnd(name: 'source' | 'dest', { ip, port, pod, node }: PlayedEnd): Record<string, unknown> {
  const own =
    pod === undefined
      ? {
          type: node === undefined ? 'net' : 'hep',
          name_aggr: node === undefined ? 'pub' : `node-${node}`,
          name: '-',
          namespace: '-',
        }
      : {
          type: 'wep',
          name_aggr: aggregatedName(pod),
          name: pod.name,
          namespace: pod.workload.namespace,
          labels: { labels: Object.entries(pod.workload.labels).map(([key, value]) => `${key}=${value}`) },
        };
  return Object.fromEntries(
    Object.entries({ ...own, ip, port: name === 'source' ? null : port }).map(([key, value]) => [
      `${name}_${key}`,
      value,
    ]),
  );
}

function calico(one: Played): string {
  const { client, server, service, protocol, denied, time } = one;
  return JSON.stringify({
    start_time: seconds(time) - 5,
    end_time: seconds(time) + 5,
    ...calicoEnd('source', client),
    ...calicoEnd('dest', server),
    ...(service === undefined
      ? {}
      : {
          dest_service_namespace: service.service.namespace,
          dest_service_name: service.service.name,
          dest_service_port_num: service.port,
        }),
    dest_domains: server.domain === undefined ? null : [server.domain],
    proto: protocol.toLowerCase(),
    action: denied === true ? 'deny' : 'allow',
    reporter: 'dst',
    num_flows: 1,
    num_flows_started: 1,
    num_flows_completed: 1,
  });
}

function conntrack({ client, server, service, protocol, answered }: Played, state = 'ESTABLISHED'): string {
  const called = service ?? server;
  const original = `src=${client.ip} dst=${called.ip} sport=${client.port} dport=${called.port}`;
  // Whoever leaves the cluster has the address of its node outside.
  const leaves = server.pod === undefined && client.pod !== undefined && service === undefined;
  const back = leaves && server.domain !== undefined ? (NODES[client.pod.node] ?? '') : client.ip;
  const reply = `src=${server.ip} dst=${back} sport=${server.port} dport=${client.port}`;
  const head = `${protocol.toLowerCase().padEnd(8)} ${PROTOCOL[protocol]} 431999${protocol === 'TCP' ? ` ${answered ? state : 'SYN_SENT'}` : ''}`;
  return `${head} ${original} ${answered ? '' : '[UNREPLIED] '}${reply} ${answered ? '[ASSURED] ' : ''}mark=0 use=1`;
}

function conntrackEvents(one: Played): string[] {
  const stamp = (ms: number): string => `[${((one.time + ms) / 1000).toFixed(6)}]`;
  const line = conntrack(one).replace(' 431999', ' 120');
  const unreplied = conntrack({ ...one, answered: false }).replace(' 431999', ' 120');
  return one.answered
    ? [
        `${stamp(0)}\t    [NEW] ${unreplied}`,
        `${stamp(1)}\t [UPDATE] ${line.replace('ESTABLISHED', 'SYN_RECV')}`,
        `${stamp(2)}\t [UPDATE] ${line}`,
      ]
    : [`${stamp(0)}\t[DESTROY] ${unreplied}`];
}

/** The plugin of the VPC gives pods addresses of the network: kube-proxy has translated what is seen. */
function vpc({ client, server, protocol, time, denied, answered }: Played, flags: boolean): string[] {
  const line = (from: PlayedEnd, to: PlayedEnd, reply: boolean): string => {
    const [start, action] = [seconds(time), denied === true ? 'REJECT' : 'ACCEPT'];
    const bits = protocol === 'UDP' ? 0 : reply ? 19 : 3;
    return flags
      ? `5 eni-1 ${from.ip} ${to.ip} ${from.port} ${to.port} ${from.ip} ${to.ip} ${PROTOCOL[protocol]} ${bits} ${reply ? 'ingress' : 'egress'} ${start} ${start + 30} ${action} OK`
      : `2 123456789012 eni-1 ${from.ip} ${to.ip} ${from.port} ${to.port} ${PROTOCOL[protocol]} 10 840 ${start} ${start + 30} ${action} OK`;
  };
  return [line(client, server, false), ...(answered ? [line(server, client, true)] : [])];
}

function istio({ client, server, service, time, protocol, answered }: Played): string[] {
  if (protocol !== 'TCP' || service === undefined || !answered) return [];
  const { name, namespace } = service.service;
  return [
    JSON.stringify({
      authority: `${name}:${service.port}`,
      downstream_local_address: `${service.ip}:${service.port}`,
      downstream_remote_address: `${client.ip}:${client.port}`,
      method: 'POST',
      path: '/',
      protocol: 'HTTP/2',
      response_code: 200,
      response_flags: '-',
      start_time: iso(time),
      upstream_cluster: `outbound|${service.port}||${name}.${namespace}.svc.cluster.local;`,
      upstream_host: `${server.ip}:${server.port}`,
      upstream_local_address: `${client.ip}:51000`,
    }),
  ];
}

function telemetry({ client, server, service, protocol, answered, time }: Played): string[] {
  if (
    protocol !== 'TCP' ||
    service === undefined ||
    !answered ||
    client.pod === undefined ||
    server.pod === undefined
  )
    return [];
  const { name, namespace } = service.service;
  return [
    JSON.stringify({
      status: 'success',
      data: {
        resultType: 'vector',
        result: [
          {
            metric: {
              __name__: 'istio_requests_total',
              destination_service: `${name}.${namespace}.svc.cluster.local`,
              destination_service_name: name,
              destination_service_namespace: namespace,
              destination_workload: server.pod.workload.name,
              destination_workload_namespace: server.pod.workload.namespace,
              reporter: 'source',
              source_workload: client.pod.workload.name,
              source_workload_namespace: client.pod.workload.namespace,
            },
            value: [seconds(time), '1'],
          },
        ],
      },
    }),
  ];
}

function plain({ client, server, service, time, protocol, denied, answered }: Played): string[] {
  const called = service ?? server;
  return [
    [
      iso(time),
      client.ip,
      client.port,
      called.ip,
      called.port,
      protocol,
      denied === true ? 'denied' : answered ? 'allowed' : 'lost',
      'false',
      server.domain ?? '',
    ].join(','),
  ];
}

const HUBBLE = 'Cilium Hubble JSON';
const CONNTRACK = 'conntrack';
const VPC = 'AWS VPC flow logs';

export const PLAYED_FORMATS: readonly PlayedFormat[] = [
  {
    name: 'hubble, enveloped',
    title: HUBBLE,
    file: 'hubble.json',
    sees: everything,
    lines: (one) => hubbleLines(one, (flow) => ({ flow, node_name: 'node-0', time: iso(one.time) })),
  },
  {
    name: 'hubble, bare',
    title: HUBBLE,
    file: 'hubble.json',
    sees: everything,
    lines: (one) => hubbleLines(one, (flow) => flow),
  },
  { name: 'hubble, exported', title: HUBBLE, file: 'events.log', sees: everything, lines: exported },
  {
    name: 'calico',
    title: 'Calico flow logs',
    file: 'calico.log',
    sees: everything,
    lines: (one) => [calico(one)],
  },
  {
    name: 'conntrack -L',
    title: CONNTRACK,
    file: 'conntrack.txt',
    sees: everything,
    lines: (one) => [conntrack(one)],
  },
  { name: 'conntrack -E', title: CONNTRACK, file: 'events.txt', sees: everything, lines: conntrackEvents },
  {
    name: '/proc/net/nf_conntrack',
    title: CONNTRACK,
    file: 'nf_conntrack',
    sees: everything,
    lines: (one) => [`ipv4     2 ${conntrack(one).replace('use=1', 'zone=0 use=2')}`],
  },
  { name: 'vpc, default', title: VPC, file: 'vpc.log', sees: everything, lines: (one) => vpc(one, false) },
  {
    name: 'vpc, custom',
    title: VPC,
    file: 'vpc.log',
    sees: everything,
    header:
      'version interface-id srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol tcp-flags flow-direction start end action log-status',
    lines: (one) => vpc(one, true),
  },
  {
    name: 'istio access log, JSON',
    title: 'Istio/Envoy access logs as JSON',
    file: 'access.json',
    sees: inMesh,
    lines: istio,
  },
  {
    name: 'istio telemetry',
    title: 'Istio telemetry from Prometheus',
    file: 'metrics.json',
    sees: inMesh,
    lines: telemetry,
  },
  {
    name: 'plain',
    title: 'plain CSV',
    file: 'flows.csv',
    sees: everything,
    header:
      'time,source_ip,source_port,destination_ip,destination_port,protocol,verdict,reply,destination_domain',
    lines: plain,
  },
  ...NAMED_FORMATS,
  ...GADGET_FORMATS,
  ...PROXY_FORMATS,
  ...DNS_FORMATS,
];

/** The log of a format: some records lost, some written twice, clocks not quite right. */
export function writtenLog(
  format: PlayedFormat,
  played: readonly Played[],
  random: Random,
  noise: boolean,
): string {
  const lines: string[] = format.header === undefined ? [] : [format.header];
  const written = new Set<string>();
  for (const one of played) {
    const skewed = noise ? { ...one, time: one.time + random.integer(-2_000, 2_000) } : one;
    for (const line of format.lines(skewed, random)) {
      if (format.distinct === true && written.has(line)) continue;
      if (noise && random.chance(0.1)) continue;
      written.add(line);
      lines.push(line);
      if (noise && random.chance(0.05)) lines.push(line);
    }
  }
  return `${lines.join('\n')}\n`;
}
