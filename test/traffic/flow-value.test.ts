import fc from 'fast-check';
import {
  needAnyTime,
  needCount,
  needPort,
  needProtocol,
  needSeconds,
  needTime,
  readDomain,
  readIp,
  readIpAndPort,
} from '../../src/traffic/flow-value';

describe('values in records', () => {
  it('are addresses in canonical spelling', () => {
    expect(readIp('10.0.0.1')).toBe('10.0.0.1');
    expect(readIp('FD00:0:0::0001')).toBe('fd00::1');
    expect(readIp('fe80::1%eth0')).toBe('fe80::1');
    expect(readIp('::ffff:10.0.0.1')).toBe('10.0.0.1');
    for (const text of ['', '10.0.0.256', '010.0.0.1', '10.0.0.1/8', 'host', `${'0'.repeat(100)}::`])
      expect(readIp(text)).toBeUndefined();
  });

  it('are addresses with ports', () => {
    expect(readIpAndPort('10.0.0.1:80')).toEqual({ ip: '10.0.0.1', port: 80 });
    expect(readIpAndPort('[fd00::0:1]:80')).toEqual({ ip: 'fd00::1', port: 80 });
    expect(readIpAndPort('fd00::1')).toEqual({ ip: 'fd00::1' });
    expect(readIpAndPort('10.0.0.1:0')).toEqual({ ip: '10.0.0.1' });
    for (const text of ['10.0.0.1:65536', '10.0.0.1:', ':80', '10.0.0.1:8x', 'a:80'])
      expect(readIpAndPort(text)).toBeUndefined();
  });

  it('are ports from 1; 0 stands for none', () => {
    expect([needPort(80, 'p'), needPort('65535', 'p'), needPort(0, 'p')]).toEqual([80, 65535, undefined]);
    for (const value of [-1, 65536, 1.5, NaN, '', '-1', '1e3', '0x50', null, {}, [80], true])
      expect(() => needPort(value, 'p')).toThrow('"p" is no port (0 to 65535)');
  });

  it('are counts that a number holds exactly', () => {
    expect([needCount(0, 'c'), needCount('42', 'c')]).toEqual([0, 42]);
    for (const value of [-1, 2 ** 53, 1e300, Infinity, 1.5, '9'.repeat(17), '-1', null])
      expect(() => needCount(value, 'c')).toThrow('"c" is no count');
  });

  it('are times until the year 9999', () => {
    expect(needSeconds('1769860800.1239', 't')).toBe(1769860800123);
    expect(needTime('2026-01-31T12:00:00.123456789Z', 't')).toBe(Date.UTC(2026, 0, 31, 12, 0, 0, 123));
    expect(needTime('2026-01-31 13:00:00+0100', 't')).toBe(Date.UTC(2026, 0, 31, 12));
    expect(needTime('2026-01-31T12:00:00', 't')).toBe(Date.UTC(2026, 0, 31, 12));
    expect(needAnyTime({ seconds: 1, nanos: 2_000_000 }, 't')).toBe(1002);
    for (const value of [-1, 1e30, NaN, '2026-13-01T00:00:00Z', 'now', '', '1900-01-01T00:00:00Z', [], null])
      expect(() => needAnyTime(value, 't')).toThrow('"t" is no time');
  });

  it('are the same times where one follows another of its minute', () => {
    const second = fc.integer({ min: 0, max: 61 }).map((n) => String(n).padStart(2, '0'));
    const fraction = fc.oneof(
      fc.constantFrom('', '.', '.x', ',5', '.57', '.29'),
      fc.integer({ min: 0, max: 10 ** 13 }).map((n) => `.${n}`),
    );
    const zone = fc.constantFrom('Z', 'z', '+00:00', '+01:00', '', 'ZZ');
    fc.assert(
      fc.property(second, fraction, zone, (seconds, rest, end) => {
        const text = `2026-01-31T12:00:${seconds}${rest}${end}`;
        const read = (): number | string => {
          try {
            return needTime(text, 't');
          } catch {
            return 'none';
          }
        };
        needTime('2026-01-31T11:59:00Z', 't');
        const alone = read();
        needTime('2026-01-31T12:00:00Z', 't');
        expect(read()).toBe(alone);
      }),
    );
  });

  it('are protocols by name or number', () => {
    expect(['TCP', 'udp', 132, '58', 2, '47'].map((value) => needProtocol(value, 'p'))).toEqual([
      'TCP',
      'UDP',
      'SCTP',
      'ICMPv6',
      2,
      47,
    ]);
    for (const value of ['', 'http', 256, -1, null, {}])
      expect(() => needProtocol(value, 'p')).toThrow('"p" is no protocol');
  });

  it('are names of DNS in one spelling', () => {
    expect([readDomain('API.Example.com.'), readDomain('.'), readDomain('')]).toEqual([
      'api.example.com',
      undefined,
      undefined,
    ]);
  });
});
