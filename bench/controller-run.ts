import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CliProcess, translateCli } from '../test/cluster/cli-process';
import { type AuditedRequest } from '../test/cluster/audit-log';
import { ControlPlane } from '../test/cluster/control-plane';
import { installCrds, sleep, until } from '../test/cluster/install';
import { freePort } from '../test/cluster/part';
import { count, cpu, type Figures, milliseconds } from './controller-figures';
import { SERVICE_ACCOUNT } from '../src/controller/api/pod-account';
import { buildWorld, type WorldSize } from './controller-world';
import { Seen } from './seen';

const LABELLED = '/api/v1/pods?labelSelector=intents.otterize.com%2Fserver';
const POLICIES =
  '/apis/networking.k8s.io/v1/networkpolicies?labelSelector=intents.otterize.com%2Fnetwork-policy';

/** Options of Node in the image: what is measured is what runs in a cluster. */
const NODE_OPTIONS =
  /ENV NODE_OPTIONS="([^"]*)"/.exec(readFileSync(join(__dirname, '..', 'Dockerfile'), 'utf8'))?.[1] ?? '';

/** A command that runs another with an account where pods have theirs, which nobody else sees. */
function withAccount(folder: string): string[] {
  const place = dirname(SERVICE_ACCOUNT);
  const words = `mount -t tmpfs tmpfs /var/run && mkdir -p ${place} && cp -r ${folder} ${SERVICE_ACCOUNT} && exec "$@"`;
  return ['unshare', '--mount', 'sh', '-c', words, 'sh'];
}

/** The value below which a part of all lie: 0.5 for the median. */
export const percentile = (times: readonly number[], part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;

/** A cluster, the controller as a process, and what of both is measured. */
export class ControllerRun {
  private controller: CliProcess | undefined;

  private constructor(
    readonly plane: ControlPlane,
    readonly size: WorldSize,
    /** Policies of intents. */
    readonly policies: Seen,
    /** Pods with labels of intents. */
    readonly pods: Seen,
    readonly figures: Figures,
  ) {}

  static async prepare(size: WorldSize, figures: Figures): Promise<ControllerRun> {
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
    const [policies, pods] = [new Seen(plane.api, POLICIES), new Seen(plane.api, LABELLED)];
    return new ControllerRun(plane, size, policies, pods, figures);
  }

  async stop(): Promise<void> {
    await this.controller?.end('SIGTERM');
    await this.plane.stop();
  }

  /** Starts the controller as in a pod, with the options of Node that its image has. */
  async startController(options: readonly string[] = []): Promise<CliProcess> {
    const program = translateCli();
    const args = [
      'controller',
      '--no-leader-elect',
      '--metrics-bind-address=0',
      `--health-probe-bind-address=127.0.0.1:${await freePort()}`,
      ...options,
    ];
    if (process.getuid?.() !== 0) {
      console.log(
        'not root: it takes a kubeconfig, and so loads the client library, unlike in a pod (60 MB)',
      );
      const kubeconfig = this.plane.kubeconfig(this.plane.token('admin'));
      this.controller = new CliProcess(program, [...args, `--kubeconfig=${kubeconfig}`], { NODE_OPTIONS });
      return this.controller;
    }
    const { hostname, port } = new URL(this.plane.url);
    const environment = {
      NODE_OPTIONS,
      KUBECONFIG: '',
      HOME: '/nowhere',
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    };
    this.controller = new CliProcess(program, args, environment, withAccount(this.account()));
    return this.controller;
  }

  /** Files as Kubernetes gives them to a pod. */
  private account(): string {
    const folder = mkdtempSync(join(tmpdir(), 'account-'));
    writeFileSync(join(folder, 'token'), this.plane.token('admin'));
    writeFileSync(join(folder, 'ca.crt'), this.plane.certificate);
    writeFileSync(join(folder, 'namespace'), 'default');
    return folder;
  }

  /** Processor time of the controller so far, in seconds. */
  cpu(): number {
    return this.controller?.usage().cpuSeconds ?? Number.NaN;
  }

  /** What the controller has asked for since a moment. */
  requests(from: number): AuditedRequest[] {
    return this.plane
      .requests()
      .filter(({ userAgent, at }) => userAgent.startsWith('cdk8s-intents') && at >= from);
  }

  /** Nothing is asked any more for a while. */
  async quiet(milliseconds = 1_500): Promise<void> {
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

  /** Median, p99, requests and CPU of a change that is made several times, each to something else. */
  async changes(
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
}
