import type { Doubts } from './doubts';
import { profileOf, type Engine } from './engine';
import { equalPriorities } from './equal-priorities';
import type { ReachabilityOptions } from './reachability';
import type { Cluster } from '../model/cluster';
import { sortFindings, type Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import { resourceId } from '../model/resource';
import { writtenAddresses } from '../model/workloads/read-workload';
import type { OutOfModel, PolicySet } from '../policies/policy';

/** A model that an engine answers for. */
export interface EvaluatedModel {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly options: ReachabilityOptions;
}

/** What verdicts do not cover, each kind said once. @param doubts of the engine, where they are not kept there */
export function evaluationFindings(
  engine: Engine,
  model: EvaluatedModel,
  doubts: Doubts = engine.doubts,
): Finding[] {
  noteOwnNode(engine, doubts);
  noteEndedPods(model, doubts);
  const { policies } = model;
  return sortFindings([
    ...doubts.findings(),
    ...equalPriorities(engine, policies),
    ...policies.outOfModel.map(outOfModel),
  ]);
}

/** Processes of a pod's own node always reach it, and nobody knows where pods run: said once, of the first host. */
function noteOwnNode({ ends, programs, knowsNodes }: Engine, doubts: Doubts): void {
  const host = ends.hostClasses[0]?.workloads[0];
  if (host === undefined && !knowsNodes) return;
  const isolated = ends.classes.some((end) => {
    const program = programs.of(end, 'ingress');
    return program !== undefined && program.policies.length > 0;
  });
  if (!isolated) return;
  const subject = host === undefined ? '' : `${host.kind}/${host.namespace}/${host.name}`;
  doubts.addPlace('own-node-open', subject, host?.place ?? NOWHERE);
}

/** Addresses of pods that have ended, where no running pod has them, and the plugin takes whoever has them for these pods. */
function noteEndedPods({ cluster, policies, options }: EvaluatedModel, doubts: Doubts): void {
  if (!profileOf(policies, options).endedPodsKeepAddresses) return;
  if (policies.kubernetes.length + policies.clusterWide.length === 0) return;
  const [ended, others] = [
    cluster.workloads.filter(({ finished, hostNetwork }) => finished && !hostNetwork),
    cluster.workloads.filter(({ finished }) => !finished),
  ];
  const taken = new Set(others.flatMap(({ addresses }) => addresses));
  for (const { kind, namespace, name, resource, place } of ended)
    if (writtenAddresses(resource).some((address) => !taken.has(address)))
      doubts.addPlace('ended-pods-kept', `${kind}/${namespace}/${name}`, place);
}

function outOfModel({ resource, reason, mend }: OutOfModel): Finding {
  const object = resourceId(resource);
  return {
    id: 'outside-the-model',
    severity: 'warning',
    message: `${object} may change who can talk to whom. ${reason}`,
    object,
    place: resource.place,
    mend: mend ?? 'Judge what it allows or denies by hand; the verdicts here leave it out.',
  };
}
