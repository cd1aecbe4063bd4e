import fc from 'fast-check';
import { EdgeTable, type EdgeBounds, type NotKept } from '../../../src/traffic/mapping/edge-table';
import { EndTable, firstOfTwo, groupForIntents } from '../../../src/traffic/mapping/end-table';
import { Listening } from '../../../src/traffic/mapping/listens';
import { FlowMapper } from '../../../src/traffic/mapping/map-flow';
import type { FlowRecord } from '../../../src/traffic/flow-record';
import { endName, type TrafficEnd } from '../../../src/traffic/mapping/traffic-end';
import { portRangeText } from '../../../src/traffic/mapping/port-bits';
import type { ObservedEdge } from '../../../src/traffic/mapping/observed-edge';
import { flow, inventoryOf } from './mapping-fixture';

const BOUNDS: EdgeBounds = { edges: 1_000, ports: 16 };

interface Kept {
  readonly edges: readonly ObservedEdge[];
  readonly dropped: readonly NotKept[];
}

function keep(
  records: Iterable<FlowRecord>,
  bounds: EdgeBounds = BOUNDS,
  coarseOf: (to: TrafficEnd) => string | undefined = () => undefined,
): Kept {
  const inventory = inventoryOf();
  const mapper = new FlowMapper(inventory);
  const ends = new EndTable((end, role) => groupForIntents(end, role), firstOfTwo);
  const dropped: NotKept[] = [];
  const table = new EdgeTable(ends, new Listening(inventory), bounds, coarseOf, (one) => dropped.push(one));
  for (const record of records) {
    const mapping = mapper.map(record);
    if (mapping.type === 'mapped') table.add(mapping.flow, record, 'plain JSON');
  }
  return { edges: table.edges(), dropped };
}

/** A call of frontend, which says that it opens the connection, so that any port may be the server's. */
function call(to: string, more: Partial<FlowRecord> = {}): FlowRecord {
  return flow(`10.1.0.1:40000 ${to}`, { isReply: false, ...more });
}

function* scan(host: string, from = 1, to = 65_535): Generator<FlowRecord> {
  for (let port = from; port <= to; port++) yield call(`${host}:${port}`);
}

function* outsideScan(count: number): Generator<FlowRecord> {
  for (let index = 0; index < count; index++)
    yield call(`203.${index >> 16}.${(index >> 8) & 255}.${index & 255}:443`);
}

function* repeated(record: FlowRecord, times: number): Generator<FlowRecord> {
  for (let time = 0; time < times; time++) yield record;
}

/** `shop/cart[Deployment] 7070`, with the number of connections. */
function shown(edges: readonly ObservedEdge[]): Map<string, number> {
  return new Map(
    edges.map(({ to, port, otherPorts, count }) => [
      `${endName(to)} ${otherPorts === undefined ? port : otherPorts.map(portRangeText).join(',')}`,
      count,
    ]),
  );
}

function sum({ edges, dropped }: Kept): number {
  return (
    edges.reduce((total, { count, denied, unanswered }) => total + count + denied + unanswered, 0) +
    dropped.reduce((total, { connections }) => total + connections, 0)
  );
}

