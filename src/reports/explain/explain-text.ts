import { printPlace } from '../../model/place';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import { policyId } from '../../policies/policy-id';
import type { Decision, DirectionExplanation, Peer } from '../../reachability/reachability';
import { endsOf, type ExplainedFlow } from './explained-flow';
import { peerLabel } from '../peer-name';
import { droppedWords } from '../../proof/dropped-wording';
import { printConnection } from '../protocol';
import { PLAIN, type Style } from '../style';

const VERDICTS = { allow: 'ALLOWED', deny: 'DENIED', unknown: 'UNDECIDED' } as const;

/** Why a connection is allowed or denied, for people: egress of the source, ingress of the destination, the mend. */
export function explainText(flow: ExplainedFlow, style: Style = PLAIN): string {
  const { from, to, protocol, port, explanation, mend, reason } = flow;
  const { verdict } = explanation;
  const paint = { allow: style.good, deny: style.bad, unknown: style.warn }[verdict];
  const directions = [...DIRECTIONS].reverse().map((direction) => directionText(flow, direction));
  return (
    [
      `${peerLabel(from)} -> ${peerLabel(to)} ${printConnection(protocol, port)}: ${paint(style.bold(VERDICTS[verdict]))}`,
      ...directions,
      ...(reason === undefined ? [] : [`Undecided because:\n${indent(reason)}`]),
      ...(mend === undefined ? [] : [`Mend:\n${indent(mend)}`]),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

function directionText(flow: ExplainedFlow, direction: Direction): string {
  const { self } = endsOf(flow, direction);
  const side = flow.explanation[direction];
  const title = `${direction === 'egress' ? 'Egress' : 'Ingress'} of ${peerLabel(self)}: ${conclusion(side, self, flow)}`;
  return [title, ...side.decidedBy.map((decision) => `  ${decisionText(decision, direction)}`)].join('\n');
}

function conclusion(
  { verdict, isolated, decidedBy, dropped }: DirectionExplanation,
  self: Peer,
  { protocol, port }: Pick<ExplainedFlow, 'protocol' | 'port'>,
): string {
  if (dropped === true) return `denied: ${droppedWords(protocol, port)}`;
  if (self.type === 'addresses') return 'open, no policy speaks for addresses outside the cluster';
  if (!isolated) return verdict === 'allow' ? 'open, no policy isolates it' : VERDICTS[verdict].toLowerCase();
  if (verdict === 'allow') return 'isolated, and let through by';
  if (verdict === 'unknown') return 'isolated; whether one of these lets it through is not certain';
  return decidedBy.some(({ rule }) => rule !== undefined)
    ? 'denied by'
    : 'isolated, and no rule lets it through; isolated by';
}

/** `NetworkPolicy/shop/a, ingress[0]  shop.yaml:12`. */
export function decisionText({ policy, rule, action, place }: Decision, direction: Direction): string {
  const where = printPlace(place);
  const which = rule === undefined ? '' : `, ${direction}[${rule}]`;
  const what = rule !== undefined && action !== 'allow' ? ` (${action})` : '';
  return `${policyId(policy)}${which}${what}${where === '' ? '' : `  ${where}`}`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
