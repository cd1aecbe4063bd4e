import { timeWords } from './evidence';
import type { Observed } from '../mapping/observe';
import type { ObservedEdge } from '../mapping/observed-edge';
import type { TrafficKind } from '../mapping/map-flow';
import type { Unmapped } from '../mapping/unmapped';
import { endName, type UnmappedReason } from '../mapping/traffic-end';
import { NO_PORT } from '../mapping/map-flow';
import { shownText } from '../../reports/shown-text';
import { plural } from '../../reports/words';

/** What traffic that is no call of a workload is, and why it becomes no intent. */
export const KIND_WORDS: Readonly<Record<Exclude<TrafficKind, 'call'>, string>> = {
  'from-outside':
    'From outside the cluster: Services, Ingresses and ExternalAccess let it in, no client declares it',
  'from-api-server': 'From the API server, as to webhooks',
  'from-node':
    'From nodes: pods on the network of the host, or callers that a node stands for (NAT); nobody can tell which',
  'to-node': 'To nodes: pods on the network of the host, and what listens on nodes',
  probe: 'Health probes: no policy is in their way',
  dns: 'To the DNS of the cluster: default denies keep it open',
  infrastructure: 'With what runs the cluster (--infrastructure names its namespaces)',
  stranger: 'With pods that the manifests do not have: add theirs to have intents for it',
  elsewhere: 'Between others, neither of them in the manifests',
};

/** Why records are mapped to nothing, and what to do about it. */
export const UNMAPPED_WORDS: Readonly<Record<UnmappedReason, string>> = {
  'no-end': 'records that say neither name nor address of an end',
  'impossible-name': 'names that are too long for anything in Kubernetes or DNS',
  'pod-not-in-manifests': 'pods that the manifests do not have',
  'several-workloads': 'names that several workloads go by',
  'address-changed-hands':
    'addresses that went from one workload to another about then (give --snapshot of that time, or less --clock-skew)',
  'address-at-another-time':
    'addresses that known pods had at other times only (give --snapshot of the time of the log)',
  'unknown-pod-address':
    'addresses in the range of pods that no known pod had (give --snapshot of the time of the log)',
  'unknown-private-address':
    'private addresses that no known pod, Service or node has (give --snapshot, or --pod-cidr so that others are known to be outside)',
  'service-not-in-manifests': 'Services that the manifests do not have',
  'service-without-workloads': 'Services that no workload of the manifests is behind',
  'service-port-unknown': 'ports that the called Service does not have',
  'direction-unknown': 'records of which neither end can be told to be the server',
  'no-protocol': 'records without a protocol',
  'no-time': 'records without a time, of which nobody knows whether they are in the window',
  'too-many-addresses':
    'calls of or from more different addresses and names than are kept apart: those that were seen least (give less of the log at once, --since)',
  'too-many-pairs':
    'calls of more different pairs than are kept apart: those that were seen least (give less of the log at once, --since)',
};

/** Why records speak of no connection. */
const ASIDE_WORDS: ReadonlyMap<string, string> = new Map([
  ['reply', 'replies'],
  ['loopback', 'of a machine with itself'],
  ['group-address', 'to many (multicast, broadcast)'],
  ['no-connection', 'without a connection'],
  ['outside-window', 'outside the time window'],
]);

const FORGOTTEN =
  'there are more than are kept, and those went that nobody was seen to call or that came least; their addresses stand for them';

/** More lines than these of one list are counted. */
const MOST = 10;

/** How many lines there were and what became of them: each is counted once. */
export function countLines({ lines, mapped, dns, aside, unmapped, unreadable }: Observed): string[] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const parts = [
    `${mapped} mapped`,
    ...(dns === 0 ? [] : [`${dns} of DNS`]),
    ...[...aside].map(([reason, count]) => `${count} ${shownText(ASIDE_WORDS.get(reason) ?? reason)}`),
    ...(unmapped.length === 0 ? [] : [`${sum(unmapped.map(({ records }) => records))} not mapped`]),
    ...(unreadable.length === 0 ? [] : [`${sum(unreadable.map((one) => one.lines))} unreadable`]),
  ];
  return [`${plural(lines, 'record')}: ${parts.join(', ')}`];
}

/** What is not mapped, by reason, with what it is about. */
export function unmappedLines({ unmapped, unreadable, names }: Observed): string[] {
  const { forgotten } = names;
  return [
    ...unmapped.flatMap(linesOf),
    ...(forgotten === 0 ? [] : [`${plural(forgotten, 'name')} of addresses not kept: ${FORGOTTEN}`]),
    ...unreadable.map((one) => unreadableLine(one)),
  ];
}

function linesOf({ reason, records, about, more }: Unmapped): string[] {
  const shown = about.slice(0, MOST).map(({ text, records: count }) => `  ${shownText(text)} (${count})`);
  const rest = about.length - shown.length;
  const left = rest + (more > 0 ? 1 : 0);
  return [
    `${plural(records, 'record')}: ${UNMAPPED_WORDS[reason]}`,
    ...shown,
    ...(left > 0 ? [`  and ${more > 0 ? `more than ${rest}` : rest} others`] : []),
  ];
}

function unreadableLine({ reason, lines, example }: Observed['unreadable'][number]): string {
  return `${plural(lines, 'line')} unreadable: ${shownText(reason)} (first ${shownText(example)})`;
}

/** Traffic that is no call, by what it is, those with most connections first. */
export function otherTrafficLines(edges: readonly ObservedEdge[]): string[] {
  return Object.entries(KIND_WORDS).flatMap(([kind, words]) => {
    const own = edges.filter((edge) => edge.kind === kind);
    if (own.length === 0) return [];
    const total = own.reduce((sum, edge) => sum + edge.count + edge.denied + edge.unanswered, 0);
    const most = [...own].sort((a, b) => b.count - a.count).slice(0, MOST);
    const rest = own.length - most.length;
    return [
      `${words} (${plural(total, 'connection')}):`,
      ...most.map((edge) => `  ${edgeLine(edge)}`),
      ...(rest > 0 ? [`  and ${rest} others`] : []),
    ];
  });
}

/** `shop/frontend[Deployment] -> shop/cart[Deployment] TCP 7070  12 connections, 2026-11-01T09:00:00Z`. */
export function edgeLine(edge: ObservedEdge): string {
  const { from, to, protocol, count, denied, unanswered } = edge;
  const facts = [
    ...(count > 0 || denied + unanswered === 0 ? [plural(count, 'connection')] : []),
    ...(denied > 0 ? [`${denied} denied`] : []),
    ...(unanswered > 0 ? [`${unanswered} unanswered`] : []),
    ...timeWords(edge),
  ];
  const where = [String(protocol), ...portText(edge)].join(' ');
  return shownText(`${endName(from)} -> ${endName(to)} ${where}  ${facts.join(', ')}`, 600);
}

/** The port; of ports that are not told apart, that they are others; nothing where no record has it. */
export function portText({ port, otherPorts }: ObservedEdge): string[] {
  if (otherPorts !== undefined) return ['other ports'];
  return port === NO_PORT ? [] : [String(port)];
}
