import { Actors } from './actors';
import { Budget } from './budget';
import { CasedPrograms } from './cased-programs';
import type { Example } from './examples';
import { KnownNamespaces } from './known-namespaces';
import { spotsOf, type Spot } from './plan';
import { AccountIndex, kindKey, kindsOf, type PodKind } from './pod-kind';
import { labelsKey } from './term';
import { wantedCases } from './wanted-cases';
import { covers, widerKinds, widerNamespaces } from './wider-kinds';
import { profileOf, servicesByName, WholeEngine } from '../engine';
import { Evaluation } from '../evaluate';
import type { Program } from '../programs/program-assignment';
import type { ReachabilityOptions, Verdict } from '../reachability';
import { IndexSet } from '../sets/index-set';
import type { Cluster } from '../../model/cluster';
import { append } from '../../model/group-by';
import type { Workload } from '../../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import type { PolicySet } from '../../policies/policy';

/** What pods of one kind that are not in the manifests may do with a workload. */
export interface UnlistedAccess {
  readonly kind: PodKind;
  /** The namespaces of the manifests in which they may, by number: see {@link UnlistedReport.namespaces}. */
  readonly known: IndexSet;
  /** Namespaces that are not in the manifests, by their labels; without labels: those of which no policy says anything. */
  readonly unlisted: readonly Example[];
  /** What the policies of the workload let through; those of the pods are not known. */
  readonly verdict: Verdict;
  /** Names under which rules ask for ports of these pods, where something is undecided. */
  readonly portNames: readonly string[];
}

/** The same for all workloads that were asked about. */
export interface UnlistedReport {
  /** The namespaces of the manifests, by number. */
  readonly namespaces: readonly string[];
  /** Equal workloads share one list. */
  of(workload: Workload, direction: Direction): readonly UnlistedAccess[];
  isIsolated(workload: Workload, direction: Direction): boolean;
  /** How many combinations of labels were not looked at, as there are too many. */
  readonly leftOut: number;
}

/** A program of some workloads with what is asked about it. */
interface Plan {
  readonly pod: Workload;
  readonly direction: Direction;
  readonly spots: ReadonlyMap<string, readonly Spot[]>;
  readonly portNames: readonly string[];
}

/**
 * Who that is not in the manifests could connect to (or be reached from) workloads. For every kind of pods that the rules
 * about a workload speak of (by labels, namespace and service account) an example is judged as if it were there: one that
 * has no more labels than needed, once for all namespaces that none of the rules tells apart. So what is open to some pod is
 * open to an example whose labels that pod has too. An example that may do no more than a wider one (with fewer labels, or
 * of a namespace with fewer) is left out.
 */
export function unlistedAccess(
  cluster: Cluster,
  policies: PolicySet,
  options: ReachabilityOptions,
  workloads: readonly Workload[],
): UnlistedReport {
  const base = new Evaluation(cluster, policies, options, new WholeEngine(cluster, policies, options));
  const namespaces = new KnownNamespaces(cluster);
  const budget = new Budget();
  const accounts = new AccountIndex(cluster.serviceAccounts);
  const calicoLabels = profileOf(policies, options).setsOwnLabels;
  const cased = new CasedPrograms(base.engine, { services: servicesByName(cluster), calicoLabels, budget });
  const asked = programsOf(base, workloads);
  // All are read before the first is solved: values that stand for any are to be none that a policy names.
  for (const { program } of asked.programs.values()) cased.tiers(program);
  const actors = new Actors(cluster, accounts);
  const context = { namespaces, accounts, mentioned: cased.mentioned, budget };
  const plans = new Map<string, Plan>();
  for (const [key, { pod, direction, program }] of asked.programs) {
    const tiers = cased.tiers(program);
    const kinds = kindsOf([[], ...wantedCases(tiers, budget)], context);
    const spots = spotsOf(kinds, tiers, context, actors);
    plans.set(key, { pod, direction, spots, portNames: cased.portNames(program) });
  }
  const stages = actors
    .casts()
    .map((cast) => new Evaluation(cast, policies, options, new WholeEngine(cast, policies, options)));
  const lists = new Map([...plans].map(([key, plan]) => [key, listOf(plan, stages)]));
  return {
    namespaces: namespaces.names,
    of: (workload, direction) => lists.get(asked.keyOf(workload, direction) ?? '') ?? [],
    isIsolated: (workload, direction) => base.isolatedBy(workload, direction).length > 0,
    leftOut: budget.leftOut,
  };
}

