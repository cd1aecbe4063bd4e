import { droppedWords } from '../../proof/dropped-wording';
import { PROTOCOL, type ConnectionSet } from '../../reachability/sets/connection-set';
import type { Compared } from '../../reachability/compare/compared';
import type { Decision } from '../../reachability/reachability';
import type { DiffGroup } from './diff-connections';

/** Both sides of a diff, to ask why. */
export interface DiffSides {
  readonly before: Compared;
  readonly after: Compared;
}

/** Why connections came or went, as one example of them shows. */
export interface DiffReason {
  /** The rules that let it through now (of an added one), or the policies that keep it out now (of a removed one). */
  readonly decisions: readonly Decision[];
  /** What there is to say when no policy decides. */
  readonly otherwise: string;
}

/** Why connections of a group are allowed, or are not any more: as the side after the change decides on one of them. */
export function diffReason(group: DiffGroup, { after }: DiffSides): DiffReason {
  const [from, to] = [group.from[0], group.to[0]];
  if (from?.after === undefined) return { decisions: [], otherwise: `${from?.id ?? 'the source'} is gone` };
  if (to?.after === undefined) return { decisions: [], otherwise: `${to?.id ?? 'the destination'} is gone` };
  const { protocol, port } = example(group.connections);
  const { ingress, egress, verdict } = after.reachability.explain(from.after, to.after, protocol, port);
  const sides = [ingress, egress].filter((side) => side.isolated);
  const deciding = verdict === 'allow' ? sides : sides.filter((side) => side.verdict !== 'allow');
  if (egress.dropped === true) return { decisions: [], otherwise: droppedWords(protocol, port) };
  return {
    decisions: deciding.flatMap(({ decidedBy }) => decidedBy),
    otherwise: verdict === 'allow' ? 'open: no policy isolates either end' : 'no rule lets it through',
  };
}

/** One connection of the set; TCP where there is some, as that is what people look for. */
function example(connections: ConnectionSet): { readonly protocol: number; readonly port: number } {
  const ranges = connections.ranges();
  const range = ranges.find(({ protocol }) => protocol === PROTOCOL.tcp) ?? ranges[0];
  return { protocol: range?.protocol ?? PROTOCOL.tcp, port: Math.max(range?.first ?? 1, 1) };
}
