import type { CniProfile } from './cni-profile';
import type { EndClass, EndClasses } from './end-class';
import type { Layout } from './layout';
import type { Program, Programs } from './programs';
import { StepTable, valueAt, type Steps } from './steps';
import { Transfer } from './transfer';
import { FamilyVerdict, SetVerdict } from './verdict';
import type { Direction } from '../policies/direction';

const OPEN = FamilyVerdict.of(SetVerdict.ALL, SetVerdict.ALL);
const CLOSED = FamilyVerdict.of(SetVerdict.NONE, SetVerdict.NONE);

/** What one end allows by itself, towards (or from) every position. */
export type Side = Steps<FamilyVerdict>;

/** The sides of all ends; equal sides are the same object, and each program is worked out when first asked for. */
export class Sides {
  private readonly table: StepTable<FamilyVerdict>;
  private readonly byProgram = new Map<Program, Side>();
  /** Hosts, and pods that no policy concerns: everything goes. */
  readonly open: Side;
  /** Outside addresses: everything goes with ends of the cluster; what they do among themselves is left out. */
  readonly outside: Side;

  constructor(
    private readonly programs: Programs,
    private readonly ends: EndClasses,
    private readonly layout: Layout,
    private readonly profile: CniProfile,
  ) {
    this.table = new StepTable(layout.positionCount);
    this.open = this.table.constant(OPEN);
    this.outside =
      ends.size === 0 ? this.table.constant(CLOSED) : this.table.of([0, ends.size], [OPEN, CLOSED]);
  }

  of(end: EndClass, direction: Direction): Side {
    const program = this.programs.of(end, direction);
    if (program === undefined || program.policies.length === 0) return this.open;
    const known = this.byProgram.get(program);
    if (known !== undefined) return known;
    const side = this.atPositions(this.programs.result(program), direction);
    this.byProgram.set(program, side);
    return side;
  }

  /** Brings both IP versions of an end together, and takes what the network plugin adds into account. */
  private atPositions(result: Steps<Transfer>, direction: Direction): Side {
    const starts: number[] = [];
    const values: FamilyVerdict[] = [];
    for (const position of this.edges(result)) {
      const four = verdictOf(valueAt(result, this.layout.slotOf(position)));
      const six =
        position < this.ends.size ? verdictOf(valueAt(result, this.layout.endSlot(position, 6))) : four;
      const host = position >= this.ends.podCount && position < this.ends.size;
      const ownNode = host && direction === 'ingress' && this.profile.ownNodeAlwaysEnters;
      starts.push(position);
      values.push(
        ownNode ? FamilyVerdict.of(four.withDeniedOpen(), six.withDeniedOpen()) : FamilyVerdict.of(four, six),
      );
    }
    return this.table.of(starts, values);
  }

  /** Positions at which the verdict may change, ascending. */
  private edges({ starts }: Steps<Transfer>): number[] {
    const { size, podCount } = this.ends;
    const secondEnds = this.layout.endSlot(0, 6);
    const edges = new Set([0, podCount, size, this.layout.outsideStart(6)]);
    for (const slot of starts) {
      if (!this.layout.dual || slot < secondEnds) edges.add(slot);
      else if (slot < secondEnds + size) edges.add(slot - secondEnds);
      else edges.add(slot - size);
    }
    return [...edges].filter((edge) => edge < this.layout.positionCount).sort((a, b) => a - b);
  }
}

/** After the last tier a pod is allowed (calico-policy-model 5.3: its profile; network-policy-semantics 2.2). */
function verdictOf(transfer: Transfer | undefined): SetVerdict {
  const { allowed, denied, rest } = transfer ?? Transfer.IDENTITY;
  return SetVerdict.between(allowed.union(rest), denied);
}
