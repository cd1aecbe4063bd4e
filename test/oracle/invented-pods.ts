import { NAMESPACES, podLabels, SERVICE_ACCOUNTS } from './generate-cluster';
import type { Labels, Manifest } from './manifest';
import { endpointOf, type Pod, type PodEnd } from './pods';
import type { Random } from './random';

const NAMESPACE_LABELS: readonly (readonly [string, readonly string[]])[] = [
  ['env', ['prod', 'dev', '']],
  ['team', ['a', 'b']],
  ['absent', ['v']],
];

/** Labels that policies ask for and generated pods seldom or never have. */
const SELDOM: readonly (readonly [string, readonly string[]])[] = [
  ['kind', ['set', 'other']],
  ['absent', ['v']],
  ['tier', ['web', 'db', 'cache']],
  ['app', ['a', 'b', 'ab', 'ba']],
];

/**
 * A pod that is in no manifest, in a namespace of the manifests or another, as an account of the manifests or another, with
 * labels that policies may ask for.
 */
export function inventedPod(random: Random, known: readonly string[]): PodEnd {
  const labels = { ...podLabels(random), ...picked(random, SELDOM) };
  const others = ['nowhere', ...NAMESPACES].filter((name) => !known.includes(name));
  const own = random.chance(0.5);
  return {
    namespace: own ? random.pick(known) : random.pick(others),
    labels,
    ...(own ? {} : { namespaceLabels: picked(random, NAMESPACE_LABELS) }),
    ...random.maybe(0.7, 'serviceAccount', () => random.pick([...SERVICE_ACCOUNTS, 'stranger'])),
  };
}

/** An account that is in no manifest may have any labels. */
export function withAccountLabels(random: Random, end: PodEnd, manifests: readonly Manifest[]): PodEnd {
  const { namespace, serviceAccount = 'default' } = end;
  const isKnown = manifests.some(
    ({ kind, metadata }) =>
      kind === 'ServiceAccount' && metadata.namespace === namespace && metadata.name === serviceAccount,
  );
  // An account that only pods of the manifests name has no labels, as far as is known.
  return isKnown || serviceAccount !== 'stranger'
    ? end
    : { ...end, serviceAccountLabels: picked(random, [['app', ['a', 'b']], ...SELDOM]) };
}

function picked(random: Random, pool: readonly (readonly [string, readonly string[]])[]): Labels {
  return Object.fromEntries(
    random.some(pool, 0, pool.length).map(([key, values]) => [key, random.pick(values)]),
  );
}

/** The pod with all that is known of it. */
export function podOfEnd(manifests: readonly Manifest[], end: PodEnd): Pod {
  const pod = endpointOf(manifests, end);
  if (pod.type !== 'pod') throw new Error('an invented pod is a pod');
  return pod;
}
