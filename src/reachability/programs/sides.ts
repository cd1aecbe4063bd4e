import type { CniProfile } from '../cni-profile';
import type { ConnectionSet } from '../sets/connection-set';
import type { EndClass, EndClasses } from '../ends/end-class';
import type { IndexSet } from '../sets/index-set';
import type { Layout } from '../ends/layout';
import type { Program } from './program-assignment';
import type { Programs } from './programs';
import type { Region } from '../sets/region';
import { StepTable, valueAt, type Steps } from '../sets/steps';
import { FamilyVerdict, SetVerdict } from './verdict';
import type { Direction } from '../../policies/direction';

const OPEN = FamilyVerdict.of(SetVerdict.ALL, SetVerdict.ALL);
const CLOSED = FamilyVerdict.of(SetVerdict.NONE, SetVerdict.NONE);

/** What one end allows by itself, towards (or from) every position. */
export type Side = Steps<FamilyVerdict>;

/** The sides of all ends; equal sides are the same object, and each program is worked out when first asked for. */
export class Sides {
  private readonly table: StepTable<FamilyVerdict>;
  private readonly byProgram = new Map<Program, Side>();
  private readonly byResult: Readonly<Record<Direction, Map<Steps<FamilyVerdict>, Side>>> = {
    ingress: new Map(),
    egress: new Map(),
  };
  /** Hosts, and pods that no policy concerns: everything goes. */
  readonly open: Side;
  /** Pods that no egress policy concerns: everything goes that the plugin does not drop by itself. */
  private readonly openEgress: Side;
  /** Open at nodes, closed elsewhere; absent where no node is known, or the plugin polices them like others. */
  private readonly nodeMark: Side | undefined;
  /** Outside addresses: everything goes with ends of the cluster; what they do among themselves is left out. */
  readonly outside: Side;

  constructor(
    private readonly programs: Programs,
    private readonly ends: EndClasses,
    private readonly layout: Layout,
    nodes: Region,
    private readonly profile: CniProfile,
    /** What no pod may send, whatever policies say. */
    readonly dropped: ConnectionSet,
  ) {
    // Slots are positions then, and verdicts on them need no other form.
    this.table = layout.dual ? new StepTable(layout.positionCount) : programs.verdicts;
    this.open = this.table.constant(OPEN);
    this.openEgress = this.sent(this.open);
    this.nodeMark = profile.ownNodeAlwaysEnters ? this.markOf(layout.positions(nodes)) : undefined;
    this.outside =
      ends.size === 0 ? this.table.constant(CLOSED) : this.table.of([0, ends.size], [OPEN, CLOSED]);
  }

  of(end: EndClass, direction: Direction): Side {
    const program = this.programs.of(end, direction);
    if (program === undefined) return this.open;
    if (program.policies.length === 0) return direction === 'egress' ? this.openEgress : this.open;
    const known = this.byProgram.get(program);
    if (known !== undefined) return known;
    const side = this.ofResult(this.programs.result(program), direction);
    this.byProgram.set(program, side);
    return side;
  }

  /** Many programs come to the same. */
  private ofResult(result: Steps<FamilyVerdict>, direction: Direction): Side {
    const known = this.byResult[direction].get(result);
    if (known !== undefined) return known;
    const side = this.atPositions(result, direction);
    this.byResult[direction].set(result, side);
    return side;
  }

  /** Brings both IP versions of an end together, and takes what the network plugin adds into account. */
  private atPositions(result: Steps<FamilyVerdict>, direction: Direction): Side {
    const decided = this.layout.dual ? this.joined(result) : result;
    if (direction === 'egress') return this.sent(decided);
    const side = this.unlessDown(decided);
    if (this.nodeMark === undefined) return side;
    return this.table.zip(side, this.nodeMark, (verdict, mark) =>
      mark === OPEN ? withDeniedOpen(verdict) : verdict,
    );
  }

  /** What policies let out, and the plugin does not drop. */
  private sent(side: Side): Side {
    const { dropped } = this;
    return this.unlessDown(
      dropped.isEmpty ? side : this.table.map(side, (verdict) => without(verdict, dropped)),
    );
  }

  private unlessDown(side: Side): Side {
    return this.profile.deniesAreUnsure ? this.table.map(side, withDeniedOpen) : side;
  }

  /** Open in the set, closed elsewhere. */
  private markOf({ edges, isEmpty }: IndexSet): Side | undefined {
    if (isEmpty) return undefined;
    const values = edges.map((_, index) => (index % 2 === 0 ? OPEN : CLOSED));
    return edges[0] === 0 ? this.table.of(edges, values) : this.table.of([0, ...edges], [CLOSED, ...values]);
  }

  /** Where rules tell the versions apart, an end has a slot for each. */
  private joined(result: Steps<FamilyVerdict>): Side {
    const starts = this.edges(result);
    const at = (slot: number): SetVerdict => valueAt(result, slot)?.four ?? SetVerdict.ALL;
    const values = starts.map((position) => {
      const four = at(this.layout.slotOf(position));
      return FamilyVerdict.of(four, position < this.ends.size ? at(this.layout.endSlot(position, 6)) : four);
    });
    return this.table.of(starts, values);
  }

  /** Positions at which the verdict may change, ascending. */
  private edges({ starts }: Steps<FamilyVerdict>): number[] {
    const { size } = this.ends;
    const secondEnds = this.layout.endSlot(0, 6);
    const edges = new Set([0, size, this.layout.outsideStart(6)]);
    for (const slot of starts) {
      if (slot < secondEnds) edges.add(slot);
      else edges.add(slot < secondEnds + size ? slot - secondEnds : slot - size);
    }
    return [...edges].filter((edge) => edge < this.layout.positionCount).sort((a, b) => a - b);
  }
}

function without({ four, six }: FamilyVerdict, connections: ConnectionSet): FamilyVerdict {
  return FamilyVerdict.of(four.without(connections), six.without(connections));
}

/** What policies deny may pass: a node may be the pod's own, or the data plane down. */
function withDeniedOpen({ four, six }: FamilyVerdict): FamilyVerdict {
  return FamilyVerdict.of(four.withDeniedOpen(), six.withDeniedOpen());
}
