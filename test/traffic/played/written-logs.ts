import type { Random } from '../../oracle/random';
import type { Played, PlayedEnd } from './play';

/** How a tool writes down what was played; what it cannot see it leaves out. */
export interface PlayedFormat {
  readonly name: string;
  readonly file: string;
  /** Which calls of the graph it sees. */
  readonly sees: (call: {
    readonly protocol: string;
    readonly domain?: string | undefined;
    readonly service?: unknown;
  }) => boolean;
  readonly header?: string;
  readonly footer?: string;
  /** Lines for a connection, replies among them. */
  readonly lines: (one: Played, random: Random) => readonly string[];
}

const iso = (time: number): string => new Date(time).toISOString();
const seconds = (time: number): number => Math.floor(time / 1000);
const everything = (): boolean => true;
const PROTOCOL = { TCP: 6, UDP: 17 } as const;

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
          name_aggr: `${pod.name.replace(/[^-]*$/, '')}*`,
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
  const reply = `src=${server.ip} dst=${client.ip} sport=${server.port} dport=${client.port}`;
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

function gadget({ client, server, service, time, protocol, answered }: Played): string[] {
  if (protocol !== 'TCP' || client.pod === undefined) return [];
  const { name, workload } = client.pod;
  const { namespace } = workload;
  const called = service ?? server;
  const to =
    service !== undefined
      ? { kind: 'svc', name: service.service.name, namespace: service.service.namespace }
      : server.pod === undefined
        ? { kind: 'raw' }
        : { kind: 'pod', name: server.pod.name, namespace: server.pod.workload.namespace };
  return [
    JSON.stringify({
      k8s: { namespace, podName: name, node: 'node-0', hostnetwork: false, containerName: 'c' },
      src: {
        addr: client.ip,
        port: client.port,
        proto: 'TCP',
        version: 4,
        k8s: { kind: 'pod', name, namespace },
      },
      dst: { addr: called.ip, port: called.port, proto: 'TCP', version: 4, k8s: to },
      error: answered ? '' : 'ETIMEDOUT',
      timestamp: iso(time),
      type: 'connect',
    }),
  ];
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

const inMesh = ({ protocol, service }: { readonly protocol: string; readonly service?: unknown }): boolean =>
  protocol === 'TCP' && service !== undefined;

/** Answers of DNS as CoreDNS hands them on (dnstap), for logs that know addresses only. */
export function dnstapLine({ client, time, lookup }: Played): string | undefined {
  if (lookup === undefined) return undefined;
  return JSON.stringify({
    type: 'MESSAGE',
    identity: 'coredns',
    message: {
      type: 'CLIENT_RESPONSE',
      query_time: iso(time),
      response_time: iso(time),
      socket_family: 'INET',
      socket_protocol: 'UDP',
      query_address: client.ip,
      response_address: '10.96.0.10',
      query_port: client.port,
      response_port: 53,
      response_message: `;; opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;${lookup.name}.\tIN\t A\n\n;; ANSWER SECTION:\n${lookup.name}.\t30\tIN\tA\t${lookup.address}\n`,
    },
  });
}

export const PLAYED_FORMATS: readonly PlayedFormat[] = [
  {
    name: 'hubble, enveloped',
    file: 'hubble.json',
    sees: everything,
    lines: (one) => hubbleLines(one, (flow) => ({ flow, node_name: 'node-0' })),
  },
  {
    name: 'hubble, bare',
    file: 'hubble.json',
    sees: everything,
    lines: (one) => hubbleLines(one, (flow) => flow),
  },
  { name: 'calico', file: 'calico.log', sees: everything, lines: (one) => [calico(one)] },
  { name: 'conntrack -L', file: 'conntrack.txt', sees: everything, lines: (one) => [conntrack(one)] },
  { name: 'conntrack -E', file: 'events.txt', sees: everything, lines: conntrackEvents },
  { name: 'vpc, default', file: 'vpc.log', sees: everything, lines: (one) => vpc(one, false) },
  {
    name: 'vpc, custom',
    file: 'vpc.log',
    sees: everything,
    header:
      'version interface-id srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol tcp-flags flow-direction start end action log-status',
    lines: (one) => vpc(one, true),
  },
  { name: 'gadget', file: 'gadget.json', sees: ({ protocol }) => protocol === 'TCP', lines: gadget },
  { name: 'istio access log', file: 'access.json', sees: inMesh, lines: istio },
  { name: 'istio telemetry', file: 'metrics.json', sees: inMesh, lines: telemetry },
  {
    name: 'plain',
    file: 'flows.csv',
    sees: everything,
    header:
      'time,source_ip,source_port,destination_ip,destination_port,protocol,verdict,reply,destination_domain',
    lines: plain,
  },
];

/** The log of a format: some records lost, some written twice, clocks not quite right. */
export function writtenLog(
  format: PlayedFormat,
  played: readonly Played[],
  random: Random,
  noise: boolean,
): string {
  const lines: string[] = format.header === undefined ? [] : [format.header];
  for (const one of played) {
    const skewed = noise ? { ...one, time: one.time + random.integer(-2_000, 2_000) } : one;
    for (const line of format.lines(skewed, random)) {
      if (noise && random.chance(0.1)) continue;
      lines.push(line);
      if (noise && random.chance(0.05)) lines.push(line);
    }
  }
  return `${lines.join('\n')}\n`;
}
