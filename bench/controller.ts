/**
 * What does the controller cost in a cluster, and how fast is it?
 *
 * Against a real API server, with the controller as a process of its own: `npm run bench bench/controller.ts`, and
 * `npm run bench bench/controller.ts large` for 10,000 pods in 500 namespaces. Figures and what they are compared with
 * are in docs/performance.md. Linux only, needs Go for the API server (test/cluster/README.md).
 */
import { loadavg } from 'node:os';
import { CliProcess, translateCli } from '../test/cluster/cli-process';
import { type Client, type KubeObject } from '../test/cluster/client';
import { ControlPlane } from '../test/cluster/control-plane';
import { installCrds, sleep, until } from '../test/cluster/install';
import { freePort } from '../test/cluster/part';
import {
  buildApp,
  buildPod,
  buildWorld,
  inParallel,
  intentsOf,
  LARGE_SIZE,
  namespaceName,
  OTTERIZE_SIZE,
  type WorldSize,
} from './controller-world';

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

const results: [string, string][] = [];
function tell(what: string, figure: string): void {
  results.push([what, figure]);
  console.log(`${what.padEnd(64)} ${figure}  (load ${loadavg()[0]?.toFixed(1)})`);
}
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const percentile = (times: readonly number[], part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;

class Bench {
  private constructor(
    private readonly plane: ControlPlane,
    private readonly size: WorldSize,
    private readonly policies: Seen,
    private readonly pods: Seen,
  ) {}

  private controller: CliProcess | undefined;

  static async prepare(size: WorldSize): Promise<Bench> {
    const plane = await ControlPlane.start({
      apiServerFlags: [
        '--storage-media-type=application/vnd.kubernetes.protobuf',
        '--service-cluster-ip-range=10.0.0.0/16',
      ],
    });
    await installCrds(plane.api);
    const begun = performance.now();
    await buildWorld(plane.api, size);
    console.log(`the cluster was made in ${seconds(performance.now() - begun)}`);
    return new Bench(plane, size, new Seen(plane.api, POLICIES), new Seen(plane.api, LABELLED));
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
    this.controller = new CliProcess(program, [
      'controller',
      `--kubeconfig=${kubeconfig}`,
      '--no-leader-elect',
      '--metrics-bind-address=0',
      `--health-probe-bind-address=127.0.0.1:${await freePort()}`,
    ]);
    await until(() => this.policies.at.size > 0, { within: 300_000 });
    await until(() => this.pods.at.size === pods, { within: 600_000 });
    await this.quiet();
    const lastOf = (seen: Seen): number => Math.max(...seen.at.values()) - begun;
    const asked = this.requests(0);
    const { cpuSeconds, residentMegabytes, mostResidentMegabytes } = this.controller.usage();
    tell(`cold start: ${this.policies.at.size} policies present`, seconds(lastOf(this.policies)));
    tell(`cold start: all ${pods} pods labelled`, seconds(lastOf(this.pods)));
    tell('cold start: API requests', `${asked.length}`);
    tell('cold start: CPU', `${cpuSeconds.toFixed(1)} s`);
    tell(
      'memory after start, and the most until then',
      `${residentMegabytes.toFixed(0)} MB, ${mostResidentMegabytes.toFixed(0)} MB`,
    );
  }

  async steady(forSeconds = 20): Promise<void> {
    const at = Date.now();
    const cpu = this.cpu();
    await sleep(forSeconds * 1000);
    const writes = this.requests(at).filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
    tell(
      `${forSeconds} s with nothing to do: writes, CPU`,
      `${writes.length}, ${(this.cpu() - cpu).toFixed(2)} s`,
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
    const cpu = this.cpu();
    for (let index = 0; index < times; index += 1) {
      const from = Date.now();
      const begun = performance.now();
      await change(index);
      await until(() => done(index), { within: 60_000, every: 2 });
      took.push(performance.now() - begun);
      await sleep(300);
      asked.push(this.requests(from).length);
    }
    tell(
      `${what}: median, p99, requests each, CPU each`,
      `${percentile(took, 0.5).toFixed(0)} ms, ${percentile(took, 0.99).toFixed(0)} ms, ${percentile(asked, 0.5)} (most ${Math.max(...asked)}), ${((this.cpu() - cpu) / times).toFixed(3)} s`,
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

  async manyPods(count = 500): Promise<void> {
    const { api } = this.plane;
    await buildApp(api, namespaceName(0), 'wide', count);
    const seen = new Seen(
      api,
      `/api/v1/namespaces/${namespaceName(0)}/pods?labelSelector=app%3Dwide%2Cintents.otterize.com%2Fclient`,
    );
    await this.quiet();
    const cpu = this.cpu();
    const from = Date.now();
    const begun = performance.now();
    await api.create({
      ...intentsOf(this.size, 0, 0),
      metadata: { name: 'wide', namespace: namespaceName(0) },
      spec: { workload: { name: 'wide', kind: 'Deployment' }, targets: [{ kubernetes: { name: 'app-1' } }] },
    });
    await until(() => seen.at.size >= count, { within: 120_000, every: 5 });
    const took = performance.now() - begun;
    await this.quiet();
    tell(
      `one client of ${count} pods gets a target: all labelled, requests, CPU`,
      `${seconds(took)}, ${this.requests(from).length}, ${(this.cpu() - cpu).toFixed(1)} s`,
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
  async storm(count = 1_000): Promise<void> {
    const { api } = this.plane;
    const each = this.size.podsPerDeployment;
    const sets = (await api.list('/apis/apps/v1/replicasets'))
      .filter(({ metadata }) => /^app-\d+-1$/.test(metadata.name as string))
      .slice(0, Math.ceil(count / each))
      .map((set): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', ...set }));
    const pods = sets.flatMap((set) => Array.from({ length: each }, (_, index) => ({ set, index })));
    const born = new Map<string, number>();
    const from = Date.now();
    const cpu = this.cpu();
    await inParallel(pods, async ({ set, index }) => {
      const { namespace, name } = set.metadata as { namespace: string; name: string };
      await api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}-${index}?gracePeriodSeconds=0`);
      await buildPod(api, set, index + each);
      born.set(`${namespace}/${name}-${index + each}`, performance.now());
    });
    await until(() => [...born.keys()].every((key) => this.pods.at.has(key)), { within: 120_000 });
    await this.quiet();
    const waits = [...born].map(([key, at]) => Math.max(0, (this.pods.at.get(key) ?? Number.NaN) - at));
    tell(
      `${born.size} pods re-created: labelled after (median, p99), requests, CPU`,
      `${percentile(waits, 0.5).toFixed(0)} ms, ${percentile(waits, 0.99).toFixed(0)} ms, ${this.requests(from).length}, ${(this.cpu() - cpu).toFixed(1)} s`,
    );
  }
}

async function main(): Promise<void> {
  const isLarge = process.argv.includes('large');
  const bench = await Bench.prepare(isLarge ? LARGE_SIZE : OTTERIZE_SIZE);
  try {
    await bench.coldStart();
    await bench.steady();
    await bench.newPolicy(isLarge ? 100 : 20);
    if (!isLarge) {
      await bench.newLabel(20);
      await bench.manyPods();
      await bench.repair();
    }
    await bench.storm();
  } finally {
    await bench.stop();
  }
}

void main();
