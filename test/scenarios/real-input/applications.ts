import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, Chart, Testing } from 'cdk8s';
import {
  IntentsCompiler,
  ManifestInclude,
  type Finding,
  type IntentsCompilerOptions,
  type ManifestIncludeProps,
} from 'cdk8s-intents';
import { buildCluster } from '../../../src/model/build-cluster';
import type { Cluster } from '../../../src/model/cluster';
import { isJsonObject, sameJson, type JsonObject } from '../../../src/model/json';
import { resourceId, type Resource } from '../../../src/model/resource';
import { readPolicies } from '../../../src/policies/read-policies';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Reachability } from '../../../src/reachability/reachability';
import { readManifestFiles } from '../../../src/sources/files';
import { readManifests } from '../../../src/sources/manifest';

/** Published manifests, beside the repository; they are not part of it. */
const DATA = join(__dirname, '../../../../shared/data');

/** A `describe` that skips, with a word, where the manifests of the application are not there. */
export function describeApplication(folder: string, tests: () => void): void {
  if (existsSync(join(DATA, folder))) {
    describe(folder, tests);
    return;
  }
  // Not console.warn: jest drops the console of a file whose tests are all skipped.
  process.stderr.write(`skipped: ../shared/data/${folder} is not there\n`);
  describe.skip(folder, () => {
    it('needs its manifests', () => undefined);
  });
}

/** The files of a folder (of one application) that a pattern matches, or one file; sorted. */
export function filesOf(path: string, pattern = /\.yaml$/): string[] {
  if (path.endsWith('.yaml')) return [join(DATA, path)];
  return readdirSync(join(DATA, path))
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(DATA, path, name));
}

/** The finished output of an app: what there is, who can talk to whom, and what the synth said. */
export interface Output {
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly findings: readonly Finding[];
}

export interface AppOptions {
  readonly namespace: string;
  readonly files: readonly string[];
  /** Whether the app writes the Namespace object; false where the files have it. Default true. */
  readonly namespaceObject?: boolean;
  /** Objects of the files that are left out. */
  readonly without?: ManifestIncludeProps['without'];
  /** What the app adds to the files. */
  readonly add?: (chart: Chart) => void;
  readonly compiler?: IntentsCompilerOptions;
}

/** Makes no policy of its own: the app has just what its files and {@link AppOptions.add} bring. */
export const NOTHING_AUTOMATIC: IntentsCompilerOptions = {
  externalTraffic: 'off',
  webhookTraffic: 'off',
  egress: 'off',
};

/** Synthesizes an app of one chart with every file included as it is, and reads the output back. */
export function synthesize(options: AppOptions): Output {
  const { namespace, files, namespaceObject = true, without = [], add, compiler = {} } = options;
  const app = Testing.app();
  const chart = new Chart(app, namespace, { namespace });
  if (namespaceObject)
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const file of files) new ManifestInclude(chart, file.replaceAll('/', '-'), { file, without });
  add?.(chart);
  let findings: readonly Finding[] = [];
  IntentsCompiler.attach(app, {
    ...compiler,
    onFindings: (found) => {
      findings = found;
    },
  });
  const { resources, findings: unreadable } = readManifests(app.synthYaml(), { file: 'dist.yaml' });
  expect(unreadable).toEqual([]);
  const cluster = buildCluster(resources);
  const policies = readPolicies(cluster.resources);
  expect(policies.findings).toEqual([]);
  return { cluster, reachability: evaluate(cluster, policies), findings };
}

/**
 * The objects of the files that are missing in the output, or are not there as they were written, but for the
 * namespace of the chart and for labels that were added.
 */
export function changedObjects(files: readonly string[], namespace: string, { cluster }: Output): string[] {
  const { resources, findings } = readManifestFiles(files, { defaultNamespace: namespace });
  expect(findings).toEqual([]);
  const written = new Map(cluster.resources.map((resource) => [keyOf(resource), resource]));
  return resources.filter((read) => !isSame(read, written.get(keyOf(read)))).map(resourceId);
}

function keyOf(resource: Resource): string {
  return `${resource.group} ${resourceId(resource)}`;
}

function isSame(read: Resource, written: Resource | undefined): boolean {
  if (written === undefined) return false;
  return sameJson(bare(read.manifest), bare(written.manifest));
}

/** The manifest without its namespace, without labels of ours and without nulls, which the API server drops. */
function bare(manifest: JsonObject): JsonObject {
  const { metadata, ...rest } = manifest;
  const { namespace: _namespace, ...own } = isJsonObject(metadata) ? metadata : {};
  return kept({ ...rest, metadata: own });
}

function kept(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, child]) => child !== null && !key.startsWith('intents.otterize.com/'))
      .map(([key, child]) => [key, isJsonObject(child) ? kept(child) : child]),
  );
}

/** Findings of some rules, `severity object: message`, sorted. */
export function said({ findings }: Output, ...ids: readonly string[]): string[] {
  return findings
    .filter(({ id }) => ids.includes(id))
    .map(({ severity, object, message }) => `${severity} ${object ?? ''}: ${message}`)
    .sort();
}

/** What a person is told at synth: everything but notes, `severity id object`, sorted. */
export function serious({ findings }: Output): string[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ severity, id, object }) => `${severity} ${id} ${object ?? ''}`)
    .sort();
}
