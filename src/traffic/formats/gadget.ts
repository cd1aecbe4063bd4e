import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { FlowEnd, FlowItem, FlowPlace, FlowProtocol, FlowRecord } from '../flow-record';
import { needAnyTime, needProtocol, readDomain, readIp, textIn, UnreadableError } from '../flow-value';
import type { JsonFormat } from './flow-format';
import { endpoint, first, ipIn, labelsIn, named, ownEnd, portIn } from './gadget-ends';

/**
 * Inspektor Gadget with `-o json`, of new gadgets (`gadget run trace_tcp`, `trace_dns`, `advise_networkpolicy`; fields
 * of Kubernetes in `k8s`) and of older ones (`gadget trace tcp`, `trace dns`, `trace network`, and what
 * `advise network-policy monitor` writes).
 */
export const GADGET: JsonFormat = {
  name: 'gadget',
  title: 'Inspektor Gadget JSON',
  input: 'json',
  recognises: (value) =>
    (isJsonObject(value['k8s']) || typeof value['pod'] === 'string' || Object.hasOwn(value, 'mountnsid')) &&
    kindOf(value) !== undefined,
  open: () => readEvent,
};

type Kind = 'tcp' | 'dns' | 'network' | 'advise';

function kindOf(event: JsonObject): Kind | undefined {
  if (typeof event['name'] === 'string' && (event['qr'] ?? event['qr_raw']) !== undefined) return 'dns';
  if (first(event, 'pktType', 'pkt_type') !== undefined) return 'network';
  if (isJsonObject(event['endpoint']) && event['egress'] !== undefined) return 'advise';
  const hasEnds = isJsonObject(event['src']) && isJsonObject(event['dst']);
  return hasEnds || typeof event['saddr'] === 'string' ? 'tcp' : undefined;
}

function readEvent(event: JsonObject, place: FlowPlace): FlowItem | readonly FlowItem[] {
  switch (kindOf(event)) {
    case 'tcp':
      return tcp(event, place);
    case 'dns':
      return dns(event, place);
    case 'network':
      return network(event, place);
    case 'advise':
      return advise(event, place);
    case undefined:
      if (typeof event['message'] !== 'string' && event['type'] === undefined)
        throw new UnreadableError(
          'it is no event of trace_tcp, trace_dns, trace network or advise_networkpolicy',
        );
      return { kind: 'skipped', reason: 'a message of a gadget', place };
  }
}

/** New gadgets write RFC 3339, older ones nanoseconds since 1970. */
function timeOf(event: JsonObject): number | undefined {
  const { timestamp } = event;
  if (timestamp === undefined || timestamp === null || timestamp === '' || timestamp === 0) return undefined;
  const isNanoseconds =
    (typeof timestamp === 'number' && timestamp > 1e15) ||
    (typeof timestamp === 'string' && /^\d{16,20}$/.test(timestamp));
  return needAnyTime(isNanoseconds ? Number(timestamp) / 1e9 : timestamp, 'timestamp');
}

/** `connect` is seen in the client, `accept` in the server, whose own address comes first; an end says not who began. */
function tcp(event: JsonObject, place: FlowPlace): FlowItem {
  const operation = first(event, 'operation', 'type', 'event')?.toLowerCase();
  const hasEnds = isJsonObject(event['src']);
  const source = hasEnds
    ? endpoint(event, 'src')
    : { ip: ipIn(event, 'saddr'), port: portIn(event, 'sport') };
  const remote = hasEnds
    ? endpoint(event, 'dst')
    : { ip: ipIn(event, 'daddr'), port: portIn(event, 'dport') };
  const local = withOwn(source, event);
  if (operation === 'close')
    return { kind: 'skipped', reason: 'the end of a connection, which does not tell who began it', place };
  if (operation !== 'connect' && operation !== 'accept')
    throw new UnreadableError('it is neither a connect nor an accept nor a close');
  const connects = operation === 'connect';
  const failed = typeof event['error'] === 'string' && event['error'] !== '';
  return {
    ...flow(event, place),
    protocol: 'TCP',
    source: connects ? local : remote,
    destination: connects ? remote : local,
    isReply: false,
    opens: true,
    answered: failed ? false : undefined,
    seenAt: operation,
  };
}

function flow(
  event: JsonObject,
  place: FlowPlace,
): Pick<FlowRecord, 'kind' | 'time' | 'count' | 'layer' | 'place'> {
  return { kind: 'flow', time: timeOf(event), count: 1, layer: 'l4', place };
}

/** The end in the pod itself, with what the event says of the pod. */
function withOwn(end: FlowEnd, event: JsonObject): FlowEnd {
  const own = ownEnd(event);
  return {
    ...own,
    ...end,
    namespace: end.namespace ?? own.namespace,
    pod: end.pod ?? own.pod,
    labels: end.labels ?? own.labels,
  };
}

