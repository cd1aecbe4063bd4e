import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGoProgram } from '../go-program';
import { type AuditedRequest, readAuditLog } from './audit-log';
import { Client } from './client';
import { Etcd } from './etcd';
import { freePort, Part } from './part';

/** What the real releases are linked with; without these flags version checks of clients fail. */
const LINKER_FLAGS = [
  '-s -w',
  ...Object.entries({
    'k8s.io/component-base/version.gitVersion': 'v1.34.3',
    'k8s.io/component-base/version.gitMajor': '1',
    'k8s.io/component-base/version.gitMinor': '34',
    'k8s.io/client-go/pkg/version.gitVersion': 'v1.34.3',
  }).map(([name, value]) => `-X ${name}=${value}`),
].join(' ');

const AUDIT_POLICY = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
});

/** Builds the program that all parts are in, unless that was done before, and returns its path. */
export function buildControlPlane(): string {
  return buildGoProgram(join(__dirname, 'controlplane'), LINKER_FLAGS);
}

/** What a control plane is started with. */
export interface ControlPlaneOptions {
  /**
   * Whether kube-controller-manager runs: Deployments make ReplicaSets and Pods, EndpointSlices follow them, owned
   * objects go with their owner, namespaces end. Default: no.
   */
  readonly controllerManager?: boolean;
  /** Users besides the administrator, by name, with their groups; each gets a token. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** More flags of the API server, such as `--watch-cache=false`. */
  readonly apiServerFlags?: readonly string[];
}

/**
 * A real control plane of Kubernetes on the loopback address: etcd and kube-apiserver, built from the modules of their
 * projects. There are no nodes: pods are what the test says they are.
 */
export class ControlPlane {
  /** The database itself: for compactions, and for recordings without a gap. */
  readonly database: Etcd;
  private readonly tokens = new Map<string, string>();
  private etcdPart: Part | undefined;
  private apiServer: Part | undefined;
  private controllerManager: Part | undefined;
  private admin: Client | undefined;

  private constructor(
    private readonly program: string,
    /** Folder of the database, keys, logs and kubeconfigs; deleted at the end. */
    readonly folder: string,
    private readonly ports: { readonly etcd: number; readonly peers: number; readonly api: number },
    private readonly options: ControlPlaneOptions,
  ) {
    this.database = new Etcd(ports.etcd);
  }

