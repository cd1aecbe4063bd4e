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
});
