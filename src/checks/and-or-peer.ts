import type { Finding } from '../model/finding';
import { groupBy } from '../model/group-by';
import { matches, selectorKey, selectsEverything, type LabelSelector } from '../model/label-selector';
import type { Workload } from '../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyRule,
} from '../policies/kubernetes/network-policy';
import type { Check, CheckContext } from './check';
import { policyFinding } from './policy-finding';
import { selectorWords } from './selector-words';

/** How many workloads a message names. */
const EXAMPLES = 3;

/**
 * A namespaceSelector and a podSelector as two list items, where one item with both was meant
 * (network-policy-semantics 2.1 item 6, intent-systems D1).
 */
export const andOrPeer: Check = {
  id: 'and-or-peer',
  severity: 'warning',
  summary:
    'A namespaceSelector and a podSelector are two list items, which means OR, where one item (AND) seems to be meant.',
  run: (context) => {
    const byNamespace = groupBy(context.cluster.workloads, ({ namespace }) => namespace);
    const admitted = admission(context, byNamespace);
    return context.examined.kubernetes.flatMap((policy) => policyFindings(policy, admitted, byNamespace));
  },
};

/** A namespaceSelector alone and a podSelector alone in one list. */
interface Pair {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
  /** Index of the later of the two items. */
  readonly index: number;
}

type ByNamespace = ReadonlyMap<string, readonly Workload[]>;

function policyFindings(policy: NetworkPolicy, admittedBy: Admission, byNamespace: ByNamespace): Finding[] {
  if (knowsHowToCombine(policy)) return [];
  return DIRECTIONS.filter((direction) => policy.types.includes(direction)).flatMap((direction) =>
    policy[direction].flatMap((rule) => {
      const pair = suspectPair(policy, rule);
      if (pair === undefined) return [];
      const candidates = admittedBy(pair);
      if (meantApart(policy, pair, candidates, byNamespace)) return [];
      return [report(policy, rule, direction, pair, candidates)];
    }),
  );
}

/** Somebody who combines both selectors in one item elsewhere in the policy writes two items on purpose. */
function knowsHowToCombine(policy: NetworkPolicy): boolean {
  return policy.ingress.some(combines) || policy.egress.some(combines);
}

function combines({ peers }: NetworkPolicyRule): boolean {
  return (
    peers !== 'any' &&
    peers.some(
      (peer) =>
        peer.type === 'pods' && peer.namespaceSelector !== undefined && peer.podSelector !== undefined,
    )
  );
}

/**
 * Exactly one of each kind: a longer list is an enumeration. A podSelector for all pods, or for the very pods the
 * policy protects, is about the own namespace.
 */
function suspectPair(policy: NetworkPolicy, { peers }: NetworkPolicyRule): Pair | undefined {
  if (peers === 'any') return undefined;
  const onlyNamespaces = peers.filter((peer) => peer.type === 'pods' && peer.podSelector === undefined);
  const onlyPods = peers.filter((peer) => peer.type === 'pods' && peer.namespaceSelector === undefined);
  const [first] = onlyNamespaces;
  const [second] = onlyPods;
  if (
    onlyNamespaces.length !== 1 ||
    onlyPods.length !== 1 ||
    first?.type !== 'pods' ||
    second?.type !== 'pods'
  )
    return undefined;
  const { namespaceSelector: namespaces } = first;
  const { podSelector: pods } = second;
  if (namespaces === undefined || pods === undefined || selectsEverything(pods)) return undefined;
  if (selectorKey(pods) === selectorKey(policy.podSelector)) return undefined;
  return { namespaces, pods, index: lastIndex(peers, [first, second]) };
}

function lastIndex(peers: readonly NetworkPolicyPeer[], pair: readonly NetworkPolicyPeer[]): number {
  return Math.max(...pair.map((peer) => peers.indexOf(peer)));
}

interface Candidates {
  /** Workloads of the selected namespaces with the pods' labels: whom one item would let in. */
  readonly both: readonly Workload[];
  /** Workloads of the selected namespaces without those labels: whom the two items let in besides. */
  readonly others: readonly Workload[];
}

type Admission = (pair: Pair) => Candidates;

/** Answers are kept: many policies made from one template ask the same of a large cluster. */
function admission({ cluster }: CheckContext, byNamespace: ByNamespace): Admission {
  const known = new Map<string, Candidates>();
  return (pair) => {
    const key = JSON.stringify([selectorKey(pair.namespaces), selectorKey(pair.pods)]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const workloads = [...cluster.namespaces.values()]
      .filter(({ labels }) => matches(pair.namespaces, labels))
      .flatMap(({ name }) => byNamespace.get(name) ?? []);
    const candidates = {
      both: workloads.filter(({ labels }) => matches(pair.pods, labels)),
      others: workloads.filter(({ labels }) => !matches(pair.pods, labels)),
    };
    known.set(key, candidates);
    return candidates;
  };
}

/** The own namespace has pods with these labels, and the selected namespaces have none: both items make sense alone. */
function meantApart(
  policy: NetworkPolicy,
  pair: Pair,
  { both }: Candidates,
  byNamespace: ByNamespace,
): boolean {
  const own = byNamespace.get(policy.namespace) ?? [];
  return (
    own.some(({ labels }) => matches(pair.pods, labels)) &&
    both.every(({ namespace }) => namespace === policy.namespace)
  );
}

function report(
  policy: NetworkPolicy,
  rule: NetworkPolicyRule,
  direction: Direction,
  pair: Pair,
  { others }: Candidates,
): Finding {
  const [list, verb] = direction === 'ingress' ? ['from', 'lets in'] : ['to', 'lets out to'];
  const namespaces = selectorWords(pair.namespaces);
  const pods = selectorWords(pair.pods);
  const everyPod = selectsEverything(pair.namespaces)
    ? 'every pod of every namespace'
    : `every pod of every namespace with ${namespaces}`;
  const examples = others.slice(0, EXAMPLES).map(({ id }) => id);
  const named =
    examples.length === 0 ? '' : ` (${examples.join(', ')}${others.length > EXAMPLES ? ' and more' : ''})`;
  return policyFinding(andOrPeer, policy, {
    place: rule.place.at([list, pair.index]),
    message:
      `namespaceSelector and podSelector are two items of "${list}", which means OR: it ${verb} ${everyPod}${named}, ` +
      `and the pods with ${pods} of ${policy.namespace} itself; pods with ${pods} elsewhere get nothing from the second item.`,
    mend:
      `If pods with ${pods} in namespaces with ${namespaces} are meant, write both selectors in one item (remove the second "-"). ` +
      'If both groups are meant, write two rules.',
  });
}
