import type { Finding } from '../../model/finding';
import type { Policy } from '../../policies/policy';
import { policyId } from '../../policies/policy-id';
import type { AccessOutcome, IsolationImpact } from '../../proof/isolation-impact';
import type { Diff, DiffIsolation, PodLabelChange } from './diff';
import { diffConnections, type DiffConnection } from './diff-connections';
import { findingsJson } from '../findings/finding-json';
import { printJson, type JsonField } from '../json-stream';
import { portsFields } from '../port-json';

/** The JSON of `intents diff` (`docs/schema/diff.v1.json`), in pieces. */
export function diffJson(diff: Diff, findings: readonly Finding[]): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ...diffFields(diff),
    ['findings', { value: findingsJson(findings) }],
  ]);
}

/** The fields that say what changed, for every command that compares. */
export function diffFields(diff: Diff): (readonly [string, JsonField])[] {
  const { added, removed, undecided } = diffConnections(diff.pairs);
  return [
    ['added', { items: added.map(connectionJson) }],
    ['removed', { items: removed.map(connectionJson) }],
    ['undecided', { items: undecided.map(connectionJson) }],
    [
      'isolation',
      {
        items: diff.isolation.map(isolationJson),
      },
    ],
    [
      'workloads',
      { value: { added: diff.added.map(({ id }) => id), removed: diff.removed.map(({ id }) => id) } },
    ],
    ['rolls', { items: diff.rolls.map(rollJson) }],
  ];
}

function connectionJson({ from, to, connections }: DiffConnection): unknown {
  return { from: from.id, to: to.id, ...portsFields(connections) };
}

function isolationJson({ workload, direction, change, by, impact }: DiffIsolation): unknown {
  return {
    workload: workload.id,
    direction,
    change,
    by: by.map(shortPolicyName),
    ...(impact === undefined ? {} : { [direction === 'ingress' ? 'callers' : 'calls']: impactJson(impact) }),
  };
}

function impactJson({ lose, keep, undecided }: IsolationImpact): unknown {
  return {
    lose: lose.map(outcomeJson),
    keep: keep.map(outcomeJson),
    undecided: undecided.map(outcomeJson),
  };
}

function outcomeJson({ who, by, connections }: AccessOutcome): unknown {
  return { who, by, ...(connections === undefined ? {} : portsFields(connections)) };
}

function rollJson({ workload, added, removed, changed }: PodLabelChange): unknown {
  return { workload: workload.id, added, removed, changed };
}

/** `shop/default-deny`, or `default-deny` of a policy for the whole cluster. */
export function shortPolicyName(policy: Policy): string {
  const id = policyId(policy);
  return id.slice(id.indexOf('/') + 1);
}
