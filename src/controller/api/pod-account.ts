import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from './clock';
import type { Access, Connection } from './transport';

/** Where Kubernetes puts the account of a pod: its token, its namespace, and whom the API server is known by. */
export const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How long what was read counts, in milliseconds: as client-go, a minute. Kubelets exchange tokens long before they run out. */
const LIFE = 60_000;

/** Ports at which the API server is asked without TLS, as the client library takes them. */
const PLAIN_PORTS: ReadonlySet<string> = new Set(['80', '8080', '8001']);

/**
 * The way to the cluster that this process runs in, as the account of its pod; undefined where there is no such account, or
 * a kubeconfig goes before it. It is what the client library would make of it, without its 60 MB of memory.
 *
 * @param folder of the account
 */
export async function podConnection(
  clock: Clock,
  folder: string = SERVICE_ACCOUNT,
): Promise<Connection | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = process.env;
  if (host === '' || port === '' || hasKubeconfig() || !existsSync(join(folder, 'token'))) return undefined;
  const namespace = (await textOf(join(folder, 'namespace')))?.trim() ?? '';
  const scheme = PLAIN_PORTS.has(port) ? 'http' : 'https';
  const account = new PodAccount(folder, scheme, clock);
  return {
    server: `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    name: 'inClusterContext',
    ...(namespace === '' ? {} : { namespace }),
    access: (refused) => account.get(refused),
  };
}

function hasKubeconfig(): boolean {
  const { KUBECONFIG = '', HOME = homedir() } = process.env;
  return KUBECONFIG !== '' || existsSync(join(HOME, '.kube', 'config'));
}

/** The files are read again now and then: token and certificates are exchanged while the pod runs. */
class PodAccount {
  private current: { readonly access: Access; readonly ca: string; readonly until: number } | undefined;
  private pending: Promise<Access> | undefined;

  constructor(
    private readonly folder: string,
    private readonly scheme: 'http' | 'https',
    private readonly clock: Clock,
  ) {}

  get(refused: boolean): Promise<Access> {
    const { current } = this;
    if (current !== undefined && !refused && this.clock.now() < current.until)
      return Promise.resolve(current.access);
    this.pending ??= this.read().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async read(): Promise<Access> {
    const token = (await readFile(join(this.folder, 'token'), 'utf8')).trim();
    const ca = (await textOf(join(this.folder, 'ca.crt'))) ?? '';
    const agent = this.current?.ca === ca ? this.current.access.agent : this.agentFor(ca);
    const access = { agent, headers: { authorization: `Bearer ${token}` } };
    this.current = { access, ca, until: this.clock.now() + LIFE };
    return access;
  }

  private agentFor(ca: string): http.Agent {
    if (this.scheme === 'http') return new http.Agent({ keepAlive: true });
    return new https.Agent({ keepAlive: true, ...(ca === '' ? {} : { ca }) });
  }
}

/** Undefined for a file that is not there. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
