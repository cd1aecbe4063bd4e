import type { AccessOutcome, IsolationImpact } from '../../proof/isolation-impact';
import { onConnections } from '../../proof/wording';
import type { Direction } from '../../policies/direction';
import { listSome } from '../../model/list-some';

/** How the parts of an impact are called: of callers, and of what an isolated workload calls itself. */
const WORDS: Readonly<Record<Direction, Readonly<Record<'lose' | 'keep' | 'undecided', string>>>> = {
  ingress: { lose: 'lose access', keep: 'keep access', undecided: 'cannot be told' },
  egress: { lose: 'can no longer call', keep: 'can still call', undecided: 'cannot be told' },
};

const NOBODY: Readonly<Record<Direction, string>> = {
  ingress: 'no caller is known from intents, Services, Ingresses, routes, webhooks or monitors',
  egress: 'no call is known from intents',
};

/** `shop/frontend[Deployment] on TCP 7070 (ClientIntents/shop/frontend-calls)`. */
export function outcomeWords({ who, by, connections }: AccessOutcome): string {
  const said = by.filter((object) => object !== who);
  return [
    who,
    ...(connections === undefined ? [] : [onConnections(connections)]),
    ...(said.length === 0 ? [] : [`(${said.join(', ')})`]),
  ].join(' ');
}

/** A line for each part that has something: `lose access: …`; of no known access that there is none. */
export function impactLines(direction: Direction, impact: IsolationImpact, most: number): string[] {
  const lines = (['lose', 'keep', 'undecided'] as const)
    .filter((kind) => impact[kind].length > 0)
    .map((kind) => `${WORDS[direction][kind]}: ${listSome(impact[kind].map(outcomeWords), most)}`);
  if (lines.length > 0) return lines;
  return [`${NOBODY[direction]}${impact.withFlows === true ? ', and none was seen in the flow logs' : ''}`];
}
