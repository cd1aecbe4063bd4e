import { accessLabel, identityOfTarget } from './operator-identity';
import { LabelMap } from '../profiles/label-map';
import { CLIENT_LABEL } from '../profiles/label-scheme';
import { type ModelIndex } from '../resolution/model-index';
import { groupBy } from '../../model/group-by';
import { identityLabels } from '../profiles/profile-otterize';
import type { ClientIntents } from '../../intents/client-intents';
import { SERVICE_KIND, identity, workloadName } from '../../intents/identity';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/**
 * The labels of every pod (otterize-operator 5.1): its identity and kind, and for clients one access label for each
 * server inside the cluster. Clients are found by name alone: intents of a Deployment label the pods of a StatefulSet of
 * that name too (10.2 W-9). Pods that have run to their end get none.
 */
export function operatorLabels(
  intents: readonly ClientIntents[],
  index: ModelIndex,
): ReadonlyMap<Workload, Labels> {
  const labels = new LabelMap();
  const byClient = groupBy(intents, ({ client }) => key(client.namespace, client.name.replaceAll('.', '_')));
  for (const workload of index.cluster.workloads) {
    if (workload.finished) continue;
    labels.add(workload, identityLabels(workload));
    const { namespace, name } = workloadName(workload);
    for (const declaration of byClient.get(key(namespace, name)) ?? [])
      if (declaration.client.kind !== SERVICE_KIND) addAccess(labels, workload, declaration);
  }
  for (const declaration of intents)
    for (const workload of behindService(declaration, index)) addAccess(labels, workload, declaration);
  return labels.map;
}

/** A client of kind Service is the pods behind it (2.3). */
function behindService({ client }: ClientIntents, index: ModelIndex): readonly Workload[] {
  if (client.kind !== SERVICE_KIND) return [];
  const selector = index.service(client.namespace, client.name)?.selector ?? {};
  if (Object.keys(selector).length === 0) return [];
  return index.selected(client.namespace, selector).filter(({ finished }) => !finished);
}

function addAccess(labels: LabelMap, workload: Workload, { targets }: ClientIntents): void {
  const keys = targets.flatMap((target) => {
    const server = identityOfTarget(target);
    return server === undefined ? [] : [accessLabel(server)];
  });
  if (keys.length === 0) return;
  const { name, namespace } = workloadName(workload);
  labels.add(workload, { [CLIENT_LABEL]: identity(name, namespace) });
  for (const label of keys) labels.add(workload, { [label]: 'true' });
}

function key(namespace: string, name: string): string {
  return `${namespace}\u0000${name}`;
}
