import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type {
  DnsRecord,
  FlowEnd,
  FlowEndKind,
  FlowItem,
  FlowPlace,
  FlowProtocol,
  FlowRecord,
} from '../flow-record';
import {
  domainsIn,
  needAnyTime,
  needIp,
  needPort,
  objectIn,
  readDomain,
  readIp,
  textIn,
  textsIn,
  UnreadableError,
} from '../flow-value';
import type { JsonFormat } from './flow-format';

/**
 * Cilium Hubble: `hubble observe -o json` and `-o jsonpb`, and the files of Hubble's exporter. A line is a flow
 * (`flow.Flow` of Cilium's api/v1/flow/flow.proto), or an answer of the observer (`GetFlowsResponse`,
 * `ExportEvent`) with the flow in `flow`. Names as in the protobuf file; the spelling of its JSON mapping
 * (`sourceNames`) is taken as well.
 */
export const HUBBLE: JsonFormat = {
  name: 'hubble',
  title: 'Cilium Hubble JSON',
  input: 'json',
  recognises: (value) => isEnveloped(value) || eventIn(value) !== undefined || isFlow(value),
  open: () => readHubble,
};

/** Goldmane of Calico has a `flow` in its results as well, whose ends are in a key. */
function isEnveloped({ flow }: JsonObject): boolean {
  return isJsonObject(flow) && !isJsonObject(flow['Key']) && !isJsonObject(flow['key']);
}

function isFlow(value: JsonObject): boolean {
  const ends = isJsonObject(value['source']) && isJsonObject(value['destination']);
  return (
    ends && (isJsonObject(value['IP']) || isJsonObject(value['l4']) || isJsonObject(value['event_type']))
  );
}

/** What an answer of the observer has in the place of a flow. */
const EVENTS: readonly (readonly [key: string, camel: string, reason: string])[] = [
  ['lost_events', 'lostEvents', 'Hubble says that it lost events here'],
  ['node_status', 'nodeStatus', 'a word of Hubble about its nodes'],
  ['agent_event', 'agentEvent', 'an event of the Cilium agent'],
  ['debug_event', 'debugEvent', 'an event of Cilium for debugging'],
];

function eventIn(value: JsonObject): string | undefined {
  return EVENTS.find(([key, camel]) => isJsonObject(value[key]) || isJsonObject(value[camel]))?.[2];
}

function readHubble(value: JsonObject, place: FlowPlace): FlowItem | readonly FlowItem[] {
  const flow = objectIn(value, 'flow') ?? value;
  const reason = flow === value ? eventIn(value) : undefined;
  if (reason !== undefined) return { kind: 'skipped', reason, place };
  const record = flowOf(flow, value, place);
  if (record === undefined)
    return { kind: 'skipped', reason: 'an event of Hubble without addresses or names', place };
  const dns = objectIn(objectIn(flow, 'l7') ?? {}, 'dns');
  const answer = dns === undefined ? undefined : dnsOf(dns, record);
  return answer === undefined ? record : [record, answer];
}

function flowOf(flow: JsonObject, envelope: JsonObject, place: FlowPlace): FlowRecord | undefined {
  const ip = objectIn(flow, 'IP') ?? objectIn(flow, 'ip') ?? {};
  const node = textIn(flow, 'node_name') ?? textIn(flow, 'nodeName') ?? nodeIn(envelope);
  const transport = transportOf(objectIn(flow, 'l4'));
  const l7 = objectIn(flow, 'l7');
  const source = endOf(flow, SOURCE, textIn(ip, 'source'), transport.sourcePort, node);
  const destination = endOf(flow, DESTINATION, textIn(ip, 'destination'), transport.destinationPort, node);
  if (isNobody(source) && isNobody(destination)) return undefined;
  const seenAs = textIn(ip, 'source_xlated') ?? textIn(ip, 'sourceXlated');
  const time = flow['time'] ?? envelope['time'];
  return {
    kind: 'flow',
    time: time === undefined || time === null ? undefined : needAnyTime(time, 'time'),
    count: 1,
    protocol: transport.protocol,
    source,
    destination,
    translated: seenAs === undefined ? undefined : { source: { ip: needIp(seenAs, 'IP.source_xlated') } },
    isReply: isReply(flow, l7, transport),
    opens: opens(flow, transport),
    verdict: verdictOf(flow),
    layer: l7 !== undefined ? 'l7' : transport.destinationPort === undefined ? 'l3' : 'l4',
    seenAt: seenAt(flow, l7 !== undefined),
    place,
  };
}

function nodeIn(envelope: JsonObject): string | undefined {
  return textIn(envelope, 'node_name') ?? textIn(envelope, 'nodeName');
}

function isNobody({ ip, pod, namespace, kind, domains }: FlowEnd): boolean {
  return (ip ?? pod ?? namespace ?? kind ?? domains) === undefined;
}