  /** Starts a control plane and waits until it is ready, which takes some seconds. Builds it when that was not done yet. */
  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const program = buildControlPlane();
    const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
    const ports = { etcd: await freePort(), peers: await freePort(), api: await freePort() };
    const plane = new ControlPlane(program, folder, ports, options);
    try {
      plane.writeCredentials();
      await plane.startEtcd();
      await plane.startApiServer();
      if (options.controllerManager === true) await plane.startControllerManager();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  /** Ends everything and deletes what is on the disk. */
  async stop(): Promise<void> {
    this.admin?.close();
    const parts = [this.controllerManager, this.apiServer, this.etcdPart];
    await Promise.all(parts.flatMap((part) => (part === undefined ? [] : [part.end('SIGKILL')])));
    if (process.env.KEEP_CONTROL_PLANE === undefined) rmSync(this.folder, { recursive: true, force: true });
  }

  /** Where the API server listens. */
  get url(): string {
    return `https://127.0.0.1:${this.ports.api}`;
  }

  /** The certificate that the API server shows, which is its own authority, in PEM. */
  get certificate(): string {
    return readFileSync(join(this.folder, 'certificates', 'apiserver.crt'), 'utf8');
  }

  /** The key to that certificate, in PEM: with it a proxy in front of the server is believed as well. */
  get certificateKey(): string {
    return readFileSync(join(this.folder, 'certificates', 'apiserver.key'), 'utf8');
  }

  /** The administrator's client, which is the test's own and none of the project's. */
  get api(): Client {
    this.admin ??= this.client('admin');
    return this.admin;
  }

  /** A client of a user: `admin`, or one given at the start. */
  client(user: string): Client {
    return new Client(this.url, this.certificate, this.token(user));
  }

  /** The token of a user: `admin`, or one given at the start. Throws when there is none. */
  token(user: string): string {
    const token = this.tokens.get(user);
    if (token === undefined) throw new Error(`no user ${user}`);
    return token;
  }

  /** Makes a token for a ServiceAccount that is there. */
  async serviceAccountToken(namespace: string, name: string): Promise<string> {
    const review = await this.api.send(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    );
    return review.status.token as string;
  }

  /** Writes a kubeconfig and returns its path. The server may be another, such as a proxy with the same certificate. */
  kubeconfig(token: string, server = this.url): string {
    const path = join(this.folder, `kubeconfig-${randomBytes(4).toString('hex')}`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      clusters: [
        {
          name: 'test',
          cluster: { server, 'certificate-authority-data': Buffer.from(this.certificate).toString('base64') },
        },
      ],
      users: [{ name: 'test', user: { token } }],
    };
    writeFileSync(path, JSON.stringify(config, null, 2), { mode: 0o600 });
    return path;
  }

  /** Ends the API server without a word, as a lost node would. Everything it knows is in etcd. */
  async killApiServer(): Promise<void> {
    await this.apiServer?.end('SIGKILL');
    this.apiServer = undefined;
  }

  /** Starts the API server again at the same address, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    const part = this.part('kube-apiserver', [
      `--etcd-servers=http://127.0.0.1:${this.ports.etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${this.ports.api}`,
      `--cert-dir=${join(this.folder, 'certificates')}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--endpoint-reconciler-type=none',
      '--authorization-mode=RBAC',
      `--token-auth-file=${join(this.folder, 'tokens')}`,
      '--anonymous-auth=false',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-signing-key-file=${join(this.folder, 'service-accounts.key')}`,
      `--service-account-key-file=${join(this.folder, 'service-accounts.pub')}`,
      `--audit-policy-file=${join(this.folder, 'audit-policy')}`,
      `--audit-log-path=${this.auditLog}`,
      '--profiling=false',
      // Recordings of the database are read by the tests.
      '--storage-media-type=application/json',
      ...(this.options.controllerManager === true ? [] : ['--disable-admission-plugins=ServiceAccount']),
      ...(this.options.apiServerFlags ?? []),
    ]);
    this.apiServer = part;
    await part.until(() => this.isReady());
  }

  /** Number of the API server's process. */
  get apiServerPid(): number | undefined {
    return this.apiServer?.pid;
  }

  /** Number of etcd's process. */
  get etcdPid(): number | undefined {
    return this.etcdPart?.pid;
  }

  /** Every request that the API server has answered, or begun to answer with a watch, in the order of the log. */
  requests(): AuditedRequest[] {
    return readAuditLog(this.auditLog);
  }

  private get auditLog(): string {
    return join(this.folder, 'audit.log');
  }

  private part(name: string, args: readonly string[]): Part {
    return new Part(name, this.program, args, join(this.folder, `${name}.log`));
  }

  private writeCredentials(): void {
    const users = { admin: ['system:masters'], ...this.options.users };
    const lines = Object.entries(users).map(([name, groups]) => {
      const token = randomBytes(16).toString('hex');
      this.tokens.set(name, token);
      return `${token},${name},${name}${groups.length === 0 ? '' : `,"${groups.join(',')}"`}`;
    });
    writeFileSync(join(this.folder, 'tokens'), `${lines.join('\n')}\n`, { mode: 0o600 });
    writeFileSync(join(this.folder, 'audit-policy'), AUDIT_POLICY);
    const pair = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    writeFileSync(join(this.folder, 'service-accounts.key'), pair.privateKey, { mode: 0o600 });
    writeFileSync(join(this.folder, 'service-accounts.pub'), pair.publicKey);
  }

  private async startEtcd(): Promise<void> {
    this.etcdPart = this.part('etcd', [
      `--data-dir=${join(this.folder, 'etcd')}`,
      `--client-url=http://127.0.0.1:${this.ports.etcd}`,
      `--peer-url=http://127.0.0.1:${this.ports.peers}`,
    ]);
    await this.etcdPart.until(() => this.database.isReady());
  }

  private async startControllerManager(): Promise<void> {
    const kubeconfig = this.kubeconfig(this.token('admin'));
    this.controllerManager = this.part('kube-controller-manager', [
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      `--service-account-private-key-file=${join(this.folder, 'service-accounts.key')}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${await freePort()}`,
      `--cert-dir=${join(this.folder, 'controller-manager')}`,
      '--leader-elect=false',
      '--node-monitor-period=1h',
    ]);
    // Its first visible work: without it no pod is admitted.
    await this.controllerManager.until(() =>
      this.api.get('/api/v1/namespaces/default/serviceaccounts/default').then(
        () => true,
        () => false,
      ),
    );
  }

  private async isReady(): Promise<boolean> {
    try {
      await this.api.get('/readyz');
      // The namespace is made by the server itself, a moment after it is ready.
      await this.api.get('/api/v1/namespaces/default');
      return true;
    } catch {
      return false;
    }
  }
}
