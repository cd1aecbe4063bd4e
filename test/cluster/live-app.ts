import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Client, type KubeObject } from './client';
import { runDeployment, runPods } from './kubelet';
import { canonical, withoutServerFields } from './stored';
import { compileResources, type CompileSettings } from '../../src/proof/compile-resources';
import { readManifests } from '../../src/sources/manifest';

/** What begins every label of the scheme. */
export const LABEL_PREFIX = 'intents.otterize.com/';

/** The settings that `intents compile` has without options. */
export const DEFAULT_SETTINGS: CompileSettings = {
  options: {},
  reachabilityOptions: {},
  dialect: 'kubernetes',
};

/** What follows from the intents of an app: whatever writes it, it must be just this. */
export interface Expected {
  /** Policies as canonical JSON, by namespace/name. */
  readonly policies: ReadonlyMap<string, string>;
  /** Labels of the scheme that the pods of each workload carry, by namespace/name of the workload. */
  readonly podLabels: ReadonlyMap<string, Record<string, string>>;
  /** The same of namespaces. */
  readonly namespaceLabels: ReadonlyMap<string, Record<string, string>>;
}

/** The objects of a file that the examples' synth wrote. */
export function synthesised(file: string): KubeObject[] {
  const text = readFileSync(join(__dirname, '..', '..', 'dist', file), 'utf8');
  return parseAllDocuments(text).map((document): KubeObject => document.toJS());
}

/** Whether a policy follows from intents; others are somebody's own. */
export function isOfIntents(object: KubeObject): boolean {
  return (
    object.kind === 'NetworkPolicy' &&
    Object.keys((object.metadata.labels ?? {}) as object).some((key) => key.startsWith(LABEL_PREFIX))
  );
}

/** An app as it was before anything followed from its intents: without their policies and labels. */
export function unlabelled(objects: readonly KubeObject[]): KubeObject[] {
  return objects
    .filter((object) => !isOfIntents(object))
    .map((object) => {
      const plain = structuredClone(object);
      dropLabels(plain.metadata as KubeObject);
      if (plain.spec?.template !== undefined) dropLabels(plain.spec.template.metadata as KubeObject);
      return plain;
    });
}

/** What synth wrote, as what is expected of a controller: compared with nothing that the compiler of today says. */
export function expectedOfSynth(objects: readonly KubeObject[]): Expected {
  const labelled = objects.filter(({ spec }) => spec?.template !== undefined);
  return {
    policies: new Map(objects.filter(isOfIntents).map((policy) => [keyOf(policy), canonical(policy)])),
    podLabels: new Map(labelled.map((each) => [keyOf(each), schemeLabels(each.spec.template as KubeObject)])),
    namespaceLabels: new Map(
      objects
        .filter(({ kind }) => kind === 'Namespace')
        .map((namespace) => [namespace.metadata.name as string, schemeLabels(namespace)]),
    ),
  };
}

/** What `intents compile` makes of the objects of an app. */
export function expectedOf(
  objects: readonly KubeObject[],
  settings: CompileSettings = DEFAULT_SETTINGS,
): Expected {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const { policies, changed } = compileResources(readManifests(text, { file: 'app' }).resources, settings);
  return expectedOfSynth([
    ...policies.map(({ manifest }): KubeObject => manifest),
    ...changed.map(({ manifest }): KubeObject => manifest),
  ]);
}

/** What is in the cluster now. */
export async function written(api: Client): Promise<Expected> {
  const [policies, pods, namespaces, replicaSets] = await Promise.all([
    api.list('/apis/networking.k8s.io/v1/networkpolicies'),
    api.list('/api/v1/pods'),
    api.list('/api/v1/namespaces'),
    api.list('/apis/apps/v1/replicasets'),
  ]);
  const owners = new Map(
    replicaSets.map((set) => [keyOf(set), set.metadata.ownerReferences?.[0]?.name as string]),
  );
  const kind = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' };
  return {
    policies: new Map(
      policies
        .map((policy): KubeObject => withoutServerFields({ ...kind, ...policy }))
        .filter(isOfIntents)
        .map((policy) => [keyOf(policy), canonical(policy)]),
    ),
    podLabels: podLabels(pods, owners),
    namespaceLabels: new Map(
      namespaces
        .map((namespace): [string, Record<string, string>] => [
          namespace.metadata.name as string,
          schemeLabels(namespace),
        ])
        .filter(([, labels]) => Object.keys(labels).length > 0),
    ),
  };
}

/** What differs between two states, one line each; empty when nothing does. */
export function differences(is: Expected, wanted: Expected): string[] {
  const labels = (map: ReadonlyMap<string, Record<string, string>>): Map<string, string> =>
    new Map(
      [...map].filter(([, own]) => Object.keys(own).length > 0).map(([key, own]) => [key, canonical(own)]),
    );
  return [
    ...differ('policy', is.policies, wanted.policies),
    ...differ('labels of pods of', labels(is.podLabels), labels(wanted.podLabels)),
    ...differ('labels of namespace', labels(is.namespaceLabels), labels(wanted.namespaceLabels)),
  ];
}

/** What of a state is about some namespaces. */
export function only(
  { policies, podLabels, namespaceLabels }: Expected,
  namespaces: readonly string[],
): Expected {
  const within = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].filter(([key]) => namespaces.includes(key.split('/')[0] ?? '')));
  return {
    policies: within(policies),
    podLabels: within(podLabels),
    namespaceLabels: within(namespaceLabels),
  };
}

/**
 * Makes the objects of an app, and running pods of its workloads. A Deployment gets a ReplicaSet; owners of pods of other
 * kinds own theirs directly.
 */
export async function run(api: Client, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    const created = await api.create(object);
    if (created.kind === 'Deployment') await runDeployment(api, created);
    else if (created.spec?.template !== undefined) await runPods(api, created);
  }
}

/** Namespace and name with a slash between, or the name alone. */
export function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function dropLabels(metadata: KubeObject): void {
  for (const key of Object.keys((metadata.labels ?? {}) as object)) {
    if (key.startsWith(LABEL_PREFIX)) Reflect.deleteProperty(metadata.labels as object, key);
  }
}

function schemeLabels({ metadata }: KubeObject): Record<string, string> {
  const entries = Object.entries((metadata?.labels ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.filter(([key]) => key.startsWith(LABEL_PREFIX)));
}

/** One entry a workload: all of its pods must carry the same, or the entry says which do not. */
function podLabels(
  pods: readonly KubeObject[],
  owners: ReadonlyMap<string, string>,
): Map<string, Record<string, string>> {
  const labels = new Map<string, Record<string, string>>();
  for (const pod of pods) {
    const { namespace, ownerReferences = [], name } = pod.metadata as KubeObject;
    const owner = (ownerReferences[0]?.name ?? name) as string;
    const workload = `${namespace}/${owners.get(`${namespace}/${owner}`) ?? owner}`;
    const own = schemeLabels(pod);
    const known = labels.get(workload);
    if (known === undefined) labels.set(workload, own);
    else if (canonical(known) !== canonical(own)) labels.set(`${workload}, pod ${name}`, own);
  }
  return labels;
}

function differ(
  what: string,
  is: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...is.keys(), ...wanted.keys()])].sort().flatMap((key) => {
    const there = is.get(key);
    const due = wanted.get(key);
    if (there === due) return [];
    return [`${what} ${key}: ${there ?? 'none'} instead of ${due ?? 'none'}`];
  });
}
