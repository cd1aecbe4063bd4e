import { condition, printConditions, type Condition } from './condition';
import {
  intentsStatus,
  reasonOf,
  sameStatus,
  sentence,
  type IntentsFacts,
  type PolicyState,
} from './intents-status';
import { newsOf } from './news';
import type { ApiResource } from '../api/api-resource';
import { CLIENT_INTENTS, PROTECTED_SERVICES } from '../api/known-resources';
import type { IncrementalCompiler } from '../desired/incremental-compiler';
import { policyKey, type IntentsOutcome, type Unit } from '../desired/unit';
import type { Finding } from '../../model/finding';
import { jsonAt, type JsonObject } from '../../model/json';
import type { ObservedCluster } from '../observed/observed-cluster';
import type { ObservedObject } from '../observed/observed-object';
import type { TargetProof } from '../proof/live-proof';
import { NOTHING, type Decision } from '../writes/decision';
import type { Effects } from '../writes/effects';
import { labelledPolicies } from '../writes/labelled-policies';
import { intentsKey, podKey, policyWorkKey, proofKey } from '../writes/work-key';

/** An object of intents. */
interface Subject {
  readonly namespace: string;
  readonly kind: 'ClientIntents' | 'ProtectedService';
  readonly name: string;
}

/** Keeps an object of intents until what it asked for is undone. */
export const FINALIZER = 'k8s.otterize.com/cdk8s-intents';

/** What statuses are told of work that is going on. */
export interface Progress {
  isUnsettled(key: string): boolean;
  /** Why the last try of a key came to nothing. */
  failureOf(key: string): string | undefined;
  /** Who changes again and again what a key is about. */
  contestOf(key: string): string | undefined;
  /** Whether there is any failure or contest. */
  readonly isTroubled: boolean;
  /** Work that the deletion of an object still waits for. */
  cleanupOf(key: string): string | undefined;
  /** What the proof has found about the targets of a ClientIntents, whose clients are in a namespace. */
  proofOf(client: string, namespace: string, name: string): readonly TargetProof[];
  /** What no proof here can see, in a sentence. */
  readonly blindSpot?: string | undefined;
}

/** Decides about finalizers and statuses of intents. */
export class Statuses {
  constructor(
    private readonly observed: ObservedCluster,
    private readonly compiler: IncrementalCompiler,
    private readonly effects: Effects,
    private readonly progress: Progress,
    private readonly finalizers: boolean,
    private readonly now: () => string,
  ) {}

  decide(namespace: string, kind: 'ClientIntents' | 'ProtectedService', name: string): Decision {
    const there = this.observed.namespace(namespace);
    const object = there?.get('k8s.otterize.com', kind, name);
    if (object === undefined || there === undefined) return NOTHING;
    const compiled = this.compiler.unit(namespace)?.generations.get(`${kind}/${name}`);
    // Where nothing can be compiled nobody would ever come to see that it is not asked for any more: what follows from it
    // goes once the namespace is compiled again, whether or not it is still there.
    const isLost = there.isTerminating || this.compiler.troubleOf(namespace) !== undefined;
    if (object.deleting && (compiled === undefined || isLost))
      return this.release(object, intentsKey(namespace, kind, name), isLost);
    if (there.isTerminating || object.deleting) return NOTHING;
    const isClaimed = object.finalizers.includes(FINALIZER);
    if (this.finalizers && !isClaimed) return claim(object);
    // Of a controller that ran otherwise: nobody may be there to take it off when the object goes.
    if (!this.finalizers && isClaimed) return unclaim(object);
    return this.status(object, kind, compiled);
  }

  /** What is said where some kinds may not be seen: nothing else is done about the object. */
  unseen({ namespace, kind, name }: Subject, kinds: readonly string[]): Decision {
    const there = this.observed.namespace(namespace);
    const object = there?.get('k8s.otterize.com', kind, name);
    if (object === undefined || there?.isTerminating === true || object.deleting) return NOTHING;
    const message = `The controller may not see ${kinds.join(', ')} here, so nobody can tell whether all that follows from it is in the cluster. Give it the rights again that it is installed with.`;
    return this.conditionWrite(object, condition('Ready', 'False', 'NotSeen', message));
  }

  private status(object: ObservedObject, kind: string, compiled: number | undefined): Decision {
    const { namespace = 'default' } = object.resource;
    const trouble = this.compiler.troubleOf(namespace);
    if (trouble !== undefined) return this.stuck(object, namespace, trouble);
    // What is known so far is about the object as it was: a compilation is on its way.
    if (compiled !== object.generation) return NOTHING;
    return kind === 'ClientIntents' ? this.intents(object) : this.protection(object);
  }

