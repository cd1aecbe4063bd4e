import { createRequire } from 'node:module';
import { ApiObject, type ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { ClusterScopedObject } from './cluster-scoped-object';
import { ConstructError } from './construct-error';
import { isJsonObject, type JsonObject } from '../model/json';
import { printPlace, type Place } from '../model/place';
import type { Resource } from '../model/resource';
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

/** The file and line an included object was read from; absent for any other object. */
export function includedFrom(object: ApiObject): Place | undefined {
  return places.get(object);
}

/**
 * Brings the objects of a manifest file into the app, unchanged. Unlike cdk8s `Include` it takes `List`s apart, tells
 * objects of different API groups apart, remembers file and line for findings, and refuses what is no Kubernetes
 * object instead of failing later. An object without a namespace gets that of the chart.
 */
export class ManifestInclude extends Construct {
  readonly apiObjects: readonly ApiObject[];

  constructor(scope: Construct, id: string, props: ManifestIncludeProps) {
    const resources = readFile(scope, id, props);
    super(scope, id);
    this.apiObjects = resources.map((resource) => this.include(resource));
  }

  private include(resource: Resource): ApiObject {
    const { metadata, ...rest } = resource.manifest;
    const own = isJsonObject(metadata) ? metadata : {};
    const props = {
      ...rest,
      apiVersion: resource.apiVersion,
      kind: resource.kind,
      metadata: { ...own, name: resource.name } as ApiObjectMetadata,
    };
    const childId = [resource.name, resource.kind.toLowerCase(), resource.group, declaredNamespace(own)]
      .filter((part) => part !== '')
      .join('-');
    const object = isClusterScoped(resource.group, resource.kind)
      ? new ClusterScopedObject(this, childId, props)
      : new ApiObject(this, childId, props);
    places.set(object, resource.place);
    return object;
  }
}

function declaredNamespace(metadata: JsonObject): string {
  return typeof metadata.namespace === 'string' ? metadata.namespace : '';
}

/** Loaded when a file is read: most apps include none, and the two YAML readers behind it are most of what there is to load. */
function loadFileReader(): typeof files {
  return createRequire(__filename)('../sources/files') as typeof files;
}

function readFile(scope: Construct, id: string, props: ManifestIncludeProps): readonly Resource[] {
  const { resources, findings } = attempt(scope, id, () => loadFileReader().readManifestFiles([props.file]));
  const bad = findings.find((finding) => finding.severity !== 'info');
  if (bad !== undefined)
    throw new ConstructError(
      scope,
      id,
      `${printPlace(bad.place)}: ${bad.message.replace(/\.$/, '')}`,
      bad.mend,
    );
  const unwanted = (resource: Resource): boolean =>
    (props.without ?? []).some(({ kind, name }) => kind === resource.kind && name === resource.name);
  const wanted = resources.filter((resource) => !unwanted(resource));
  if (wanted.length === 0) {
    throw new ConstructError(
      scope,
      id,
      `${props.file} holds no Kubernetes object`,
      'Check the path, or remove the include.',
    );
  }
  return wanted;
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