interface AskedProgram {
  readonly pod: Workload;
  readonly direction: Direction;
  readonly program: Program | undefined;
}

interface Asked {
  readonly programs: ReadonlyMap<string, AskedProgram>;
  /** Undefined for what has no network. */
  keyOf(workload: Workload, direction: Direction): string | undefined;
}

/** Workloads about which the same rules decide, in packets of the same IP versions, are asked about once. */
function programsOf({ engine }: Evaluation, workloads: readonly Workload[]): Asked {
  const keyOf: Asked['keyOf'] = (workload, direction) => {
    const end = engine.ends.of(workload);
    if (end === undefined) return undefined;
    return `${direction} ${engine.maskOf(end)} ${engine.programs.of(end, direction)?.key ?? 'host'}`;
  };
  const programs = new Map<string, AskedProgram>();
  for (const pod of workloads) {
    const end = engine.ends.of(pod);
    if (end === undefined) continue;
    for (const direction of DIRECTIONS) {
      const key = keyOf(pod, direction) ?? '';
      if (!programs.has(key))
        programs.set(key, { pod, direction, program: engine.programs.of(end, direction) });
    }
  }
  return { programs, keyOf };
}

interface Judged extends Spot {
  readonly verdict: Verdict;
}

function listOf({ pod, direction, spots, portNames }: Plan, stages: readonly Evaluation[]): UnlistedAccess[] {
  const judge = (spot: Spot): Judged => ({ ...spot, verdict: verdictOf(spot, pod, direction, stages) });
  const judged = new Map([...spots].map(([key, list]) => [key, new JudgedKind(list.map(judge))]));
  return [...judged.values()].flatMap(({ all }) => {
    const shown = all.filter((one) => !isNone(one.verdict) && !isWithinWider(one, judged));
    return byVerdict(shown).map((group) => accessOf(group, portNames));
  });
}

/** The verdicts on one kind of pods, by where these are at home. */
class JudgedKind {
  private readonly known: readonly Judged[];
  private readonly unlisted = new Map<string, Judged>();

  constructor(readonly all: readonly Judged[]) {
    this.known = all.filter(({ home }) => 'known' in home);
    for (const one of all)
      if ('unlisted' in one.home) this.unlisted.set(labelsKey(one.home.unlisted.labels), one);
  }

  inKnown(number: number): Judged | undefined {
    return this.known.find(({ home }) => 'known' in home && home.known.contains(number));
  }

  inUnlisted(key: string): Judged | undefined {
    return this.unlisted.get(key);
  }
}

function verdictOf(
  { actor: { stage, workload } }: Spot,
  pod: Workload,
  direction: Direction,
  stages: readonly Evaluation[],
): Verdict {
  const evaluation = stages[stage];
  if (evaluation === undefined) throw new Error('an actor plays on a stage that is not there');
  return evaluation.side(pod, direction, { type: 'workload', workload });
}

function isNone({ allowed, undecided }: Verdict): boolean {
  return allowed.isEmpty && undecided.isEmpty;
}

/** Whether these pods belong to a wider kind that may do as much. */
function isWithinWider(one: Judged, judged: ReadonlyMap<string, JudgedKind>): boolean {
  const isEnough = (wide: Judged | undefined): boolean =>
    wide !== undefined && wide !== one && covers(wide.verdict, one.verdict);
  const { home } = one;
  const kinds = [kindKey(one.kind), ...widerKinds(one.kind)].flatMap((key) => judged.get(key) ?? []);
  if ('known' in home) return kinds.some((kind) => isEnough(kind.inKnown(home.known.edges[0] ?? 0)));
  const places = [...widerNamespaces(home.unlisted.labels)];
  return kinds.some((kind) => places.some((place) => isEnough(kind.inUnlisted(place))));
}

function byVerdict(judged: readonly Judged[]): (readonly Judged[])[] {
  const groups = new Map<Verdict, Judged[]>();
  for (const one of judged) append(groups, one.verdict, one);
  return [...groups.values()];
}

function accessOf(group: readonly Judged[], portNames: readonly string[]): UnlistedAccess {
  const [first] = group;
  if (first === undefined) throw new Error('a group has members');
  const { kind, verdict } = first;
  return {
    kind,
    known: IndexSet.unionOf(group.flatMap(({ home }) => ('known' in home ? [home.known] : []))),
    unlisted: group.flatMap(({ home }) => ('unlisted' in home ? [home.unlisted] : [])),
    verdict,
    portNames: verdict.undecided.isEmpty ? [] : portNames,
  };
}
