const L = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const GLOBAL = new RegExp(`^(?:${L}\\.)?${L}$`);
const NAMESPACED = new RegExp(`^(?:${L}(?:\\.${L})?|(?:knp|ossg)\\.default\\.${L}(?:\\.${L})*)$`);
const REFERENCE = new RegExp(`^${L}(?:\\.${L})*$`);
const MAX = 253;
const REASON =
  'only lower-case letters, digits, "-" and at most one "." may stand in it, with a letter or digit at each end';

/** Why a (Staged)GlobalNetworkPolicy cannot have this name (calico-policy-model 1.4); undefined when it can. */
export function globalPolicyNameProblem(name: string): string | undefined {
  return nameProblem(name, GLOBAL);
}

/** Why a Calico (Staged)NetworkPolicy cannot have this name (calico-policy-model 1.4); undefined when it can. */
export function namespacedPolicyNameProblem(name: string): string | undefined {
  return nameProblem(name, NAMESPACED);
}

/** Why nothing can have the name that a field refers to (tag `name` of Calico's validator); undefined when something can. */
export function referenceProblem(name: string): string | undefined {
  return REFERENCE.test(name)
    ? undefined
    : 'only lower-case letters, digits, "-" and "." may stand in it, with a letter or digit at each end';
}

/** The name a policy has in a tier in every version of Calico: `<tier>.<name>`, but in `default` as it is (1.4). */
export function inTier(tier: string, name: string): string {
  return tier === 'default' || name.startsWith(`${tier}.`) ? name : `${tier}.${name}`;
}

function nameProblem(name: string, pattern: RegExp): string | undefined {
  if (name.length > MAX) return `it is longer than ${MAX} characters`;
  return pattern.test(name) ? undefined : REASON;
}
