import { chooseCalls, type CallThreshold } from '../../../src/traffic/calls/observed-call';
import { draftIntents } from '../../../src/traffic/calls/draft-intents';
import type { FlowItem, FlowRecord } from '../../../src/traffic/flow-record';
import { Observer } from '../../../src/traffic/mapping/observe';
import { endName } from '../../../src/traffic/mapping/traffic-end';
import { targetJson } from '../../../src/traffic/output/target-json';
import { flow, inventoryOf } from '../mapping/mapping-fixture';

const inventory = inventoryOf();

function choose(items: readonly FlowItem[], threshold: CallThreshold = {}) {
  const observer = new Observer(inventory);
  for (const item of items) observer.take(item, 'x');
  return chooseCalls(observer.observed(), inventory, threshold);
}

/** What is left out, and why; else how sure the one call is. */
function sureness(items: readonly FlowItem[], threshold?: CallThreshold): string {
  const { calls, leftOut } = choose(items, threshold);
  return [...leftOut.map(({ why }) => why), ...calls.map(({ confidence }) => confidence)].join(' ');
}

const CALL = '10.1.0.1:40000 10.1.0.2:7070';
const call = (more: Partial<FlowRecord>) => flow(CALL, more);

describe('how sure a call is', () => {
  it('is high from three connections on to a port that the server declares', () => {
    expect(sureness([call({ count: 3 })])).toBe('high');
    expect(sureness([call({ count: 2 })])).toBe('medium');
  });

  it('is medium to a port that nobody declares, low where that was seen rarely too', () => {
    const undeclared = (count: number) => [flow('10.1.0.1:40000 10.1.0.2:9999', { count, isReply: false })];
    expect(sureness(undeclared(3))).toBe('medium');
    expect(sureness(undeclared(2), { minConfidence: 'low' })).toBe('low');
    expect(sureness(undeclared(2))).toBe('below-confidence');
  });

  it('is less by what tells its direction or its ends', () => {
    const guessed = flow('10.1.0.1:40000 10.1.0.2:9999', { count: 3 });
    expect(choose([guessed], { minConfidence: 'low' }).calls[0]?.doubts).toEqual([
      'the server does not declare the port',
      'which end is the server is told by the numbers of the ports',
    ]);
    const labels = flow(CALL, { count: 3, source: { namespace: 'shop', labels: ['app=frontend'] } });
    expect(choose([labels]).calls[0]?.doubts).toEqual(['an end is told by its labels only']);
  });

  it('is that of the records, also for calls that were all denied', () => {
    const guessed = flow('10.1.0.1:40000 10.1.0.2:9999', { count: 3, verdict: 'denied' });
    expect(sureness([guessed], { denied: true, minConfidence: 'low' })).toBe('low');
  });

  it('is low of a client that tries ten ports of servers which declare none of them', () => {
    const scan = (ports: number) =>
      Array.from({ length: ports }, (_, index) =>
        flow(`10.1.0.1:40000 10.1.0.2:${9000 + index}`, { isReply: false }),
      );
    const doubts = (ports: number) => choose(scan(ports), { minConfidence: 'low' }).calls[0]?.doubts;
    expect(doubts(9)).not.toContain('its client tries many ports that nobody declares');
    expect(doubts(10)).toContain('its client tries many ports that nobody declares');
  });

  it('is low of what such a client calls no more often than a tenth of all it tries, declared or not', () => {
    const scan = (ports: number): FlowItem[] =>
      Array.from({ length: ports }, (_, index) =>
        flow(`10.1.0.1:40000 10.1.0.2:${9000 + index}`, { isReply: false }),
      );
    const found = (ports: number, count: number): number =>
      choose([...scan(ports), call({ count })]).calls.length;
    expect([found(9, 2), found(10, 2), found(10, 3)]).toEqual([1, 0, 1]);
    expect([found(80, 7), found(80, 8)]).toEqual([0, 1]);
    expect([found(500, 49), found(500, 50)]).toEqual([0, 1]);
  });
});

