import type { AddressSpace, Family } from './address-space';
import { FAMILIES } from './address-space';
import type { EndClass, EndClasses } from './end-class';
import { IndexSet } from '../sets/index-set';
import type { Region } from '../sets/region';
import type { FamilyMask } from '../programs/verdict';
import type { Cidr } from '../../model/cidr';

/**
 * Numbers everything a pod may talk with. Positions are what verdicts are kept by: end classes, then IPv4 intervals,
 * then IPv6 intervals. Slots are what rules are laid out on: as positions, but with the end classes once more for
 * IPv6 where any rule treats the two versions differently.
 */
export class Layout {
  /** Whether ends have slots for both IP versions. */
  readonly dual: boolean;
  readonly positionCount: number;
  readonly slotCount: number;
  /** All end classes, as positions. */
  readonly endPositions: IndexSet;
  /** All outside intervals, as positions. */
  readonly outsidePositions: IndexSet;
  /** Where the parts of a region begin among the slots, in their order. */
  private readonly partSlots: readonly number[];

  constructor(
    private readonly ends: EndClasses,
    private readonly space: AddressSpace,
    dual: boolean,
  ) {
    this.dual = dual;
    this.positionCount = ends.size + space.size(4) + space.size(6);
    this.slotCount = this.positionCount + (dual ? ends.size : 0);
    this.endPositions = IndexSet.range(0, ends.size);
    this.outsidePositions = IndexSet.range(ends.size, this.positionCount);
    const [four, six] = [this.outsideStart(4), this.slotOf(this.outsideStart(6))];
    this.partSlots = dual ? [0, four, this.endSlot(0, 6), six] : [0, four, six];
  }

  /** Position of the first interval of a family. */
  outsideStart(family: Family): number {
    return this.ends.size + (family === 4 ? 0 : this.space.size(4));
  }

  /** Family and number of the interval at a position; undefined for an end class. */
  intervalAt(position: number): { readonly family: Family; readonly index: number } | undefined {
    if (position < this.ends.size) return undefined;
    const family = position < this.outsideStart(6) ? 4 : 6;
    return { family, index: position - this.outsideStart(family) };
  }

  /** Slot of an end class for a family. */
  endSlot(index: number, family: Family): number {
    return family === 6 && this.dual ? this.outsideStart(6) + index : index;
  }

  /** Slot of the interval at a position; of an end class its first slot. */
  slotOf(position: number): number {
    return this.dual && position >= this.outsideStart(6) ? position + this.ends.size : position;
  }

  /** A region as positions, whatever the family. */
  positions({ ends, outside }: Region): IndexSet {
    if (ends[4] === ends[6] && outside[4].isEmpty && outside[6].isEmpty) return ends[4];
    return IndexSet.unionOf([
      ends[4],
      ends[6],
      ...FAMILIES.map((family) => outside[family].shift(this.outsideStart(family))),
    ]);
  }

  /** A region as slots. */
  slots({ ends, outside }: Region): IndexSet {
    if (this.dual) return IndexSet.concat([ends[4], outside[4], ends[6], outside[6]], this.partSlots);
    if (outside[4].isEmpty && outside[6].isEmpty) return ends[4];
    return IndexSet.concat([ends[4], outside[4], outside[6]], this.partSlots);
  }
}

/** The IP versions an end speaks: those of its addresses, else those of the ranges given for its kind, else either. */
export function familyMask(
  end: EndClass,
  options: {
    readonly podCidrs?: readonly Cidr[] | undefined;
    readonly nodeCidrs?: readonly Cidr[] | undefined;
  },
): FamilyMask {
  const ranges = (end.host ? options.nodeCidrs : options.podCidrs) ?? [];
  const versions = (end.addresses.length > 0 ? end.addresses : ranges).map(({ version }) => version);
  const four = versions.includes(4);
  const six = versions.includes(6);
  return four === six ? 3 : four ? 1 : 2;
}

/** The versions two ends share; either when they share none, so that nothing is taken for decided. */
export function sharedMask(a: FamilyMask, b: FamilyMask): FamilyMask {
  if (a === b || b === 3) return a;
  return a === 3 ? b : 3;
}
