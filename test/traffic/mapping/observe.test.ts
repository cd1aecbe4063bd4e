import type { FlowRecord } from '../../../src/traffic/flow-record';
import { Observer, type ObserveOptions } from '../../../src/traffic/mapping/observe';
import { endName } from '../../../src/traffic/mapping/traffic-end';
import { at, flow, FRONTEND, inventoryOf, NODE } from './mapping-fixture';

function observe(records: readonly FlowRecord[], options: ObserveOptions = {}) {
  const observer = new Observer(inventoryOf(), options);
  for (const record of records) observer.take(record, 'plain JSON');
  return observer.observed();
}

const CALL = '10.1.0.1:40000 10.1.0.2:7070';

describe('edges', () => {
  it('count what one point saw, not what all points saw of the same connections', () => {
    const seen = (seenAt: string, count: number) => flow(CALL, { seenAt, count });
    const { edges } = observe([seen('a', 3), seen('b', 4), seen('a', 2)]);
    expect(edges).toMatchObject([{ count: 5 }]);
  });

  it('count as much whichever point comes first, of more points than are kept apart', () => {
    const records = Array.from({ length: 200 }, (_, index) =>
      flow(CALL, { seenAt: `n${String((index * 77) % 200).padStart(3, '0')}`, count: 1 + (index % 7) }),
    );
    const [{ count } = { count: 0 }] = observe(records).edges;
    expect(count).toBeGreaterThanOrEqual(7);
    expect(observe([...records].reverse()).edges).toMatchObject([{ count }]);
  });

  it('keep what was denied and what nobody answered out of the count', () => {
    const { edges } = observe([
      flow(CALL, { count: 2 }),
      flow(CALL, { count: 3, verdict: 'denied' }),
      flow(CALL, { count: 4, verdict: 'lost' }),
      flow(CALL, { count: 5, answered: false }),
    ]);
    expect(edges).toMatchObject([{ count: 2, denied: 3, unanswered: 9 }]);
  });

  it.each([
    ['Calico', 'src', 'dst'],
    ['Istio', 'source', 'destination'],
    ['Hubble', 'policy EGRESS', 'event INGRESS'],
    ['VPC flow logs', 'egress', 'ingress'],
  ])(
    'do not count what the client let out and the server denied, as %s reports it (test/dataplane: flow logs of Calico)',
    (_, client, server) => {
      const out = flow(CALL, { count: 4, verdict: 'allowed', seenAt: client });
      const refused = flow(CALL, { count: 3, verdict: 'denied', seenAt: server });
      expect(observe([out, refused]).edges).toMatchObject([{ count: 0, denied: 3 }]);
      expect(observe([refused, out]).edges).toMatchObject([{ count: 0, denied: 3 }]);
      const later = flow(CALL, { count: 1, verdict: 'allowed', seenAt: server });
      expect(observe([out, refused, later]).edges).toMatchObject([{ count: 1, denied: 3 }]);
    },
  );

  it('count what the client let out where it is the client that denied at other times', () => {
    const out = flow(CALL, { count: 4, verdict: 'allowed', seenAt: 'src' });
    const refused = flow(CALL, { count: 3, verdict: 'denied', seenAt: 'src' });
    expect(observe([out, refused]).edges).toMatchObject([{ count: 4, denied: 3 }]);
  });

  it('count what another kind of log saw, whatever a server of this one denied', () => {
    const observer = new Observer(inventoryOf());
    observer.take(flow(CALL, { count: 3, verdict: 'denied', seenAt: 'dst' }), 'Calico flow logs');
    observer.take(flow(CALL, { count: 2, seenAt: 'client' }), 'trace tcp');
    expect(observer.observed().edges).toMatchObject([{ count: 2, denied: 3 }]);
  });

  it('have the first and the last moment', () => {
    const { edges } = observe([
      flow(CALL, { time: at('10:00:00'), last: at('10:00:09') }),
      flow(CALL, { time: at('09:00:00') }),
    ]);
    expect(edges).toMatchObject([{ first: at('09:00:00'), last: at('10:00:09') }]);
  });

  it('have a doubt only where every record has it, those of denied ones where there are no others', () => {
    const unsure = '10.1.0.1:40000 10.1.0.2:9999';
    expect(observe([flow(unsure)]).edges).toMatchObject([{ doubts: 4 }]);
    expect(observe([flow(unsure), flow(unsure, { isReply: false })]).edges).toMatchObject([{ doubts: 0 }]);
    expect(observe([flow(unsure, { verdict: 'denied' })]).edges).toMatchObject([{ doubts: 4 }]);
    expect(observe([flow(unsure), flow(unsure, { isReply: false, verdict: 'denied' })]).edges).toMatchObject([
      { doubts: 4 },
    ]);
  });

  it('name no caller outside that called somebody else', () => {
    const from = (...records: FlowRecord[]) => observe(records).edges.map((edge) => endName(edge.from));
    const [one, other] = [flow('203.0.113.7:40000 10.1.0.1:8080'), flow('203.0.113.9:40000 10.1.0.2:7070')];
    expect(from(one)).toEqual(['203.0.113.7']);
    expect(from(one, other)).toEqual(['outside the cluster', 'outside the cluster']);
  });
});

