import { VPC } from '../../../src/traffic/formats/vpc';
import { readFixture } from './read-fixture';

const place = { file: 'f', line: 1 };

describe('AWS VPC flow logs', () => {
  it('are read in the default format, where nobody knows which record is a reply', async () => {
    const { format, at } = await readFixture('vpc-default.log');
    expect(format).toBe('AWS VPC flow logs');
    expect(at(1)[0]).toMatchObject({
      time: 1769860800000,
      last: 1769860860000,
      count: 1,
      protocol: 'TCP',
      source: { ip: '10.0.1.5', port: 45678 },
      destination: { ip: '10.0.2.7', port: 7070 },
      verdict: 'allowed',
    });
    expect(at(1)[0]?.['isReply']).toBeUndefined();
    expect(at(3)[0]).toMatchObject({ verdict: 'denied', destination: { port: 3389 } });
  });

  it('have intervals without data, and ones of which records are lost', async () => {
    const { at } = await readFixture('vpc-default.log');
    expect(at(4)).toMatchObject([{ kind: 'skipped', reason: 'an interval without traffic (NODATA)' }]);
    expect(at(5)).toMatchObject([{ kind: 'skipped', reason: expect.stringContaining('lost records') }]);
  });

  it('are read by their header: addresses of packets before those of interfaces, and flags tell replies', async () => {
    const { at } = await readFixture('vpc-custom.log');
    expect(at(1)).toMatchObject([{ kind: 'skipped', reason: 'a line that names the fields' }]);
    expect(at(2)[0]).toMatchObject({
      source: { ip: '10.0.1.5' },
      destination: { ip: '10.0.2.7' },
      isReply: false,
      opens: true,
      seenAt: 'egress',
    });
    expect(at(3)[0]).toMatchObject({ source: { ip: '10.0.2.7' }, isReply: true, seenAt: 'ingress' });
    expect(at(4)[0]).toMatchObject({ protocol: 'UDP' });
    expect(at(4)[0]?.['opens']).toBeUndefined();
    expect(at(5)).toMatchObject([{ kind: 'unreadable', reason: expect.stringContaining('"dstport"') }]);
  });

  it('are read after the times that CloudWatch Logs puts before them', () => {
    const line =
      '2026-01-31T12:00:00.000Z 2 1 eni-1 10.0.1.5 10.0.2.7 1 2 17 1 1 1769860800 1769860860 ACCEPT OK';
    expect(VPC.open()(line, place)).toMatchObject({ protocol: 'UDP', source: { ip: '10.0.1.5' } });
  });

  it('cannot be read with more or fewer fields than their format', () => {
    expect(() => VPC.open()('2 1 eni-1 10.0.1.5 10.0.2.7 1 2 17', place)).toThrow('more or fewer fields');
    const line = '2 1 eni-1 10.0.1.5 10.0.2.7 1 2 17 1 1 1769860800 1769860860 ALLOW OK';
    expect(() => VPC.open()(line, place)).toThrow('neither ACCEPT nor REJECT');
  });

  /*
   * Names of LogFormat in aws-cdk-lib 2.200.0 (aws-ec2/lib/vpc-flow-logs), which are AWS's own, in the order of its
   * ALL_DEFAULT_FIELDS first; flowlogs-reader 5.0.1 of PyPI reads the same by theirs.
   */
  it('have every field that AWS has, in any order', () => {
    const defaults =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    const others =
      'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id';
    const values: Readonly<Record<string, string>> = {
      ...{ version: '7', srcaddr: '10.0.0.1', dstaddr: '10.0.0.2', srcport: '40000', dstport: '7070' },
      ...{ 'pkt-srcaddr': '10.0.1.5', 'pkt-dstaddr': '10.0.2.7', protocol: '6', 'tcp-flags': '3' },
      ...{ start: '1769860800', end: '1769860860', action: 'REJECT', 'log-status': 'OK' },
      ...{ 'flow-direction': 'ingress', type: 'IPv4' },
    };
    const names = [...others.split(' '), ...defaults.split(' ').reverse()];
    const expected = {
      time: 1_769_860_800_000,
      last: 1_769_860_860_000,
      protocol: 'TCP',
      source: { ip: '10.0.1.5', port: 40000 },
      destination: { ip: '10.0.2.7', port: 7070 },
      isReply: false,
      opens: true,
      verdict: 'denied',
      seenAt: 'ingress',
    };
    // In files and messages, as asked for in the console and as Parquet and Athena spell them.
    const spellings = [(name: string) => name, (name: string) => `\${${name}}`];
    for (const spelt of [...spellings, (name: string) => name.replaceAll('-', '_')]) {
      const read = VPC.open();
      expect(VPC.recognises(names.map(spelt).join(' '))).toBe(true);
      expect(read(names.map(spelt).join(' '), place)).toMatchObject({ kind: 'skipped' });
      expect(read(names.map((name) => values[name] ?? '-').join(' '), place)).toMatchObject(expected);
    }
    const line = defaults.split(' ').map((name) => (name === 'version' ? '2' : (values[name] ?? '-')));
    expect(VPC.open()(line.join(' '), place)).toMatchObject({
      source: { ip: '10.0.0.1' },
      verdict: 'denied',
    });
  });

  it('have flags of a connection that began and ended in one interval (FIN with SYN, and with SYN and ACK)', () => {
    const read = VPC.open();
    read('srcaddr dstaddr srcport dstport protocol tcp-flags', place);
    const flags = (bits: number) => read(`10.0.0.1 10.0.0.2 40000 80 6 ${bits}`, place);
    expect(flags(2)).toMatchObject({ isReply: false, opens: true });
    expect(flags(3)).toMatchObject({ isReply: false, opens: true });
    expect(flags(18)).toMatchObject({ isReply: true, opens: true });
    expect(flags(19)).toMatchObject({ isReply: true, opens: true });
    expect(flags(0)).toMatchObject({ isReply: undefined, opens: false });
    expect(flags(4)).toMatchObject({ isReply: undefined, opens: false });
  });

  // flowlogs-reader 5.0.1: "Contra the docs, the start and end fields can contain millisecond-based timestamps."
  it('have times in seconds, and in milliseconds as well', () => {
    const line = '2 1 eni-1 10.0.1.5 10.0.2.7 1 2 17 1 1 1769860800123 1769860860 ACCEPT OK';
    expect(VPC.open()(line, place)).toMatchObject({ time: 1_769_860_800_123, last: 1_769_860_860_000 });
  });
});
