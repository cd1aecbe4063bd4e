import type { LaidTier } from './laid-program';
import type { Action } from '../rules/rule';
import { ConnectionSet } from '../sets/connection-set';
import type { IndexSet } from '../sets/index-set';
import { SetVerdict } from './verdict';

/** A rule, or the end of a tier. */
interface Link {
  /** Absent for the end of a tier. */
  readonly action?: Action | undefined;
  readonly connections: ConnectionSet;
  /** For the end of a tier: whether what comes here is denied. */
  readonly denies: boolean;
  /** Where the tier of the link starts, and where the next one does. */
  readonly tierStart: number;
  readonly nextTier: number;
}

/** Where a rule matches: a set of slots, and which of the marks go up in it. */
export interface MarkedSlots {
  /** Among all of the chain. */
  readonly id: number;
  readonly link: number;
  readonly marks: number;
  readonly slots: IndexSet;
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
  readonly marked: readonly MarkedSlots[];
  private readonly links: readonly Link[];
  /** The marks that are up, by link. */
  private readonly marks: Uint8Array;
  /** What becomes of connections that come as far as the link; at the end, those that no policy isolates. */
  private readonly verdicts: SetVerdict[];
  /** The links whose marks have changed since the verdicts were worked out lie between these two. */
  private lowest: number;
  private highest: number;
  /** Which of {@link marked} the slot is in, as bits, and the verdicts that were met before: most are met often. */
  private inside = 0;
  private readonly known = new Map<number, SetVerdict>();

  constructor(tiers: readonly LaidTier[]) {
    const links: Link[] = [];
    const marked: MarkedSlots[] = [];
    for (const { policies, endAction } of tiers) {
      const tierStart = links.length;
      const pieces = policies.flatMap(({ laid }) => laid.pieces);
      const nextTier = tierStart + pieces.length + 1;
      for (const { action, connections, possible, sure } of pieces) {
        const link = links.length;
        links.push({ action, connections, denies: false, tierStart, nextTier });
        const add = (marks: number, slots: IndexSet): void => {
          marked.push({ id: marked.length, link, marks, slots });
        };
        if (sure === possible) add(POSSIBLE | SURE, possible);
        else {
          add(POSSIBLE, possible);
          add(SURE, sure);
        }
      }
      links.push({ connections: ConnectionSet.ALL, denies: endAction === 'deny', tierStart, nextTier });
    }
    this.links = links;
    this.marked = marked;
    this.marks = new Uint8Array(links.length);
    this.verdicts = new Array<SetVerdict>(links.length + 1).fill(SetVerdict.ALL);
    this.lowest = 0;
    this.highest = links.length - 1;
  }

  /** The marks go up where they are down and the other way round. */
  flip({ id, link, marks }: MarkedSlots): void {
    this.inside ^= 1 << id;
    this.marks[link] = (this.marks[link] ?? 0) ^ marks;
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

  private workOut(): SetVerdict {
    const { verdicts, links, lowest, highest } = this;
    const sameTier = links[highest]?.tierStart ?? 0;
    for (let index = highest; index >= 0; index--) {
      const before = verdicts[index];
      const now = this.at(index);
      verdicts[index] = now;
      // A tier before that of the change may pass to it, so what its rules see is the same only at its start.
      const settled = index >= sameTier || index === links[index]?.tierStart;
      if (now === before && settled && index <= lowest) break;
    }
    this.lowest = links.length;
    this.highest = -1;
    return verdicts[0] ?? SetVerdict.ALL;
  }

  /** What becomes of connections that come to the link, given what becomes of those it leaves over. */
  private at(index: number): SetVerdict {
    const link = this.links[index];
    const rest = this.verdicts[index + 1] ?? SetVerdict.ALL;
    if (link === undefined) return rest;
    if (link.action === undefined) return link.denies ? SetVerdict.NONE : rest;
    const marks = this.marks[index] ?? 0;
    if ((marks & POSSIBLE) === 0) return rest;
    const decided = this.decided(link.action, link.nextTier);
    return rest.replacedOn(link.connections, (marks & SURE) === 0 ? decided.either(rest) : decided);
  }

  private decided(action: Action, nextTier: number): SetVerdict {
    if (action === 'allow') return SetVerdict.ALL;
    return action === 'deny' ? SetVerdict.NONE : (this.verdicts[nextTier] ?? SetVerdict.ALL);
  }
}