/** Packets by the direction seen from the pod: `OUTGOING`, or `HOST` for those that come to it. */
function network(event: JsonObject, place: FlowPlace): FlowItem {
  const direction = first(event, 'pktType', 'pkt_type');
  if (direction !== 'OUTGOING' && direction !== 'HOST')
    return { kind: 'skipped', reason: 'a packet that is for nobody in particular', place };
  const remote = isJsonObject(event['dst']) ? endpoint(event, 'dst') : remoteOf(event);
  const own = { ...ownEnd(event), ip: ipIn(event, 'podIP', 'pod_ip') };
  const protocol = needProtocol(event['proto'], 'proto');
  return directed(event, place, {
    protocol,
    own,
    remote,
    port: portIn(event, 'port'),
    out: direction === 'OUTGOING',
  });
}

/** Of TCP only packets that open a connection are written down. */
function directed(
  event: JsonObject,
  place: FlowPlace,
  { protocol, own, remote, port, out }: Directed,
): FlowRecord {
  const [source, destination] = out ? [own, remote] : [remote, own];
  const opens = protocol === 'TCP' ? true : undefined;
  return {
    ...flow(event, place),
    protocol,
    source: { ...source, port: undefined },
    destination: { ...destination, port },
    isReply: opens === true ? false : undefined,
    opens,
    seenAt: out ? 'client' : 'server',
  };
}

interface Directed extends Pick<FlowRecord, 'protocol'> {
  readonly own: FlowEnd;
  readonly remote: FlowEnd;
  readonly port: number | undefined;
  readonly out: boolean;
}

function remoteOf(event: JsonObject): FlowEnd {
  const kind = first(event, 'remoteKind', 'remote_kind');
  const of = kind === 'svc' ? 'svc' : 'pod';
  return {
    ...named(
      kind,
      first(event, 'remoteName', `remote_${of}_name`),
      first(event, 'remoteNamespace', `remote_${of}_namespace`),
      labelsIn(event, 'remoteLabels', 'remote_pod_labels'),
    ),
    ip: ipIn(event, 'remoteAddr', 'remote_other', 'ip'),
  };
}

function advise(event: JsonObject, place: FlowPlace): FlowRecord {
  const { egress } = event;
  const out = egress === true || egress === 1 || egress === '1' || egress === 'true';
  const remote = endpoint(event, 'endpoint');
  const proto = isJsonObject(event['endpoint']) ? event['endpoint']['proto'] : undefined;
  const protocol = proto === undefined ? 'TCP' : needProtocol(proto, 'proto');
  return directed(event, place, { protocol, own: ownEnd(event), remote, port: remote.port, out });
}

/** A question that goes out of a pod is a connection to the nameserver as well. */
function dns(event: JsonObject, place: FlowPlace): readonly FlowItem[] {
  const name = readDomain(textIn(event, 'name') ?? '') ?? '.';
  const isQuestion = event['qr'] === 'Q' || event['qr_raw'] === false || event['qr_raw'] === 0;
  const end = endIn(event, isQuestion ? 'src' : 'dst');
  const direction = first(event, 'pktType', 'pkt_type');
  // A question that goes out of a pod, and an answer that comes to one, are those of a client.
  const asks = direction === (isQuestion ? 'OUTGOING' : 'HOST');
  const own = asks ? withOwn(end, event) : end;
  const server: FlowEnd = { ip: nameserverOf(event), port: 53 };
  const addresses = addressesOf(event['addresses']);
  const call: FlowItem = {
    ...flow(event, place),
    protocol: protocolOf(event),
    source: own,
    destination: server,
    isReply: false,
    opens: true,
  };
  const answer: FlowItem = {
    kind: 'dns',
    time: timeOf(event),
    client: own,
    server,
    name,
    type: textIn(event, 'qtype'),
    addresses,
    code: isQuestion ? undefined : codeOf(textIn(event, 'rcode')),
    place,
  };
  return isQuestion && asks && server.ip !== undefined ? [call, answer] : [answer];
}

function endIn(event: JsonObject, name: string): FlowEnd {
  return isJsonObject(event[name]) ? endpoint(event, name) : {};
}

/** Older gadgets look at UDP only and do not say so. */
function protocolOf({ src }: JsonObject): FlowProtocol {
  const proto = isJsonObject(src) ? src['proto'] : undefined;
  return proto === undefined || proto === null ? 'UDP' : needProtocol(proto, 'proto');
}

function nameserverOf(event: JsonObject): string | undefined {
  const { nameserver } = event;
  return isJsonObject(nameserver) ? ipIn(nameserver, 'addr') : ipIn(event, 'nameserver');
}

function addressesOf(value: Json | undefined): readonly string[] {
  const texts = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  return texts.flatMap((text) => {
    if (text === '') return [];
    const ip = typeof text === 'string' ? readIp(text.trim()) : undefined;
    if (ip === undefined) throw new UnreadableError('"addresses" is no list of IP addresses');
    return [ip];
  });
}

/** Gadgets write `NoError`, `NXDomain`; newer ones `Success`, `NameError`. */
function codeOf(code: string | undefined): string | undefined {
  const upper = code?.toUpperCase();
  if (upper === 'SUCCESS') return 'NOERROR';
  return upper === 'NAMEERROR' || upper === 'NONEXISTENTDOMAIN' ? 'NXDOMAIN' : upper;
}