describe('which calls become intents', () => {
  it('are those that were seen often enough', () => {
    expect(sureness([call({ count: 4 })], { minCount: 5 })).toBe('below-count');
    expect(sureness([call({ count: 5 })], { minCount: 5 })).toBe('high');
  });

  it('are not those that were denied, unless they are asked for, nor those that nobody answered', () => {
    expect(sureness([call({ count: 5, verdict: 'denied' })])).toBe('denied');
    expect(sureness([call({ count: 5, verdict: 'denied' })], { denied: true })).toBe('high');
    expect(sureness([call({ count: 5, answered: false })], { denied: true })).toBe('unanswered');
  });

  it('are no replies, no probes, and nothing from nodes or from outside', () => {
    const others = [
      '10.1.0.2:7070 10.1.0.1:40000',
      '192.168.0.2:40000 10.1.0.1:8081',
      '203.0.113.9:40000 10.1.0.1:8080',
    ];
    const { calls, leftOut } = choose(others.map((ends) => flow(ends, { count: 9 })));
    expect([calls, leftOut]).toEqual([[], []]);
  });
});

describe('names of servers outside', () => {
  const answer = (ip: string, name: string): FlowItem => ({
    ...{ kind: 'dns', client: { ip }, server: {}, name, addresses: ['203.0.113.7'] },
    place: { file: 'dns', line: 1 },
  });
  const out = flow('10.1.0.1:40000 203.0.113.7:443', { count: 9, isReply: false });
  const doubts = (...answers: FlowItem[]) =>
    choose([...answers, out], { minConfidence: 'low' }).calls.map((one) => [one.names[0]?.name, one.doubts]);

  it('are those that the client itself asked for', () => {
    expect(doubts(answer('10.1.0.1', 'a.example'), answer('10.1.0.2', 'b.example'))).toEqual([
      ['a.example', []],
    ]);
  });

  it('that others asked for are a doubt, several are, and none is', () => {
    expect(doubts(answer('10.1.0.2', 'b.example'))).toEqual([
      ['b.example', ['others asked for the name of the address, its client was not seen to']],
    ]);
    expect(doubts(answer('10.1.0.1', 'a.example'), answer('10.1.0.1', 'b.example'))).toEqual([
      ['a.example', ['several names were seen for the address']],
    ]);
    expect(doubts()).toEqual([[undefined, ['no name was seen for the address']]]);
  });

  it('are none of the cluster', () => {
    expect(doubts(answer('10.1.0.1', 'cart.shop.svc.cluster.local'))).toEqual([
      [undefined, ['no name was seen for the address']],
    ]);
  });
});

describe('the words of a call', () => {
  function words(...items: FlowItem[]): unknown[] {
    const { calls } = choose(items, { minConfidence: 'low' });
    const { intents, leftOut } = draftIntents(calls, inventory.index, []);
    return [
      ...intents.flatMap(({ targets, client }) => targets.map((one) => targetJson(one, client.namespace))),
      ...leftOut.map((one) => `${one.why} ${endName(one.call.edge.to)}`),
    ];
  }

  it('are the Service that leads to the server alone, also where the pod was called', () => {
    expect(words(call({ count: 3 }))).toEqual([{ service: { name: 'cart' } }]);
  });

  it('are the workload and the port where no Service leads to the port', () => {
    expect(words(flow('10.1.0.1:40000 10.1.0.2:9999', { isReply: false }))).toEqual([
      { kubernetes: { name: 'cart', ports: [9999] } },
    ]);
  });

  it('are missing for UDP to the outside, and ICMP, which are named instead', () => {
    expect(words(flow('10.1.0.1:40000 203.0.113.7:443', { protocol: 'UDP', isReply: false }))).toEqual([
      'no-word 203.0.113.7',
    ]);
  });
});