interface Transport {
  readonly protocol: FlowProtocol | undefined;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  readonly flags: JsonObject | undefined;
}

const NO_TRANSPORT = transport(undefined);

function transport(protocol: FlowProtocol | undefined): Transport {
  return { protocol, sourcePort: undefined, destinationPort: undefined, flags: undefined };
}

/** `l4` holds one field, named after the protocol. */
function transportOf(l4: JsonObject | undefined): Transport {
  if (l4 === undefined) return NO_TRANSPORT;
  const tcp = objectIn(l4, 'TCP');
  if (tcp !== undefined) return withPorts('TCP', tcp);
  const udp = objectIn(l4, 'UDP');
  if (udp !== undefined) return withPorts('UDP', udp);
  const sctp = objectIn(l4, 'SCTP');
  if (sctp !== undefined) return withPorts('SCTP', sctp);
  if (objectIn(l4, 'ICMPv4') !== undefined) return transport('ICMP');
  if (objectIn(l4, 'ICMPv6') !== undefined) return transport('ICMPv6');
  return NO_TRANSPORT;
}

function withPorts(protocol: FlowProtocol, l4: JsonObject): Transport {
  return {
    protocol,
    sourcePort: needPort(l4['source_port'] ?? l4['sourcePort'] ?? 0, 'source_port'),
    destinationPort: needPort(l4['destination_port'] ?? l4['destinationPort'] ?? 0, 'destination_port'),
    flags: objectIn(l4, 'flags'),
  };
}

interface EndFields {
  readonly end: string;
  readonly names: string;
  readonly namesCamel: string;
  readonly service: string;
  readonly serviceCamel: string;
}

const SOURCE: EndFields = {
  end: 'source',
  names: 'source_names',
  namesCamel: 'sourceNames',
  service: 'source_service',
  serviceCamel: 'sourceService',
};

const DESTINATION: EndFields = {
  end: 'destination',
  names: 'destination_names',
  namesCamel: 'destinationNames',
  service: 'destination_service',
  serviceCamel: 'destinationService',
};

function endOf(
  flow: JsonObject,
  fields: EndFields,
  address: string | undefined,
  port: number | undefined,
  node: string | undefined,
): FlowEnd {
  const end = objectIn(flow, fields.end) ?? {};
  const pod = textIn(end, 'pod_name') ?? textIn(end, 'podName');
  const namespace = textIn(end, 'namespace');
  const labels = textsIn(end, 'labels');
  const kind = pod === undefined ? kindOf(labels, end['identity']) : 'pod';
  return {
    // Flows that were seen at a socket, and some of a proxy, have an empty address.
    ip: address === undefined ? undefined : needIp(address, `IP.${fields.end}`),
    port,
    kind: kind ?? (namespace === undefined ? undefined : 'pod'),
    namespace,
    pod,
    workload: workloadOf(end['workloads']),
    service: serviceOf(objectIn(flow, fields.service) ?? objectIn(flow, fields.serviceCamel)),
    labels,
    domains: domainsIn(flow, fields.names) ?? domainsIn(flow, fields.namesCamel),
    // The host of a flow is the one whose agent saw it; other nodes are `remote-node`.
    node: kind === 'node' && labels?.includes('reserved:host') === true ? node : undefined,
  };
}

function workloadOf(workloads: Json | undefined): FlowEnd['workload'] {
  if (!Array.isArray(workloads)) return undefined;
  const [first] = workloads;
  if (!isJsonObject(first)) return undefined;
  const name = textIn(first, 'name');
  return name === undefined ? undefined : { name, kind: textIn(first, 'kind') };
}

function serviceOf(service: JsonObject | undefined): FlowEnd['service'] {
  const name = service === undefined ? undefined : textIn(service, 'name');
  if (service === undefined || name === undefined) return undefined;
  return { name, namespace: textIn(service, 'namespace') };
}

/** Reserved labels, the ones that say most first: the API server has `reserved:host` or `reserved:remote-node` as well. */
const KINDS: readonly (readonly [label: string, kind: FlowEndKind])[] = [
  ['reserved:kube-apiserver', 'api-server'],
  ['reserved:health', 'health'],
  ['reserved:host', 'node'],
  ['reserved:remote-node', 'node'],
  ['reserved:world', 'outside'],
  ['reserved:world-ipv4', 'outside'],
  ['reserved:world-ipv6', 'outside'],
];

/** Reserved numeric identities of Cilium (pkg/identity). */
const IDENTITIES: ReadonlyMap<unknown, FlowEndKind> = new Map<unknown, FlowEndKind>([
  [1, 'node'],
  [2, 'outside'],
  [4, 'health'],
  [6, 'node'],
  [7, 'api-server'],
  [9, 'outside'],
  [10, 'outside'],
]);

