import type { WorkloadName } from '../../intents/client-intents';
import type { Service } from '../../model/services/service';
import { hasLabels } from '../own-isolation';
import type { ModelIndex } from '../resolution/model-index';

/**
 * The Services that lead to a workload target: those of its namespace that select the first of its pods
 * (otterize-operator 4.1). Which pod is first, manifests do not say; here it is that of the first workload by id.
 * Egress rules name them too, for network plugins that judge by the selector of the Service (4.6).
 */
export function referencingServices(server: WorkloadName, index: ModelIndex): readonly Service[] {
  const first = index.named(server).find(({ finished }) => !finished);
  if (first === undefined) return [];
  return index
    .servicesIn(first.namespace)
    .filter(({ selector = {} }) => Object.keys(selector).length > 0 && hasLabels(first.labels, selector));
}
