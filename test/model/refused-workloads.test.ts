import { ANY_LABELS, cluster, template } from './cluster-fixture';
import type { JsonObject } from '../../src/model/json';

const deployment = (spec: JsonObject, apiVersion = 'apps/v1', kind = 'Deployment'): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'cart', namespace: 'shop' },
  spec,
});
const pod = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x', namespace: 'shop', ...metadata },
  spec: { containers: [], ...spec },
});
const said = (manifest: JsonObject): string[] =>
  cluster(manifest).findings.map(({ id, severity, mend }) => `${severity} ${id}: ${mend}`);

describe('what the API server refuses of workloads', () => {
  it('a selector that is not that of the template (apps/v1, spec.selector)', () => {
    const matchLabels = { app: 'cart' };
    expect(said(deployment({ selector: { matchLabels }, template: template({ app: 'web' }) }))).toEqual([
      'error invalid-field: Make them agree: the template needs every label of the selector.',
    ]);
    const more = template({ app: 'cart', tier: 'db' });
    expect(said(deployment({ selector: { matchLabels }, template: more }))).toEqual([]);
    const other = [{ key: 'app', operator: 'NotIn', values: ['cart'] }];
    expect(said(deployment({ selector: { matchExpressions: other }, template: more }))).toHaveLength(1);
    expect(
      said(deployment({ selector: { matchLabels }, template: template({}) }, 'batch/v1', 'Job')),
    ).toEqual([]);
  });

  it.each([
    ['apps/v1', 'Deployment', {}, 1],
    ['apps/v1', 'StatefulSet', { selector: {} }, 1],
    ['apps/v1', 'ReplicaSet', { selector: null }, 1],
    ['apps/v1', 'DaemonSet', { selector: ANY_LABELS }, 0],
    ['apps/v1beta2', 'Deployment', {}, 0],
    ['batch/v1', 'Job', {}, 0],
  ])('a missing or empty selector, in a note: %s %s %j', (apiVersion, kind, selector, notes) => {
    const resource = deployment({ ...selector, template: template({ app: 'web' }) }, apiVersion, kind);
    const found = cluster(resource).findings.filter(({ id }) => id === 'workload-without-selector');
    expect(found.map(({ severity }) => severity)).toEqual(new Array(notes).fill('info'));
  });

  it.each([
    [
      'lables',
      { metadata: { lables: { app: 'x' } }, spec: { containers: [] } },
      'spec.template.metadata.labels',
    ],
    ['hostNetwrk', { spec: { containers: [], hostNetwrk: true } }, 'spec.template.spec.hostNetwork'],
    ['initContainer', { spec: { containers: [], initContainer: [] } }, 'spec.template.spec.initContainers'],
  ])('the field %s, which would be dropped', (_, made, meant) => {
    expect(said(deployment({ selector: ANY_LABELS, template: made }))).toEqual([
      `error unknown-field: Did you mean ${meant}?`,
    ]);
  });

  it('the same in a Pod', () => {
    expect(said(pod({ serviceAcountName: 'x' }))).toEqual([
      'error unknown-field: Did you mean spec.serviceAccountName?',
    ]);
    expect(said(pod({}, { label: { a: 'b' } }))).toEqual([
      'error unknown-field: Did you mean metadata.labels?',
    ]);
  });

  it('but no field of a pod spec that is there, nor one that may come', () => {
    const others = {
      hostPID: true,
      hostname: 'x',
      hostUsers: false,
      nodeName: 'n',
      volumes: [],
      somethingNew: 1,
    };
    expect(said(pod(others, { generateName: 'x-', uid: 'u', finalizers: [] }))).toEqual([]);
  });

  it('the name of an object', () => {
    const refused = ['error invalid-field: Choose another name; the API server refuses this one.'];
    expect(said(pod({}, { name: 'X_y' }))).toEqual(refused);
    expect(said({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a.b' } })).toEqual(refused);
    expect(said(pod({}, { name: 'a.b' }))).toEqual([]);
  });

  it('a field of the metadata of a Namespace that is none', () => {
    const metadata = { name: 'a', lables: { team: 'x' } };
    expect(said({ apiVersion: 'v1', kind: 'Namespace', metadata })).toEqual([
      'error unknown-field: Did you mean metadata.labels?',
    ]);
  });

  it.each([
    ['apps/v2', 'Deployment', 'error', 'Write apiVersion: apps/v1.'],
    ['v2', 'Service', 'error', 'Write apiVersion: v1.'],
    ['apps/v1beta2', 'Deployment', 'warning', 'Write apiVersion: apps/v1; look'],
    ['extensions/v1beta1', 'Deployment', 'warning', 'Write apiVersion: apps/v1; look'],
    ['extensions/v1beta1', 'Ingress', 'warning', 'Write apiVersion: networking.k8s.io/v1; look'],
  ])('the version %s of %s (Deprecated API Migration Guide)', (apiVersion, kind, severity, mend) => {
    const spec = { template: template({}), ports: [{ port: 80 }] };
    const findings = cluster(deployment(spec, apiVersion, kind)).findings.filter(
      ({ id }) => id === 'unserved-api-version',
    );
    expect(findings).toMatchObject([{ severity, mend: expect.stringContaining(mend) as unknown }]);
  });

  it('the name of a port', () => {
    const ports = [{ containerPort: 80, name: 'Http' }];
    expect(said(pod({ containers: [{ name: 'main', ports }] }))).toEqual([
      'error invalid-field: Choose another name; the API server refuses this one.',
    ]);
  });
});

describe('kinds with a slip', () => {
  it.each([
    ['apps/v1', 'Deploymnet', 'Did you mean Deployment?'],
    ['v1', 'Namespce', 'Did you mean Namespace?'],
    ['v1', 'Services', 'Did you mean Service?'],
    ['batch/v1', 'Cronjob', 'Did you mean CronJob?'],
    ['networking.k8s.io/v1', 'Ingres', 'Did you mean Ingress?'],
    ['v1', 'Deployment', 'Did you mean apiVersion: apps/v1?'],
    ['app/v1', 'StatefulSet', 'Did you mean apiVersion: apps/v1?'],
    ['apps/v1', 'Service', 'Did you mean apiVersion: v1?'],
  ])('%s has no %s: an error instead of silence', (apiVersion, kind, mend) => {
    const model = cluster(deployment({ template: template({}) }, apiVersion, kind));
    expect(model.findings).toMatchObject([{ id: 'misspelt-kind', severity: 'error', mend }]);
    expect(model.workloads).toEqual([]);
  });

  it.each([
    ['v1', 'ConfigMap'],
    ['v1', 'ConfigMapp'],
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['networking.k8s.io/v1', 'Networkpolicy'],
    ['networking.k8s.io/v1', 'IngressClass'],
    ['serving.knative.dev/v1', 'Service'],
    ['example.com/v1', 'Deployment'],
    ['v1', 'Secret'],
  ])('%s %s is none that the model has, and nothing is said', (apiVersion, kind) => {
    expect(said(deployment({}, apiVersion, kind))).toEqual([]);
  });
});
