import { compile } from '../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../src/compiler/compilation';
import type { ClientIntents, Target, TargetPort } from '../../src/intents/client-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { Json, JsonObject } from '../../src/model/json';
import { constructPlace } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';

export interface WorkloadGiven {
  readonly kind?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly selector?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: readonly { name?: string; containerPort: number; protocol?: string }[];
  readonly hostNetwork?: boolean;
}

/** A resource at a place called after it. */
export function manifest(
  apiVersion: string,
  kind: string,
  object: JsonObject,
  name: string,
  namespace?: string,
): Resource {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return {
    apiVersion,
    group: group ?? '',
    version: version ?? '',
    kind,
    name,
    namespace,
    manifest: { apiVersion, kind, ...object },
    place: constructPlace(`${kind}/${namespace ?? ''}/${name}`),
  };
}

export function namespace(name: string): Resource {
  return manifest('v1', 'Namespace', { metadata: { name } }, name);
}

/** A workload `namespace/name` whose pods are labelled `app: <name>` unless said otherwise. */
export function workload(id: string, given: WorkloadGiven = {}): Resource {
  const [home = '', name = ''] = id.split('/');
  const {
    kind = 'Deployment',
    labels = { app: name },
    selector = labels,
    annotations,
    ports = [],
    hostNetwork,
  } = given;
  const template: JsonObject = {
    metadata: {
      labels: { ...labels },
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
    },
    spec: {
      ...(hostNetwork === undefined ? {} : { hostNetwork }),
      containers: [{ name: 'main', image: 'x', ports: ports.map((port): Json => ({ ...port })) }],
    },
  };
  const spec = { selector: { matchLabels: { ...selector } }, template };
  return manifest('apps/v1', kind, { metadata: { name, namespace: home }, spec }, name, home);
}

export interface ServiceGiven {
  readonly selector?: Readonly<Record<string, string>> | undefined;
  readonly ports?: readonly {
    name?: string;
    port: number;
    targetPort?: number | string;
    protocol?: string;
  }[];
  readonly more?: JsonObject;
}

/** A Service `namespace/name` that selects `app: <name>` on port 80 unless said otherwise. */
export function service(id: string, given: ServiceGiven = {}): Resource {
  const [home = '', name = ''] = id.split('/');
  const { ports = [{ port: 80 }], more = {} } = given;
  const selector = 'selector' in given ? given.selector : { app: name };
  const spec: JsonObject = {
    ...(selector === undefined ? {} : { selector: { ...selector } }),
    ports: ports.map((port): Json => ({ ...port })),
    ...more,
  };
  return manifest('v1', 'Service', { metadata: { name, namespace: home }, spec }, name, home);
}

/** The model, with a Namespace object for every namespace. */
export function clusterOf(...resources: readonly Resource[]): Cluster {
  const declared = new Set(resources.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
  const used = new Set(resources.flatMap(({ namespace: home }) => home ?? []));
  const missing = [...used].filter((home) => !declared.has(home)).map(namespace);
  return buildCluster([...missing, ...resources]);
}

/** Intents of `namespace/name` or `namespace/name[Kind]`. */
export function intents(client: string, ...targets: readonly Target[]): ClientIntents {
  const name = parseName(client);
  return {
    namespace: name.namespace,
    name: `${name.name}-intents`,
    client: name,
    targets,
    place: constructPlace(`intents of ${client}`),
  };
}

export function calls(server: string, ...ports: readonly (number | string | TargetPort)[]): Target {
  return {
    type: 'workload',
    server: parseName(server),
    ports: ports.map(portOf),
    layer7: 'none',
    place: constructPlace(`call ${server}`),
  };
}

export function callsService(id: string, ...ports: readonly (number | string | TargetPort)[]): Target {
  const { namespace: home, name } = parseName(id);
  return {
    type: 'service',
    namespace: home,
    name,
    ports: ports.map(portOf),
    layer7: 'none',
    place: constructPlace(`call svc ${id}`),
  };
}

function portOf(port: number | string | TargetPort): TargetPort {
  return typeof port === 'object' ? port : { port, protocol: 'TCP' };
}

function parseName(text: string): { namespace: string; name: string; kind?: string } {
  const [, home = '', name = '', kind] = /^([^/]+)\/([^[]+)(?:\[(\w+)\])?$/.exec(text) ?? [];
  return { namespace: home, name, ...(kind === undefined ? {} : { kind }) };
}

export function compiled(
  resources: readonly Resource[],
  declared: readonly ClientIntents[],
  options?: CompileOptions,
): Compilation {
  return compile(clusterOf(...resources), declared, options);
}

/** `severity id` of each finding. */
export function ids({ findings }: Pick<Compilation, 'findings'>): string[] {
  return findings.map(({ severity, id }) => `${severity} ${id}`);
}

export function manifestOf({ policies }: Compilation, name: string): JsonObject | undefined {
  return policies.find((policy) => policy.name === name)?.manifest;
}

export function names({ policies }: Compilation): string[] {
  return policies.map(({ namespace: home, name }) => `${home}/${name}`);
}

export function labelsOf(
  { podLabels }: Compilation,
  id: string,
): Readonly<Record<string, string>> | undefined {
  return podLabels.find(({ workload: { id: other } }) => other === id)?.labels;
}
