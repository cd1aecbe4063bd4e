/**
 * What does the controller cost in a cluster, and how fast is it?
 *
 * Against a real API server, with the controller as a process of its own, under the options of Node that its image has:
 * `npm run bench -- bench/controller.ts`, and with `small` for 100 pods, `large` for 10,000 pods in 500 namespaces,
 * `growth` for one change in namespaces of 10, 40 and 160 workloads. `--runs 6` begins that often from a new cluster and
 * prints medians; `--calls layers` has no call go in a circle, where by default all of them do. Figures and what
 * they are compared with are in docs/performance.md. Linux only, needs Go for the API server (test/cluster/README.md).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess, translateCli } from '../test/cluster/cli-process';
import { type Client, type KubeObject } from '../test/cluster/client';
import { ControlPlane } from '../test/cluster/control-plane';
import { installCrds, sleep, until } from '../test/cluster/install';
import { freePort } from '../test/cluster/part';
import { identity } from '../src/intents/identity';
import { count, cpu, Figures, milliseconds, seconds } from './controller-figures';
import {
  buildApp,
  buildPod,
  buildWorld,
  inParallel,
  intentsOf,
  LARGE_SIZE,
  namespaceName,
  OTTERIZE_SIZE,
  SMALL_SIZE,
  type WorldSize,
} from './controller-world';
import { option } from './measure';

/** When each object came to match a label selector, by namespace and name, as a watch tells it. */
class Seen {
  readonly at = new Map<string, number>();
  private readonly stream: AsyncGenerator<{ type: string; object: KubeObject }>;

  constructor(api: Client, path: string) {
    this.stream = api.watch(path);
    void this.run();
  }

  private async run(): Promise<void> {
    try {
      for await (const { type, object } of this.stream) {
        const key = `${object.metadata?.namespace}/${object.metadata?.name}`;
        if (type === 'DELETED') this.at.delete(key);
        else if (!this.at.has(key)) this.at.set(key, performance.now());
      }
    } catch {
      // The connection was closed at the end.
    }
  }
}

const LABELLED = '/api/v1/pods?labelSelector=intents.otterize.com%2Fserver';
const POLICIES =
  '/apis/networking.k8s.io/v1/networkpolicies?labelSelector=intents.otterize.com%2Fnetwork-policy';

/** Options of Node in the image: what is measured is what runs in a cluster. */
const NODE_OPTIONS =
  /ENV NODE_OPTIONS="([^"]*)"/.exec(readFileSync(join(__dirname, '..', 'Dockerfile'), 'utf8'))?.[1] ?? '';
const GROWTH = [10, 40, 160];

