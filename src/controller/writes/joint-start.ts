import { sameSubject } from './first-effect';
import { isInert, isThere } from './inert-policy';
import type { GateContext } from './gates';
import { labelledPolicies, type IsolatingPolicy } from './labelled-policies';
import { policyWorkKey } from './work-key';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';
import type { ObservedObject } from '../observed/observed-object';

/** See {@link JointStart.of}. */
export type JointWrite = { readonly manifest: JsonObject } | { readonly after: string };

/**
 * Several new policies that begin to isolate the same pods as they are written. Whoever is let in by one that is not there
 * yet would be shut out until it is, so the first of them is written with the rules of all, and gets its own when the others
 * are there: nobody is let in whom they do not let in together. The network plugin sees one policy where it will see several.
 */
export class JointStart {
  constructor(private readonly context: GateContext) {}

  /**
   * What is written now of a policy, where that is not the policy itself.
   *
   * @param present what there is of that key
   * @returns the manifest, or the key of work on another one that comes before it
   */
  of(namespace: string, key: string, present: ObservedObject | undefined): JointWrite | undefined {
    if (present === undefined || isInert(present.resource.manifest)) return this.begin(namespace, key);
    const other = this.stillFor(namespace, key, present);
    return other === undefined ? undefined : { after: other };
  }

  private begin(namespace: string, key: string): JointWrite | undefined {
    const there = this.context.observed.namespace(namespace);
    const policy = this.policyOf(namespace, key);
    if (policy === undefined || there === undefined || !startsAsWritten(this.context, namespace, policy))
      return undefined;
    const group = this.alike(namespace, policy);
    if (group.some((other) => isThere(there, other.key))) return undefined;
    const due = group.filter((other) => this.isDue(namespace, other));
    if (due.length === 0) return undefined;
    const [first] = due.filter((other) => other.key < policy.key);
    const work = policyWorkKey(namespace, first?.key ?? '');
    if (first !== undefined && !this.context.waitsFor(work, policyWorkKey(namespace, key)))
      return { after: work };
    return { manifest: withRulesOf(policy.manifest, due) };
  }

  /** The work on one of several policies for which the rules of another are kept until it is done. */
  private stillFor(namespace: string, key: string, present: ObservedObject): string | undefined {
    const there = this.context.observed.namespace(namespace);
    const policy = this.policyOf(namespace, key);
    if (policy === undefined || there === undefined) return undefined;
    const group = this.alike(namespace, policy).filter(
      (other) => !isThere(there, other.key) && this.isDue(namespace, other),
    );
    const [next] = group;
    if (next === undefined) return undefined;
    // Rules that none of them has are taken out at once.
    const known = new Set(rulesOf(withRulesOf(policy.manifest, group)).map((rule) => JSON.stringify(rule)));
    const rules = rulesOf(present.resource.manifest);
    const isOfThem = rules.every((rule) => known.has(JSON.stringify(rule)));
    return isOfThem && sameSubject(present.resource.manifest, policy.manifest)
      ? policyWorkKey(namespace, next.key)
      : undefined;
  }

  private policyOf(namespace: string, key: string): IsolatingPolicy | undefined {
    const unit = this.context.compiler.unit(namespace);
    const policy = unit === undefined ? undefined : labelledPolicies(unit).get(key);
    return policy !== undefined && isOfCalls(policy) ? policy : undefined;
  }

  /** Others that isolate the same pods and let somebody in, by key. */
  private alike(namespace: string, policy: IsolatingPolicy): readonly IsolatingPolicy[] {
    const unit = this.context.compiler.unit(namespace);
    if (unit === undefined) return [];
    return labelledPolicies(unit)
      .alike(policy)
      .filter((other) => other !== policy && isOfCalls(other));
  }

  private isDue(namespace: string, { key }: IsolatingPolicy): boolean {
    return this.context.isUnsettled(policyWorkKey(namespace, key));
  }
}

/** NetworkPolicies that isolate for calls only, and let somebody in. */
function isOfCalls({ manifest }: IsolatingPolicy): boolean {
  const types = jsonAt(manifest, ['spec', 'policyTypes']);
  const isPlain =
    manifest['apiVersion'] === 'networking.k8s.io/v1' && Array.isArray(types) && types.length === 1;
  return isPlain && rulesOf(manifest).length > 0;
}

/** Pods carry what it selects them by, or it selects them by labels of their own. */
function startsAsWritten(
  { observed }: GateContext,
  namespace: string,
  { subject }: IsolatingPolicy,
): boolean {
  return Object.keys(subject).length === 0 || observed.namespace(namespace)?.isCarried(subject) === true;
}

function withRulesOf(manifest: JsonObject, others: readonly IsolatingPolicy[]): JsonObject {
  const rules = new Map<string, Json>();
  for (const one of [manifest, ...others.map((other) => other.manifest)])
    for (const rule of rulesOf(one)) rules.set(JSON.stringify(rule), rule);
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  return { ...manifest, spec: { ...spec, ingress: [...rules.values()] } };
}

function rulesOf(manifest: JsonObject): readonly Json[] {
  const rules = jsonAt(manifest, ['spec', 'ingress']);
  return Array.isArray(rules) ? rules : [];
}
