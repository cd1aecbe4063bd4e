import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A schema as CRDs have it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: Schema };
  readonly subresources?: { readonly status?: object };
  readonly additionalPrinterColumns: readonly { readonly name: string; readonly jsonPath: string }[];
}

export interface Crd {
  readonly metadata: { readonly name: string; readonly annotations: object; readonly labels: object };
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: Readonly<Record<string, string>>;
    readonly conversion: { readonly strategy: string; readonly webhook: any };
    readonly versions: readonly CrdVersion[];
  };
}

let crds: ReadonlyMap<string, Crd> | undefined;

/** The CRDs that we ship, by kind. */
export function shippedCrds(): ReadonlyMap<string, Crd> {
  crds ??= readCrds();
  return crds;
}

function readCrds(): ReadonlyMap<string, Crd> {
  const text = readFileSync(join(__dirname, '../../crds/k8s.otterize.com.yaml'), 'utf8');
  const read = parseAllDocuments(text).map((document): Crd => document.toJS());
  return new Map(read.map((crd) => [crd.spec.names['kind'] ?? '', crd]));
}

/** The schema of the spec of one version. */
export function specSchema(kind: string, version: string): Schema {
  const found = shippedCrds()
    .get(kind)
    ?.spec.versions.find(({ name }) => name === version);
  const spec = found?.schema.openAPIV3Schema.properties?.['spec'];
  if (spec === undefined) throw new Error(`there is no ${kind} ${version}`);
  return spec;
}

/** Every object schema inside one, with where it stands. */
export function objectSchemas(schema: Schema, path = ''): { path: string; schema: Schema }[] {
  const here = schema.properties === undefined ? [] : [{ path, schema }];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
    objectSchemas(child, path === '' ? key : `${path}.${key}`),
  );
  return [...here, ...below, ...(schema.items === undefined ? [] : objectSchemas(schema.items, path))];
}
