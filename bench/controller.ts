/**
 * What does the controller cost in a cluster, and how fast is it?
 *
 * Against a real API server, with the controller as a process of its own, under the options of Node that its image has:
 * `npm run bench -- bench/controller.ts`, and with `small` for 100 pods, `large` for 10,000 pods in 500 namespaces,
 * `growth` for one change in namespaces of 10, 40 and 160 workloads. `--profile selectors` has policies go by the labels that
 * pods have anyway: no pod is written. `--runs 6` begins that often from a new cluster and prints medians; `--calls layers` has no
 * call go in a circle, where by default all of them do; `--requests` lists what the start asks for. Figures and what
 * they are compared with are in docs/performance.md. Linux only, needs Go for the API server (test/cluster/README.md).
 */
import { countRequests } from '../test/cluster/audit-log';
import { type KubeObject } from '../test/cluster/client';
import { sleep, until } from '../test/cluster/install';
import { identity } from '../src/intents/identity';
import { count, cpu, Figures, milliseconds, seconds } from './controller-figures';
import { ControllerRun, percentile } from './controller-run';
import {
  buildApp,
  buildPod,
  inParallel,
  intentsOf,
  LARGE_SIZE,
  namespaceName,
  OTTERIZE_SIZE,
  SMALL_SIZE,
  type WorldSize,
} from './controller-world';
import { option } from './measure';
import { Seen } from './seen';

const GROWTH = [10, 40, 160];

/** How policies and labels are named. */
type Profile = 'seed' | 'selectors';

/** The policy of a server, with the peers of a namespace. */
const policyName = (profile: Profile, server: string, namespace: string): string =>
  profile === 'selectors' ? `access-to-${server}` : `access-to-${server}-from-${namespace}`;

/** What is done to a cluster, and measured. */
class Bench {
  constructor(
    private readonly run: ControllerRun,
    private readonly profile: Profile,
  ) {}

  private get size(): WorldSize {
    return this.run.size;
  }

  async coldStart(): Promise<void> {
    const { run } = this;
    const { figures } = run;
    const pods = this.size.namespaces * this.size.deploymentsPerNamespace * this.size.podsPerDeployment;
    const begun = performance.now();
    const controller = await run.startController([`--profile=${this.profile}`]);
    await until(() => this.run.policies.at.size > 0, { within: 300_000 });
    if (this.profile === 'seed') await until(() => run.pods.at.size === pods, { within: 600_000 });
    await run.quiet();
    const lastOf = (seen: Seen): number => Math.max(...seen.at.values()) - begun;
    const asked = this.run.requests(0);
    const { cpuSeconds, residentMegabytes, mostResidentMegabytes } = controller.usage();
    figures.tell(
      `cold start: ${this.run.policies.at.size} policies present`,
      seconds(lastOf(this.run.policies)),
    );
    if (this.profile === 'seed')
      figures.tell(`cold start: all ${pods} pods labelled`, seconds(lastOf(run.pods)));
    figures.tell('cold start: API requests', count(asked.length, 'requests'));
    if (process.argv.includes('--requests'))
      for (const [what, times] of countRequests(asked))
        console.log(`  ${String(times).padStart(6)}  ${what}`);
    figures.tell('cold start: processor time', cpu(cpuSeconds));
    figures.tell(
      'memory after start, and the most until then',
      count(residentMegabytes, 'MB'),
      count(mostResidentMegabytes, 'MB'),
    );
  }

  async steady(forSeconds = 20): Promise<void> {
    const at = Date.now();
    const before = this.run.cpu();
    await sleep(forSeconds * 1000);
    const writes = this.run.requests(at).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
    this.run.figures.tell(
      `${forSeconds} s with nothing to do`,
      count(writes.length, 'writes'),
      cpu(this.run.cpu() - before, 2),
    );
  }

  /** A target that no policy exists for: an app that nobody called until now. */
  async newPolicy(times: number): Promise<void> {
    const { plane, policies } = this.run;
    const { namespaces } = this.size;
    // Each namespace in turn gets one more.
    const home = (index: number): number => index % namespaces;
    const app = (round: number): string => `fresh-${round}`;
    const roundOf = (index: number): number => Math.floor(index / namespaces);
    await inParallel(
      Array.from({ length: times }, (_, index) => index),
      (index) => buildApp(plane.api, namespaceName(home(index)), app(roundOf(index)), 1),
    );
    await this.run.quiet();
    await this.run.changes(
      'target added, new policy there',
      times,
      (index) => {
        const targets = Array.from({ length: roundOf(index) + 1 }, (_, round) => ({
          kubernetes: { name: app(round) },
        }));
        return plane.api.apply(intentsOf(this.size, home(index), 0, targets), 'people', true);
      },
      (index) => {
        const namespace = namespaceName(home(index));
        return policies.at.has(`${namespace}/${policyName(this.profile, app(roundOf(index)), namespace)}`);
      },
    );
  }

