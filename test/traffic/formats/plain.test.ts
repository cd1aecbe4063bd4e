import { PLAIN_CSV, PLAIN_JSON } from '../../../src/traffic/formats/plain';
import { readFixture } from './read-fixture';

const place = { file: 'f', line: 1 };

describe('plain CSV', () => {
  it('says who connects to whom in short', async () => {
    const { format, at } = await readFixture('plain.csv');
    expect(format).toBe('plain CSV');
    expect(at(3)[0]).toMatchObject({
      time: Date.UTC(2026, 0, 31, 12),
      count: 41,
      protocol: 'TCP',
      source: { namespace: 'shop', workload: { name: 'frontend' } },
      destination: { namespace: 'shop', workload: { name: 'cart', kind: 'Deployment' }, port: 7070 },
      verdict: 'allowed',
      isReply: false,
    });
    expect(at(4)[0]).toMatchObject({ time: 1769860800000, destination: { domains: ['api.stripe.com'] } });
    expect(at(5)[0]).toMatchObject({ source: { ip: '10.244.3.9' }, verdict: 'denied' });
    expect(at(6)).toMatchObject([{ kind: 'unreadable' }]);
  });

  it('is read with semicolons, tabs, and quotes inside quotes', () => {
    const read = PLAIN_CSV.open();
    read('from;to;port', place);
    expect(read('"a/""b""";c/d;1', place)).toMatchObject({ source: { workload: { name: '"b"' } } });
    const tabs = PLAIN_CSV.open();
    tabs('source_ip\tdestination_ip\tdestination_port', place);
    expect(tabs('10.0.0.1\tfd00:0::1\t1', place)).toMatchObject({ destination: { ip: 'fd00::1', port: 1 } });
  });

  it.each([
    ['from,to,prot', 'names a field that is not known'],
    ['from,from,to', 'names a field twice'],
    ['from,port', 'does not say who connects to whom'],
  ])('with the first line %s cannot be read, and neither can any line that follows', (header, reason) => {
    const read = PLAIN_CSV.open();
    expect(() => read(header, place)).toThrow(reason);
    expect(() => read('a/b,c/d,1', place)).toThrow(reason);
  });

  it.each([
    ['a/b', 'more or fewer fields'],
    ['"a/b,c/d', 'a quote is not closed'],
    ['a/b,', 'does not say who connects to whom'],
    ['a/b,c d', '"to" is no namespace/workload, address or domain'],
    ['a/b/c,c/d', '"from" is no namespace/workload, address or domain'],
  ])('cannot have the line %s', (line, reason) => {
    const read = PLAIN_CSV.open();
    read('from,to', place);
    expect(() => read(line, place)).toThrow(reason);
  });
});

describe('plain JSON', () => {
  it('is read from a list, and one object a line', async () => {
    const { format, at } = await readFixture('plain.json');
    expect(format).toBe('plain JSON');
    expect(at(2)[0]).toMatchObject({
      count: 3,
      source: { pod: 'frontend-6d5f7c9b8-x2x4z', namespace: 'shop' },
      destination: { service: { namespace: 'shop', name: 'cart' }, port: 7070 },
    });
    expect(at(3)[0]).toMatchObject({ protocol: 'UDP', destination: { ip: '10.96.0.20', port: 53 } });
    expect(at(4)).toMatchObject([{ kind: 'unreadable', reason: 'it has a field that is not known' }]);
  });

  it('may not say one thing twice', () => {
    const read = (value: object): unknown => PLAIN_JSON.open()(JSON.parse(JSON.stringify(value)), place);
    expect(() => read({ from: 'a/b', source_ip: '10.0.0.1', to: 'c/d' })).toThrow('"from" stands beside');
    expect(() => read({ from: 'a/b', to: 'c/d', port: 1, destination_port: 1 })).toThrow(
      '"port" stands beside',
    );
    expect(() => read({ from: 'a/b', to: 'c/d', reply: 'yes' })).toThrow('"reply" is neither');
    expect(() => read({ from: 'a/b', to: 'c/d', verdict: 'allow' })).toThrow('"verdict" is neither');
    expect(() => read({ from: 7, to: 'c/d' })).toThrow('"from" is no text');
    expect(() => read({ from: 'a/b', to: 'c/d', count: 1.5 })).toThrow('"count" is no count');
  });
});
