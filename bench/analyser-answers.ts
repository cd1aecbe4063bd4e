/**
 * The answers of two analysers in one form, to be compared: every pair of workloads, or of a workload and an address,
 * with the connections between them as text. Addresses are those where either analyser begins a range.
 */

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Of one pair; `ports` as `TCP 80-81,UDP 53`, merged and sorted, or `all`. */
interface Answer {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
}

interface PortRange extends Range {
  readonly protocol: string;
}

interface Connectivity {
  readonly connections: readonly {
    readonly from: string;
    readonly to: string;
    readonly ports: 'all' | readonly PortRange[];
  }[];
}

/** What `intents connectivity -o json` says. */
export function ourAnswers(text: string): Answer[] {
  const { connections } = JSON.parse(text) as Connectivity;
  return connections
    .filter(({ from, to }) => ![from, to].some((end) => end.includes(':')))
    .map(({ from, to, ports }) => ({ from, to, ports: ports === 'all' ? 'all' : merged(ports) }));
}

/** What `netpolicy list -o csv` says: `src,dst,"TCP 8081-8082,9090,UDP 53"`. */
export function netpolAnswers(text: string): Answer[] {
  const lines = text.trim().split('\n').slice(1);
  return lines.map((line) => {
    const [, from = '', to = '', quoted, plain] = /^([^,]+),([^,]+),(?:"(.*)"|(.*))$/.exec(line) ?? [];
    return { from, to, ports: readPorts(quoted ?? plain ?? '') };
  });
}

function readPorts(text: string): string {
  if (text === 'All Connections') return 'all';
  let protocol = '';
  return merged(
    text.split(',').map((part): PortRange => {
      const [, name, first = '', last = first] = /^(?:([A-Z]+) )?(\d+)(?:-(\d+))?$/.exec(part) ?? [];
      if (first === '') throw new Error(`Ports that are not understood: ${text}`);
      protocol = name ?? protocol;
      return { protocol, first: Number(first), last: Number(last) };
    }),
  );
}

function merged(ports: readonly PortRange[]): string {
  const sorted = [...ports].sort((a, b) =>
    a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.first - b.first,
  );
  const result: PortRange[] = [];
  for (const port of sorted) {
    const last = result.at(-1);
    if (last?.protocol === port.protocol && port.first <= last.last + 1)
      result[result.length - 1] = { ...last, last: Math.max(last.last, port.last) };
    else result.push(port);
  }
  return result.map(({ protocol, first, last }) => `${protocol} ${first}-${last}`).join(',');
}

function addresses(end: string): Range | undefined {
  const parts = /^(\d+\.\d+\.\d+\.\d+)-(\d+\.\d+\.\d+\.\d+)$/.exec(end);
  if (parts === null) return undefined;
  const [first, last] = [parts[1] ?? '', parts[2] ?? ''].map((text) =>
    text.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0),
  ) as [number, number];
  return { first, last };
}

/** Pairs that the two lists answer differently, as text; and how many pairs there are in either. */
export function compareAnswers(
  a: readonly Answer[],
  b: readonly Answer[],
): { pairs: number; differ: string[] } {
  const starts = new Set<number>([0]);
  for (const { from, to } of [...a, ...b])
    for (const range of [addresses(from), addresses(to)])
      if (range !== undefined) starts.add(range.first).add(range.last + 1);
  const sorted = [...starts].filter((start) => start < 2 ** 32).sort((x, y) => x - y);
  const [left, right] = [spread(a, sorted), spread(b, sorted)];
  const pairs = new Set([...left.keys(), ...right.keys()]);
  const differ = [...pairs].filter((pair) => left.get(pair) !== right.get(pair));
  return {
    pairs: pairs.size,
    differ: differ.map((pair) => `${pair}: ${left.get(pair) ?? 'nothing'} / ${right.get(pair) ?? 'nothing'}`),
  };
}

function spread(answers: readonly Answer[], starts: readonly number[]): Map<string, string> {
  const ends = (end: string): string[] => {
    const range = addresses(end);
    if (range === undefined) return [end];
    return starts.filter((start) => range.first <= start && start <= range.last).map(String);
  };
  return new Map(
    answers.flatMap(({ from, to, ports }) =>
      ends(from).flatMap((source) => ends(to).map((target) => [`${source} > ${target}`, ports] as const)),
    ),
  );
}