describe('ports of a pair', () => {
  it('are told apart up to the bound; the others are counted together, with their ranges', () => {
    const kept = keep(scan('10.1.0.2'));
    expect(kept.edges.length).toBeLessThanOrEqual(BOUNDS.ports + 2);
    const others = kept.edges.find(({ otherPorts }) => otherPorts !== undefined);
    const apart = kept.edges.filter(({ otherPorts }) => otherPorts === undefined);
    expect(others?.count).toBe(65_535 - apart.length);
    expect(kept.dropped).toEqual([]);
    const ports = (others?.otherPorts ?? []).reduce((total, { first, last }) => total + 1 + last - first, 0);
    expect(ports).toBe(65_535 - apart.length);
  });

  it('that the server declares are always told apart', () => {
    expect(shown(keep(scan('10.1.0.2')).edges).get('shop/cart[Deployment] 7070')).toBe(1);
  });

  it('with many records are told apart although a scan came first, and although it goes on', () => {
    const { edges } = keep([
      ...scan('10.1.0.2', 1, 30_000),
      ...repeated(call('10.1.0.2:55555'), 40),
      ...scan('10.1.0.2', 30_001),
    ]);
    expect(shown(edges).get('shop/cart[Deployment] 55555')).toBe(41);
  });

  it('that never got through are counted apart from those that did', () => {
    const denied = [...scan('10.1.0.2', 1, 100)].map((record) => ({ ...record, verdict: 'denied' as const }));
    const { edges } = keep([...denied, ...scan('10.1.0.2', 101, 200)]);
    const others = edges.filter(({ otherPorts }) => otherPorts !== undefined);
    expect(others.map(({ count, denied: no }) => [count > 0, no > 0])).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
      ]),
    );
    expect(sum({ edges, dropped: [] })).toBe(200);
  });
});

describe('all edges', () => {
  it('are bounded: the weakest are dropped and told with what they were', () => {
    const kept = keep(outsideScan(20_000));
    expect(kept.edges.length).toBeLessThanOrEqual(BOUNDS.edges);
    expect(sum(kept)).toBe(20_000);
    expect(kept.dropped[0]).toEqual({
      reason: 'too-many-addresses',
      text: 'shop/frontend[Deployment] -> 203.0.0.0',
      records: 1,
      connections: 1,
      passed: 1,
    });
  });

  it('with many records stay although a scan of addresses came first, and although it goes on', () => {
    const { edges } = keep([
      ...outsideScan(5_000),
      ...repeated(call('198.51.100.7:443'), 5),
      ...repeated(call('10.1.0.2:7070'), 1),
      ...[...outsideScan(10_000)].slice(5_000),
    ]);
    expect(shown(edges).get('198.51.100.7 443')).toBe(5);
    // Once, but at a port that the server declares.
    expect(shown(edges).get('shop/cart[Deployment] 7070')).toBe(1);
  });

  it('of servers that have a group come together in it, and none is dropped', () => {
    const kept = keep(outsideScan(20_000), BOUNDS, (to) => (to.type === 'outside' ? 'the world' : undefined));
    expect(kept.dropped).toEqual([]);
    expect(sum(kept)).toBe(20_000);
    expect(kept.edges.length).toBeLessThanOrEqual(BOUNDS.edges);
  });

  it('take the length of names from logs for what it is', () => {
    const records = Array.from({ length: 2_000 }, (_, index) =>
      call('10.1.0.2:7070', {
        source: {
          namespace: 'other',
          pod: `pod-${index}`,
          labels: [`app=${'x'.repeat(3_000)}`],
        },
      }),
    );
    const kept = keep(records);
    expect(kept.edges.length).toBeLessThan(300);
    expect(sum(kept)).toBe(2_000);
  });

  it('keep the sum of all connections, whatever comes', () => {
    const anOne = fc.record({
      to: fc.constantFrom('10.1.0.2', '10.1.0.3', '203.0.113.7', '203.0.113.8', '203.0.113.9'),
      port: fc.integer({ min: 1, max: 60 }),
      count: fc.integer({ min: 1, max: 5 }),
      verdict: fc.constantFrom('allowed' as const, 'denied' as const, 'lost' as const),
      seenAt: fc.constantFrom('a', 'a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(anOne, { maxLength: 300 }), fc.boolean(), (ones, hasGroups) => {
        const records = ones.map(({ to, port, ...more }) => call(`${to}:${port}`, { ...more, seenAt: '' }));
        const groupOf = (to: TrafficEnd) => (to.type === 'outside' && hasGroups ? 'all' : undefined);
        const kept = keep(records, { edges: 20, ports: 4 }, groupOf);
        expect(sum(kept)).toBe(ones.reduce((total, { count }) => total + count, 0));
      }),
    );
  });
});
