import { portsKey, sortPorts, type PolicyPorts } from './resolved-call';
import type { ClientIntents } from '../intents/client-intents';
import type { JsonObject } from '../model/json';
import type { Labels } from '../model/resource';

/** Pods that may call: of the namespaces with these labels, the pods with those. Both selectors in one peer (AND). */
export interface DraftPeer {
  readonly namespaceLabels: Labels;
  readonly podLabels: Labels;
}

/** One ingress rule. `anyone` writes no `from`: every source, outside the cluster included. */
export interface DraftRule {
  readonly peers: 'anyone' | readonly DraftPeer[];
  readonly ports: PolicyPorts;
}

/** An ingress policy before it has its final name. */
export interface PolicyDraft {
  readonly namespace: string;
  /** The name it should have. */
  readonly name: string;
  /** What it is: two drafts of one name and different keys must not become one object. */
  readonly key: string;
  readonly labels: Labels;
  /** Never empty: an empty selector is every pod of the namespace. */
  readonly podLabels: Labels;
  /** None: isolates and allows nothing. */
  readonly rules: readonly DraftRule[];
  readonly causes: ReadonlySet<ClientIntents>;
}

/**
 * The manifest of a draft under its final name. Keys and lists are in one fixed order, `policyTypes` and `protocol`
 * are always written, and neither `from` nor `ports` is ever an empty list, which would mean everything.
 */
export function printPolicy({ namespace, labels, podLabels, rules }: PolicyDraft, name: string): JsonObject {
  const spec: JsonObject = { podSelector: { matchLabels: sortLabels(podLabels) }, policyTypes: ['Ingress'] };
  const ingress = printRules(rules);
  if (ingress.length > 0) spec['ingress'] = ingress;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: sortLabels(labels) },
    spec,
  };
}

/** The rules as a manifest has them: sorted, each once. */
export function printRules(rules: readonly DraftRule[]): JsonObject[] {
  const printed = rules.filter(({ peers }) => peers === 'anyone' || peers.length > 0).map(printRule);
  return sortedByText(printed);
}

/** Peers of rules with the same ports in one rule; ports are never taken across peers (intent-systems L15). */
export function mergeRules(rules: readonly DraftRule[]): DraftRule[] {
  const merged = new Map<string, DraftRule>();
  for (const { peers, ports } of rules) {
    const key = portsKey(ports);
    const known = merged.get(key)?.peers ?? [];
    const both = peers === 'anyone' || known === 'anyone' ? ('anyone' as const) : [...known, ...peers];
    merged.set(key, { peers: both, ports });
  }
  return [...merged.values()];
}

function printRule({ peers, ports }: DraftRule): JsonObject {
  const rule: JsonObject = {};
  if (peers !== 'anyone') {
    rule['from'] = sortedByText(peers.map(printPeer));
  }
  if (ports !== 'all') rule['ports'] = sortPorts(ports).map(({ protocol, port }) => ({ protocol, port }));
  return rule;
}

function printPeer({ namespaceLabels, podLabels }: DraftPeer): JsonObject {
  return {
    namespaceSelector: { matchLabels: sortLabels(namespaceLabels) },
    podSelector: { matchLabels: sortLabels(podLabels) },
  };
}

/** A new object with the keys in order. */
export function sortLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sortedByText(objects: readonly JsonObject[]): JsonObject[] {
  const distinct = new Map(objects.map((object) => [JSON.stringify(object), object]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
