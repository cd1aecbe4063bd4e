import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeServer, json, refusal, type Answer, type Asked } from '../../controller/api/fake-server';

type KubeObject = Record<string, any>;

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const KINDS: readonly Kind[] = [
  { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false },
  { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false },
  { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true },
  { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true },
  { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true },
  { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment', namespaced: true },
  { group: 'apps', version: 'v1', plural: 'replicasets', kind: 'ReplicaSet', namespaced: true },
  {
    group: 'networking.k8s.io',
    version: 'v1',
    plural: 'networkpolicies',
    kind: 'NetworkPolicy',
    namespaced: true,
  },
  {
    group: 'k8s.otterize.com',
    version: 'v2beta1',
    plural: 'clientintents',
    kind: 'ClientIntents',
    namespaced: true,
  },
];

export interface FakeClusterOptions {
  /** Plurals that may not be listed. */
  readonly forbidden?: readonly string[];
  /** Whether discovery comes group by group, as before Kubernetes 1.27. */
  readonly old?: boolean;
  /** Groups whose server is down. */
  readonly stale?: readonly string[];
  /** Answers everything with this. */
  readonly always?: Answer;
}

/** An API server that has these objects. */
export async function fakeCluster(
  objects: readonly KubeObject[],
  options: FakeClusterOptions = {},
): Promise<FakeServer> {
  return FakeServer.start((asked, response) => {
    const answer = options.always ?? answerTo(asked, objects, options);
    answer(asked, response);
  });
}

/** Writes a kubeconfig for it, whose context is called `prod`. */
export function kubeconfigOf(server: FakeServer, folder: string): string {
  const path = join(folder, 'kubeconfig');
  writeFileSync(
    path,
    JSON.stringify({
      'current-context': 'prod',
      contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
      clusters: [{ name: 'c', cluster: { server: server.address } }],
      users: [{ name: 'u', user: { token: 't' } }],
    }),
  );
  return path;
}

function answerTo(asked: Asked, objects: readonly KubeObject[], options: FakeClusterOptions): Answer {
  const path = asked.path.split('/').filter(Boolean);
  if (asked.path === '/api' || asked.path === '/apis') return json(discovery(asked.path, options));
  const [root, ...rest] = path;
  const [group, version, ...tail] = root === 'api' ? ['', ...rest] : rest;
  if (tail.length === 0) return json(resourceList(group ?? '', version ?? ''));
  const inNamespace = tail[0] === 'namespaces' && tail.length > 2;
  const [namespace, plural, name] = inNamespace ? tail.slice(1) : [undefined, ...tail];
  const kind = KINDS.find((known) => known.group === group && known.plural === plural);
  if (kind === undefined) return json(refusal(404, 'NotFound', 'the server could not find it'), 404);
  if (options.forbidden?.includes(kind.plural) === true)
    return json(refusal(403, 'Forbidden', `${kind.plural} is forbidden: User "u" cannot list`), 403);
  const items = objects.filter(
    (object) =>
      object.kind === kind.kind &&
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (name === undefined || object.metadata.name === name),
  );
  if (name !== undefined)
    return items[0] === undefined ? json(refusal(404, 'NotFound', 'no'), 404) : json(items[0]);
  return json({
    kind: `${kind.kind}List`,
    metadata: { resourceVersion: '1' },
    items: items.map(({ apiVersion: _version, kind: _kind, ...item }) => item),
  });
}

function discovery(path: string, { old = false, stale = [] }: FakeClusterOptions): object {
  const groups = [...new Set(KINDS.map(({ group }) => group))].filter((group) =>
    path === '/api' ? group === '' : group !== '',
  );
  if (old) {
    return {
      kind: 'APIGroupList',
      groups: groups.map((name) => ({
        name,
        preferredVersion: { version: KINDS.find(({ group }) => group === name)!.version },
      })),
    };
  }
  const items = groups.map((name) => ({
    metadata: { name },
    versions: [
      {
        version: KINDS.find(({ group }) => group === name)!.version,
        freshness: 'Current',
        resources: KINDS.filter(({ group }) => group === name).map((kind) => ({
          resource: kind.plural,
          responseKind: { group: name, version: kind.version, kind: kind.kind },
          scope: kind.namespaced ? 'Namespaced' : 'Cluster',
          verbs: ['get', 'list', 'watch'],
        })),
      },
    ],
  }));
  const silent = path === '/api' ? [] : stale;
  return {
    kind: 'APIGroupDiscoveryList',
    items: [
      ...items,
      ...silent.map((name) => ({
        metadata: { name },
        versions: [{ version: 'v1', freshness: 'Stale', resources: [] }],
      })),
    ],
  };
}

function resourceList(group: string, version: string): object {
  return {
    kind: 'APIResourceList',
    groupVersion: `${group}/${version}`,
    resources: KINDS.filter((kind) => kind.group === group).flatMap(({ plural, kind, namespaced }) => [
      { name: plural, kind, namespaced, verbs: ['get', 'list'] },
      { name: `${plural}/status`, kind, namespaced, verbs: ['get'] },
    ]),
  };
}
