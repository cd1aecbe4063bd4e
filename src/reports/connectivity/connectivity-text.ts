import type { AddressPeer, Verdict } from '../../reachability/reachability';
import type { Connectivity, ListedPeer, OnProgress, PairGroup } from './connectivity';
import { entrancesText } from './entrances-text';
import { exposureText } from './exposure-text';
import type { Entrance } from '../../proof/entrances';
import type { Exposure } from './exposure';
import { printBlocks } from '../peer-name';
import { PLAIN, type Style } from '../style';
import { plural } from '../words';
import { printVerdict } from '../verdict-text';

/** How the text is printed. */
export interface ConnectivityTextOptions {
  readonly style?: Style;
  readonly grouped?: boolean | undefined;
  readonly exposure?: readonly Exposure[] | undefined;
  readonly entrances?: readonly Entrance[] | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** One line of the listing: address ranges with the same verdict stand together. */
interface Row {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
}

/** Address ranges that share a verdict towards (or from) one workload. */
type OutsideByVerdict = Map<string, { readonly verdict: Verdict; readonly ranges: AddressPeer[] }>;

/** The connections as an aligned table, or by group, with a count at the end. */
export function* connectivityText(
  connectivity: Connectivity,
  options: ConnectivityTextOptions = {},
): Generator<string> {
  if (options.grouped === true) yield* groupedText(connectivity, options.style ?? PLAIN);
  else yield* table(connectivity, options);
  yield podAddressNote(connectivity);
  const { exposure, entrances = [], style = PLAIN } = options;
  if (exposure !== undefined) yield `\n${exposureText(exposure, style)}`;
  if (entrances.length > 0) yield `\n${entrancesText(entrances, style)}`;
}

function* table(
  connectivity: Connectivity,
  { style = PLAIN, onProgress }: ConnectivityTextOptions,
): Generator<string> {
  const width = columnWidth(connectivity);
  let count = 0;
  yield style.bold(`${'FROM'.padEnd(width)}  ${'TO'.padEnd(width)}  PORTS`) + '\n';
  for (const { from, to, verdict } of rows(connectivity, onProgress)) {
    count++;
    yield `${from.padEnd(width)}  ${to.padEnd(width)}  ${paint(verdict, style)}\n`;
  }
  yield `\n${summary(connectivity, count)}\n`;
}

/** What a range means where some of its addresses are known to be those of pods. */
function podAddressNote({ podAddresses: { count } }: Connectivity): string {
  if (count === 0) return '';
  const known =
    count === 1
      ? 'the one address of a pod that is known is'
      : `the ${count} addresses of pods that are known are`;
  return `Ranges are addresses outside the cluster: ${known} not meant by any.\n`;
}

/** Wide enough for every workload; long lists of address ranges may stick out. */
function columnWidth({ peers }: Connectivity): number {
  const widths = peers.map((peer) => (peer.type === 'workload' ? peer.workload.id.length : 0));
  return widths.reduce((a, b) => Math.max(a, b), '0.0.0.0/0, ::/0'.length);
}

function paint(verdict: Verdict, style: Style): string {
  const text = printVerdict(verdict);
  return verdict.undecided.isEmpty ? text : style.warn(text);
}

/** So many workloads in focus are named, more are counted. */
const NAMED_FOCUS = 3;

function summary({ peers, focus }: Connectivity, count: number): string {
  const workloads = peers.filter(({ type }) => type === 'workload').length;
  const names = [...(focus ?? [])].sort();
  const seen = names.length > NAMED_FOCUS ? plural(names.length, 'workload') : names.join(', ');
  const about = focus === undefined ? '' : `, seen from ${seen}`;
  return `${plural(workloads, 'workload')}, ${plural(count, 'connection')}${about}`;
}

/** Workloads as sources by id, each towards workloads and then towards addresses; last what comes from addresses. */
function* rows(connectivity: Connectivity, onProgress?: OnProgress): Generator<Row> {
  const fromOutside = new Map<string, OutsideByVerdict>();
  let toOutside: OutsideByVerdict = new Map();
  let source = '';
  const flush = function* (): Generator<Row> {
    for (const { verdict, ranges } of toOutside.values())
      yield { from: source, to: printBlocks(ranges), verdict };
    toOutside = new Map();
  };
  for (const { from, to, verdict } of connectivity.pairs(onProgress)) {
    if (from.type === 'addresses') {
      const target = to.type === 'workload' ? to.workload.id : '';
      const met = fromOutside.get(target) ?? new Map<string, never>();
      fromOutside.set(target, met);
      addRange(met, verdict, from);
      continue;
    }
    if (from.workload.id !== source) yield* flush();
    source = from.workload.id;
    if (to.type === 'addresses') addRange(toOutside, verdict, to);
    else yield { from: source, to: to.workload.id, verdict };
  }
  yield* flush();
  for (const [target, met] of [...fromOutside].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const { verdict, ranges } of met.values()) yield { from: printBlocks(ranges), to: target, verdict };
  }
}

function addRange(ranges: OutsideByVerdict, verdict: Verdict, range: AddressPeer): void {
  const key = `${verdict.allowed.id} ${verdict.undecided.id}`;
  const met = ranges.get(key);
  if (met === undefined) ranges.set(key, { verdict, ranges: [range] });
  else met.ranges.push(range);
}

function* groupedText(connectivity: Connectivity, style: Style): Generator<string> {
  const groups = connectivity.groups();
  const name = memberNames(connectivity);
  for (const group of groups) {
    yield `${style.bold('from')}   ${name(group.from)}\n`;
    yield `${style.bold('to')}     ${name(group.to)}\n`;
    yield `${style.bold('ports')}  ${paint(group.verdict, style)}\n\n`;
  }
  const workloads = connectivity.peers.filter(({ type }) => type === 'workload').length;
  yield `${plural(workloads, 'workload')}, ${plural(groups.length, 'group')}; a workload to itself is left out\n`;
}

/** Names of groups of peers: whole namespaces as `shop/* (12 workloads)`, everything as `all 57 workloads`. */
export function memberNames({ peers }: Connectivity): (members: PairGroup['from']) => string {
  const sizes = new Map<string, number>();
  for (const peer of peers) {
    if (peer.type !== 'workload') continue;
    const { namespace } = peer.workload;
    sizes.set(namespace, (sizes.get(namespace) ?? 0) + 1);
  }
  const total = [...sizes.values()].reduce((a, b) => a + b, 0);
  return (members) => {
    const workloads = members.filter((peer) => peer.type === 'workload');
    const outside = members.filter((peer) => peer.type === 'addresses');
    const names =
      workloads.length === total && total > 1 ? [`all ${total} workloads`] : byNamespace(workloads, sizes);
    return [...names, ...(outside.length === 0 ? [] : [printBlocks(outside)])].join(', ');
  };
}

function byNamespace(
  workloads: readonly Extract<ListedPeer, { type: 'workload' }>[],
  sizes: ReadonlyMap<string, number>,
): string[] {
  const namespaces = new Map<string, string[]>();
  for (const { workload } of workloads) {
    const ids = namespaces.get(workload.namespace) ?? [];
    ids.push(workload.id);
    namespaces.set(workload.namespace, ids);
  }
  return [...namespaces].flatMap(([namespace, ids]) =>
    ids.length > 1 && ids.length === sizes.get(namespace)
      ? [`${namespace}/* (${ids.length} workloads)`]
      : ids,
  );
}
