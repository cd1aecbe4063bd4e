import type { LaidPiece } from './laid-policy';
import type { LaidTier } from './laid-program';
import type { Action } from '../rules/rule';
import type { IndexSet } from '../sets/index-set';
import { SetVerdict } from './verdict';

/** Where the links of a tier are: its rules, and last the end of the tier. */
interface TierLinks {
  readonly start: number;
  /** Where the next tier starts. */
  readonly next: number;
  /** Whether what comes to its end is denied. */
  readonly denies: boolean;
}

/** Most marks of which those that are up are one small number. */
const MOST_MARKS = 30;

/** Of a link: it may match here, and it surely does. */
const POSSIBLE = 1;
const SURE = 2;

/**
 * The rules of a program in order at one slot, some of which match there. The verdict is worked out from the last to
 * the first: each knows what becomes of the connections that it leaves over. A rule that begins or ceases to match
 * changes nothing for those after it, and often nothing for the first either.
 */
export class RuleChain {
  /** Where the rules match; marks are up inside these slots only. */
  readonly marked: IndexSet[] = [];
  /** The link of each of {@link marked}, and which of its marks go up. */
  private readonly markedLinks: number[] = [];
  private readonly markedMarks: number[] = [];
  /** The rules; undefined for the end of a tier. */
  private readonly links: (LaidPiece | undefined)[] = [];
  private readonly tiers: TierLinks[] = [];
  /** By link: the marks that are up, and its tier. */
  private readonly marks: number[] = [];
  private readonly tierOf: number[] = [];
  /** What becomes of connections that come as far as the link; at the end, those that no policy isolates. */
  private readonly verdicts: SetVerdict[];
  /** The links whose marks have changed since the verdicts were worked out lie between these two. */
  private lowest: number;
  private highest: number;
  /** Which of {@link marked} the slot is in, as bits, and the verdicts that were met before: most are met often. */
  private inside = 0;
  private readonly known = new Map<number, SetVerdict>();

  constructor(tiers: readonly LaidTier[]) {
    for (const { policies, endAction } of tiers) {
      const start = this.links.length;
      for (const { laid } of policies) for (const piece of laid.pieces) this.addRule(piece);
      this.addLink(undefined);
      this.tiers.push({ start, next: this.links.length, denies: endAction === 'deny' });
    }
    this.verdicts = new Array<SetVerdict>(this.links.length + 1).fill(SetVerdict.ALL);
    this.lowest = 0;
    this.highest = this.links.length - 1;
  }

  /** The marks of one of {@link marked} go up where they are down and the other way round. */
  flip(index: number): void {
    const link = this.markedLinks[index] ?? 0;
    this.inside ^= 1 << index;
    this.marks[link] = (this.marks[link] ?? 0) ^ (this.markedMarks[index] ?? 0);
    if (link < this.lowest) this.lowest = link;
    if (link > this.highest) this.highest = link;
  }

  /** What becomes of all connections. */
  verdict(): SetVerdict {
    if (this.marked.length > MOST_MARKS) return this.workOut();
    const known = this.known.get(this.inside);
    if (known !== undefined) return known;
    const verdict = this.workOut();
    this.known.set(this.inside, verdict);
    return verdict;
  }

  private addLink(piece: LaidPiece | undefined): void {
    this.links.push(piece);
    this.tierOf.push(this.tiers.length);
    this.marks.push(0);
  }

  private addRule(piece: LaidPiece): void {
    const { possible, sure } = piece;
    const link = this.links.length;
    this.addLink(piece);
    this.markedLinks.push(link);
    this.markedMarks.push(sure === possible ? POSSIBLE | SURE : POSSIBLE);
    this.marked.push(possible);
    if (sure === possible) return;
    this.markedLinks.push(link);
    this.markedMarks.push(SURE);
    this.marked.push(sure);
  }

  private workOut(): SetVerdict {
    const { verdicts, links, lowest, highest } = this;
    const sameTier = this.tierAt(highest)?.start ?? 0;
    for (let index = highest; index >= 0; index--) {
      const before = verdicts[index];
      const now = this.at(index);
      verdicts[index] = now;
      // A tier before that of the change may pass to it, so what its rules see is the same only at its start.
      const settled = index >= sameTier || index === this.tierAt(index)?.start;
      if (now === before && settled && index <= lowest) break;
    }
    this.lowest = links.length;
    this.highest = -1;
    return verdicts[0] ?? SetVerdict.ALL;
  }

  /** What becomes of connections that come to the link, given what becomes of those it leaves over. */
  private at(index: number): SetVerdict {
    const piece = this.links[index];
    const rest = this.verdicts[index + 1] ?? SetVerdict.ALL;
    if (piece === undefined) return this.tierAt(index)?.denies === true ? SetVerdict.NONE : rest;
    const marks = this.marks[index] ?? 0;
    if ((marks & POSSIBLE) === 0) return rest;
    const decided = this.decided(piece.action, index);
    return rest.replacedOn(piece.connections, (marks & SURE) === 0 ? decided.either(rest) : decided);
  }

  private decided(action: Action, index: number): SetVerdict {
    if (action === 'allow') return SetVerdict.ALL;
    if (action === 'deny') return SetVerdict.NONE;
    return this.verdicts[this.tierAt(index)?.next ?? 0] ?? SetVerdict.ALL;
  }

  private tierAt(index: number): TierLinks | undefined {
    return this.tiers[this.tierOf[index] ?? 0];
  }
}
