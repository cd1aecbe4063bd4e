import type { ImportResult } from './import-result';
import { intentsObject, targetJson } from './target-json';
import type { LeftOut, ObservedCall } from '../calls/observed-call';
import type { ObservedEdge } from '../mapping/observed-edge';
import { NO_PORT } from '../mapping/map-flow';
import { portRangeText } from '../mapping/port-bits';
import { endName } from '../mapping/traffic-end';
import type { Observed } from '../mapping/observe';
import { findingsJson } from '../../reports/findings/finding-json';
import { neverSeenJson } from '../../reports/replay/replay-json';
import { printJson, type JsonField } from '../../reports/json-stream';
import { shownTime } from '../../reports/shown-text';

/** The JSON of `intents import` (`docs/schema/import.v1.json`), in pieces. */
export function importJson(result: ImportResult): Generator<string> {
  const { drafts, leftOut, observed, files } = result;
  return printJson([
    ['version', { value: 1 }],
    ['objects', { items: drafts.map(intentsObject) }],
    ['evidence', { items: drafts.flatMap(evidenceJson) }],
    ['leftOut', { items: leftOut.map(leftOutJson) }],
    ['other', { items: observed.edges.filter(({ kind }) => kind !== 'call').map(otherJson) }],
    ['neverSeen', { items: result.neverSeen.map(neverSeenJson) }],
    ...observedFields(observed, files),
    ['findings', { value: findingsJson(result.findings) }],
  ]);
}

/** What was read, and what became of it: for every command that reads flows. */
export function observedFields(
  observed: Observed,
  files: ImportResult['files'],
): (readonly [string, JsonField])[] {
  const { lines, mapped, passedNotKept, names, dns, aside, unmapped, unreadable, first, last } = observed;
  return [
    ['files', { items: files.map(({ file, format }) => ({ file, format })) }],
    [
      'records',
      {
        value: {
          total: lines,
          mapped,
          dns,
          aside: Object.fromEntries(aside),
          ...(passedNotKept === 0 ? {} : { passedNotKept }),
          ...(names.forgotten === 0 ? {} : { namesNotKept: names.forgotten }),
          ...timesJson({ first, last }),
        },
      },
    ],
    ['unmapped', { items: unmapped }],
    ['unreadable', { items: unreadable }],
  ];
}

function evidenceJson({ client, name, targets }: ImportResult['drafts'][number]): unknown[] {
  return targets.map((target) => ({
    intents: `${client.namespace}/${name}`,
    target: targetJson(target, client.namespace),
    calls: target.calls.map(callJson),
  }));
}

function callJson(call: ObservedCall): Record<string, unknown> {
  const { edge, names, confidence, doubts } = call;
  return {
    ...edgeJson(edge),
    ...(names.length === 0 ? {} : { names: names.map(({ name, by }) => ({ name, by })) }),
    confidence,
    doubts,
  };
}

function leftOutJson({ call, why }: LeftOut): unknown {
  return { why, ...callJson(call) };
}

function otherJson(edge: ObservedEdge): unknown {
  return { kind: edge.kind, ...edgeJson(edge) };
}

/** Who called whom, how often and when. */
export function edgeJson(edge: ObservedEdge): Record<string, unknown> {
  const { from, to, protocol, port, otherPorts, count, denied, unanswered, services, sources } = edge;
  return {
    from: endName(from),
    to: endName(to),
    protocol,
    ...(port === NO_PORT ? {} : { port }),
    ...(otherPorts === undefined ? {} : { otherPorts: otherPorts.map(portRangeText) }),
    count,
    ...(denied === 0 ? {} : { denied }),
    ...(unanswered === 0 ? {} : { unanswered }),
    ...timesJson(edge),
    ...(services.length === 0
      ? {}
      : { services: services.map(({ namespace, name }) => `${namespace}/${name}`) }),
    sources,
  };
}

function timesJson({
  first,
  last,
}: {
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}): { first?: string; last?: string } {
  const [from, to] = [shownTime(first), shownTime(last)];
  return { ...(from === undefined ? {} : { first: from }), ...(to === undefined ? {} : { last: to }) };
}
