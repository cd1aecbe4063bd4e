import { createRequire } from 'node:module';
import { ApiObject, Chart, type ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterScopedObject } from './cluster-scoped-object';
import { ConstructError } from './construct-error';
import type { Finding } from '../model/finding';
import { isJsonObject, type FieldPath, type Json, type JsonObject } from '../model/json';
import { printPlace, type Place } from '../model/place';
import { resourceId, type Resource } from '../model/resource';
import { isClusterScoped } from '../model/scope';
import type * as files from '../sources/files';
import { UsageError } from '../sources/usage-error';

/** Properties of {@link ManifestInclude}. */
export interface ManifestIncludeProps {
  /** Path of a YAML or JSON file, or of a folder of them, relative to the working directory. */
  readonly file: string;
  /**
   * Documents that are to be left out, by kind and name.
   *
   * @default - everything is included
   */
  readonly without?: readonly { readonly kind: string; readonly name: string }[];
}

const places = new WeakMap<ApiObject, Place>();
const reports = new WeakMap<ApiObject, readonly Finding[]>();

/** The file and line an included object was read from; absent for any other object. */
export function includedFrom(object: ApiObject): Place | undefined {
  return places.get(object);
}

/** What was found in the file of an include; kept with its first object, so that each finding is met once. */
export function includeFindingsOf(object: ApiObject): readonly Finding[] {
  return reports.get(object) ?? [];
}

/**
 * Brings the objects of a manifest file into the app, unchanged. Unlike cdk8s `Include` it takes `List`s apart, tells
 * objects of different API groups apart, remembers file and line for findings, and refuses what is no Kubernetes
 * object instead of failing later. An object without a namespace gets that of the chart.
 */
export class ManifestInclude extends Construct {
  readonly apiObjects: readonly ApiObject[];

  /** What was found in the file that is no error; the synth reports it too. */
  readonly findings: readonly Finding[];

  /** @throws ConstructError when the file has an error, an object twice, or nothing to include */
  constructor(scope: Construct, id: string, props: ManifestIncludeProps) {
    const { resources, findings } = readFile(scope, id, props);
    checkObjects(scope, id, resources);
    super(scope, id);
    this.findings = findings;
    this.apiObjects = resources.map((resource) => this.include(resource));
    const [first] = this.apiObjects;
    if (first !== undefined) reports.set(first, findings);
  }

  private include(resource: Resource): ApiObject {
    const { metadata, ...rest } = resource.manifest;
    const own = isJsonObject(metadata) ? metadata : {};
    const props = {
      ...rest,
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      // A name that is there and undefined keeps cdk8s from making one up beside generateName.
      metadata: { ...own, name: isNamed(resource) ? resource.name : undefined } as ApiObjectMetadata,
    };
    const childId = this.freeId(
      [resource.name, resource.kind.toLowerCase(), resource.group, declaredNamespace(own)]
        .filter((part) => part !== '')
        .join('-'),
    );
    const object = isClusterScoped(resource.group, resource.kind)
      ? new ClusterScopedObject(this, childId, props)
      : new ApiObject(this, childId, props);
    places.set(object, resource.place);
    return object;
  }

  /** Objects that share generateName are different ones. */
  private freeId(wanted: string): string {
    let id = wanted;
    for (let count = 2; this.node.tryFindChild(id) !== undefined; count++) id = `${wanted}-${count}`;
    return id;
  }
}

function declaredNamespace(metadata: JsonObject): string {
  return typeof metadata.namespace === 'string' ? metadata.namespace : '';
}

/** Whether the object has a name of its own, and not one that the API server makes from generateName. */
function isNamed({ manifest }: Resource): boolean {
  return isJsonObject(manifest.metadata) && manifest.metadata.name !== undefined;
}

function checkObjects(scope: Construct, id: string, resources: readonly Resource[]): void {
  const first = new Map<string, Resource>();
  for (const resource of resources) {
    const odd = prototypeKey(resource.manifest, []);
    if (odd !== undefined) {
      throw new ConstructError(
        scope,
        id,
        `${printPlace(resource.place.at(odd))}: ${resourceId(resource)} has a key __proto__, which cdk8s cannot render`,
        'Rename the key, or leave the object out.',
      );
    }
    if (!isNamed(resource)) continue;
    const key = `${resource.group}\u0000${resourceId(resource)}`;
    const other = first.get(key);
    first.set(key, other ?? resource);
    if (other === undefined) continue;
    throw new ConstructError(
      scope,
      id,
      `${printPlace(resource.place)}: ${resourceId(resource)} is written a second time, after ${printPlace(other.place)}`,
      'Remove or rename one of the two.',
    );
  }
}

/** The path of the object that has a key `__proto__` of its own, as text that was parsed can have. */
function prototypeKey(value: Json | undefined, path: FieldPath): FieldPath | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, '__proto__')) return [...path, '__proto__'];
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'object' || item === null) continue;
    const found = prototypeKey(item, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Loaded when a file is read: most apps include none, and the two YAML readers behind it are most of what there is to load. */
function loadFileReader(): typeof files {
  return createRequire(__filename)('../sources/files') as typeof files;
}

interface FileContent {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
}

function readFile(scope: Construct, id: string, props: ManifestIncludeProps): FileContent {
  const { without = [] } = props;
  const read = attempt(scope, id, () =>
    loadFileReader().readManifestFiles([props.file], { defaultNamespace: Chart.of(scope).namespace }),
  );
  const findings = read.findings.filter(({ object = '' }) => !without.some((one) => isAbout(object, one)));
  const bad = findings.find(isFatal);
  if (bad !== undefined) {
    throw new ConstructError(
      scope,
      id,
      `${printPlace(bad.place)}: ${bad.message.replace(/\.$/, '')}`,
      bad.mend,
    );
  }
  const resources = read.resources.filter((resource) => !without.some((one) => isOf(resource, one)));
  if (resources.length === 0) {
    throw new ConstructError(
      scope,
      id,
      `${props.file} holds no Kubernetes object`,
      'Check the path, or remove the include.',
    );
  }
  return { resources, findings };
}

/** A template is read by nobody here: what it stands for would be missing from the output. */
function isFatal({ id, severity }: Finding): boolean {
  return severity === 'error' || id === 'templated-manifest';
}

type Unwanted = NonNullable<ManifestIncludeProps['without']>[number];

function isOf({ kind, name }: Resource, unwanted: Unwanted): boolean {
  return kind === unwanted.kind && name === unwanted.name;
}

/** Whether a finding about an object, by its id, is about one that is left out. */
function isAbout(object: string, { kind, name }: Unwanted): boolean {
  return object === `${kind}/${name}` || (object.startsWith(`${kind}/`) && object.endsWith(`/${name}`));
}

function attempt<T>(scope: Construct, id: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ConstructError(
      scope,
      id,
      error.message.replace(/\.$/, ''),
      'Give the path of a YAML or JSON file, or of a folder of them.',
    );
  }
}