  /** A client with one pod calls one more server, which has a policy: one pod gets a label, or the policy one more peer. */
  async newClient(times: number): Promise<void> {
    const { api } = this.run.plane;
    const namespace = namespaceName(0);
    const name = (index: number): string => `solo-${index}`;
    const numbers = Array.from({ length: times }, (_, index) => index);
    await inParallel(numbers, (index) => buildApp(api, namespace, name(index), 1));
    const labelled = new Seen(
      api,
      `/api/v1/namespaces/${namespace}/pods?labelSelector=intents.otterize.com%2Fclient`,
    );
    await this.run.quiet();
    await this.run.changes(
      this.profile === 'seed'
        ? 'target added, server has a policy already, pod labelled'
        : 'target added, server has a policy already, which lets it in',
      times,
      (index) => api.create(this.callOf(name(index))),
      (index) =>
        this.profile === 'seed'
          ? labelled.at.has(`${namespace}/${name(index)}-1-0`)
          : this.policyNames(name(index)),
    );
  }

  /** The intents of a Deployment of the first namespace that calls a server which others call already. */
  private callOf(name: string): KubeObject {
    return {
      ...intentsOf(this.size, 0, 0),
      metadata: { name, namespace: namespaceName(0) },
      spec: { workload: { name, kind: 'Deployment' }, targets: [{ kubernetes: { name: 'app-1' } }] },
    };
  }

  /** Whether the policy of that server lets a Deployment in by its own labels. */
  private async policyNames(app: string): Promise<boolean> {
    const policy = await this.run.plane.api.get(this.policyPath(0));
    return JSON.stringify(policy.spec.ingress).includes(`"${app}"`);
  }

  /** The policy of a server that every namespace has. */
  private policyPath(index: number): string {
    const namespace = namespaceName(index);
    const name = policyName(this.profile, 'app-1', namespace);
    return `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies/${name}`;
  }

  async manyPods(pods = 500): Promise<void> {
    const { run } = this;
    const { api } = run.plane;
    await buildApp(api, namespaceName(0), 'wide', pods);
    const seen = new Seen(
      api,
      `/api/v1/namespaces/${namespaceName(0)}/pods?labelSelector=app%3Dwide%2Cintents.otterize.com%2Fclient`,
    );
    await run.quiet();
    const before = run.cpu();
    const from = Date.now();
    const begun = performance.now();
    await api.create(this.callOf('wide'));
    const isDone = async (): Promise<boolean> =>
      this.profile === 'seed' ? seen.at.size >= pods : this.policyNames('wide');
    await until(isDone, { within: 120_000, every: 5 });
    const took = performance.now() - begun;
    await run.quiet();
    run.figures.tell(
      `one client of ${pods} pods gets a target: ${this.profile === 'seed' ? 'all labelled' : 'let in'}`,
      seconds(took),
      count(run.requests(from).length, 'requests'),
      cpu(run.cpu() - before),
    );
  }

  async repair(times = 10): Promise<void> {
    const { api } = this.run.plane;
    const path = (index: number): string => this.policyPath(index % this.size.namespaces);
    const there = (index: number): Promise<KubeObject | undefined> =>
      api.get(path(index)).catch(() => undefined);
    await this.run.changes(
      'its policy deleted by hand, there again',
      times,
      (index) => api.send('DELETE', path(index)),
      async (index) => (await there(index)) !== undefined,
    );
    // Who changes the same policy a fourth time is let have it for a while.
    await this.run.changes(
      'its policy opened by hand, closed again',
      Math.min(times, this.size.namespaces),
      (index) => api.send('PATCH', path(index), { spec: { ingress: [{}] } }, 'application/merge-patch+json'),
      async (index) => JSON.stringify((await there(index))?.spec.ingress) !== '[{}]',
    );
  }

