import { CONNTRACK } from '../../../src/traffic/formats/conntrack';
import { readFixture } from './read-fixture';

describe('conntrack', () => {
  it('gives the Service that was called and the pod that answered', async () => {
    const { format, at } = await readFixture('conntrack-list.txt');
    expect(format).toBe('conntrack');
    expect(at(1)[0]).toMatchObject({
      protocol: 'TCP',
      source: { ip: '10.244.1.5', port: 45678 },
      destination: { ip: '10.96.0.20', port: 80 },
      translated: { destination: { ip: '10.244.2.7', port: 8080 } },
      isReply: false,
      answered: true,
      layer: 'l4',
    });
    expect(at(1)[0]?.['translated'].source).toBeUndefined();
  });

  it('says what nobody has answered', async () => {
    const { at } = await readFixture('conntrack-list.txt');
    expect(at(2)[0]).toMatchObject({ protocol: 'UDP', answered: false, destination: { port: 53 } });
    expect(at(2)[0]?.['translated']).toBeUndefined();
  });

  it('sees source NAT, past counters of packets', async () => {
    const { at } = await readFixture('conntrack-list.txt');
    expect(at(3)[0]).toMatchObject({ translated: { source: { ip: '192.0.2.10', port: 61001 } } });
    expect(at(3)[0]?.['translated'].destination).toBeUndefined();
  });

  it('reads protocols without ports, and ones without a name', async () => {
    const { at } = await readFixture('conntrack-list.txt');
    expect(at(4)[0]).toMatchObject({ protocol: 'ICMP', layer: 'l3' });
    expect(at(5)[0]).toMatchObject({ protocol: 2, destination: { ip: '224.0.0.22' } });
    expect(at(6)).toMatchObject([{ kind: 'skipped', reason: 'a word of conntrack about itself' }]);
  });

  it('reads the table of the kernel, and IPv6 in canonical spelling', async () => {
    const { at } = await readFixture('nf_conntrack.txt');
    expect(at(1)[0]).toMatchObject({ protocol: 'TCP', translated: { destination: { port: 8080 } } });
    expect(at(2)[0]).toMatchObject({ source: { ip: 'fd00::5' }, destination: { ip: 'fd00::7', port: 8080 } });
    expect(at(2)[0]?.['translated']).toBeUndefined();
  });

  it('reads events with times; each is a point of its own', async () => {
    const { at } = await readFixture('conntrack-events.txt');
    expect(at(1)[0]).toMatchObject({ time: 1769860800123, opens: true, seenAt: 'NEW' });
    expect(at(1)[0]?.['answered']).toBeUndefined();
    expect(at(2)[0]).toMatchObject({ opens: false, seenAt: 'UPDATE SYN_RECV', answered: true });
    expect(at(3)[0]).toMatchObject({ seenAt: 'DESTROY', answered: true });
  });

  it.each([
    ['tcp 6 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=70000', '"dport" is no port'],
    ['tcp 6 src=10.0.0.999 dst=10.0.0.2 sport=1 dport=7', '"src" is no IP address'],
    ['tcp 6 nothing', 'it has no "src=… dst=…"'],
    ['src=1.1.1.1 dst=1.1.1.1 src=1.1.1.1 dst=1.1.1.1', 'does not begin with a protocol'],
    ['tcp 6 src=1.1.1.1 dst=1.1.1.1 src=1.1.1.1 dst=1.1.1.1 src=1.1.1.1 dst=1.1.1.1', 'more than two tuples'],
  ])('cannot read %s', (line, reason) => {
    expect(() => CONNTRACK.open()(line, { file: 'f', line: 1 })).toThrow(reason);
  });
});
