import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node' with { 'resolution-mode': 'import' };
import { SYSTEM_CLOCK, type Clock } from './clock';
import { fillGaps, impersonationHeaders, type Headers } from './kube-config-gaps';
import { podConnection } from './pod-account';
import type { Access, Connection } from './transport';

export interface ConnectOptions {
  /** Path of a kubeconfig file. Default: `KUBECONFIG`, then `~/.kube/config`, then the account of the pod. */
  readonly kubeconfig?: string | undefined;
  /** Default: the current context of the file. */
  readonly context?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Where the account of the pod is. Default: where Kubernetes puts it. */
  readonly serviceAccount?: string | undefined;
}

/** There is no way to a cluster as asked. The message is for people. */
export class ClusterAccessError extends Error {
  override readonly name = 'ClusterAccessError';
}

/** How long a token or certificate is used before it is asked for again, in milliseconds: as client-go, a minute. */
const ACCESS_LIFE = 60_000;

/**
 * The way to a cluster as kubectl would take it. The client library is loaded here and nowhere else: it costs a quarter
 * of a second and 60 MB, so no command pays for it that talks to no cluster, and no controller that runs in a pod.
 * @throws ClusterAccessError
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { clock = SYSTEM_CLOCK } = options;
  if (options.kubeconfig === undefined && options.context === undefined) {
    const pod = await podConnection(clock, options.serviceAccount);
    if (pod !== undefined) return pod;
  }
  const client = await import('@kubernetes/client-node');
  const config = new client.KubeConfig();
  load(config, options);
  const context = selectContext(config, options);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new ClusterAccessError(
      `The context "${context.name}" names the cluster "${context.cluster}", which the kubeconfig does not have.`,
    );
  }
  if (!/^https?:\/\/[^/]/.test(cluster.server)) {
    throw new ClusterAccessError(
      `The cluster "${cluster.name}" has the server "${cluster.server}", which is not an http or https address.`,
    );
  }
  fillGaps(config, options.kubeconfig);
  const access = new ConfigAccess(config, impersonationHeaders(config, options.kubeconfig), clock);
  return {
    server: cluster.server,
    name: context.name,
    namespace: context.namespace,
    access: (refused) => access.get(refused),
  };
}

/** As `kubectl`, and what it does not say: whether there was anything to load. */
function load(config: KubeConfig, { kubeconfig }: ConnectOptions): void {
  const files = kubeconfig === undefined ? (process.env['KUBECONFIG'] ?? '') : kubeconfig;
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const which = files === '' ? 'The kubeconfig in ~/.kube' : `The kubeconfig ${files}`;
    throw new ClusterAccessError(`${which} cannot be read: ${words}`);
  }
}

interface NamedContext {
  readonly name: string;
  readonly cluster: string;
  readonly namespace?: string | undefined;
}

function selectContext(config: KubeConfig, { context, kubeconfig }: ConnectOptions): NamedContext {
  const names = config.getContexts().map(({ name }) => name);
  // What the library makes up when it finds no kubeconfig at all.
  if (names.length === 1 && names[0] === 'loaded-context' && kubeconfig === undefined) {
    throw new ClusterAccessError(
      'There is no kubeconfig: KUBECONFIG is not set, ~/.kube/config is not there, and this is no pod of a cluster.',
    );
  }
  const name = context ?? config.getCurrentContext();
  if (typeof name !== 'string' || name === '') {
    throw new ClusterAccessError(`The kubeconfig has no current context. ${contextsThere(names)}`);
  }
  config.setCurrentContext(name);
  const found = config.getContextObject(name);
  if (found === null) {
    throw new ClusterAccessError(`The kubeconfig has no context "${name}". ${contextsThere(names)}`);
  }
  return { name, cluster: found.cluster, namespace: found.namespace };
}

function contextsThere(names: readonly string[]): string {
  if (names.length === 0) return 'It has none at all.';
  const listed = [...names].sort().slice(0, 20);
  return `It has ${listed.join(', ')}${names.length > listed.length ? ', …' : ''}.`;
}

/** Keeps connections open over requests; the library would make a new agent, and so a handshake, for each. */
class ConfigAccess {
  private current: { readonly access: Access; readonly material: string; readonly until: number } | undefined;
  private pending: Promise<Access> | undefined;

  constructor(
    private readonly config: KubeConfig,
    private readonly more: Headers,
    private readonly clock: Clock,
  ) {}

  get(refused: boolean): Promise<Access> {
    const { current } = this;
    if (current !== undefined && !refused && this.clock.now() < current.until) {
      return Promise.resolve(current.access);
    }
    this.pending ??= this.renew().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async renew(): Promise<Access> {
    const options: https.RequestOptions = { headers: {} };
    try {
      await this.config.applyToHTTPSOptions(options);
    } catch (error) {
      const words = error instanceof Error ? error.message.trim() : String(error);
      throw new ClusterAccessError(`No credentials for "${this.config.getCurrentContext()}": ${words}`);
    }
    const headers = { ...headersOf(options), ...this.more };
    const material = JSON.stringify([options.ca, options.cert, options.key].map(textOf));
    const agent =
      this.current?.material === material ? this.current.access.agent : agentFor(this.config, options);
    const access = { agent, headers };
    this.current = { access, material, until: this.clock.now() + ACCESS_LIFE };
    return access;
  }
}

function agentFor(config: KubeConfig, options: https.RequestOptions): http.Agent {
  const cluster = config.getCurrentCluster();
  // The library knows proxies. Its other agents close the connection after each request.
  if (cluster?.proxyUrl !== undefined && options.agent instanceof http.Agent) return options.agent;
  if (cluster?.server.startsWith('http:') === true) return new http.Agent({ keepAlive: true });
  return new https.Agent({
    keepAlive: true,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.servername === undefined ? {} : { servername: options.servername }),
    ...(options.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: options.rejectUnauthorized }),
  });
}

function headersOf({ headers, auth }: https.RequestOptions): Record<string, string> {
  const given = Object.entries(headers ?? {}).flatMap(([key, value]): [string, string][] =>
    // A token read from a file ends in the line feed that editors put there.
    typeof value === 'string' ? [[key.toLowerCase(), value.trim()]] : [],
  );
  const basic: [string, string][] =
    typeof auth === 'string' ? [['authorization', `Basic ${Buffer.from(auth).toString('base64')}`]] : [];
  return Object.fromEntries([...given, ...basic]);
}

function textOf(material: unknown): string {
  return Buffer.isBuffer(material)
    ? material.toString('base64')
    : typeof material === 'string'
      ? material
      : '';
}