  /** Pods go and come as fast as the server takes them. */
  async storm(most = 1_000): Promise<void> {
    const { run } = this;
    const { api } = run.plane;
    const each = this.size.podsPerDeployment;
    const sets = (await api.list('/apis/apps/v1/replicasets'))
      .filter(({ metadata }) => /^app-\d+-1$/.test(metadata.name as string))
      .slice(0, Math.ceil(most / each))
      .map((set): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...set }));
    const pods = sets.flatMap((set) => Array.from({ length: each }, (_, index) => ({ set, index })));
    const born = new Map<string, number>();
    const from = Date.now();
    const before = run.cpu();
    await inParallel(pods, async ({ set, index }) => {
      const { namespace, name } = set.metadata as { namespace: string; name: string };
      await api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}-${index}?gracePeriodSeconds=0`);
      await buildPod(api, set, index + each);
      born.set(`${namespace}/${name}-${index + each}`, performance.now());
    });
    const isLabelled = (key: string): boolean => this.profile !== 'seed' || run.pods.at.has(key);
    await until(() => [...born.keys()].every(isLabelled), { within: 120_000 });
    await run.quiet();
    const waits = [...born].map(([key, at]) => Math.max(0, (run.pods.at.get(key) ?? at) - at));
    run.figures.tell(
      `${born.size} pods re-created: labelled after (median, p99)`,
      milliseconds(percentile(waits, 0.5)),
      milliseconds(percentile(waits, 0.99)),
      count(run.requests(from).length, 'requests'),
      cpu(run.cpu() - before),
    );
  }

  /** One ClientIntents of a namespace gets a target, whose policy is there already. */
  async growth(times: number): Promise<void> {
    const { api } = this.run.plane;
    for (const workloads of GROWTH) {
      const namespace = `of-${workloads}`;
      await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const numbers = Array.from({ length: workloads }, (_, at) => at);
      await inParallel(numbers, (at) => buildApp(api, namespace, `app-${at}`, 1));
      const calling = (at: number, targets: readonly number[]): KubeObject => ({
        ...intentsOf(this.size, 0, at),
        metadata: { name: `app-${at}`, namespace },
        spec: {
          workload: { name: `app-${at}`, kind: 'Deployment' },
          targets: targets.map((target) => ({ kubernetes: { name: `app-${target % workloads}` } })),
        },
      });
      await inParallel(numbers, (at) => api.apply(calling(at, [at + 1, at + 2]), 'people', true));
      await this.run.quiet();
      const newTarget = (index: number): number => index + 4 + Math.floor(index / 10);
      await this.run.changes(
        `one of ${workloads} ClientIntents changed, pod labelled`,
        times,
        (index) => api.apply(calling(index % 10, [index + 1, index + 2, newTarget(index)]), 'people', true),
        async (index) => {
          const pod = await api.get(`/api/v1/namespaces/${namespace}/pods/app-${index % 10}-1-0`);
          const label = `intents.otterize.com/access-${identity(`app-${newTarget(index) % workloads}`, namespace)}`;
          return pod?.metadata.labels[label] !== undefined;
        },
      );
    }
  }
}

type Scale = 'small' | 'usual' | 'large' | 'growth';
const SIZES: Readonly<Record<Scale, WorldSize>> = {
  small: SMALL_SIZE,
  usual: OTTERIZE_SIZE,
  large: LARGE_SIZE,
  growth: SMALL_SIZE,
};

async function measure(scale: Scale, profile: Profile, figures: Figures): Promise<void> {
  const calls = option('calls', 'rings') === 'layers' ? 'layers' : 'rings';
  const run = await ControllerRun.prepare({ ...SIZES[scale], calls }, figures);
  const bench = new Bench(run, profile);
  try {
    await bench.coldStart();
    if (scale === 'growth') {
      await bench.growth(30);
      return;
    }
    await bench.steady();
    await bench.newPolicy(scale === 'large' ? 100 : 20);
    if (scale !== 'large') await bench.newClient(20);
    if (scale === 'usual') await bench.manyPods();
    if (scale !== 'large') await bench.repair(scale === 'small' ? 4 : 10);
    if (scale !== 'small') await bench.storm();
  } finally {
    await run.stop();
  }
}

async function main(): Promise<void> {
  const runs = Number(option('runs', '1'));
  const scale = (['small', 'large', 'growth'] as const).find((one) => process.argv.includes(one)) ?? 'usual';
  const profile = option('profile', 'seed') === 'selectors' ? 'selectors' : 'seed';
  const figures = new Figures();
  for (let at = 0; at < runs; at += 1) await measure(scale, profile, figures);
  if (runs > 1) figures.printMedians(runs);
}

void main();
