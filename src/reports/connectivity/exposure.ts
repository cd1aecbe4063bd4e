import type { Cluster } from '../../model/cluster';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import type { PolicySet } from '../../policies/policy';
import type { ReachabilityOptions, Verdict } from '../../reachability/reachability';
import type { Example } from '../../reachability/unlisted/examples';
import type { PodKind } from '../../reachability/unlisted/pod-kind';
import { unlistedAccess, type UnlistedAccess } from '../../reachability/unlisted/unlisted-access';
import { plural } from '../words';

/** What pods of one kind that are not in the manifests could do with a workload that is. */
export interface Exposure {
  readonly workload: Workload;
  /** `ingress`: they may connect to the workload; `egress`: the workload to them. */
  readonly direction: Direction;
  /** Whether any policy isolates the workload in this direction. */
  readonly isolated: boolean;
  readonly kind: PodKind;
  readonly homes: ExposedHomes;
  /** What the policies of the workload let through; those of the pods are not known. */
  readonly verdict: Verdict;
  /** Names under which rules ask for ports of these pods, where something is undecided. */
  readonly portNames: readonly string[];
}

/** The namespaces in which the pods are. */
export interface ExposedHomes {
  /** How many namespaces the manifests have. */
  readonly total: number;
  /** How many of them are meant. */
  readonly count: number;
  /** Their names, sorted. Asked for only where they are few: together they can be very many. */
  readonly names: () => readonly string[];
  /** The names of the others. */
  readonly otherNames: () => readonly string[];
  /** Namespaces that are not in the manifests, by their labels; without labels: those no policy says anything of. */
  readonly unlisted: readonly Example[];
  /** Any namespace at all. */
  readonly everywhere: boolean;
}

/** What is exposed, and what is wrong with the answer. */
export interface ExposureReport {
  readonly exposures: readonly Exposure[];
  readonly findings: readonly Finding[];
}

/** Who that is not in these manifests could connect to (or be reached from) each workload. */
export function exposureOf(
  cluster: Cluster,
  policies: PolicySet,
  options: ReachabilityOptions,
  workloads: readonly Workload[] = cluster.workloads,
): ExposureReport {
  const report = unlistedAccess(cluster, policies, options, workloads);
  const homes = new Map<UnlistedAccess, ExposedHomes>();
  const homesFor = (access: UnlistedAccess): ExposedHomes => {
    const known = homes.get(access) ?? homesOf(access, report.namespaces);
    homes.set(access, known);
    return known;
  };
  const exposures = workloads.flatMap((workload) =>
    DIRECTIONS.flatMap((direction) => {
      const isolated = report.isIsolated(workload, direction);
      return report.of(workload, direction).map((access): Exposure => {
        const { kind, verdict, portNames } = access;
        return { workload, direction, isolated, kind, homes: homesFor(access), verdict, portNames };
      });
    }),
  );
  return { exposures, findings: report.leftOut === 0 ? [] : [cutFinding(report.leftOut)] };
}

function homesOf({ known, unlisted }: UnlistedAccess, namespaces: readonly string[]): ExposedHomes {
  const { size } = known;
  const namesOf = (wanted: boolean): string[] =>
    namespaces.filter((_, index) => known.contains(index) === wanted);
  return {
    total: namespaces.length,
    count: size,
    names: () => namesOf(true),
    otherNames: () => namesOf(false),
    unlisted,
    everywhere: size === namespaces.length && unlisted.some(({ labels }) => isEmpty(labels)),
  };
}

function isEmpty(labels: Labels): boolean {
  return Object.keys(labels).length === 0;
}

function cutFinding(count: number): Finding {
  return {
    id: 'exposure-incomplete',
    severity: 'warning',
    message: `The selectors of these policies tell more kinds of pods apart than are looked at: ${plural(count, 'combination')} of labels, namespaces and service accounts ${count === 1 ? 'was' : 'were'} left out, so the exposure does not show everything that is open.`,
    place: NOWHERE,
    mend: 'Ask about fewer workloads with --focus, or about one such pod with intents explain.',
  };
}
