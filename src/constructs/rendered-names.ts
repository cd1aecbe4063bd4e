import type { ApiObject } from 'cdk8s';
import type { AppObject } from './app-objects';
import type { WorkloadName } from '../intents/client-intents';
import { workloadName } from '../intents/identity';
import type { Cluster } from '../model/cluster';
import type { Workload } from '../model/workloads/workload';

/** The name by which intents call what an object renders to; undefined when that cannot be told. */
export type NameOf = (object: ApiObject) => WorkloadName | undefined;

/** A name that is settled when the app is rendered. */
export type LateName = (nameOf: NameOf) => WorkloadName;

/**
 * Names objects as they are rendered: late values, patches and the annotation that names a workload make other names
 * than the constructs had.
 */
export function renderedNames(objects: readonly AppObject[], cluster: Cluster): NameOf {
  // Made when the first construct is asked for: an app may name all of its workloads by text.
  let byObject: ReadonlyMap<ApiObject, AppObject> | undefined;
  let byId: ReadonlyMap<string, Workload> | undefined;
  return (object) => {
    byObject ??= new Map(objects.map((known) => [known.object, known]));
    byId ??= new Map(cluster.workloads.map((workload) => [idOf(workload), workload]));
    const [resource, ...more] = byObject.get(object)?.resources ?? [];
    if (resource === undefined || more.length > 0) return undefined;
    const { group, kind, name, namespace = 'default' } = resource;
    const workload = byId.get(idOf({ group, kind, namespace, name }));
    return workload === undefined ? { namespace, name, kind } : workloadName(workload);
  };
}

/** Not the resource itself: of an object that is written twice, only one stands in the model. */
function idOf({
  group,
  kind,
  namespace,
  name,
}: Pick<Workload, 'group' | 'kind' | 'namespace' | 'name'>): string {
  return [group, kind, namespace, name].join('\u0000');
}