  /** Nothing new follows from anything in the namespace: what was written before stays. */
  private stuck(object: ObservedObject, namespace: string, trouble: string): Decision {
    const message = `What follows from it stays as it was: Namespace ${namespace} cannot be compiled (${trouble}). That is a defect of the controller; its log has more.`;
    return this.conditionWrite(object, condition('Ready', 'False', 'NotCompiled', message));
  }

  /** A status of one condition. */
  private conditionWrite(object: ObservedObject, ready: Condition): Decision {
    const before = jsonAt(object.resource.manifest, ['status', 'conditions']);
    return statusWrite(object, {
      conditions: printConditions([ready], before, object.generation, this.now()),
    });
  }

  /** In a namespace that goes, everything goes: its deletion must wait for nobody. */
  private release(object: ObservedObject, key: string, isLost: boolean): Decision {
    if (!object.finalizers.includes(FINALIZER)) return NOTHING;
    const blocker = isLost ? undefined : this.progress.cleanupOf(key);
    if (blocker !== undefined) return { type: 'waits', on: blocker };
    return unclaim(object);
  }

  private intents(object: ObservedObject): Decision {
    const { namespace = 'default', name } = object.resource;
    const unit = this.compiler.unit(namespace);
    if (unit === undefined) return NOTHING;
    const outcome = unit.outcomes.get(name);
    const references = [...this.compiler.policiesCausedBy(namespace, name)];
    const waits = references
      .map((policy) => policyWorkKey(policy.namespace, policy.key))
      .find((key) => this.progress.isUnsettled(key));
    const blocker = waits ?? this.unsettledPod(workloadsOf(outcome)) ?? this.unsettledProof(outcome);
    if (blocker !== undefined) return { type: 'waits', on: blocker };
    const policies = references.map((policy) => this.policyState(policy));
    const facts = {
      generation: object.generation,
      outcome,
      findings: about(object, unit.findings),
      policies,
      labelFailure: this.labelFailure(outcome),
      proofOf: this.proofOf(namespace, name, outcome),
      blindSpot: this.progress.blindSpot,
      isShadowed: (id: string) => this.compiler.unit(homeOf(id))?.shadowed.ingress.has(id) === true,
    };
    const present = object.resource.manifest['status'];
    return statusWrite(object, intentsStatus(facts, present, this.now()));
  }

  private protection(object: ObservedObject): Decision {
    const { namespace = 'default' } = object.resource;
    const unit = this.compiler.unit(namespace);
    if (unit === undefined) return NOTHING;
    const error = about(object, unit.findings).find(({ severity }) => severity === 'error');
    const denies = [...unit.policies.values()].filter(({ name }) => name.startsWith('default-deny-'));
    const states = denies.map((policy) => this.policyState({ namespace, key: policyKey(policy) }));
    const waits = states.find(({ state }) => state === 'pending');
    if (waits !== undefined) {
      const key = policyWorkKey(namespace, waits.key);
      if (this.progress.isUnsettled(key)) return { type: 'waits', on: key };
    }
    const pod = this.unsettledPod(denies.flatMap((deny) => workloadsUnder(unit, policyKey(deny))));
    if (pod !== undefined) return { type: 'waits', on: pod };
    const open = states.find(({ state }) => state !== 'applied');
    const ready =
      error !== undefined
        ? condition('Ready', 'False', reasonOf(error), sentence(error))
        : open !== undefined
          ? condition(
              'Ready',
              'False',
              'PolicyNotWritten',
              open.message ?? `NetworkPolicy ${namespace}/${open.name} is about to be written.`,
            )
          : condition('Ready', 'True', 'InEffect', 'The default deny of the workload is in the cluster.');
    return this.conditionWrite(object, ready);
  }

  /** Of one workload the last that is not done: it is likely to be done last, and then nothing is left to wait for. */
  private unsettledPod(workloads: readonly string[]): string | undefined {
    for (const workload of workloads) {
      const home = homeOf(workload);
      let last: string | undefined;
      for (const pod of this.observed.namespace(home)?.podsOf(workload) ?? []) {
        const key = podKey(home, pod.resource.name);
        if (this.progress.isUnsettled(key)) last = key;
      }
      if (last !== undefined) return last;
    }
    return undefined;
  }

  /** What is said of a target is said once it is proved. */
  private unsettledProof(outcome: IntentsOutcome | undefined): string | undefined {
    const homes = new Set(workloadsOf(outcome).map(homeOf));
    return [...homes].map(proofKey).find((key) => this.progress.isUnsettled(key));
  }

  private proofOf(
    namespace: string,
    name: string,
    outcome: IntentsOutcome | undefined,
  ): IntentsFacts['proofOf'] {
    const clients = new Set((outcome?.clients ?? []).map(homeOf));
    const proved = [...clients].flatMap((client) => this.progress.proofOf(client, namespace, name));
    return (target) => proved.filter((one) => one.target === target).flatMap(({ findings }) => findings);
  }

