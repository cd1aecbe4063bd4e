import { printConnections, protocolName } from '../../../src/reachability/sets/connection-print';
import { ConnectionSet, PROTOCOL } from '../../../src/reachability/sets/connection-set';

const { icmp, icmpv6, tcp, udp, sctp, udplite } = PROTOCOL;
const of = (...ranges: readonly (readonly [number, number, number])[]): ConnectionSet =>
  ranges.reduce((set, range) => set.union(ConnectionSet.of(...range)), ConnectionSet.NONE);

describe('printConnections', () => {
  it.each([
    [ConnectionSet.ALL, 'all'],
    [ConnectionSet.NONE, 'none'],
    [of([tcp, 80, 80]), 'TCP 80'],
    [of([tcp, 80, 81]), 'TCP 80-81'],
    [of([tcp, 0, 80]), 'TCP 0-80'],
    [of([tcp, 80, 65535]), 'TCP 80-65535'],
    [of([tcp, 0, 1], [tcp, 65535, 65535]), 'TCP 0-1, 65535'],
    [of([tcp, 0, 65535]), 'TCP'],
    // The usual three first, then by number: ICMP is 1, IPv6-ICMP 58, SCTP 132.
    [
      of([icmp, 0, 65535], [47, 0, 0], [icmpv6, 0, 65535], [sctp, 1, 1], [udp, 1, 1], [tcp, 1, 1]),
      'TCP 1; UDP 1; SCTP 1; ICMP; protocol 47; ICMPv6',
    ],
    [of([udplite, 0, 65535], [2, 0, 0]), 'protocol 2; UDPLite'],
    [of([0, 0, 0]), 'protocol 0'],
    [of([255, 0, 0]), 'protocol 255'],
    [ConnectionSet.ALL.subtract(of([tcp, 22, 22])), 'all but TCP 22'],
    [ConnectionSet.ALL.subtract(of([icmp, 0, 65535])), 'all but ICMP'],
    [of([icmp, 8 * 256, 8 * 256 + 255]), 'ICMP type 8'],
    [of([icmpv6, 128 * 256, 129 * 256 + 255]), 'ICMPv6 type 128-129'],
    [of([icmp, 3 * 256 + 4, 3 * 256 + 4]), 'ICMP type 3 code 4'],
    [of([icmp, 3 * 256, 3 * 256 + 4]), 'ICMP type 3 code 0 to type 3 code 4'],
    [of([icmp, 3 * 256 + 4, 3 * 256 + 255]), 'ICMP type 3 code 4 to type 3 code 255'],
    [of([icmp, 3 * 256 + 4, 5 * 256 + 255]), 'ICMP type 3 code 4 to type 5 code 255'],
  ])('%#: says what is in it', (set, text) => {
    expect(printConnections(set)).toBe(text);
  });

  it('names protocols as people do', () => {
    expect([tcp, udp, sctp, icmp, icmpv6, udplite, 47].map(protocolName)).toEqual([
      'TCP',
      'UDP',
      'SCTP',
      'ICMP',
      'ICMPv6',
      'UDPLite',
      'protocol 47',
    ]);
  });
});
