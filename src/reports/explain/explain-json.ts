import type { Finding } from '../../model/finding';
import type { OutOfModel } from '../../policies/policy';
import { directionJson } from './decision-json';
import type { ExplainedFlow } from './explained-flow';
import { findingsJson, unknownJson } from '../findings/finding-json';
import { printJson } from '../json-stream';
import { peerId } from '../peer-name';
import { hasPorts, isIcmp } from '../protocol';
import { NAMED_PROTOCOLS } from '../../reachability/sets/connection-print';

/** The JSON of `intents explain` (`docs/schema/explain.v1.json`). */
export function explainJson(
  flow: ExplainedFlow,
  findings: readonly Finding[],
  outOfModel: readonly OutOfModel[],
): Generator<string> {
  const { explanation, mend, reason } = flow;
  return printJson([
    ['version', { value: 1 }],
    ['from', { value: peerId(flow.from) }],
    ['to', { value: peerId(flow.to) }],
    ...Object.entries(connectionJson(flow)).map(([key, value]) => [key, { value }] as const),
    ['verdict', { value: explanation.verdict }],
    ['egress', { value: directionJson(explanation.egress) }],
    ['ingress', { value: directionJson(explanation.ingress) }],
    ...(mend === undefined ? [] : [['mend', { value: mend }] as const]),
    ...(reason === undefined ? [] : [['reason', { value: reason }] as const]),
    ['findings', { value: findingsJson(findings) }],
    ['unknown', { value: unknownJson(outOfModel) }],
  ]);
}

/** `protocol` with `port`, with `type` and `code`, or alone, as the protocol has them. */
export function connectionJson({
  protocol,
  port,
}: Pick<ExplainedFlow, 'protocol' | 'port'>): Readonly<Record<string, string | number>> {
  const named = { protocol: NAMED_PROTOCOLS.get(protocol) ?? protocol };
  if (isIcmp(protocol)) return { ...named, type: Math.floor(port / 256), code: port % 256 };
  return hasPorts(protocol) ? { ...named, port } : named;
}
