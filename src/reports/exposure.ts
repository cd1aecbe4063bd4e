import type { Cluster } from '../model/cluster';
import type { Namespace } from '../model/namespace';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import { NOWHERE } from '../model/place';
import type { Workload } from '../model/workload';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type { PolicySet } from '../policies/policy';
import { evaluate } from '../reachability/evaluate';
import type { Reachability, ReachabilityOptions, Verdict } from '../reachability/reachability';
import { unlistedWorkload } from '../reachability/unlisted-pod';
import { strangersOf, type Stranger } from './stranger';

/** What a pod that is not in the manifests could do with one that is. */
export interface Exposure {
  readonly workload: Workload;
  /** `ingress`: the stranger may connect to the workload; `egress`: the workload to the stranger. */
  readonly direction: Direction;
  /** Whether any policy isolates the workload in this direction. */
  readonly isolated: boolean;
  readonly stranger: Stranger;
  /** What the policies of the workload let through; those of the stranger are not known. */
  readonly verdict: Verdict;
}

/** The workload that stands for a stranger in the model. */
interface Actor {
  readonly stranger: Stranger;
  readonly workload: Workload;
  readonly namespace: Namespace | undefined;
}

/**
 * Who that is not in these manifests could connect to (or be reached from) each workload. For every kind of pod that
 * the policies' rules tell apart an example is judged as if it were there. A narrower example that may do no more than
 * a wider one (without labels, or in any namespace) is left out.
 */
export function exposureOf(
  cluster: Cluster,
  policies: PolicySet,
  options: ReachabilityOptions,
  workloads: readonly Workload[] = cluster.workloads,
): Exposure[] {
  const actors = strangersOf(cluster, policies).map((stranger, index) => actorOf(cluster, stranger, index));
  const reachability = evaluate(withActors(cluster, actors), policies, options);
  return workloads.flatMap((workload) =>
    DIRECTIONS.flatMap((direction) => exposures(reachability, workload, direction, actors)),
  );
}

function actorOf(cluster: Cluster, stranger: Stranger, index: number): Actor {
  const name = freeName(cluster, stranger.namespaceLabels, index);
  const namespace = stranger.namespace ?? name;
  const peer = {
    type: 'pod',
    namespace,
    labels: stranger.labels,
    serviceAccount: stranger.serviceAccount,
  } as const;
  return {
    stranger,
    workload: unlistedWorkload(peer, `stranger-${index}`),
    namespace:
      stranger.namespace !== undefined
        ? undefined
        : {
            name,
            labels: { [NAMESPACE_NAME_LABEL]: name, ...stranger.namespaceLabels },
            declared: true,
            place: NOWHERE,
          },
  };
}

/** The name that the labels ask for, else one that no namespace of the input has: blanks are in no name. */
function freeName({ namespaces }: Cluster, labels: Stranger['namespaceLabels'], index: number): string {
  const asked = Object.hasOwn(labels, NAMESPACE_NAME_LABEL) ? labels[NAMESPACE_NAME_LABEL] : undefined;
  return asked !== undefined && !namespaces.has(asked) ? asked : `any other ${index}`;
}

function withActors(cluster: Cluster, actors: readonly Actor[]): Cluster {
  const namespaces = new Map(cluster.namespaces);
  for (const { namespace } of actors) if (namespace !== undefined) namespaces.set(namespace.name, namespace);
  const workloads = [...cluster.workloads, ...actors.map(({ workload }) => workload)];
  return { ...cluster, namespaces, workloads: workloads.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function exposures(
  reachability: Reachability,
  workload: Workload,
  direction: Direction,
  actors: readonly Actor[],
): Exposure[] {
  const isolated = reachability.isolatedBy(workload, direction).length > 0;
  const judged = actors.map(({ stranger, workload: other }) => ({
    stranger,
    verdict: reachability.side(workload, direction, { type: 'workload', workload: other }),
  }));
  const wide = judged.filter(({ stranger }) => isPlain(stranger));
  return judged
    .filter(({ stranger, verdict }) => !isNone(verdict) && !isCovered(stranger, verdict, wide))
    .map(({ stranger, verdict }) => ({ workload, direction, isolated, stranger, verdict }));
}

function isPlain({ namespaceLabels, labels, serviceAccount }: Stranger): boolean {
  return (
    Object.keys(namespaceLabels).length === 0 &&
    Object.keys(labels).length === 0 &&
    serviceAccount === undefined
  );
}

function isNone({ allowed, undecided }: Verdict): boolean {
  return allowed.isEmpty && undecided.isEmpty;
}

/** Whether a pod without labels, there or anywhere, may do the same already. */
function isCovered(
  stranger: Stranger,
  verdict: Verdict,
  wide: readonly { readonly stranger: Stranger; readonly verdict: Verdict }[],
): boolean {
  return wide.some(({ stranger: other, verdict: more }) => {
    if (other === stranger) return false;
    const isWider =
      other.namespace === undefined || (other.namespace === stranger.namespace && !isPlain(stranger));
    return isWider && verdict.allowed === more.allowed && verdict.undecided === more.undecided;
  });
}