  private policyState({
    namespace,
    key,
  }: {
    readonly namespace: string;
    readonly key: string;
  }): PolicyState & { readonly key: string } {
    const name = key.split('/')[2] ?? key;
    const decision = this.effects.policy(namespace, key);
    const contest = this.progress.contestOf(policyWorkKey(namespace, key));
    if (decision.type === 'conflict' || contest !== undefined) {
      const message = decision.type === 'conflict' ? decision.message : contest;
      return { namespace, name, key, state: 'conflict', message };
    }
    if (decision.type === 'nothing') return { namespace, name, key, state: 'applied' };
    const message = this.progress.failureOf(policyWorkKey(namespace, key));
    return { namespace, name, key, state: message === undefined ? 'pending' : 'failed', message };
  }

  private labelFailure(outcome: IntentsOutcome | undefined): string | undefined {
    const unseen = (outcome?.clients ?? [])
      .map(homeOf)
      .find((home) => this.observed.namespace(home)?.namespace === undefined);
    const [label] = unseen === undefined ? [] : Object.entries(this.compiler.namespaceLabelsOf(unseen));
    if (unseen !== undefined && label !== undefined)
      return `Policies go by the label ${label.join('=')} of Namespace ${unseen}, which may not be seen here. Set it, and use the profile otterize or selectors, which need no such label.`;
    if (!this.progress.isTroubled) return undefined;
    for (const workload of workloadsOf(outcome)) {
      const home = homeOf(workload);
      for (const pod of this.observed.namespace(home)?.podsOf(workload) ?? []) {
        const key = podKey(home, pod.resource.name);
        const contest = this.progress.contestOf(key);
        if (contest !== undefined) return contest;
        const message = this.progress.failureOf(key);
        if (message !== undefined)
          return `Pod ${home}/${pod.resource.name} does not get its labels: ${message}`;
      }
    }
    return undefined;
  }
}

function workloadsOf(outcome: IntentsOutcome | undefined): readonly string[] {
  if (outcome === undefined) return [];
  return [...outcome.clients, ...outcome.targets.flatMap(({ servers }) => servers.map(({ id }) => id))];
}

/** Workloads whose pods a policy selects by labels of intents. */
function workloadsUnder(unit: Unit, key: string): readonly string[] {
  const policies = labelledPolicies(unit);
  return policies.workloadsWith(policies.get(key)?.subject ?? {});
}

/** Namespace of a workload by its id. */
export function homeOf(workload: string): string {
  return workload.slice(0, workload.indexOf('/'));
}

function about(
  { resource: { kind, namespace = 'default', name } }: ObservedObject,
  findings: readonly Finding[],
): Finding[] {
  const id = `${kind}/${namespace}/${name}`;
  return findings.filter(({ object }) => object === id);
}

function claim(object: ObservedObject): Decision {
  const manifest = { ...headOf(object), metadata: { ...identityOf(object), finalizers: [FINALIZER] } };
  return {
    type: 'write',
    write: {
      action: 'apply',
      resource: resourceOf(object),
      manifest,
      force: true,
      seen: object.resourceVersion,
      what: 'finalizer',
    },
  };
}

/** Only while the object is as it was seen: the list holds finalizers of others. */
function unclaim(object: ObservedObject): Decision {
  const { name, namespace } = object.resource;
  const finalizers = object.finalizers.filter((other) => other !== FINALIZER);
  const { uid, resourceVersion } = object;
  return {
    type: 'write',
    write: {
      action: 'patch',
      ref: { resource: resourceOf(object), name, ...(namespace === undefined ? {} : { namespace }) },
      body: { metadata: { uid, resourceVersion, finalizers } },
      what: 'finalizer',
    },
  };
}

function statusWrite(object: ObservedObject, status: JsonObject): Decision {
  const before = object.resource.manifest['status'];
  if (sameStatus(status, before)) return NOTHING;
  const manifest = { ...headOf(object), metadata: identityOf(object), status };
  return {
    type: 'write',
    write: {
      action: 'apply',
      resource: resourceOf(object),
      manifest,
      subresource: 'status',
      force: true,
      seen: object.resourceVersion,
      what: 'status',
      news: newsOf(before, status),
    },
  };
}

function headOf({ resource: { apiVersion, kind } }: ObservedObject): { apiVersion: string; kind: string } {
  return { apiVersion, kind };
}

function identityOf({ resource: { name, namespace = 'default' }, uid }: ObservedObject): {
  name: string;
  namespace: string;
  uid: string;
} {
  return { name, namespace, uid };
}

function resourceOf({ resource: { kind, version } }: ObservedObject): ApiResource {
  return { ...(kind === 'ClientIntents' ? CLIENT_INTENTS : PROTECTED_SERVICES), version };
}