describe('the DNS cache on a node', () => {
  it('is told from what else listens there, whichever comes first', () => {
    const addresses = ['192.168.0.2', '169.254.20.10'].map((address) => ({ type: 'InternalIP', address }));
    const inventory = inventoryOf([FRONTEND, { ...NODE, status: { addresses } }]);
    const records = ['192.168.0.2:53', '169.254.20.10:53'].map((to) => flow(`10.1.0.1:40000 ${to}`));
    for (const order of [records, [...records].reverse()]) {
      const observer = new Observer(inventory);
      for (const record of order) observer.take(record, 'x');
      const kinds = observer.observed().edges.map(({ kind, to }) => `${kind} ${endName(to)}`);
      expect(kinds).toEqual(['dns node 169.254.20.10', 'to-node node 192.168.0.2']);
    }
  });
});

describe('the account of records', () => {
  it('has every line in just one number', () => {
    const observer = new Observer(inventoryOf(), { window: { since: at('09:00:00') } });
    const place = { file: 'f', line: 1 };
    const items = [
      flow(CALL),
      flow('10.1.0.2:7070 10.1.0.1:40000'),
      flow('10.1.0.99:40000 10.1.0.2:7070'),
      flow(CALL, { time: at('08:00:00') }),
      flow(CALL, { time: undefined }),
      { kind: 'skipped', reason: 'a header', place } as const,
      { kind: 'unreadable', reason: 'no JSON', place } as const,
      { kind: 'dns', client: {}, server: {}, name: 'a.example', addresses: [], place } as const,
    ];
    for (const item of items) observer.take(item, 'x');
    const { lines, mapped, dns, aside, unmapped, unreadable } = observer.observed();
    expect({ lines, mapped, dns }).toEqual({ lines: 8, mapped: 1, dns: 1 });
    expect([...aside]).toEqual([
      ['a header', 1],
      ['outside-window', 1],
      ['reply', 1],
    ]);
    expect(unmapped.map(({ reason, records }) => [reason, records])).toEqual([
      ['no-time', 1],
      ['unknown-pod-address', 1],
    ]);
    expect(unreadable).toEqual([{ reason: 'no JSON', lines: 1, example: 'f:1' }]);
  });

  it('takes the ends of the window in, by the end of a record and by its beginning', () => {
    const window = { since: at('09:00:00'), until: at('10:00:00') };
    const kept = (time: string, last = time) =>
      observe([flow(CALL, { time: at(time), last: at(last) })], { window }).mapped === 1;
    expect([kept('08:00:00', '09:00:00'), kept('10:00:00', '11:00:00')]).toEqual([true, true]);
    expect([kept('08:00:00', '08:59:59'), kept('10:00:01')]).toEqual([false, false]);
  });

  it('says what is not mapped, the most frequent first, with how many connections that is', () => {
    const { unmapped } = observe([
      flow('10.1.0.98:40000 10.1.0.2:7070', { count: 5 }),
      flow('10.1.0.99:40000 10.1.0.2:7070'),
      flow('10.1.0.99:40000 10.1.0.2:7070'),
    ]);
    expect(unmapped).toEqual([
      {
        reason: 'unknown-pod-address',
        records: 3,
        connections: 7,
        about: [
          { text: '10.1.0.99', records: 2 },
          { text: '10.1.0.98', records: 1 },
        ],
        more: 0,
      },
    ]);
  });

  it('counts names beyond those that are kept, and cuts long ones', () => {
    const records = Array.from({ length: 1100 }, (_, index) =>
      flow(`10.1.${1 + (index >> 8)}.${index & 255}:40000 10.1.0.2:7070`),
    );
    const [first] = observe(records).unmapped;
    expect(first).toMatchObject({ records: 1100, more: 100 });
    expect(first?.about).toHaveLength(1000);
  });
});
