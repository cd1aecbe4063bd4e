import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { ConstructError } from './construct-error';
import { describeGiven, fieldsProblem } from './given-value';
import type { LateName } from './rendered-names';
import type { WorkloadName } from '../intents/client-intents';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../model/workloads/pod-template';

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
  checkNamed(scope, id, reference);
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

function checkNamed(scope: Construct, id: string, given: unknown): void {
  const example = "Write { name: 'frontend' }, or pass the construct that makes it.";
  if (typeof given !== 'object' || given === null || !('name' in given)) {
    const said = given !== null && typeof given === 'object' ? '' : `, but is ${describeGiven(given)}`;
    throw new ConstructError(scope, id, `a workload needs a name${said}`, example);
  }
  const wrong = fieldsProblem(given, ['name', 'kind', 'namespace']);
  if (wrong !== undefined) throw new ConstructError(scope, id, `the workload ${wrong.problem}`, wrong.mend);
  if (typeof given.name !== 'string' || given.name.trim() === '') {
    throw new ConstructError(scope, id, 'a workload needs a name', example);
  }
  for (const [field, value] of Object.entries(given)) {
    if (value === undefined || typeof value === 'string') continue;
    const problem = `the ${field} of the workload ${given.name} is ${describeGiven(value)}, not text`;
    throw new ConstructError(scope, id, problem, `Write it as text, or leave ${field} out.`);
  }
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
export function apiObjectOf(scope: Construct, id: string, given: unknown): ApiObject {
  const mend = 'Pass the object itself: an ApiObject, a cdk8s-plus construct, or an imported class.';
  if (!Construct.isConstruct(given)) {
    throw new ConstructError(scope, id, `${describeGiven(given)} is no construct`, mend);
  }
  try {
    return ApiObject.of(given);
  } catch {
    const problem = `the construct ${given.node.path} wraps no Kubernetes object`;
    throw new ConstructError(scope, id, problem, mend);
  }
}