function kindOf(labels: readonly string[] | undefined, identity: Json | undefined): FlowEndKind | undefined {
  return KINDS.find(([label]) => labels?.includes(label))?.[1] ?? IDENTITIES.get(identity);
}

/** `is_reply` where the agent writes it; older ones write `reply`, and leave it out where it is false or not known. */
function isReply(flow: JsonObject, l7: JsonObject | undefined, { flags }: Transport): boolean | undefined {
  const said = flow['is_reply'] ?? flow['isReply'];
  if (typeof said === 'boolean') return said;
  if (flow['reply'] === true) return true;
  if (l7?.['type'] === 'RESPONSE') return true;
  if (l7?.['type'] === 'REQUEST') return false;
  return flags?.['SYN'] === true ? flags['ACK'] === true : undefined;
}

/** A packet that opens a TCP connection, or the verdict of a policy, which is made for the first packet only. */
function opens(flow: JsonObject, { flags }: Transport): boolean | undefined {
  if (eventType(flow) === POLICY_VERDICT) return true;
  return flags === undefined ? undefined : flags['SYN'] === true && flags['ACK'] !== true;
}

/** Number of Cilium's message of a policy's verdict (pkg/monitor/api). */
const POLICY_VERDICT = 5;

function eventType(flow: JsonObject): Json | undefined {
  const type = flow['event_type'] ?? flow['eventType'];
  return isJsonObject(type) ? type['type'] : undefined;
}

/** Every packet is reported once at each point on its way. Directions are those of the connection, also for replies. */
function seenAt(flow: JsonObject, l7: boolean): string {
  const direction = textIn(flow, 'traffic_direction') ?? textIn(flow, 'trafficDirection') ?? 'unknown';
  if (l7) return `proxy ${direction}`;
  if (eventType(flow) === POLICY_VERDICT) return `policy ${direction}`;
  const point = flow['trace_observation_point'] ?? flow['traceObservationPoint'];
  const socket = flow['sock_xlate_point'] ?? flow['sockXlatePoint'];
  const where = typeof point === 'string' ? point : typeof socket === 'string' ? socket : 'event';
  return `${where} ${direction}`;
}

/** Names and numbers of `flow.Verdict`. What is only traced has no verdict. */
const VERDICTS: ReadonlyMap<unknown, FlowRecord['verdict'] | 'dropped'> = new Map<
  unknown,
  FlowRecord['verdict'] | 'dropped'
>([
  ['FORWARDED', 'allowed'],
  [1, 'allowed'],
  ['DROPPED', 'dropped'],
  [2, 'dropped'],
  ['ERROR', 'lost'],
  [3, 'lost'],
  // A policy would deny it, but is in audit mode: the packet has passed.
  ['AUDIT', 'allowed'],
  [4, 'allowed'],
  ['REDIRECTED', 'allowed'],
  [5, 'allowed'],
]);

/** Reasons of a drop that are a decision of a policy (`flow.DropReason`): by policy, by deny policy, for want of authentication. */
const POLICY_DROPS: ReadonlySet<unknown> = new Set<unknown>([
  'POLICY_DENIED',
  133,
  'POLICY_DENY',
  181,
  'AUTH_REQUIRED',
  189,
]);

function verdictOf(flow: JsonObject): FlowRecord['verdict'] {
  const verdict = VERDICTS.get(flow['verdict']);
  if (verdict !== 'dropped') return verdict;
  const reason = flow['drop_reason_desc'] ?? flow['dropReasonDesc'] ?? flow['drop_reason'];
  const known = reason !== undefined && reason !== null && reason !== 0 && reason !== 'DROP_REASON_UNKNOWN';
  return !known || POLICY_DROPS.has(reason) ? 'denied' : 'lost';
}

/** `flow.DNS`: of an answer, the client is the destination. */
function dnsOf(
  dns: JsonObject,
  { time, source, destination, isReply, place }: FlowRecord,
): DnsRecord | undefined {
  const query = textIn(dns, 'query');
  const name = query === undefined ? undefined : readDomain(query);
  if (name === undefined) return undefined;
  const [client, server] = isReply === true ? [destination, source] : [source, destination];
  const addresses = (textsIn(dns, 'ips') ?? []).map((text) => {
    const ip = readIp(text);
    if (ip === undefined) throw new UnreadableError('"l7.dns.ips" is no list of IP addresses');
    return ip;
  });
  const ttl = dns['ttl'];
  const code = dns['rcode'];
  return {
    kind: 'dns',
    time,
    client,
    server,
    name,
    type: textsIn(dns, 'qtypes')?.[0],
    addresses,
    ttl: typeof ttl === 'number' ? ttl : undefined,
    code: typeof code === 'number' ? RCODES[code] : isReply === true ? RCODES[0] : undefined,
    place,
  };
}

/** RFC 1035 and 6895. Code 0 is left out of JSON. */
const RCODES: readonly string[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
