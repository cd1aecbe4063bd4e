import { NOTHING, NOTHING_THERE, type Decision } from './decision';
import { beforeDeletion, beforePolicy, beforeUnlabelling, type GateContext } from './gates';
import { labelChange, labelWrite } from './label-change';
import { policyChange, policyExcess } from './policy-change';
import { heldLabels } from './first-effect';
import { inert } from './inert-policy';
import { JointStart } from './joint-start';
import { hasAll } from './selector-labels';
import { SplitWorkloads } from './split-workloads';
import { heldBack } from './unseen-namespaces';
import { parseKey, podKey } from './work-key';
import { NAMESPACES, NETWORK_POLICIES, PODS } from '../api/known-resources';
import type { ApiResource } from '../api/api-resource';
import type { IncrementalCompiler } from '../desired/incremental-compiler';
import type { GeneratedPolicy } from '../../compiler/compilation';
import { isFormerOutput } from '../../compiler/present-policies';
import { jsonAt, type JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { ObservedCluster } from '../observed/observed-cluster';
import { labelsOf, type ObservedObject } from '../observed/observed-object';
import type { ObservedNamespace } from '../observed/observed-namespace';

/** Decides about labels and policies, from what there is and what is wanted, and from nothing else. */
export class Effects {
  private readonly policyKinds: ReadonlyMap<string, ApiResource>;
  private readonly splits: SplitWorkloads;
  private readonly joint: JointStart;
  private readonly gates: GateContext;

  constructor(
    private readonly observed: ObservedCluster,
    private readonly compiler: IncrementalCompiler,
    context: GateContext,
    /** Keys that are still to be worked on. */
    private readonly unsettled: () => Iterable<string>,
    policyKinds: readonly ApiResource[],
  ) {
    this.splits = new SplitWorkloads(context);
    this.gates = { ...context, comesLate: (namespace, key) => this.splits.comesLate(namespace, key) };
    this.joint = new JointStart(this.gates);
    this.policyKinds = new Map(
      [NETWORK_POLICIES, ...policyKinds].map((kind) => [`${kind.group}/${kind.kind}`, kind]),
    );
  }

  /** What is to be done about a pod: nothing while its owner or what it is to have is not known. */
  pod(namespace: string, name: string): Decision {
    const there = this.observed.namespace(namespace);
    const pod = there?.pods.get(name);
    const wanted = pod === undefined || there === undefined ? undefined : this.wantedOn(there, pod);
    if (there === undefined || pod === undefined || wanted === undefined) return NOTHING;
    const { workload, labels } = wanted;
    if (hasAll(labelsOf(pod), labels)) return this.labels(PODS, pod, labels, workload.labels);
    const held = heldLabels(this.gates, there, workload, labels);
    if (held === undefined) return this.labels(PODS, pod, labels, workload.labels);
    const waits: Decision = { type: 'waits', on: held.on };
    const isCircle = this.gates.waitsFor(held.on, podKey(namespace, name)) || this.splits.has(workload.id);
    if (!isCircle) return waits;
    const first = this.labels(PODS, pod, withHeld(labels, labelsOf(pod), held.keys), workload.labels);
    return first.type === 'write' ? first : waits;
  }

  /** Something else is wanted now. */
  wantedChanged(): void {
    this.splits.forget();
  }

  namespace(name: string): Decision {
    const namespace = this.observed.namespace(name)?.namespace;
    if (namespace === undefined || namespace.deleting) return NOTHING;
    return this.labels(NAMESPACES, namespace, this.compiler.namespaceLabelsOf(name), {});
  }

  policy(namespace: string, key: string): Decision {
    const there = this.observed.namespace(namespace);
    const present = there?.objects.get(key);
    const wanted = this.compiler.policy(namespace, key);
    const decision = this.policyBy({ namespace, key, there, present, wanted });
    const unseen = this.gates.unseen?.() ?? [];
    if (unseen.length === 0) return decision;
    const states = { present: present?.resource.manifest, wanted: wanted?.manifest };
    return heldBack(decision, states, unseen);
  }

  private policyBy({ namespace, key, there, present, wanted }: PolicyFacts): Decision {
    if (wanted === undefined) return present === undefined ? NOTHING : this.deletion(key, present);
    if (there === undefined || there.isTerminating || present?.deleting === true) return NOTHING;
    const { manifest } = wanted;
    const fields = present === undefined ? ['all of it'] : policyChange(manifest, present.resource.manifest);
    if (fields.length === 0) return this.retake(key, present, manifest);
    return present === undefined || present.writers.ours
      ? this.policyWrite({ namespace, key, manifest, fields, present })
      : conflict(present);
  }

  /**
   * What is ours is written over whatever was changed of it: that is drift. What is not there is made only as long as nobody
   * else makes it, so what others write meanwhile is left alone.
   */
  private policyWrite({ namespace, key, manifest, fields, present }: PolicyWrite): Decision {
    const resource = this.kindOf(key);
    if (resource === undefined) return notServed(key);
    if (present === undefined && this.gates.comesLate?.(namespace, key) === true)
      return make(resource, inert(manifest), true);
    const blocker = beforePolicy(this.gates, namespace, key, manifest);
    if (blocker !== undefined) return { type: 'waits', on: blocker };
    const joint = this.joint.of(namespace, key, present);
    if (joint !== undefined && 'after' in joint) return { type: 'waits', on: joint.after };
    const first = joint?.manifest ?? manifest;
    if (present === undefined) return make(resource, first, joint !== undefined);
    const what = fields.join(', ');
    const { uid, resourceVersion } = present;
    const known = { expected: { uid, resourceVersion }, seen: resourceVersion, what };
    const maps = resource === NETWORK_POLICIES ? 'whole' : 'by key';
    const body = policyExcess(first, present.resource.manifest, maps);
    if (body === undefined) {
      const isPart = joint !== undefined;
      return {
        type: 'write',
        write: { action: 'apply', resource, manifest: first, isPart, force: true, ...known },
      };
    }
    const { name } = present.resource;
    return { type: 'write', write: { action: 'patch', ref: { resource, name, namespace }, body, ...known } };
  }

  /**
   * A policy of intents, as it is to be, of which nobody is known to have written it: the list of its managers was emptied. It
   * becomes the controller's again, or it could not be changed when the intents do.
   */
  private retake(key: string, present: ObservedObject | undefined, manifest: JsonObject): Decision {
    const isLost = present?.writers.isUnowned === true && isFormerOutput(present.resource);
    const resource = this.kindOf(key);
    // Whether the API server of Calico keeps managers is not known.
    if (!isLost || resource !== NETWORK_POLICIES) return NOTHING;
    const { uid, resourceVersion } = present;
    const known = { expected: { uid, resourceVersion }, seen: resourceVersion, what: 'its field managers' };
    return { type: 'write', write: { action: 'apply', resource, manifest, force: true, ...known } };
  }

  private wantedOn(
    there: ObservedNamespace,
    pod: ObservedObject,
  ): { readonly workload: Workload; readonly labels: Labels } | undefined {
    if (pod.deleting || hasEnded(pod)) return undefined;
    const root = there.rootOf(pod);
    const workload = root === undefined ? undefined : this.compiler.workload(there.name, root.id);
    if (workload === undefined) return undefined;
    return { workload, labels: this.compiler.podLabelsOf(workload.id) };
  }

  private labels(resource: ApiResource, object: ObservedObject, wanted: Labels, kept: Labels): Decision {
    const present = labelsOf(object);
    const change = labelChange(present, wanted, kept);
    if (change === undefined) return NOTHING;
    const blocker = this.unlabellingBlocker(change.stale);
    // Labels are taken off all at once, or not yet: that is one write, not two. Policies that are held back go by them.
    const mayGo = blocker === undefined && (this.gates.unseen?.() ?? []).length === 0;
    const left = new Set(mayGo ? [] : change.stale);
    const write = labelWrite(present, wanted, change, object.writers.ourLabels, left);
    if (write === undefined) return blocker === undefined ? NOTHING : { type: 'waits', on: blocker };
    const what = `labels ${[...Object.keys(change.missing), ...change.stale].join(', ')}`;
    const { name, namespace } = object.resource;
    const ref = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
    const { uid } = object;
    if (write.type === 'merge') {
      const metadata = jsonAt(write.body, ['metadata', 'labels']);
      return {
        type: 'write',
        write: { action: 'patch', ref, body: { metadata: { uid, labels: metadata } }, what },
      };
    }
    const manifest: JsonObject = {
      apiVersion: resource.version,
      kind: resource.kind,
      // The uid keeps an object of the same name that comes after it from being made or changed.
      metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, labels: { ...write.labels } },
    };
    // Labels of intents are the controller's by their name, whoever has set them.
    return { type: 'write', write: { action: 'apply', resource, manifest, force: true, what } };
  }

  private unlabellingBlocker(stale: readonly string[]): string | undefined {
    for (const label of stale) {
      const blocker = beforeUnlabelling(this.gates, label, this.unsettledPolicies());
      if (blocker !== undefined) return blocker;
    }
    return undefined;
  }

  private deletion(key: string, present: ObservedObject): Decision {
    if (present.deleting || !isFormerOutput(present.resource) || !present.writers.ours) return NOTHING;
    const blocker = beforeDeletion(this.gates, present);
    if (blocker !== undefined) return { type: 'waits', on: blocker };
    const resource = this.kindOf(key);
    if (resource === undefined) return NOTHING;
    const { name, namespace } = present.resource;
    const ref = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
    return {
      type: 'write',
      write: { action: 'delete', ref, uid: present.uid, what: 'no intent asks for it' },
    };
  }

  private kindOf(key: string): ApiResource | undefined {
    const [group = '', kind = ''] = key.split('/');
    return this.policyKinds.get(`${group}/${kind}`);
  }

  private *unsettledPolicies(): IterableIterator<{ readonly namespace: string; readonly key: string }> {
    for (const key of this.unsettled()) {
      if (!key.startsWith('policy|')) continue;
      const subject = parseKey(key);
      if (subject.type === 'policy') yield subject;
    }
  }
}