const percentile = (times: readonly number[], part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;

class Bench {
  private constructor(
    private readonly plane: ControlPlane,
    private readonly size: WorldSize,
    private readonly policies: Seen,
    private readonly pods: Seen,
    private readonly figures: Figures,
  ) {}

  private controller: CliProcess | undefined;

  static async prepare(size: WorldSize, figures: Figures): Promise<Bench> {
    const plane = await ControlPlane.start({
      apiServerFlags: [
        '--storage-media-type=application/vnd.kubernetes.protobuf',
        '--service-cluster-ip-range=10.0.0.0/16',
      ],
    });
    await installCrds(plane.api);
    const begun = performance.now();
    await buildWorld(plane.api, size);
    console.log(`the cluster was made in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
    return new Bench(plane, size, new Seen(plane.api, POLICIES), new Seen(plane.api, LABELLED), figures);
  }

  async stop(): Promise<void> {
    await this.controller?.end('SIGTERM');
    await this.plane.stop();
  }

  private cpu(): number {
    return this.controller!.usage().cpuSeconds;
  }

  private requests(from: number): { verb: string; resource: string }[] {
    return this.plane
      .requests()
      .filter(({ userAgent, at }) => userAgent.startsWith('cdk8s-intents') && at >= from);
  }

  /** Nothing is asked any more for a while. */
  private async quiet(milliseconds = 1_500): Promise<void> {
    let last = -1;
    await until(
      async () => {
        const count = this.requests(0).length;
        const same = count === last;
        last = count;
        if (!same) await sleep(milliseconds);
        return same;
      },
      { within: 300_000 },
    );
  }

  async coldStart(): Promise<void> {
    const pods = this.size.namespaces * this.size.deploymentsPerNamespace * this.size.podsPerDeployment;
    const program = translateCli();
    const kubeconfig = this.plane.kubeconfig(this.plane.token('admin'));
    const begun = performance.now();
    const args = [
      'controller',
      `--kubeconfig=${kubeconfig}`,
      '--no-leader-elect',
      '--metrics-bind-address=0',
      `--health-probe-bind-address=127.0.0.1:${await freePort()}`,
    ];
    this.controller = new CliProcess(program, args, { NODE_OPTIONS });
    await until(() => this.policies.at.size > 0, { within: 300_000 });
    await until(() => this.pods.at.size === pods, { within: 600_000 });
    await this.quiet();
    const lastOf = (seen: Seen): number => Math.max(...seen.at.values()) - begun;
    const asked = this.requests(0);
    const { cpuSeconds, residentMegabytes, mostResidentMegabytes } = this.controller.usage();
    const { figures } = this;
    figures.tell(`cold start: ${this.policies.at.size} policies present`, seconds(lastOf(this.policies)));
    figures.tell(`cold start: all ${pods} pods labelled`, seconds(lastOf(this.pods)));
    figures.tell('cold start: API requests', count(asked.length, 'requests'));
    figures.tell('cold start: processor time', cpu(cpuSeconds));
    figures.tell(
      'memory after start, and the most until then',
      count(residentMegabytes, 'MB'),
      count(mostResidentMegabytes, 'MB'),
    );
  }

  async steady(forSeconds = 20): Promise<void> {
    const at = Date.now();
    const before = this.cpu();
    await sleep(forSeconds * 1000);
    const writes = this.requests(at).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
    this.figures.tell(
      `${forSeconds} s with nothing to do`,
      count(writes.length, 'writes'),
      cpu(this.cpu() - before, 2),
    );
  }

  /** Median, p99, requests and CPU of a change that is made several times, each to something else. */
  private async changes(
    what: string,
    times: number,
    change: (index: number) => Promise<unknown>,
    done: (index: number) => Promise<boolean> | boolean,
  ): Promise<void> {
    const took: number[] = [];
    const asked: number[] = [];
    const before = this.cpu();
    for (let index = 0; index < times; index += 1) {
      const from = Date.now();
      const begun = performance.now();
      await change(index);
      await until(() => done(index), { within: 60_000, every: 2 });
      took.push(performance.now() - begun);
      await sleep(300);
      asked.push(this.requests(from).length);
    }
    this.figures.tell(
      `${what}: median, p99, requests (most), CPU each`,
      milliseconds(percentile(took, 0.5)),
      milliseconds(percentile(took, 0.99)),
      count(percentile(asked, 0.5), 'requests'),
      count(Math.max(...asked), 'at most'),
      cpu((this.cpu() - before) / times, 3),
    );
  }

  /** A target that no policy exists for: an app that nobody called until now. */
  async newPolicy(times: number): Promise<void> {
    const { api } = this.plane;
    await inParallel(
      Array.from({ length: times }, (_, index) => index),
      (index) => buildApp(api, namespaceName(index), 'fresh', 1),
    );
    await this.quiet();
    await this.changes(
      'target added, new policy there',
      times,
      (index) =>
        api.apply(intentsOf(this.size, index, 0, [{ kubernetes: { name: 'fresh' } }]), 'people', true),
      (index) => this.policies.at.has(`${namespaceName(index)}/access-to-fresh-from-${namespaceName(index)}`),
    );
  }

  /** A client with one pod calls one more server, which has a policy: one pod gets a label. */
  async newLabel(times: number): Promise<void> {
    const { api } = this.plane;
    const name = (index: number): string => `solo-${index}`;
    const numbers = Array.from({ length: times }, (_, index) => index);
    await inParallel(numbers, (index) => buildApp(api, namespaceName(0), name(index), 1));
    const seen = new Seen(
      api,
      `/api/v1/namespaces/${namespaceName(0)}/pods?labelSelector=intents.otterize.com%2Fclient`,
    );
    await this.quiet();
    const intents = intentsOf(this.size, 0, 0);
    await this.changes(
      'target added, server has a policy already, pod labelled',
      times,
      (index) =>
        api.create({
          ...intents,
          metadata: { name: name(index), namespace: namespaceName(0) },
          spec: {
            workload: { name: name(index), kind: 'Deployment' },
            targets: [{ kubernetes: { name: 'app-1' } }],
          },
        }),
      (index) => seen.at.has(`${namespaceName(0)}/${name(index)}-1-0`),
    );
  }

  async manyPods(pods = 500): Promise<void> {
    const { api } = this.plane;
    await buildApp(api, namespaceName(0), 'wide', pods);
    const seen = new Seen(
      api,
      `/api/v1/namespaces/${namespaceName(0)}/pods?labelSelector=app%3Dwide%2Cintents.otterize.com%2Fclient`,
    );
    await this.quiet();
    const before = this.cpu();
    const from = Date.now();
    const begun = performance.now();
    await api.create({
      ...intentsOf(this.size, 0, 0),
      metadata: { name: 'wide', namespace: namespaceName(0) },
      spec: { workload: { name: 'wide', kind: 'Deployment' }, targets: [{ kubernetes: { name: 'app-1' } }] },
    });
    await until(() => seen.at.size >= pods, { within: 120_000, every: 5 });
    const took = performance.now() - begun;
    await this.quiet();
    this.figures.tell(
      `one client of ${pods} pods gets a target: all labelled`,
      seconds(took),
      count(this.requests(from).length, 'requests'),
      cpu(this.cpu() - before),
    );
  }

  async repair(times = 10): Promise<void> {
    const { api } = this.plane;
    const name = (index: number): string => `access-to-app-1-from-${namespaceName(index)}`;
    const path = (index: number): string =>
      `/apis/networking.k8s.io/v1/namespaces/${namespaceName(index)}/networkpolicies/${name(index)}`;
    const there = (index: number): Promise<KubeObject | undefined> =>
      api.get(path(index)).catch(() => undefined);
    await this.changes(
      'its policy deleted by hand, there again',
      times,
      (index) => api.send('DELETE', path(index)),
      async (index) => (await there(index)) !== undefined,
    );
    await this.changes(
      'its policy opened by hand, closed again',
      times,
      (index) => api.send('PATCH', path(index), { spec: { ingress: [{}] } }, 'application/merge-patch+json'),
      async (index) => JSON.stringify((await there(index))?.spec.ingress) !== '[{}]',
    );
  }

  /** Pods go and come as fast as the server takes them. */
  async storm(most = 1_000): Promise<void> {
    const { api } = this.plane;
    const each = this.size.podsPerDeployment;
    const sets = (await api.list('/apis/apps/v1/replicasets'))
      .filter(({ metadata }) => /^app-\d+-1$/.test(metadata.name as string))
      .slice(0, Math.ceil(most / each))
      .map((set): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...set }));
    const pods = sets.flatMap((set) => Array.from({ length: each }, (_, index) => ({ set, index })));
    const born = new Map<string, number>();
    const from = Date.now();
    const before = this.cpu();
    await inParallel(pods, async ({ set, index }) => {
      const { namespace, name } = set.metadata as { namespace: string; name: string };
      await api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}-${index}?gracePeriodSeconds=0`);
      await buildPod(api, set, index + each);
      born.set(`${namespace}/${name}-${index + each}`, performance.now());
    });
    await until(() => [...born.keys()].every((key) => this.pods.at.has(key)), { within: 120_000 });
    await this.quiet();
    const waits = [...born].map(([key, at]) => Math.max(0, (this.pods.at.get(key) ?? Number.NaN) - at));
    this.figures.tell(
      `${born.size} pods re-created: labelled after (median, p99)`,
      milliseconds(percentile(waits, 0.5)),
      milliseconds(percentile(waits, 0.99)),
      count(this.requests(from).length, 'requests'),
      cpu(this.cpu() - before),
    );
  }

  /** One ClientIntents of a namespace gets a target, whose policy is there already. */
  async growth(times: number): Promise<void> {
    const { api } = this.plane;
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
      await this.quiet();
      const newTarget = (index: number): number => index + 4 + Math.floor(index / 10);
      await this.changes(
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

async function run(scale: Scale, figures: Figures): Promise<void> {
  const calls = option('calls', 'rings') === 'layers' ? 'layers' : 'rings';
  const bench = await Bench.prepare({ ...SIZES[scale], calls }, figures);
  try {
    await bench.coldStart();
    if (scale === 'growth') {
      await bench.growth(30);
      return;
    }
    await bench.steady();
    await bench.newPolicy(scale === 'large' ? 100 : scale === 'small' ? 2 : 20);
    if (scale !== 'large') await bench.newLabel(20);
    if (scale === 'usual') {
      await bench.manyPods();
      await bench.repair();
    }
    if (scale !== 'small') await bench.storm();
  } finally {
    await bench.stop();
  }
}

async function main(): Promise<void> {
  const runs = Number(option('runs', '1'));
  const scale = (['small', 'large', 'growth'] as const).find((one) => process.argv.includes(one)) ?? 'usual';
  const figures = new Figures();
  for (let at = 0; at < runs; at += 1) await run(scale, figures);
  if (runs > 1) figures.printMedians(runs);
}

void main();
