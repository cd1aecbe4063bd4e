import { portsKey, sortPorts, type PolicyPorts } from './resolution/resolved-call';
import type { ClientIntents } from '../intents/client-intents';
import { compareCidrs, printCidr, type Cidr } from '../model/cidr';
import type { JsonObject } from '../model/json';
import type { Labels } from '../model/resource';
import { policyManifest } from './policy-manifest';
import { sortLabels } from './sort-labels';

/** The other end of a rule: pods, or addresses outside the cluster. */
export type DraftPeer = DraftPods | DraftBlock;

/** Pods of the namespaces with these labels. Both selectors in one peer (AND). */
export interface DraftPods {
  readonly namespaceLabels: Labels;
  /** Never empty. Absent: every pod of those namespaces. */
  readonly podLabels?: Labels;
}

/** Addresses of a block, but for those of `except`, which lie strictly inside it. */
export interface DraftBlock {
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
}

/** One rule. `anyone` writes no peers: every source or destination, outside the cluster included. */
export interface DraftRule {
  readonly peers: 'anyone' | readonly DraftPeer[];
  readonly ports: PolicyPorts;
}

/** A policy before it has its final name. It speaks of ingress, egress or both. */
export interface PolicyDraft {
  readonly namespace: string;
  /** The name it should have. */
  readonly name: string;
  /** What it is: two drafts of one name and different keys must not become one object. */
  readonly key: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
  /** Never empty: an empty selector is every pod of the namespace. */
  readonly podLabels: Labels;
  /** Who may come in. Without rules it isolates and allows nothing; absent, it does not isolate for ingress. */
  readonly ingress?: readonly DraftRule[];
  /** Where the pods may go. Absent: it does not isolate for egress. */
  readonly egress?: readonly DraftRule[];
  readonly causes: ReadonlySet<ClientIntents>;
}

/** Which side of a rule its peers stand on, as its key in a manifest. */
export type PeerSide = 'from' | 'to';

/**
 * The manifest of a draft under its final name. Keys and lists are in one fixed order, `policyTypes` and `protocol`
 * are always written, and neither `from`, `to` nor `ports` is ever an empty list, which would mean everything.
 */
export function printPolicy(draft: PolicyDraft, name: string): JsonObject {
  const { ingress, egress, ...content } = draft;
  return policyManifest({
    ...content,
    name,
    ingress: ingress && printRules(ingress, 'from'),
    egress: egress && printRules(egress, 'to'),
  });
}

/** The rules as a manifest has them: sorted, each once. */
export function printRules(rules: readonly DraftRule[], side: PeerSide): JsonObject[] {
  const printed = rules.filter(({ peers }) => peers === 'anyone' || peers.length > 0);
  return sortedByText(printed.map((rule) => printRule(rule, side)));
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

/** Drafts of one name and key are about the same pods, so they become one policy with the rules of all. */
export function uniteDrafts(drafts: readonly PolicyDraft[]): PolicyDraft[] {
  const united = new Map<string, PolicyDraft>();
  for (const draft of drafts) {
    const key = JSON.stringify([draft.namespace, draft.name, draft.key]);
    const known = united.get(key);
    united.set(key, known === undefined ? draft : unite(known, draft));
  }
  return [...united.values()];
}

function unite(a: PolicyDraft, b: PolicyDraft): PolicyDraft {
  const ingress = both(a.ingress, b.ingress);
  const egress = both(a.egress, b.egress);
  return {
    ...a,
    ...(ingress === undefined ? {} : { ingress }),
    ...(egress === undefined ? {} : { egress }),
    causes: new Set([...a.causes, ...b.causes]),
  };
}

function both<Item>(
  a: readonly Item[] | undefined,
  b: readonly Item[] | undefined,
): readonly Item[] | undefined {
  return a === undefined ? b : b === undefined ? a : [...a, ...b];
}

/** One rule as a manifest has it. */
export function printRule({ peers, ports }: DraftRule, side: PeerSide): JsonObject {
  return {
    ...(peers === 'anyone' ? {} : { [side]: sortedByText(peers.map(printPeer)) }),
    ...(ports === 'all' ? {} : { ports: sortPorts(ports).map(({ protocol, port }) => ({ protocol, port })) }),
  };
}

function printPeer(peer: DraftPeer): JsonObject {
  if ('cidr' in peer) {
    const { cidr, except } = peer;
    return {
      ipBlock: {
        cidr: printCidr(cidr),
        ...(except.length === 0 ? {} : { except: [...except].sort(compareCidrs).map(printCidr) }),
      },
    };
  }
  const { namespaceLabels, podLabels } = peer;
  return {
    namespaceSelector: { matchLabels: sortLabels(namespaceLabels) },
    ...(podLabels === undefined ? {} : { podSelector: { matchLabels: sortLabels(podLabels) } }),
  };
}

function sortedByText(objects: JsonObject[]): JsonObject[] {
  if (objects.length < 2) return objects;
  const distinct = new Map(objects.map((object) => [JSON.stringify(object), object]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