/** What is not there is made only as long as nobody else makes it. */
function make(resource: ApiResource, manifest: JsonObject, isPart: boolean): Decision {
  // The API server of Calico makes nothing of which a version is expected.
  const expected = resource === NETWORK_POLICIES ? NOTHING_THERE : undefined;
  const what = 'all of it';
  return {
    type: 'write',
    write: { action: 'apply', resource, manifest, isPart, force: false, expected, what },
  };
}

/** The labels as they are wanted but for those that are held back, which stay as they are. */
function withHeld(wanted: Labels, present: Labels, held: ReadonlySet<string>): Labels {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]) => {
      if (!held.has(key)) return [[key, value] as const];
      const now = Object.hasOwn(present, key) ? present[key] : undefined;
      return now === undefined ? [] : [[key, now] as const];
    }),
  );
}

interface PolicyFacts {
  readonly namespace: string;
  readonly key: string;
  readonly there: ObservedNamespace | undefined;
  readonly present: ObservedObject | undefined;
  readonly wanted: GeneratedPolicy | undefined;
}

interface PolicyWrite {
  readonly namespace: string;
  readonly key: string;
  readonly manifest: JsonObject;
  /** That are not as they are wanted. */
  readonly fields: readonly string[];
  readonly present: ObservedObject | undefined;
}

function hasEnded({ resource }: ObservedObject): boolean {
  const phase = jsonAt(resource.manifest, ['status', 'phase']);
  return phase === 'Succeeded' || phase === 'Failed';
}

function conflict({ resource: { kind, namespace = '', name }, writers }: ObservedObject): Decision {
  const by = writers.other === undefined ? 'somebody else' : writers.other;
  return {
    type: 'conflict',
    message: `${kind} ${namespace}/${name} was written by ${by} and differs from what the intents need. Remove it or rename it, or let ${by} apply what intents compile prints.`,
  };
}

function notServed(key: string): Decision {
  const [group = '', kind = ''] = key.split('/');
  return {
    type: 'conflict',
    message: `The cluster does not serve ${kind} of ${group}, so the policy cannot be written.`,
  };
}
