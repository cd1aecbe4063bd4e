import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { ConstructError } from './construct-error';
import type { LateName } from './rendered-names';
import type { WorkloadName } from '../intents/client-intents';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../model/pod-template';

/**
 * A workload as an app names it: the construct that makes it (of any cdk8s-plus version, an ApiObject, an imported
 * L1), or its name.
 */
export type WorkloadReference = IConstruct | NamedWorkload;

/** A workload by name, for objects that other tools write or that an Include brings. */
export interface NamedWorkload {
  readonly name: string;
  /** @default - any kind of that name */
  readonly kind?: string;
  /** @default - the namespace of the chart */
  readonly namespace?: string;
}

/** The name of a workload, before and at the synth. */
export interface ReferencedWorkload {
  /** As the construct stands now. */
  readonly early: WorkloadName;
  /** As it will be rendered. */
  readonly late: LateName;
}

/**
 * The name of the workload that `reference` stands for.
 *
 * @throws ConstructError when the construct makes no pods, or a name is empty
 */
export function nameWorkload(scope: Construct, id: string, reference: WorkloadReference): ReferencedWorkload {
  if (!Construct.isConstruct(reference)) {
    const name = readName(scope, id, reference);
    return { early: name, late: () => name };
  }
  const object = apiObjectOf(scope, id, reference);
  const early = nameObject(scope, id, object);
  return { early, late: (nameOf) => nameOf(object) ?? early };
}

function readName(scope: Construct, id: string, reference: NamedWorkload): WorkloadName {
  if (!('name' in reference) || reference.name.trim() === '') {
    throw new ConstructError(
      scope,
      id,
      'a workload needs a name',
      "Write { name: 'frontend' }, or pass the construct that makes it.",
    );
  }
  const namespace = reference.namespace ?? Chart.of(scope).namespace;
  if (namespace === undefined || namespace === '') {
    throw new ConstructError(
      scope,
      id,
      `nobody says in which namespace the workload ${reference.name} is`,
      `Give the chart a namespace, or write { name: '${reference.name}', namespace: '…' }.`,
    );
  }
  return {
    namespace,
    name: reference.name,
    ...(reference.kind === undefined ? {} : { kind: reference.kind }),
  };
}

function nameObject(scope: Construct, id: string, object: ApiObject): WorkloadName {
  const group = object.apiGroup === 'core' ? '' : object.apiGroup;
  if (DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, object.kind) === undefined) {
    throw new ConstructError(
      scope,
      id,
      `${object.kind} ${object.name} (${object.node.path}) makes no pods`,
      object.kind === 'Service'
        ? 'For a Service, use Target.service().'
        : 'Pass a Deployment, StatefulSet, DaemonSet, Job, CronJob, Pod or another workload, or { name, kind }.',
    );
  }
  return {
    namespace: object.metadata.namespace ?? object.chart.namespace ?? 'default',
    name: object.name,
    kind: object.kind,
  };
}

/** The API object that a construct is or wraps. */
export function apiObjectOf(scope: Construct, id: string, construct: IConstruct): ApiObject {
  try {
    return ApiObject.of(construct);
  } catch {
    throw new ConstructError(
      scope,
      id,
      `the construct ${construct.node.path} wraps no Kubernetes object`,
      'Pass the workload itself: an ApiObject, a cdk8s-plus workload, or an imported class.',
    );
  }
}
