import type { Unit } from './unit';

/** A policy that is wanted. */
export interface PolicyReference {
  readonly namespace: string;
  /** As {@link policyKey} makes it. */
  readonly key: string;
}

/** Which policies follow from which ClientIntents. */
export class Causes {
  /** By `namespace/name` of the intents, then by namespace and key of the policy. */
  private readonly caused = new Map<string, Map<string, PolicyReference>>();

  /** Replaces what one namespace wants. */
  put(before: Unit | undefined, after: Unit | undefined): void {
    for (const { cause, id } of causesOf(before)) {
      const policies = this.caused.get(cause);
      policies?.delete(id);
      if (policies?.size === 0) this.caused.delete(cause);
    }
    for (const { cause, id, policy } of causesOf(after)) {
      const policies = this.caused.get(cause) ?? new Map<string, PolicyReference>();
      this.caused.set(cause, policies.set(id, policy));
    }
  }

  of(namespace: string, name: string): Iterable<PolicyReference> {
    return this.caused.get(`${namespace}/${name}`)?.values() ?? [];
  }
}

interface Cause {
  readonly cause: string;
  readonly id: string;
  readonly policy: PolicyReference;
}

function causesOf(unit: Unit | undefined): Cause[] {
  if (unit === undefined) return [];
  const { namespace } = unit;
  return [...unit.policies].flatMap(([key, { causes }]) =>
    causes.map((cause) => ({
      cause: `${cause.namespace}/${cause.name}`,
      id: `${namespace}|${key}`,
      policy: { namespace, key },
    })),
  );
}
