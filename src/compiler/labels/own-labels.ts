import type { ModelIndex } from '../resolution/model-index';
import { isJsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** Set anew for each revision, run or pod: a policy must not go by them. */
const VOLATILE = new Set([
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'rollouts-pod-template-hash',
]);

/** Whether a label is set anew for each revision, run, pod or release, so that no policy may go by it. */
export function isVolatileLabel(key: string): boolean {
  return VOLATILE.has(key) || SHORT_LIVED.has(key);
}

/** Stable only until the next release: taken last. */
const SHORT_LIVED = new Set(['helm.sh/chart', 'app.kubernetes.io/version', 'version', 'chart']);

/**
 * Labels that select the pods of `workload` and of none but `allowed` workloads in its namespace: its own
 * `spec.selector.matchLabels` when they do, else with the fewest more labels of its pod template, else all of
 * those. `undefined` when even they match another workload, or when there are none.
 */
export function ownLabels(
  workload: Workload,
  allowed: ReadonlySet<Workload>,
  index: ModelIndex,
): Labels | undefined {
  const exact = (labels: Labels): boolean =>
    Object.keys(labels).length > 0 &&
    index
      .selected(workload.namespace, labels)
      .every((other) => other === workload || other.finished || allowed.has(other));
  const template = stableLabels(workload);
  const own = selectorLabels(workload, template);
  if (exact(own)) return own;
  const more = Object.entries(template)
    .filter(([key]) => !Object.hasOwn(own, key))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  for (const [key, value] of more) {
    const labels = { ...own, [key]: value };
    if (exact(labels)) return labels;
  }
  return exact(template) ? template : undefined;
}

function stableLabels({ labels }: Workload): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !VOLATILE.has(key)));
}

/** `spec.selector.matchLabels` as far as the template carries it; empty for kinds without one. */
function selectorLabels({ resource }: Workload, template: Labels): Labels {
  const spec = resource.manifest['spec'];
  const selector = isJsonObject(spec) ? spec['selector'] : undefined;
  const matchLabels = isJsonObject(selector) ? selector['matchLabels'] : undefined;
  if (!isJsonObject(matchLabels)) return {};
  return Object.fromEntries(
    Object.entries(template).filter(
      ([key, value]) => Object.hasOwn(matchLabels, key) && matchLabels[key] === value,
    ),
  );
}

function rank(key: string): number {
  return SHORT_LIVED.has(key) ? 1 : 0;
}
