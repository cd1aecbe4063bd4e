import { policyKey, type Unit } from '../desired/unit';
import { ownMatchLabels, selectorLabels, hasAll } from './selector-labels';
import { append } from '../../model/group-by';
import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';

/** A policy that isolates pods for calls to them. */
export interface IsolatingPolicy {
  /** As {@link policyKey} makes it. */
  readonly key: string;
  readonly manifest: JsonObject;
  /** Labels of intents that its own selector goes by; empty when it goes by labels that pods have anyway. */
  readonly subject: Labels;
  /** Labels of intents that its rules go by, one for each selector. */
  readonly peers: readonly Labels[];
  readonly namespaces: readonly Labels[];
}

/** What the policies of a namespace do by labels, so that nobody goes through all of them for each pod. */
export class LabelledPolicies {
  /**
   * Whether all that isolates for calls is a NetworkPolicy of Kubernetes which does nothing else: only then is it known
   * which labels make it have an effect.
   */
  readonly isPlain: boolean;
  private readonly bySubject = new Map<string, IsolatingPolicy[]>();
  private readonly unlabelled: IsolatingPolicy[] = [];
  private readonly bySelector = new Map<string, IsolatingPolicy[]>();
  private readonly byKey = new Map<string, IsolatingPolicy>();
  private readonly workloads = new Map<string, string[]>();

  constructor(readonly unit: Unit) {
    const policies = [...unit.policies.values()];
    this.isPlain = policies.every(({ manifest }) => isPlain(manifest));
    for (const policy of policies) this.add({ key: policyKey(policy), ...readPolicy(policy.manifest) });
    for (const [workload, labels] of unit.podLabels)
      for (const label of Object.entries(labels)) append(this.workloads, textOf(label), workload);
  }

  get(key: string): IsolatingPolicy | undefined {
    return this.byKey.get(key);
  }

  /** Those whose own selector goes by labels of intents, and by none that are not among these. */
  selecting(labels: Labels): readonly IsolatingPolicy[] {
    return Object.entries(labels).flatMap((label) =>
      (this.bySubject.get(textOf(label)) ?? []).filter(({ subject }) => hasAll(labels, subject)),
    );
  }

  /** Those that isolate the very same pods in the same directions, itself among them, by key. */
  alike({ manifest }: IsolatingPolicy): readonly IsolatingPolicy[] {
    return [...(this.bySelector.get(selectorText(manifest)) ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Those that go by labels which pods have of themselves, and select pods with these. */
  selectingUnlabelled(labels: Labels): readonly IsolatingPolicy[] {
    return this.unlabelled.filter(({ manifest }) => {
      const wanted = jsonAt(manifest, ['spec', 'podSelector', 'matchLabels']);
      return !isJsonObject(wanted) || Object.entries(wanted).every(([key, value]) => labels[key] === value);
    });
  }

  /** Ids of the workloads whose pods are to have all of these labels because of this namespace. */
  workloadsWith(wanted: Labels): readonly string[] {
    const [first] = Object.entries(wanted);
    if (first === undefined) return [];
    return (this.workloads.get(textOf(first)) ?? []).filter((id) =>
      hasAll(this.unit.podLabels.get(id) ?? {}, wanted),
    );
  }

  private add(policy: IsolatingPolicy): void {
    if (!isolatesCalls(policy.manifest)) return;
    this.byKey.set(policy.key, policy);
    append(this.bySelector, selectorText(policy.manifest), policy);
    const [first] = Object.entries(policy.subject);
    if (first === undefined) this.unlabelled.push(policy);
    else append(this.bySubject, textOf(first), policy);
  }
}

const READ = new WeakMap<Unit, LabelledPolicies>();

/** The policies of a unit; read once. */
export function labelledPolicies(unit: Unit): LabelledPolicies {
  const known = READ.get(unit);
  if (known !== undefined) return known;
  const read = new LabelledPolicies(unit);
  READ.set(unit, read);
  return read;
}

function readPolicy(manifest: JsonObject): Omit<IsolatingPolicy, 'key'> {
  const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
  const { podSelector, ...rules } = spec;
  const { pods, namespaces } = selectorLabels({ spec: rules });
  return { manifest, subject: ownMatchLabels(podSelector), peers: pods, namespaces };
}

/** Kubernetes fills in nothing here: the compiler always writes the types. */
function isolatesCalls(manifest: JsonObject): boolean {
  const types = jsonAt(manifest, ['spec', 'policyTypes']);
  return Array.isArray(types) && types.includes('Ingress');
}

function isPlain(manifest: JsonObject): boolean {
  const types = jsonAt(manifest, ['spec', 'policyTypes']);
  return manifest['apiVersion'] === 'networking.k8s.io/v1' && Array.isArray(types) && types.length === 1;
}

/** The compiler writes equal selectors in one way. */
function selectorText(manifest: JsonObject): string {
  return JSON.stringify([
    jsonAt(manifest, ['spec', 'podSelector']) ?? null,
    jsonAt(manifest, ['spec', 'policyTypes']) ?? null,
  ]);
}

function textOf([key, value]: readonly [string, string]): string {
  return `${key}=${value}`;
}
