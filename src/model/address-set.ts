import { firstOf, lastAddress, lastOf, wholeFamily, type Address, type Cidr } from './cidr';

/** Addresses of one family from `first` to `last`, both included. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * An immutable set of addresses of both families, kept as sorted, disjoint and maximal ranges, so that equal sets
 * have equal ranges. Every operation is linear in the number of ranges.
 */
export class AddressSet {
  static readonly EMPTY = new AddressSet([]);

  private constructor(
    /** Sorted, disjoint and maximal; IPv4 before IPv6. */
    readonly ranges: readonly AddressRange[],
  ) {}

  /** The union of the ranges, in any order and overlapping as they may; a range with `first > last` holds nothing. */
  static ofRanges(ranges: readonly AddressRange[]): AddressSet {
    const sorted = ranges.filter(({ first, last }) => first <= last).sort(compareRanges);
    return sorted.length === 0 ? AddressSet.EMPTY : new AddressSet(merge(sorted));
  }

  /** The addresses of a block without those of `except`. */
  static ofCidr(cidr: Cidr, except: readonly Cidr[] = []): AddressSet {
    const whole = new AddressSet([rangeOf(cidr)]);
    return except.length === 0 ? whole : whole.subtract(AddressSet.ofCidrs(except));
  }

  /** The union of blocks. */
  static ofCidrs(cidrs: readonly Cidr[]): AddressSet {
    return AddressSet.ofRanges(cidrs.map(rangeOf));
  }

  /** Every address of a family, or of both. */
  static all(version?: 4 | 6): AddressSet {
    return AddressSet.ofCidrs(
      version === undefined ? [wholeFamily(4), wholeFamily(6)] : [wholeFamily(version)],
    );
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }

  union(other: AddressSet): AddressSet {
    if (this.isEmpty) return other;
    return other.isEmpty ? this : AddressSet.ofRanges([...this.ranges, ...other.ranges]);
  }

  intersect(other: AddressSet): AddressSet {
    const result: AddressRange[] = [];
    let i = 0;
    let j = 0;
    for (;;) {
      const a = this.ranges[i];
      const b = other.ranges[j];
      if (a === undefined || b === undefined)
        return result.length === 0 ? AddressSet.EMPTY : new AddressSet(result);
      const first = a.first > b.first ? a.first : b.first;
      const last = a.last < b.last ? a.last : b.last;
      if (a.version === b.version && first <= last) result.push({ version: a.version, first, last });
      if (a.version < b.version || (a.version === b.version && a.last < b.last)) i++;
      else j++;
    }
  }

  subtract(other: AddressSet): AddressSet {
    return this.isEmpty || other.isEmpty ? this : this.intersect(other.complement());
  }

  /** Every address of both families that is not in the set. */
  complement(): AddressSet {
    return new AddressSet([...gaps(4, this.ranges), ...gaps(6, this.ranges)]);
  }

  contains(address: Address): boolean {
    let low = 0;
    let high = this.ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = this.ranges[middle];
      if (range === undefined) return false;
      if (isBelow(range, address)) low = middle + 1;
      else high = middle;
    }
    const range = this.ranges[low];
    return range !== undefined && range.version === address.version && range.first <= address.value;
  }

  /** Whether every address of `other` is in this set. */
  includes(other: AddressSet): boolean {
    return other.subtract(this).isEmpty;
  }

  overlaps(other: AddressSet): boolean {
    return !this.intersect(other).isEmpty;
  }

  equals(other: AddressSet): boolean {
    return (
      this.ranges.length === other.ranges.length &&
      this.ranges.every((range, index) => {
        const twin = other.ranges[index];
        return twin?.version === range.version && twin.first === range.first && twin.last === range.last;
      })
    );
  }
}

function rangeOf(cidr: Cidr): AddressRange {
  return { version: cidr.version, first: firstOf(cidr), last: lastOf(cidr) };
}

function compareRanges(a: AddressRange, b: AddressRange): number {
  if (a.version !== b.version) return a.version - b.version;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

function isBelow(range: AddressRange, address: Address): boolean {
  return range.version < address.version || (range.version === address.version && range.last < address.value);
}

/** Joins sorted ranges that overlap or touch. */
function merge(sorted: readonly AddressRange[]): AddressRange[] {
  const merged: AddressRange[] = [];
  for (const range of sorted) {
    const previous = merged.at(-1);
    if (previous?.version !== range.version || range.first > previous.last + 1n) merged.push(range);
    else if (range.last > previous.last) merged[merged.length - 1] = { ...previous, last: range.last };
  }
  return merged;
}

function gaps(version: 4 | 6, ranges: readonly AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  let next = 0n;
  for (const range of ranges) {
    if (range.version !== version) continue;
    if (range.first > next) result.push({ version, first: next, last: range.first - 1n });
    next = range.last + 1n;
  }
  if (next <= lastAddress(version)) result.push({ version, first: next, last: lastAddress(version) });
  return result;
}
