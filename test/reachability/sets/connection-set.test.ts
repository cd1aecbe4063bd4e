import fc from 'fast-check';
import { printConnections } from '../../../src/reachability/sets/connection-print';
import { ConnectionSet, PROTOCOL } from '../../../src/reachability/sets/connection-set';

/** A deliberately plain set over a few protocols and ports, where everything interesting happens. */
const PROTOCOLS = [0, 1, 6, 17, 47, 58, 132, 255];
const PORTS = [0, 1, 2, 79, 80, 81, 65534, 65535];

type Range = readonly [protocol: number, first: number, last: number];

const ranges = fc.array(
  fc.tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)),
  {
    maxLength: 6,
  },
);

function build(list: readonly Range[]): ConnectionSet {
  return list.reduce((set, range) => set.union(ConnectionSet.of(...range)), ConnectionSet.NONE);
}

function has(list: readonly Range[], protocol: number, port: number): boolean {
  const whole = ![1, 6, 17, 58, 132].includes(protocol);
  return list.some(([p, first, last]) => p === protocol && (whole || (first <= port && port <= last)));
}

function everywhere(test: (protocol: number, port: number) => boolean): boolean {
  return PROTOCOLS.every((protocol) => PORTS.every((port) => test(protocol, port)));
}

describe('ConnectionSet', () => {
  it('does what a plain set does', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [left, right] = [build(a), build(b)];
        return everywhere(
          (p, n) =>
            left.contains(p, n) === has(a, p, n) &&
            left.union(right).contains(p, n) === (has(a, p, n) || has(b, p, n)) &&
            left.intersect(right).contains(p, n) === (has(a, p, n) && has(b, p, n)) &&
            left.subtract(right).contains(p, n) === (has(a, p, n) && !has(b, p, n)),
        );
      }),
    );
  });

  it('makes equal sets the same object, however they came about', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [left, right] = [build(a), build(b)];
        expect(build([...a].reverse())).toBe(left);
        expect(left.subtract(right).union(left.intersect(right))).toBe(left);
        expect(ConnectionSet.ALL.subtract(ConnectionSet.ALL.subtract(left))).toBe(left);
        expect(left.subtract(left)).toBe(ConnectionSet.NONE);
      }),
    );
  });

  it('gives its ranges back', () => {
    fc.assert(
      fc.property(ranges, (a) => {
        const set = build(a);
        const again = set.ranges().map(({ protocol, first, last }): Range => [protocol, first, last]);
        expect(build(again)).toBe(set);
      }),
    );
    expect(ConnectionSet.ALL.ranges()).toHaveLength(256);
  });

  it('holds every protocol in ALL and refuses what is no protocol', () => {
    expect(ConnectionSet.ALL.contains(255, 0)).toBe(true);
    expect(ConnectionSet.ALL.contains(256, 0)).toBe(false);
    expect(() => ConnectionSet.of(256, 0, 1)).toThrow(RangeError);
    expect(() => ConnectionSet.of(Number.NaN, 0, 1)).toThrow(RangeError);
  });

  it('is empty for a range that ends before it starts', () => {
    expect(ConnectionSet.of(6, 2, 1)).toBe(ConnectionSet.NONE);
  });
});

describe('printConnections', () => {
  const tcp = (first: number, last = first): ConnectionSet => ConnectionSet.of(PROTOCOL.tcp, first, last);
  it.each<[ConnectionSet, string]>([
    [ConnectionSet.ALL, 'all'],
    [ConnectionSet.NONE, 'none'],
    [tcp(80).union(tcp(443, 445)), 'TCP 80, 443-445'],
    [tcp(0, 65535).union(ConnectionSet.of(PROTOCOL.udp, 53, 53)), 'TCP; UDP 53'],
    [ConnectionSet.of(47, 0, 0), 'protocol 47'],
    [ConnectionSet.of(PROTOCOL.icmp, 8 * 256, 8 * 256 + 255), 'ICMP type 8'],
    [ConnectionSet.of(PROTOCOL.icmp, 3 * 256 + 4, 3 * 256 + 4), 'ICMP type 3 code 4'],
    [ConnectionSet.ALL.subtract(tcp(22)), 'all but TCP 22'],
  ])('prints %#', (set, text) => {
    expect(printConnections(set)).toBe(text);
  });
});
