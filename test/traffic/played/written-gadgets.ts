import type { Played, PlayedEnd } from './play';
import { iso, type PlayedFormat, type SeenCall } from './written-format';

const isTcp = ({ protocol }: SeenCall): boolean => protocol === 'TCP';

/** Of UDP the gadget sees ports below 1024, as it cannot tell others from those of clients. */
const isAdvised = ({ protocol, port }: SeenCall): boolean => protocol === 'TCP' || port < 1024;

/** What the resolvers of names make of an address: a pod, a Service or nothing. */
function named(end: PlayedEnd, service?: Played['service']) {
  if (service !== undefined)
    return { kind: 'svc', name: service.service.name, namespace: service.service.namespace };
  if (end.pod === undefined) return { kind: 'raw' };
  return { kind: 'pod', name: end.pod.name, namespace: end.pod.workload.namespace };
}

const ownK8s = ({ name, workload }: NonNullable<PlayedEnd['pod']>) => ({
  namespace: workload.namespace,
  podName: name,
  node: 'node-0',
  hostnetwork: false,
  containerName: 'c',
});

function traceTcp({ client, server, service, time, protocol, answered }: Played): string[] {
  if (protocol !== 'TCP' || client.pod === undefined) return [];
  const called = service ?? server;
  const end = (ip: string, port: number, k8s: object) => ({ addr: ip, port, proto: 'TCP', version: 4, k8s });
  return [
    JSON.stringify({
      k8s: ownK8s(client.pod),
      src: end(client.ip, client.port, named(client)),
      dst: end(called.ip, called.port, named(server, service)),
      error: answered ? '' : 'ETIMEDOUT',
      timestamp: iso(time),
      type: 'connect',
    }),
  ];
}

interface SeenPacket {
  readonly pod: NonNullable<PlayedEnd['pod']>;
  readonly out: boolean;
  readonly remote: PlayedEnd;
  readonly service?: Played['service'];
  readonly port: number;
}

/** Packets that open a connection: out of the client's pod before they are translated, into the server's afterwards. */
function packets({ client, server, service, denied = false }: Played): SeenPacket[] {
  const out =
    client.pod === undefined
      ? []
      : [{ pod: client.pod, out: true, remote: server, service, port: (service ?? server).port }];
  // What a policy denies does not arrive.
  const arrives = server.pod !== undefined && !denied;
  return arrives
    ? [...out, { pod: server.pod, out: false, remote: client, service: undefined, port: server.port }]
    : out;
}

/** `advise network-policy monitor` of v0.30: events of `trace network`. */
function monitor(one: Played): string[] {
  return packets(one).map(({ pod, out, remote, service, port }) => {
    const { kind, name, namespace } = { name: undefined, namespace: undefined, ...named(remote, service) };
    return JSON.stringify({
      runtime: {},
      k8s: ownK8s(pod),
      timestamp: one.time * 1_000_000,
      type: 'normal',
      pktType: out ? 'OUTGOING' : 'HOST',
      proto: one.protocol,
      port,
      podIP: pod.ip,
      dst: { addr: (service ?? remote).ip, version: 4, kind, podname: name, namespace },
    });
  });
}

/** `advise_networkpolicy`: which ends a pod has seen, each once and without a time. */
function advise(one: Played): string[] {
  const { protocol } = one;
  return packets(one)
    .filter(({ port }) => isAdvised({ protocol, port }))
    .map(({ pod, out, remote, service, port }) =>
      JSON.stringify({
        k8s: ownK8s(pod),
        egress: out ? 1 : 0,
        endpoint: {
          addr: (service ?? remote).ip,
          port,
          proto: protocol,
          version: 4,
          k8s: named(remote, service),
        },
      }),
    );
}

const title = 'Inspektor Gadget JSON';

export const GADGET_FORMATS: readonly PlayedFormat[] = [
  { name: 'gadget trace_tcp', title, file: 'gadget.json', sees: isTcp, lines: traceTcp },
  {
    name: 'gadget advise network-policy monitor',
    title,
    file: 'monitor.json',
    sees: () => true,
    lines: monitor,
  },
  {
    name: 'gadget advise_networkpolicy',
    title,
    file: 'advise.json',
    sees: isAdvised,
    lines: advise,
    distinct: true,
  },
];
