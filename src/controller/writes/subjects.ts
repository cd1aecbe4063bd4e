import { intentsKey, namespaceKey, parseKey, podKey, policyWorkKey } from './work-key';
import type { IncrementalCompiler, UnitChange } from '../desired/incremental-compiler';
import { isFormerOutput } from '../../compiler/present-policies';
import { sameJson } from '../../model/json';
import type { Workload } from '../../model/workloads/workload';
import { facetOf } from '../observed/facet';
import type { ObservedCluster } from '../observed/observed-cluster';
import type { ObservedObject } from '../observed/observed-object';
import { homeOf } from '../status/statuses';

/** Work that may be due: on labels and policies, and on the statuses that tell of them. */
export interface Due {
  readonly effects: ReadonlySet<string>;
  readonly intents: ReadonlySet<string>;
}

/** Knows which work is about which objects. */
export class Subjects {
  constructor(
    private readonly observed: ObservedCluster,
    private readonly compiler: IncrementalCompiler,
  ) {}

  /** The work about an object itself; undefined for objects that nobody writes to. */
  keyOf({ resource }: ObservedObject): string | undefined {
    const { group, kind, namespace = 'default', name } = resource;
    switch (facetOf(resource)) {
      case 'pod':
        return podKey(namespace, name);
      case 'namespace':
        return namespaceKey(name);
      case 'policies':
        return policyWorkKey(namespace, `${group}/${kind}/${name}`);
      case 'intents':
        return isIntentsKind(kind) ? intentsKey(namespace, kind, name) : undefined;
      case 'objects':
      case 'shared':
        return undefined;
    }
  }

  /** The object that work is about. */
  subjectOf(key: string): ObservedObject | undefined {
    const subject = parseKey(key);
    const there = this.observed.namespace(subject.type === 'namespace' ? subject.name : subject.namespace);
    switch (subject.type) {
      case 'namespace':
        return there?.namespace;
      case 'proof':
        return undefined;
      case 'pod':
        return there?.pods.get(subject.name);
      case 'intents':
        return there?.get('k8s.otterize.com', subject.kind, subject.name);
      case 'policy':
        return there?.objects.get(subject.key);
    }
  }

  /** The object of a workload: the owner of its pods, or the pod itself. */
  ownerOf({ resource: { group, kind, name, namespace = 'default' } }: Workload): ObservedObject | undefined {
    const there = this.observed.namespace(namespace);
    return there?.get(group, kind, name) ?? (kind === 'Pod' ? there?.pods.get(name) : undefined);
  }

  /** Who else wrote last what work is about, or its status. */
  writerOf(key: string, part: string): string | undefined {
    const writers = this.subjectOf(key)?.writers;
    return part === 'status' ? writers?.otherOfStatus : writers?.other;
  }

  /** Whom to tell of work: the intents behind a policy, else the object itself. */
  objectsOf(key: string): readonly ObservedObject[] {
    const subject = parseKey(key);
    if (subject.type === 'policy') {
      const causes = this.compiler.policy(subject.namespace, subject.key)?.causes ?? [];
      const intents = causes
        .slice(0, 3)
        .flatMap(({ namespace, name }) => this.clientIntents(namespace, name));
      if (intents.length > 0) return intents;
    }
    return present(this.subjectOf(key));
  }

  /** The statuses that tell of work. */
  intentsOf(key: string): Set<string> {
    const subject = parseKey(key);
    const intents = new Set<string>();
    if (subject.type === 'intents' || subject.type === 'proof') return intents;
    if (subject.type === 'policy') this.addCauses(subject.namespace, subject.key, intents);
    this.addIntents(subject.type === 'namespace' ? subject.name : subject.namespace, intents);
    return intents;
  }

  /** What may be due after namespaces were compiled anew. */
  dueAfter(changes: readonly UnitChange[]): Due {
    const effects = new Set<string>();
    const intents = new Set<string>();
    for (const change of changes) {
      for (const workload of change.workloads) this.addPods(workload, effects);
      for (const [id, { labels }] of change.after?.workloads ?? [])
        if (change.before?.workloads.get(id)?.labels !== labels) this.addPods(id, effects);
      for (const name of change.namespaces) effects.add(namespaceKey(name));
      for (const key of changedPolicies(change)) {
        effects.add(policyWorkKey(change.namespace, key));
        for (const unit of [change.before, change.after])
          for (const cause of unit?.policies.get(key)?.causes ?? [])
            intents.add(intentsKey(cause.namespace, 'ClientIntents', cause.name));
      }
      this.addIntents(change.namespace, intents);
    }
    return { effects, intents };
  }

  /** What may be due when nothing is known of what was done before. */
  dueAtAll(): Due {
    const effects = new Set<string>();
    const intents = new Set<string>();
    for (const there of this.observed.namespaces) {
      effects.add(namespaceKey(there.name));
      for (const pod of there.pods.keys()) effects.add(podKey(there.name, pod));
      for (const [key, object] of there.objects)
        if (isFormerOutput(object.resource)) effects.add(policyWorkKey(there.name, key));
      for (const key of this.compiler.unit(there.name)?.policies.keys() ?? [])
        effects.add(policyWorkKey(there.name, key));
      this.addIntents(there.name, intents);
    }
    return { effects, intents };
  }

  private addPods(workload: string, keys: Set<string>): void {
    const home = homeOf(workload);
    for (const pod of this.observed.namespace(home)?.podsOf(workload) ?? [])
      keys.add(podKey(home, pod.resource.name));
  }

  private addIntents(namespace: string, intents: Set<string>): void {
    for (const object of this.observed.namespace(namespace)?.ofFacet('intents') ?? []) {
      const key = this.keyOf(object);
      if (key !== undefined) intents.add(key);
    }
  }

  private addCauses(namespace: string, key: string, intents: Set<string>): void {
    for (const cause of this.compiler.policy(namespace, key)?.causes ?? [])
      intents.add(intentsKey(cause.namespace, 'ClientIntents', cause.name));
  }

  private clientIntents(namespace: string, name: string): readonly ObservedObject[] {
    return present(this.observed.namespace(namespace)?.get('k8s.otterize.com', 'ClientIntents', name));
  }
}

function isIntentsKind(kind: string): kind is 'ClientIntents' | 'ProtectedService' {
  return kind === 'ClientIntents' || kind === 'ProtectedService';
}

function present(object: ObservedObject | undefined): readonly ObservedObject[] {
  return object === undefined ? [] : [object];
}

function changedPolicies({ before, after }: UnitChange): string[] {
  const keys = new Set([...(before?.policies.keys() ?? []), ...(after?.policies.keys() ?? [])]);
  return [...keys].filter(
    (key) => !sameJson(before?.policies.get(key)?.manifest, after?.policies.get(key)?.manifest),
  );
}
