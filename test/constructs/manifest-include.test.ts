import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { ClientIntents, ManifestInclude, Target } from 'cdk8s-intents';
import { attach, find, namespace, serious, synth } from './apps';

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'include-')), 'app.yaml');
  writeFileSync(path, text);
  return path;
}

function include(text: string) {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  return { app, chart, include: new ManifestInclude(chart, 'include', { file: file(text) }) };
}

const deployment = (name: string, extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${extra} }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: c, ports: [{ containerPort: 80 }] }] }
`;

describe('ManifestInclude', () => {
  it('brings objects in unchanged, in the namespace of the chart, with Lists taken apart', () => {
    const { chart } = include(`${deployment('a')}---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: c, annotations: { k: v } }, data: { key: "on" } }
  - { apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: { name: r }, rules: [] }
`);
    const manifests = synth(chart);
    expect(find(manifests, 'Deployment', 'a').metadata.namespace).toBe('shop');
    expect(find(manifests, 'ConfigMap', 'c')).toMatchObject({
      metadata: { annotations: { k: 'v' }, namespace: 'shop' },
      data: { key: 'on' },
    });
    expect(find(manifests, 'ClusterRole', 'r').metadata).toEqual({ name: 'r' });
  });

  it('tells objects of one kind and name but different groups apart', () => {
    const same = (group: string): string => `apiVersion: ${group}/v1\nkind: Widget\nmetadata: { name: w }\n`;
    expect(synth(include(`${same('a.example.com')}---\n${same('b.example.com')}`).chart)).toHaveLength(3);
  });

  it('keeps file and line for findings', () => {
    const text = `${deployment('a')}---\n${deployment('b').replace('80', '99999')}`;
    const { app, chart } = include(text);
    new ClientIntents(chart, 'calls', { workload: { name: 'a' }, targets: [Target.workload({ name: 'b' })] });
    const { findings } = attach(app, { proof: 'report' });
    synth(chart);
    const finding = findings().find(({ id }) => id === 'invalid-field')!;
    expect(finding.message).toContain('99999');
    expect(finding.place.file).toMatch(/app\.yaml$/);
    expect(finding.place.line).toBe(15);
    expect(finding.place.construct).toBe('shop/include/b-deployment-apps');
  });

  it('labels what it brought in, and leaves out what is not wanted', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    new ManifestInclude(chart, 'include', {
      file: file(
        `${deployment('a')}---\n${deployment('b')}---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\n`,
      ),
      without: [{ kind: 'Secret', name: 's' }],
    });
    new ClientIntents(chart, 'calls', { workload: { name: 'a' }, targets: [Target.workload({ name: 'b' })] });
    const { findings } = attach(app);
    const manifests = synth(chart);
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
    expect(find(manifests, 'Deployment', 'a').spec.template.metadata.labels).toHaveProperty(
      ['intents.otterize.com/client'],
      'true',
    );
    expect(serious(findings())).toEqual([]);
  });

  it.each([
    ['a syntax error', 'a: [', /^shop\/include: .*app\.yaml:\d+: /],
    ['nothing', '\n---\n', /shop\/include: .* holds no Kubernetes object/],
    [
      'a template',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Values.name }} }\n',
      /^shop\/include: .*app\.yaml:\d+: /,
    ],
    [
      'an object twice',
      `${deployment('a')}---\n${deployment('a')}`,
      /^shop\/include: .*app\.yaml:9: Deployment\/shop\/a is written a second time, after .*app\.yaml:1\. Remove or rename/,
    ],
    [
      'an object twice, once with the namespace of the chart',
      `${deployment('a')}---\n${deployment('a', ', namespace: shop')}`,
      /Deployment\/shop\/a is written a second time/,
    ],
    [
      'a key __proto__',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  nested:\n    __proto__: { a: b }\n',
      /^shop\/include: .*app\.yaml:6: ConfigMap\/shop\/c has a key __proto__, which cdk8s cannot render\. Rename/,
    ],
  ])('refuses %s', (_what, text, message) => {
    expect(() => include(text)).toThrow(message);
  });

  it('drops the namespace of what is in none, as the API server does, and the synth says so', () => {
    const {
      app,
      chart,
      include: included,
    } = include(
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r, namespace: x }\nrules: []\n',
    );
    expect(included.findings.map(({ id }) => id)).toEqual(['misplaced-namespace']);
    const { findings } = attach(app);
    expect(find(synth(chart), 'ClusterRole', 'r').metadata).toEqual({ name: 'r' });
    expect(findings().filter(({ id }) => id === 'misplaced-namespace')).toMatchObject([
      { severity: 'warning', object: 'ClusterRole/r', place: { line: 3 } },
    ]);
  });

  it('does not mind errors of what is left out', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const text = `${deployment('a')}---\napiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: No Name }\n`;
    expect(() => new ManifestInclude(chart, 'bad', { file: file(text) })).toThrow(/No Name/);
    new ManifestInclude(chart, 'include', { file: file(text), without: [{ kind: 'Secret', name: 's' }] });
    expect(synth(chart).map(({ kind }) => kind)).toEqual(['Namespace', 'Deployment']);
  });

  it('leaves generateName as it is, and objects that share it apart', () => {
    const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: a- }\nspec: {}\n';
    const { chart } = include(`${job}---\n${job}`);
    expect(
      synth(chart)
        .slice(1)
        .map(({ metadata }) => metadata),
    ).toEqual([
      { generateName: 'a-', namespace: 'shop' },
      { generateName: 'a-', namespace: 'shop' },
    ]);
  });

  it('refuses a file that is not there', () => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    expect(() => new ManifestInclude(chart, 'include', { file: 'no/such.yaml' })).toThrow(
      /^shop\/include: .*no\/such\.yaml/,
    );
  });
});
