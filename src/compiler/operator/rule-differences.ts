import type { DifferenceReason } from './difference-reasons';
import type { OperatorRule } from './operator-policy';
import { OWNER_KIND_LABEL } from '../profiles/label-scheme';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';

/**
 * Why the rules of one direction are not the same. The order of rules, peers and ports does not count, nor that one is
 * there twice: the cluster does not tell such policies apart.
 */
export function ruleDifferences(
  operator: readonly OperatorRule[],
  ours: readonly Json[],
): Set<DifferenceReason> {
  const here = new Map(ours.map((rule) => [canonical(rule), rule]));
  const theirs = new Set(operator.map(({ rule }) => canonical(rule)));
  const oursOnly = [...here].filter(([key]) => !theirs.has(key)).map(([, rule]) => rule);
  const reasons = operator
    .filter(({ rule }) => !here.has(canonical(rule)))
    .map((rule) => reasonOf(rule, oursOnly));
  if (reasons.length === 0 && oursOnly.length > 0) return new Set(['other']);
  return new Set(reasons);
}

/** Equal for values that the cluster does not tell apart. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(canonical))].sort().join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, content]) => `${JSON.stringify(key)}:${canonical(content)}`);
  return `{${fields.join(',')}}`;
}

function reasonOf({ origin, rule }: OperatorRule, oursOnly: readonly Json[]): DifferenceReason {
  switch (origin) {
    case 'dns':
      return 'dns-to-anywhere';
    case 'external':
      return 'external-wide';
    case 'api-server':
      return 'api-server-rule';
    case 'referencing-service':
      return 'wide-service-selector';
    case 'internet':
      return oursOnly.some(hasExcept) ? 'metadata-address' : 'resolved-domains';
    case 'workload':
      return oursOnly.some((other) => narrowsKind(rule, other))
        ? 'egress-ignores-kind'
        : portsOr(rule, oursOnly);
    case 'callers':
    case 'service':
      return rule['ports'] === undefined ? withoutPorts(rule, oursOnly) : portsOr(rule, oursOnly);
    case 'dns-server':
      return 'other';
  }
}

/** A rule for the same peers is there, so it is the ports that differ; else nothing is written for the target. */
function portsOr(rule: JsonObject, oursOnly: readonly Json[]): DifferenceReason {
  const peers = peersOf(rule).map(canonical);
  const same = oursOnly.some((other) => peersOf(other).some((peer) => sharesPeer(peers, peer)));
  return same ? 'target-ports' : 'no-pods';
}

function withoutPorts(rule: JsonObject, oursOnly: readonly Json[]): DifferenceReason {
  const reason = portsOr(rule, oursOnly);
  return reason === 'no-pods' && isServiceCaller(rule) ? 'service-without-ports' : reason;
}

function isServiceCaller(rule: JsonObject): boolean {
  return canonical(rule).includes('intents.otterize.com/svc-access-');
}

/** The same peer, or one with more labels: clients of different ports are told apart by their identity. */
function sharesPeer(peers: readonly string[], peer: Json): boolean {
  const labels = jsonAt(peer, ['podSelector', 'matchLabels']);
  if (peers.includes(canonical(peer)) || !isJsonObject(labels)) return peers.includes(canonical(peer));
  return Object.keys(labels).some((key) => {
    const fewer = {
      ...(isJsonObject(peer) ? peer : {}),
      podSelector: { matchLabels: { [key]: labels[key] } },
    };
    return peers.includes(canonical(fewer));
  });
}

function narrowsKind(rule: JsonObject, other: Json): boolean {
  return peersOf(rule).some((wide) =>
    peersOf(other).some((narrow) => {
      const labels = jsonAt(narrow, ['podSelector', 'matchLabels']);
      if (!isJsonObject(labels) || labels[OWNER_KIND_LABEL] === undefined) return false;
      const { [OWNER_KIND_LABEL]: _kind, ...rest } = labels;
      const widened = { ...(isJsonObject(narrow) ? narrow : {}), podSelector: { matchLabels: rest } };
      return canonical(widened) === canonical(wide);
    }),
  );
}

function hasExcept(rule: Json): boolean {
  return peersOf(rule).some((peer) => jsonAt(peer, ['ipBlock', 'except']) !== undefined);
}

function peersOf(rule: Json): Json[] {
  const peers = jsonAt(rule, ['from']) ?? jsonAt(rule, ['to']);
  return Array.isArray(peers) ? peers : [];
}
