import type { CalicoEntity, CalicoPolicyManifest, Manifest, PodManifest } from '../oracle/manifest';
import { openEvaluator } from '../oracle/subject';
import { hasGo } from './build';
import { Engine } from './engine';

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on doubtful rules.\n');

function pod(namespace: string, name: string, ip: string): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'x', ports: [] }] },
    status: { phase: 'Running', podIPs: [{ ip }] },
  };
}

const CLIENT = '10.244.0.1';
const STRANGER = '10.244.0.3';
const SERVER = '10.244.0.2';
const NAMESPACES: readonly Manifest[] = ['shop', 'other'].map((name) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name },
}));
const WORLD: readonly Manifest[] = [
  ...NAMESPACES,
  pod('shop', 'client', CLIENT),
  pod('shop', 'server', SERVER),
  pod('other', 'stranger', STRANGER),
];

type Verdicts = readonly ['allow' | 'deny', 'allow' | 'deny'];

/**
 * What Calico's API server takes although its author hardly means what it is taken for (calico-policy-model 2.2 item 3,
 * 2.4 item 4, 2.6), with what it opens to a pod of the same namespace and to one of another.
 */
const SOURCES: readonly (readonly [string, CalicoEntity, Verdicts])[] = [
  ['no criterion of service accounts', { serviceAccounts: {} }, ['allow', 'allow']],
  ['the service account default', { serviceAccounts: { names: ['default'] } }, ['allow', 'deny']],
  ['a service account of no possible name', { serviceAccounts: { names: ['A_b'] } }, ['deny', 'deny']],
  ['a name with a quote', { serviceAccounts: { names: ["a'b"] } }, ['allow', 'allow']],
  [
    'a name with a quote beside a selector',
    { serviceAccounts: { names: ["a'b"], selector: 'has(x)' } },
    ['allow', 'allow'],
  ],
  [
    'a name that is more of a selector',
    { serviceAccounts: { names: ["a'} || has(app) || app in {'b"] } },
    ['allow', 'deny'],
  ],
  ['a Service without namespace', { services: { name: 'client' } }, ['deny', 'deny']],
  ['global( ) as selector', { selector: 'global( )' }, ['allow', 'deny']],
  ['not global( ) as selector', { selector: '!global( )' }, ['deny', 'deny']],
  ['a value with all()', { namespaceSelector: 'all()', selector: 'app != "all()"' }, ['allow', 'allow']],
  ['a namespace value with all()', { namespaceSelector: 'app != "all()"' }, ['allow', 'allow']],
  ['a namespace value that is all()', { namespaceSelector: 'app == "all()"' }, ['deny', 'deny']],
  ['zeros before the prefix', { nets: ['10.244.0.0/031'] }, ['allow', 'deny']],
  ['IPv4 in IPv6', { nets: ['::ffff:10.244.0.0/127'] }, ['allow', 'deny']],
  ['everything in another spelling, excluded', { notNets: ['0.0.0.0/00'] }, ['deny', 'deny']],
];

function allowing(source: CalicoEntity): CalicoPolicyManifest {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'shop' },
    spec: { selector: 'app == "server"', types: ['Ingress'], ingress: [{ action: 'Allow', source }] },
  };
}

suite('an Ingress rule of a NetworkPolicy with', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start('calico');
  }, 1_800_000);
  afterAll(() => engine.stop());

  it.each(SOURCES)('%s means to us what it means to Calico', async (_, source, expected) => {
    const manifests = [...WORLD, allowing(source)];
    const packets = [CLIENT, STRANGER].map((from) => ({ from, to: SERVER, protocol: 6, port: 80 }));
    expect((await engine.judge(manifests, packets)).map(({ ingress }) => ingress)).toEqual(expected);
    const evaluator = openEvaluator(manifests, { cni: 'calico', podCidrs: ['10.244.0.0/16'] });
    expect(evaluator.problems).toEqual([]);
    const to = { namespace: 'shop', name: 'server', kind: 'Pod' };
    const froms = [
      { namespace: 'shop', name: 'client', kind: 'Pod' },
      { namespace: 'other', name: 'stranger', kind: 'Pod' },
    ];
    expect(froms.map((from) => evaluator.verdict({ from, to, protocol: 6, port: 80 }))).toEqual(expected);
  });
});
