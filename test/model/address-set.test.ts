import fc from 'fast-check';
import { AddressSet, type AddressRange } from '../../src/model/address-set';
import { lastAddress, parseCidr, type Cidr } from '../../src/model/cidr';

function cidr(text: string): Cidr {
  const { cidr: parsed, reason } = parseCidr(text, { hostBits: 'error' });
  if (parsed === undefined) throw new Error(reason);
  return parsed;
}

/** Addresses 0 to 15 at the bottom and the top of each family: small enough to enumerate, at the edges that go wrong. */
const UNIVERSE = ([4, 6] as const).flatMap((version) =>
  Array.from({ length: 16 }, (_, index) => BigInt(index)).flatMap((index) => [
    { version, value: index },
    { version, value: lastAddress(version) - index },
  ]),
);

const anyRange: fc.Arbitrary<AddressRange> = fc
  .record({
    version: fc.constantFrom<4 | 6>(4, 6),
    top: fc.boolean(),
    a: fc.nat({ max: 15 }),
    b: fc.nat({ max: 15 }),
  })
  .map(({ version, top, a, b }) => {
    const [low, high] = [BigInt(Math.min(a, b)), BigInt(Math.max(a, b))];
    const last = lastAddress(version);
    return top ? { version, first: last - high, last: last - low } : { version, first: low, last: high };
  });
const anyRanges = fc.array(anyRange, { maxLength: 6 });

function members(set: AddressSet): string[] {
  return UNIVERSE.filter((address) => set.contains(address)).map(
    ({ version, value }) => `${version}:${value}`,
  );
}

function covered(ranges: readonly AddressRange[]): Set<string> {
  return new Set(
    UNIVERSE.filter(({ version, value }) =>
      ranges.some((range) => range.version === version && range.first <= value && value <= range.last),
    ).map(({ version, value }) => `${version}:${value}`),
  );
}

function expectCanonical(set: AddressSet): void {
  set.ranges.forEach((range, index) => {
    expect(range.first <= range.last).toBe(true);
    const next = set.ranges[index + 1];
    if (next === undefined) return;
    const apart = next.version > range.version || next.first > range.last + 1n;
    expect(apart).toBe(true);
  });
}

describe('AddressSet', () => {
  it('does set algebra as single addresses do', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (left, right) => {
        const [a, b] = [AddressSet.ofRanges(left), AddressSet.ofRanges(right)];
        const [inA, inB] = [covered(left), covered(right)];
        const all = UNIVERSE.map(({ version, value }) => `${version}:${value}`);
        expect(members(a)).toEqual(all.filter((x) => inA.has(x)));
        expect(members(a.union(b))).toEqual(all.filter((x) => inA.has(x) || inB.has(x)));
        expect(members(a.intersect(b))).toEqual(all.filter((x) => inA.has(x) && inB.has(x)));
        expect(members(a.subtract(b))).toEqual(all.filter((x) => inA.has(x) && !inB.has(x)));
        expect(members(a.complement())).toEqual(all.filter((x) => !inA.has(x)));
        expect(a.includes(b)).toBe([...inB].every((x) => inA.has(x)));
        expect(a.overlaps(b)).toBe([...inB].some((x) => inA.has(x)));
        expect(a.isEmpty).toBe(left.length === 0);
        [a, b, a.union(b), a.intersect(b), a.subtract(b), a.complement()].forEach(expectCanonical);
      }),
    );
  });

  it('has one form for equal sets', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (left, right) => {
        const [a, b] = [AddressSet.ofRanges(left), AddressSet.ofRanges(right)];
        expect(a.union(b).ranges).toEqual(b.union(a).ranges);
        expect(a.subtract(b).union(a.intersect(b)).equals(a)).toBe(true);
        expect(a.complement().complement().equals(a)).toBe(true);
      }),
    );
  });

  it('joins ranges that touch, but never the two families', () => {
    const set = AddressSet.ofCidrs([
      cidr('255.255.255.255/32'),
      cidr('::/128'),
      cidr('10.0.0.0/9'),
      cidr('10.128.0.0/9'),
    ]);
    expect(set.ranges).toEqual([
      { version: 4, first: 0x0a000000n, last: 0x0affffffn },
      { version: 4, first: 0xffffffffn, last: 0xffffffffn },
      { version: 6, first: 0n, last: 0n },
    ]);
  });

  it('takes the exceptions out of a block', () => {
    const set = AddressSet.ofCidr(cidr('10.0.0.0/8'), [cidr('10.0.0.0/16'), cidr('10.255.0.0/16')]);
    expect(set.ranges).toEqual([{ version: 4, first: 0x0a010000n, last: 0x0afeffffn }]);
    expect(AddressSet.ofCidr(cidr('10.0.0.0/8'), [cidr('0.0.0.0/0')]).isEmpty).toBe(true);
  });

  it('knows the whole of a family', () => {
    expect(AddressSet.all(4).complement().equals(AddressSet.all(6))).toBe(true);
    expect(AddressSet.all().complement().isEmpty).toBe(true);
  });
});
