import { blindSpot } from '../proof/blind-spot';
import { IncrementalCompiler } from '../desired/incremental-compiler';
import { readChanges } from '../desired/read-changes';
import { ObservedCluster } from '../observed/observed-cluster';
import { observe } from '../observed/observed-object';
import { WATCHED_KINDS } from '../observed/watched-kinds';
import type { LiveProof } from '../proof/live-proof';
import { liveProofOf } from '../proof/live-proof-of';
import { Statuses, type Progress } from '../status/statuses';
import { Effects } from '../writes/effects';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';
import { resourceId, type Resource } from '../../model/resource';
import { isIntents } from './planned-intents';
import type { CompileSettings } from '../../proof/compile-resources';

/** Whether all that follows from an object is in effect, in the words of its condition Ready. */
export interface PlannedReady {
  /** `True` or `False`; absent where no status says it yet. */
  readonly before?: string | undefined;
  readonly after: string;
  readonly reason: string;
  readonly message: string;
}

const WRITER = 'cdk8s-intents';

/**
 * The statuses that the controller would write once everything else is written, by the id of the object: of those alone that
 * say something else than now. The controller's own compiler, proof and statuses say it.
 *
 * @param after the objects of the cluster once everything else is written
 * @param generations of intents, by id
 * @param foreign policies that somebody else has written, by id
 */
export function plannedStatuses(
  after: readonly Resource[],
  settings: CompileSettings,
  generations: ReadonlyMap<string, number> = new Map(),
  foreign: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, PlannedReady> {
  const kinds = WATCHED_KINDS.map(({ resource }) => resource);
  const observed = new ObservedCluster(kinds);
  const watched = new Set(kinds.map(({ group, kind }) => `${group}/${kind}`));
  for (const object of after) {
    const { group, version, kind, namespace, manifest } = object;
    const id = resourceId(object);
    if (!watched.has(`${group}/${kind}`)) continue;
    const resource = { group, version, kind, plural: '', namespaced: namespace !== undefined };
    observed.put(
      observe(
        resource,
        asClaimed(manifest, generations.get(id), foreign.has(id) ? 'somebody else' : WRITER),
        {
          own: WRITER,
          adopted: [],
        },
      ),
      false,
    );
  }
  const compiler = new IncrementalCompiler(settings);
  readChanges(observed, compiler);
  while (compiler.next());
  compiler.commit();
  const statuses = statusesOf(observed, compiler, settings);
  return new Map(
    after.filter(isIntents).flatMap((resource) => {
      const { kind, namespace = 'default', name } = resource;
      if (kind !== 'ClientIntents' && kind !== 'ProtectedService') return [];
      const decision = statuses.decide(namespace, kind, name);
      if (decision.type !== 'write' || decision.write.action !== 'apply') return [];
      const ready = readyIn(decision.write.manifest['status']);
      if (ready === undefined) return [];
      const before = readyIn(resource.manifest['status'])?.after;
      return [[resourceId(resource), { ...ready, ...(before === undefined ? {} : { before }) }] as const];
    }),
  );
}

/**
 * As the controller leaves it before it writes the status: nothing is to be done about finalizers. What has been read has no
 * generation, so where it is not known otherwise the one that the status is about is taken for it.
 */
function asClaimed(manifest: JsonObject, known: number | undefined, manager: string): JsonObject {
  const { metadata } = manifest;
  if (!isJsonObject(metadata)) return manifest;
  const generation =
    known ?? jsonAt(manifest, ['status', 'observedGeneration']) ?? conditionGeneration(manifest) ?? 0;
  const managedFields = [{ manager, operation: 'Apply' }];
  return { ...manifest, metadata: { ...metadata, managedFields, finalizers: [], generation } };
}

function conditionGeneration(manifest: JsonObject): Json | undefined {
  const conditions = jsonAt(manifest, ['status', 'conditions']);
  const first = Array.isArray(conditions) ? conditions[0] : undefined;
  return jsonAt(first, ['observedGeneration']);
}

/** Nothing waits, nothing fails, nobody else changes anything: the plan is carried out. */
function statusesOf(
  observed: ObservedCluster,
  compiler: IncrementalCompiler,
  settings: CompileSettings,
): Statuses {
  const gates = {
    observed,
    compiler,
    isUnsettled: () => false,
    hasFailed: () => false,
    waitsFor: () => false,
  };
  const effects = new Effects(observed, compiler, gates, () => [], []);
  const proof = settings.options.proof === 'off' ? undefined : proved(observed, compiler, settings);
  const progress: Progress = {
    isUnsettled: () => false,
    failureOf: () => undefined,
    contestOf: () => undefined,
    isTroubled: false,
    cleanupOf: () => undefined,
    proofOf: (client, namespace, name) => proof?.of(client, namespace, name) ?? [],
    blindSpot: blindSpot(settings),
  };
  return new Statuses(observed, compiler, effects, progress, false, () => '');
}

function proved(
  observed: ObservedCluster,
  compiler: IncrementalCompiler,
  settings: CompileSettings,
): LiveProof {
  const isOfCalico = ({ group }: Resource): boolean => group.endsWith('projectcalico.org');
  const calico =
    compiler.sharedObjects.some(isOfCalico) ||
    [...compiler.allUnits.keys()].some((name) => compiler.othersPolicies(name).some(isOfCalico));
  const proof = liveProofOf({ observed, compiler, settings, calico, staysAsItIs: () => false });
  for (const namespace of compiler.allUnits.keys()) {
    proof.begin(namespace);
    proof.go(namespace, () => false);
  }
  return proof;
}

function readyIn(status: Json | undefined): Omit<PlannedReady, 'before'> | undefined {
  const conditions = jsonAt(status, ['conditions']);
  if (!Array.isArray(conditions)) return undefined;
  const ready = conditions.find((one) => jsonAt(one, ['type']) === 'Ready');
  const textAt = (field: string): string => {
    const value = jsonAt(ready, [field]);
    return typeof value === 'string' ? value : '';
  };
  return ready === undefined
    ? undefined
    : { after: textAt('status'), reason: textAt('reason'), message: textAt('message') };
}
