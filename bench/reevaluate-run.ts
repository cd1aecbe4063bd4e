/**
 * Re-evaluation after changes of one object each, in a process of its own, for bench/reevaluate.ts: reads the YAML of a
 * made-up cluster, evaluates it, changes it in several ways and prints the figures as JSON.
 *
 *   node .bench/reevaluate-run.js WORKLOADS,NAMESPACES,KUBERNETES,CALICO,BLOCKS REPEATS WARM
 */
import { manifestsOf } from './reachability-worlds';
import { buildCluster } from '../src/model/build-cluster';
import type { Cluster } from '../src/model/cluster';
import type { Workload } from '../src/model/workloads/workload';
import type { PolicySet } from '../src/policies/policy';
import { readPolicies } from '../src/policies/read-policies';
import type { AffectedWorkload } from '../src/reachability/reevaluation/affected';
import { evaluate } from '../src/reachability/evaluate';
import type { Reachability } from '../src/reachability/reachability';
import { reevaluate } from '../src/reachability/reevaluation/reevaluate';
import { readManifests } from '../src/sources/manifest';

interface Model {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
}

/** Changes one object; which one follows from the number. */
type Change = (model: Model, number: number) => Model;

const [workloads = 0, namespaces = 0, kubernetes = 0, calico = 0, blocks = 0] = (process.argv[2] ?? '')
  .split(',')
  .map(Number);
const repeats = Number(process.argv[3] ?? 50);
/** Changes of each kind before those that are measured. */
const warm = Number(process.argv[4] ?? 500);
/** Evaluations from scratch for each kind of change. */
const SCRATCH = 5;

function without<T>(list: readonly T[], index: number): T[] {
  return [...list.slice(0, index), ...list.slice(index + 1)];
}

function replaced<T>(list: readonly T[], index: number, change: (item: T) => T): T[] {
  return list.map((item, at) => (at === index ? change(item) : item));
}

function withWorkloads({ cluster, policies }: Model, changed: readonly Workload[]): Model {
  return { policies, cluster: { ...cluster, workloads: changed } };
}

function relabelled(workload: Workload): Workload {
  return {
    ...workload,
    labels: { ...workload.labels, app: workload.labels['app'] === 'web' ? 'db' : 'web' },
  };
}

const spread = (length: number, number: number): number => (number * 7_919 + 101) % length;

const KUBERNETES: Readonly<Record<string, Change>> = {
  'policy changed': ({ cluster, policies }, number) => ({
    cluster,
    policies: {
      ...policies,
      kubernetes: replaced(policies.kubernetes, spread(kubernetes, number), (policy) => ({
        ...policy,
        ingress: policy.ingress.length === 0 ? [] : policy.ingress.map((rule) => ({ ...rule, ports: 'all' })),
        labels: { changed: 'yes' },
      })),
    },
  }),
  'policy added': ({ cluster, policies }, number) => {
    const added = policies.kubernetes.slice(spread(kubernetes, number)).slice(0, 1);
    const copies = added.map((policy) => ({
      ...policy,
      name: 'added',
      types: ['ingress', 'egress'] as const,
    }));
    return { cluster, policies: { ...policies, kubernetes: [...policies.kubernetes, ...copies] } };
  },
  'policy removed': ({ cluster, policies }, number) => ({
    cluster,
    policies: { ...policies, kubernetes: without(policies.kubernetes, spread(kubernetes, number)) },
  }),
  'labels of a workload': (model, number) =>
    withWorkloads(model, replaced(model.cluster.workloads, spread(workloads, number), relabelled)),
  'workload added': (model, number) => {
    const { workloads: all } = model.cluster;
    const at = spread(workloads, number);
    const copies = all
      .slice(at, at + 1)
      .map((workload) => ({ ...relabelled(workload), id: `${workload.id}+` }));
    return withWorkloads(model, [...all.slice(0, at + 1), ...copies, ...all.slice(at + 1)]);
  },
  'workload removed': (model, number) =>
    withWorkloads(model, without(model.cluster.workloads, spread(workloads, number))),
  'labels of a namespace': ({ cluster, policies }, number) => {
    const name = `ns-${spread(namespaces, number)}`;
    const changed = new Map(cluster.namespaces);
    const namespace = changed.get(name);
    if (namespace !== undefined)
      changed.set(name, { ...namespace, labels: { ...namespace.labels, team: `team-${number % 7}x` } });
    return { policies, cluster: { ...cluster, namespaces: changed } };
  },
};

const CALICO: Readonly<Record<string, Change>> = {
  'Calico policy changed': ({ cluster, policies }, number) => ({
    cluster,
    policies: {
      ...policies,
      calico: replaced(policies.calico, spread(calico, number), (policy) => ({
        ...policy,
        ingress: policy.ingress.slice(1),
      })),
    },
  }),
};

/** What a front asks after a change: who may come in, and who may be called, wherever that may be new. */
function ask(reachability: Reachability, affected: readonly AffectedWorkload[]): number {
  let answers = 0;
  for (const { workload, directions } of affected)
    for (const direction of directions) {
      answers += reachability.isolatedBy(workload, direction).length;
      answers += reachability.admissions(workload, direction).length;
    }
  return answers;
}

/** Processor time, collecting garbage included: steadier than the clock where the machine has other work. */
function timed<T>(work: () => T): [milliseconds: number, result: T] {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return [(user + system) / 1000, result];
}

const text = manifestsOf({ workloads, namespaces, kubernetes, calico, blocks });
const { resources } = readManifests(text, { file: 'all.yaml' });
const model: Model = { cluster: buildCluster(resources), policies: readPolicies(resources) };
const base = evaluate(model.cluster, model.policies);
base.groups();

interface Changed extends Model {
  readonly affected: readonly AffectedWorkload[];
}

/** Means of the same change to several objects: on top of what is known, and from scratch. */
function measure(change: Change): Record<string, number> {
  const models = Array.from({ length: repeats }, (_, number) => change(model, number));
  const updates = (): Changed[] =>
    models.map(({ cluster, policies }) => {
      const { reachability, affected, whole } = reevaluate(base, cluster, policies);
      if (whole !== undefined) throw new Error(`evaluated whole: ${whole}`);
      ask(reachability, affected);
      return { cluster, policies, affected };
    });
  // As a process that has been at it for a while: Node has optimised what it goes through time and again.
  for (let done = 0; done < warm; done += models.length) updates();
  const [update, changed] = timed(updates);
  const asked = changed.slice(0, SCRATCH);
  const anew = (): Reachability[] =>
    asked.map(({ cluster, policies, affected }) => {
      const reachability = evaluate(cluster, policies);
      ask(reachability, affected);
      return reachability;
    });
  if (warm > 0) anew();
  const [scratch, fresh] = timed(anew);
  const [rest] = timed(() => {
    for (const reachability of fresh) reachability.groups();
  });
  return { update: update / models.length, scratch: scratch / SCRATCH, whole: (scratch + rest) / SCRATCH };
}

const changes = Object.entries({ ...KUBERNETES, ...(calico > 0 ? CALICO : {}) });
console.log(JSON.stringify(Object.fromEntries(changes.map(([name, change]) => [name, measure(change)]))));
