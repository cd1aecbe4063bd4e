import type { Finding, Severity } from '../model/finding';
import { failureLines, type FlowResult } from '../reports/assertions/flow-result';
import type { ValidationViolation, ViolatingResource } from './validation-context';

/** What the rules are called in words, by id. */
export type Summaries = ReadonlyMap<string, string>;

/** How bad findings are, in the words of reports. */
const WORDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** Findings that are mended alike become one violation, which names each of them. In the order given. */
export function findingViolations(findings: readonly Finding[], summaries: Summaries): ValidationViolation[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.id, finding.severity, finding.mend]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, [finding]);
    else known.push(finding);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [violationOf(first, group, summaries)];
  });
}

function violationOf(first: Finding, group: readonly Finding[], summaries: Summaries): ValidationViolation {
  const { id, severity, message, mend } = first;
  return {
    ruleName: id,
    recommendation: `${WORDS[severity]}: ${summaries.get(id) ?? message}`,
    fix: mend,
    violatingResources: group.map(resourceOf),
  };
}

function resourceOf({ object = '', message, place: { file = '', line } }: Finding): ViolatingResource {
  return {
    resourceName: bareName(object),
    locations: [
      `${[object, line === undefined ? '' : `line ${line}`].filter((part) => part !== '').join(', ')}: ${message}`,
    ],
    manifestPath: file,
  };
}

/** `cart` of `NetworkPolicy/shop/cart` and of `shop/cart[Deployment]`: cdk8s-cli knows objects by name only. */
function bareName(object: string): string {
  return object.slice(object.lastIndexOf('/') + 1).replace(/\[[^\]]*\]$/, '');
}

/** A flow that is not as expected, at the workload that it leads to. */
export function flowViolation(result: FlowResult): ValidationViolation {
  const { explained, place, title, expect } = result;
  const { to, from } = explained;
  const workload = [to, from].flatMap((peer) => (peer.type === 'workload' ? [peer.workload] : []))[0];
  return {
    ruleName: 'expected-flow',
    recommendation: `error: ${title} is expected to be ${expect === 'allow' ? 'allowed' : 'denied'}`,
    fix: explained.mend ?? 'Change the policies, or what is expected of them.',
    violatingResources: [
      {
        resourceName: workload?.name ?? '',
        locations: failureLines({ ...result, explained: { ...explained, mend: undefined } }),
        manifestPath: workload?.place.file ?? place.file ?? '',
      },
    ],
  };
}
