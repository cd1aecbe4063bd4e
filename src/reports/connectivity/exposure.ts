import type { Cluster } from '../../model/cluster';
import type { Namespace } from '../../model/namespace';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import { NOWHERE } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import type { PolicySet } from '../../policies/policy';
import { evaluate } from '../../reachability/evaluate';
import type { Reachability, ReachabilityOptions, Verdict } from '../../reachability/reachability';
import { unlistedWorkload } from '../../reachability/ends/unlisted-pod';
import { strangersOf, type Stranger } from '../explain/stranger';

/** What a pod that is not in the manifests could do with one that is. */
export interface Exposure {
  readonly workload: Workload;
  /** `ingress`: the stranger may connect to the workload; `egress`: the workload to the stranger. */
  readonly direction: Direction;
  /** Whether any policy isolates the workload in this direction. */
  readonly isolated: boolean;
  readonly stranger: Stranger;
  /** Every pod without labels may do the same, whatever its namespace. */
  readonly everywhere: boolean;
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
 * a wider one (without labels, or in a namespace nobody knows) is left out.
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

interface Judged {
  readonly stranger: Stranger;
  readonly verdict: Verdict;
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
  const plain = new Map(judged.filter(isPlain).map((one) => [one.stranger.namespace, one]));
  const anywhere = plain.get(undefined);
  const everywhere = [...plain.values()].every((one) => isSame(one, anywhere));
  return judged
    .filter((one) => !isNone(one.verdict) && !isSame(one, widerThan(one, plain)))
    .map((one) => ({ workload, direction, isolated, everywhere: everywhere && one === anywhere, ...one }));
}

function isPlain({ stranger: { namespaceLabels, labels, serviceAccount } }: Judged): boolean {
  return (
    Object.keys(namespaceLabels).length === 0 &&
    Object.keys(labels).length === 0 &&
    serviceAccount === undefined
  );
}

function isNone({ allowed, undecided }: Verdict): boolean {
  return allowed.isEmpty && undecided.isEmpty;
}

/** A pod without labels in the same namespace; for that one, a pod without labels in a namespace nobody knows. */
function widerThan(judged: Judged, plain: ReadonlyMap<string | undefined, Judged>): Judged | undefined {
  const { namespace } = judged.stranger;
  if (!isPlain(judged)) return plain.get(namespace);
  return namespace === undefined ? undefined : plain.get(undefined);
}

function isSame({ verdict }: Judged, other: Judged | undefined): boolean {
  return (
    other !== undefined &&
    verdict.allowed === other.verdict.allowed &&
    verdict.undecided === other.verdict.undecided
  );
}
