import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { KubeConfig, User } from '@kubernetes/client-node' with { 'resolution-mode': 'import' };
import { load } from 'js-yaml';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';

/** Headers; a name with more than one value is sent more than once. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * Mends what the client library (1.4.0) leaves out of a kubeconfig that kubectl takes: `tokenFile` of a user,
 * `http://` servers, and what plugins for credentials are told of the protocol they should speak.
 */
export function fillGaps(config: KubeConfig, kubeconfig: string | undefined): void {
  const written = usersOf(filesOf(kubeconfig));
  config.clusters = config.clusters.map((cluster) =>
    // The library refuses a server without TLS unless it is told not to check the certificate that there is not.
    cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster,
  );
  config.users = config.users.map((user) => {
    const given = written.get(user.name);
    const tokenFile = given === undefined ? undefined : stringAt(given.user, 'tokenFile');
    const withFile =
      given === undefined || tokenFile === undefined
        ? user
        : withTokenFile(user, resolve(given.folder, tokenFile));
    return withPluginInfo(config, withFile);
  });
}

/** `as-groups`, `as-uid` and `as-user-extra` of the current user: without them one would act as somebody else. */
export function impersonationHeaders(config: KubeConfig, kubeconfig: string | undefined): Headers {
  const name = config.getCurrentUser()?.name;
  const user = name === undefined ? undefined : usersOf(filesOf(kubeconfig)).get(name)?.user;
  if (user === undefined) return {};
  const groups = strings(user['as-groups']);
  const uid = stringAt(user, 'as-uid');
  const extra = user['as-user-extra'];
  const extras = isJsonObject(extra)
    ? Object.entries(extra).map(([key, values]): [string, string[]] => [
        `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
        strings(values),
      ])
    : [];
  return {
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
    ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
    ...Object.fromEntries(extras.filter(([, values]) => values.length > 0)),
  };
}

/** A file goes before a token that stands beside it, as kubectl has it. */
function withTokenFile({ token: _, ...user }: User, tokenFile: string): User {
  return { ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } };
}

/**
 * Plugins are told in `KUBERNETES_EXEC_INFO` which version to speak and, when they ask for it, of which cluster (client
 * authentication API, "Input and output formats").
 */
function withPluginInfo(config: KubeConfig, user: User): User {
  const exec: unknown = user.exec;
  if (!isJsonObject(exec)) return user;
  const cluster = config.getCurrentCluster();
  const wantsCluster = exec['provideClusterInfo'] === true && cluster !== null;
  const info: JsonObject = {
    apiVersion: stringAt(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(wantsCluster
        ? { cluster: { server: cluster.server, 'certificate-authority-data': cluster.caData } }
        : {}),
    },
  };
  const env = Array.isArray(exec['env']) ? exec['env'] : [];
  return {
    ...user,
    exec: { ...exec, env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }] },
  };
}

/** The files that kubectl would read. */
function filesOf(kubeconfig: string | undefined): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

interface WrittenUser {
  readonly user: JsonObject;
  /** Of the file it stands in; paths count from there. */
  readonly folder: string;
}

/** The first of two users of one name counts, as for kubectl. */
function usersOf(files: readonly string[]): ReadonlyMap<string, WrittenUser> {
  const users = new Map<string, WrittenUser>();
  for (const file of files.filter((path) => existsSync(path))) {
    const list = jsonAt(load(readFileSync(file, 'utf8')) as Json, ['users']);
    for (const entry of Array.isArray(list) ? list : []) {
      const name = isJsonObject(entry) ? stringAt(entry, 'name') : undefined;
      const user = isJsonObject(entry) ? entry['user'] : undefined;
      if (name === undefined || !isJsonObject(user) || users.has(name)) continue;
      users.set(name, { user, folder: dirname(file) });
    }
  }
  return users;
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function stringAt(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
