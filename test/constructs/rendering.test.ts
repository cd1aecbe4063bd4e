import { ApiObject, App, Include, JsonPatch, Lazy, Testing, YamlOutputType, type Chart } from 'cdk8s';
import { ClientIntents, ManifestInclude, Target } from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { attach, deployment, namespace, serious, type Manifest } from './apps';

const TEMPLATE = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'x', image: 'x' }] } };

/** Workloads of every make (cdk8s-ecosystem section 4); each is a client of `server`. */
const MAKES: Record<string, (chart: Chart) => unknown> = {
  'kplus-deployment': (chart) =>
    new kplus.Deployment(chart, 'kplus-deployment', {
      metadata: { name: 'kplus-deployment' },
      containers: [{ image: 'x' }],
    }),
  'kplus-statefulset': (chart) =>
    new kplus.StatefulSet(chart, 'kplus-statefulset', {
      metadata: { name: 'kplus-statefulset' },
      containers: [{ image: 'x' }],
      service: new kplus.Service(chart, 'sts-service', { metadata: { name: 'sts' }, ports: [{ port: 80 }] }),
    }),
  'kplus-daemonset': (chart) =>
    new kplus.DaemonSet(chart, 'kplus-daemonset', {
      metadata: { name: 'kplus-daemonset' },
      containers: [{ image: 'x' }],
    }),
  'kplus-job': (chart) =>
    new kplus.Job(chart, 'kplus-job', { metadata: { name: 'kplus-job' }, containers: [{ image: 'x' }] }),
  'kplus-cronjob': (chart) =>
    new kplus.CronJob(chart, 'kplus-cronjob', {
      metadata: { name: 'kplus-cronjob' },
      containers: [{ image: 'x' }],
      schedule: { _expression: '0 0 * * *', expressionString: '0 0 * * *' } as never,
    }),
  'kplus-pod': (chart) =>
    new kplus.Pod(chart, 'kplus-pod', { metadata: { name: 'kplus-pod' }, containers: [{ image: 'x' }] }),
  'no-template-metadata': (chart) =>
    raw(chart, 'no-template-metadata', { template: { spec: TEMPLATE.spec } }),
  'no-template-labels': (chart) =>
    raw(chart, 'no-template-labels', { template: { metadata: {}, spec: TEMPLATE.spec } }),
  'lazy-nested': (chart) =>
    raw(chart, 'lazy-nested', {
      template: Lazy.any({
        produce: () => ({
          metadata: Lazy.any({ produce: () => ({ labels: Lazy.any({ produce: () => ({ app: 'x' }) }) }) }),
          spec: TEMPLATE.spec,
        }),
      }),
    }),
  'patched-labels': (chart) => {
    raw(chart, 'patched-labels', { template: TEMPLATE }).addJsonPatch(
      JsonPatch.replace('/spec/template/metadata/labels', { mine: 'only' }),
    );
  },
  'api-cronjob': (chart) =>
    new ApiObject(chart, 'api-cronjob', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'api-cronjob' },
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec: TEMPLATE.spec } } } },
    }),
  rollout: (chart) => raw(chart, 'rollout', { template: TEMPLATE }, 'argoproj.io/v1alpha1', 'Rollout'),
  'replication-controller': (chart) =>
    raw(chart, 'replication-controller', { template: TEMPLATE }, 'v1', 'ReplicationController'),
  included: (chart) => new Include(chart, 'included', { url: manifestFile('included') }),
  'manifest-included': (chart) =>
    new ManifestInclude(chart, 'manifest-included', { file: manifestFile('manifest-included') }),
  'own-kind': (chart) => raw(chart, 'own-kind', { podTemplate: TEMPLATE }, 'example.com/v1', 'Runner'),
};

function raw(
  chart: Chart,
  name: string,
  spec: object,
  apiVersion = 'apps/v1',
  kind = 'Deployment',
): ApiObject {
  return new ApiObject(chart, name, { apiVersion, kind, metadata: { name }, spec });
}

function manifestFile(name: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'manifest-')), `${name}.yaml`);
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop' },
      spec: { template: TEMPLATE },
    }),
  );
  return file;
}

function makeAll(app: App) {
  const chart = namespace(app, 'shop');
  const server = deployment(chart, 'server', { port: 80 });
  for (const [name, make] of Object.entries(MAKES)) {
    make(chart);
    new ClientIntents(chart, `${name}-calls`, { workload: { name }, targets: [Target.workload(server)] });
  }
  return attach(app, {
    podTemplateKinds: [{ group: 'example.com', kind: 'Runner', path: ['spec', 'podTemplate'] }],
  });
}

function podLabels(manifest: Manifest): Record<string, string> | undefined {
  if (manifest.kind === 'Pod') return manifest.metadata.labels;
  const template =
    manifest.spec.jobTemplate?.spec.template ?? manifest.spec.podTemplate ?? manifest.spec.template;
  return template.metadata.labels;
}

function readAll(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

describe('labels reach the pods of every make of workload', () => {
  it.each(Object.keys(MAKES))('%s', (name) => {
    const app = Testing.app();
    const { findings } = makeAll(app);
    const manifest = readAll(app.synthYaml()).find(({ metadata }) => metadata.name === name)!;
    expect(podLabels(manifest)).toMatchObject({
      'intents.otterize.com/client': 'true',
      'intents.otterize.com/server': expect.stringMatching(new RegExp(`^${name.slice(0, 20)}-shop-`)),
    });
    expect(JSON.stringify(manifest.spec.selector ?? {})).not.toContain('otterize');
    expect(serious(findings())).toEqual([]);
  });

  it('holds for each way to divide the output, and at a second synth', () => {
    const texts = [YamlOutputType.FILE_PER_APP, YamlOutputType.FILE_PER_CHART].flatMap((yamlOutputType) => {
      const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
      const app = new App({ outdir, yamlOutputType });
      makeAll(app);
      return [1, 2].map(() => {
        app.synth();
        return readdirSync(outdir)
          .map((file) => readFileSync(join(outdir, file), 'utf8'))
          .join('---\n');
      });
    });
    for (const text of texts) {
      expect(text.match(/intents.otterize.com\/client: "true"/g)).toHaveLength(Object.keys(MAKES).length);
    }
  });

  it('keeps what the app patched, beside its own', () => {
    const app = Testing.app();
    makeAll(app);
    const manifest = readAll(app.synthYaml()).find(({ metadata }) => metadata.name === 'patched-labels')!;
    expect(podLabels(manifest)).toMatchObject({ mine: 'only', 'intents.otterize.com/client': 'true' });
  });
});
