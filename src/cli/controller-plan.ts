import type { Clock } from '../controller/api/clock';
import type { KubernetesApi } from '../controller/api/kubernetes-api';
import { foreignPolicies } from '../controller/takeover/foreign-policies';
import { generationsOf } from '../controller/takeover/generations';
import { planController } from '../controller/takeover/plan';
import { planJson } from '../controller/takeover/plan-json';
import { hasPlans, planText, type PlanReport } from '../controller/takeover/plan-text';
import { findOperator, refusal } from '../controller/takeover/running-operator';
import { takeOver } from '../controller/takeover/take-over';
import { sortFindings, type Finding } from '../model/finding';
import type { Resource } from '../model/resource';
import type { CompileSettings } from '../proof/compile-resources';
import { COLOURED, PLAIN } from '../reports/style';
import { keyOf } from '../sources/live/lay-over';
import { asUsage, readLive, type LiveObjects } from '../sources/live/read-live';
import { compareModels } from './compare-models';
import { printFindingsAside } from './outcome';
import { Progress } from './progress';
import { modelAfter, modelOf } from './read-model';
import { writeAll, type Terminal } from './terminal';

/** What a plan is made with. */
export interface PlanSettings {
  readonly api: KubernetesApi;
  /** What people call the cluster. */
  readonly context: string;
  readonly clock: Clock;
  readonly fieldManager: string;
  readonly compile: CompileSettings;
  /** Only these. Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  /** Field managers whose policies of intents count as the controller's own. Default: none. */
  readonly adopt?: readonly string[] | undefined;
  /** Whether the controller puts finalizers on intents. Default true. */
  readonly finalizers?: boolean;
  readonly output: 'text' | 'json';
}

/**
 * Prints what a controller would change in a cluster, and which connections that changes. Writes nothing.
 * @returns 1 when it would change anything, or would refuse to start; else 0
 */
export async function printPlan(settings: PlanSettings, terminal: Terminal): Promise<number> {
  const { api, context, compile, output } = settings;
  const progress = new Progress(terminal);
  progress.step('reading the cluster');
  const live = await readNamespaces(settings);
  const [operator, taken, generations] = await asUsage(
    context,
    Promise.all([
      findOperator(settings),
      takeOver({ ...settings, api, dryRun: true }),
      generationsOf(settings),
    ]),
  );
  const foreign = await asUsage(context, foreignPolicies(settings, taken));
  progress.step(`compiling ${live.resources.length} objects`);
  const plan = planController(
    live.resources,
    {
      ...compile,
      source: settings.namespaces === undefined ? 'cluster' : 'namespaces',
    },
    settings.finalizers ?? true,
    generations,
    foreign,
  );
  const flags = { ...compile.reachabilityOptions };
  const sources = { findings: [], ignoreComments: [], files: [] };
  const before = modelOf({ ...sources, resources: live.resources }, {}, progress, flags);
  const after = modelAfter(before, { ...sources, resources: plan.after }, {}, progress);
  const comparison = compareModels({ before, after });
  const findings = sortFindings([
    ...live.findings,
    ...plan.findings,
    ...unseenFindings(operator.unseen, context),
  ]);
  const report: PlanReport = {
    plan,
    taken,
    refusal: refusal(operator),
    // A controller labels pods that run; none is replaced for it.
    diff: { ...comparison.diff, rolls: [] },
    sides: comparison.sides,
  };
  progress.clear();
  await writeAll(
    terminal,
    output === 'json' ? planJson(report, findings) : planText(report, terminal.colours ? COLOURED : PLAIN),
  );
  if (output !== 'json') printFindingsAside(findings, terminal);
  return hasPlans(plan) || report.refusal !== undefined ? 1 : 0;
}

/** What is in no namespace is the same for all of them. */
async function readNamespaces({ api, context, namespaces }: PlanSettings): Promise<LiveObjects> {
  if (namespaces === undefined) return readLive(api, { context });
  const parts = await Promise.all(namespaces.map((namespace) => readLive(api, { context, namespace })));
  const resources = new Map<string, Resource>();
  for (const resource of parts.flatMap((part) => part.resources)) resources.set(keyOf(resource), resource);
  const findings = new Map(
    parts.flatMap((part) => part.findings).map((one) => [`${one.id} ${one.message}`, one]),
  );
  return { resources: [...resources.values()], findings: [...findings.values()] };
}

function unseenFindings(unseen: readonly string[], context: string): Finding[] {
  if (unseen.length === 0) return [];
  const place = { live: `--context ${context}`, at: () => place };
  return [
    {
      id: 'operator-not-looked-for',
      severity: 'warning',
      message: `You may not list ${unseen.join(', ')}, so nobody can tell whether Otterize's operator runs; two that write the same policies undo each other's work`,
      place,
      mend: 'Make sure that it does not run, or take a context that may list them.',
    },
  ];
}
