import { ALLOWANCES, calicoEgressRules, type CalicoEgressAllowances } from '../egress/calico-egress-rules';
import { checkNamespace } from '../checked-input';
import { InvalidInputError } from '../invalid-input-error';
import { checkKeys, checkList } from '../known-keys';
import type { JsonObject } from '../../model/json';

/**
 * Namespaces of Calico and of the cluster itself. A deny that reaches them can stop the network or the API server
 * behind it (calico-policy-model 6.4 item 6, 8 item 1). Exempt means wide open, so they are never exempted unasked.
 */
export const CALICO_SYSTEM_NAMESPACES = ['calico-apiserver', 'calico-system', 'kube-system'] as const;

const OPTIONS = ['direction', 'exemptNamespaces', 'name', 'tier', 'order', 'allow'];
const INSIDE_ALLOW = Object.fromEntries(
  ALLOWANCES.map((key) => [key, `Write it inside allow: { ${key}: … }.`]),
);

/** The longest selector Calico takes (calico-policy-model 1.2). */
export const MAX_SELECTOR = 1024;

export interface CalicoDefaultDenyOptions {
  readonly direction: 'ingress' | 'egress';
  /** Namespaces it does not apply to; their pods stay open. Default none. */
  readonly exemptNamespaces?: readonly string[];
  /**
   * Default `global-deny-ingress` or `global-deny-egress`. In a tier other than `default` the tier stands before it
   * with a dot, which every Calico version accepts (calico-policy-model 1.4).
   */
  readonly name?: string;
  /** Default `default`, where NetworkPolicies are too. The Tier must exist before the policy. */
  readonly tier?: string;
  /** Lower is first. Default: none, which is last in its tier. */
  readonly order?: number;
  /** What stays open; only with direction `egress`. Default: DNS of the cluster, nothing else. */
  readonly allow?: CalicoEgressAllowances;
}

/**
 * The GlobalNetworkPolicy that isolates the pods of all namespaces, present and future, except the exempt ones.
 *
 * Its namespaceSelector begins with `has(projectcalico.org/name)`, because `not in` alone also holds for what has no
 * namespace, and the deny would reach host endpoints (calico-policy-model 4.4). `tier` and `types` are always written,
 * and a direction without rules has no key, for Calico's defaulters disagree on both (1.3).
 *
 * An Allow rule here also widens what a NetworkPolicy isolates, when both are in tier `default` (5.3): with `allow`,
 * a tier behind `default` keeps them apart.
 *
 * @throws InvalidInputError when an option cannot be used
 */
export function calicoDefaultDeny(options: CalicoDefaultDenyOptions): JsonObject {
  checkKeys('', options, OPTIONS, INSIDE_ALLOW);
  const { exemptNamespaces = [], tier = 'default', order, allow } = options;
  const direction = checkDirection(options.direction);
  checkList('exemptNamespaces', exemptNamespaces);
  if (direction === 'ingress' && allow !== undefined) {
    throw new InvalidInputError(
      'allow',
      allow,
      'it is for egress',
      'Set direction to egress, or remove allow.',
    );
  }
  const egress = direction === 'egress' ? calicoEgressRules(allow ?? {}) : [];
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: policyName(options.name ?? `global-deny-${direction}`, checkTier(tier)) },
    spec: {
      tier,
      ...(order === undefined ? {} : { order: checkOrder(order) }),
      namespaceSelector: exceptNamespaces(exemptNamespaces),
      types: [direction === 'ingress' ? 'Ingress' : 'Egress'],
      ...(egress.length === 0 ? {} : { egress }),
    },
  };
}

/** Types promise one of the two; plain JavaScript does not. */
function checkDirection(direction: unknown): 'ingress' | 'egress' {
  if (direction === 'ingress' || direction === 'egress') return direction;
  throw new InvalidInputError(
    'direction',
    direction,
    'it is neither ingress nor egress',
    'Write ingress or egress; for both, make two of them.',
  );
}

/** All namespaces but these, and nothing that has no namespace (calico-policy-model 3.5 vector 61). */
function exceptNamespaces(exempt: readonly string[]): string {
  const names = exempt.map((name, index) => checkNamespace(`exemptNamespaces[${index}]`, name));
  const list = [...new Set(names)].sort().map((name) => `"${name}"`);
  const anyNamespace = 'has(projectcalico.org/name)';
  if (list.length === 0) return anyNamespace;
  const selector = `${anyNamespace} && projectcalico.org/name not in {${list.join(', ')}}`;
  if (selector.length <= MAX_SELECTOR) return selector;
  throw new InvalidInputError(
    'exemptNamespaces',
    `${list.length} names`,
    `the selector gets longer than the ${MAX_SELECTOR} characters Calico takes`,
    'Exempt fewer namespaces, or write a policy of your own that goes by a namespace label.',
  );
}

function checkTier(tier: string): string {
  if (tier.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(tier)) return tier;
  throw new InvalidInputError(
    'tier',
    tier,
    'it is not the name of a tier',
    'Write lower-case letters, digits and dashes, without dots.',
  );
}

function checkOrder(order: number): number {
  if (Number.isFinite(order)) return order;
  throw new InvalidInputError(
    'order',
    order,
    'it is not a number',
    'Write a number, or leave it out for last in the tier.',
  );
}

function policyName(name: string, tier: string): string {
  const bare = name.startsWith(`${tier}.`) ? name.slice(tier.length + 1) : name;
  const full = tier === 'default' ? bare : `${tier}.${bare}`;
  if (full.length <= 253 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(bare)) return full;
  throw new InvalidInputError(
    'name',
    name,
    'it is not the name of a Calico policy',
    'Write lower-case letters, digits and dashes; the tier is put before it.',
  );
}
