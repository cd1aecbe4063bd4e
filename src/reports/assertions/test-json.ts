import { decisionsJson } from '../explain/decision-json';
import { findingsJson, unknownJson, withPlace } from '../findings/finding-json';
import { passes, type FlowResult, type TestOutcome } from './flow-result';
import { printJson } from '../json-stream';

/** The JSON of `intents test` (`docs/schema/test.v1.json`); results in the order asked. */
export function testJson({ results, findings, outOfModel }: TestOutcome): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ['results', { items: results.map(resultJson) }],
    ['findings', { value: findingsJson(findings) }],
    ['unknown', { value: unknownJson(outOfModel) }],
  ]);
}

function resultJson(result: FlowResult): unknown {
  const { flow, expect, explained, place } = result;
  const { verdict, ingress, egress } = explained.explanation;
  return {
    flow,
    verdict,
    expect,
    pass: passes(result),
    decidedBy: { ingress: decisionsJson(ingress.decidedBy), egress: decisionsJson(egress.decidedBy) },
    ...(egress.dropped === true ? { dropped: true } : {}),
    ...(explained.reason === undefined ? {} : { reason: explained.reason }),
    ...(explained.mend === undefined ? {} : { mend: explained.mend }),
    ...withPlace(place),
  };
}
