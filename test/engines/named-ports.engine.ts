import type { CalicoEntity, CalicoPolicyManifest, Manifest, PodManifest } from '../oracle/manifest';
import type { Packet } from '../oracle/flow';
import { verdict } from '../oracle/packet';
import { openEvaluator } from '../oracle/subject';
import { hasGo } from './build';
import { Engine } from './engine';

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on named ports.\n');

const CLIENT = '10.244.0.1';
const SERVER = '10.244.0.2';

function pod(
  name: string,
  ip: string,
  ports: PodManifest['spec']['containers'][number]['ports'] = [],
): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'x', ports }] },
    status: { phase: 'Running', podIPs: [{ ip }] },
  };
}

/** The pod with an init container that has the same port under another name. */
function withInit(server: PodManifest): PodManifest {
  const ports = [{ name: 'setup', containerPort: 8080 }];
  return { ...server, spec: { ...server.spec, initContainers: [{ name: 'prepare', image: 'x', ports }] } };
}

function allowing(destination: CalicoEntity): CalicoPolicyManifest {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: 'p' },
    spec: {
      selector: "app == 'client'",
      types: ['Egress'],
      egress: [{ action: 'Allow', protocol: 'TCP', destination }],
    },
  };
}

/** The set covers the address of the server, so that selectors of its label reach the server by address only. */
const WORLD: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  pod('client', CLIENT),
  withInit(pod('server', SERVER, [{ name: 'http', containerPort: 8080 }])),
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkSet',
    metadata: { name: 's', labels: { kind: 'set' } },
    spec: { nets: ['10.244.0.0/16'] },
  },
];

const PACKET: Packet = {
  from: { namespace: 'shop', name: 'client', kind: 'Pod' },
  to: { namespace: 'shop', name: 'server', kind: 'Pod' },
  protocol: 6,
  port: 8080,
};

/*
 * Calico looks a named port up at the endpoints whose labels satisfy the rule's selector, not at those whose address a
 * selected network set covers (calico-policy-model 5.5; felix/calc/rule_scanner.go). It counts init containers.
 */
const CASES: readonly (readonly [string, CalicoEntity, 'allow' | 'deny'])[] = [
  ['the port by name', { ports: ['http'] }, 'allow'],
  ['the name at the pod by its own label', { selector: "app == 'server'", ports: ['http'] }, 'allow'],
  ['the name at the pod by a set', { selector: 'has(kind)', ports: ['http'] }, 'deny'],
  ['a number at the pod by a set', { selector: 'has(kind)', ports: [8080] }, 'allow'],
  ['a number or the name at the pod by a set', { selector: 'has(kind)', ports: [8080, 'http'] }, 'allow'],
  ['not the name at the pod by its own label', { selector: "app == 'server'", notPorts: ['http'] }, 'deny'],
  ['not the name at the pod by a set', { selector: 'has(kind)', notPorts: ['http'] }, 'allow'],
  ['not the name', { notPorts: ['http'] }, 'deny'],
  ['the name of an init container that has ended', { ports: ['setup'] }, 'allow'],
  ['not the name of an init container that has ended', { notPorts: ['setup'] }, 'deny'],
];

suite('a Calico rule that allows', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start('calico');
  }, 1_800_000);
  afterAll(() => engine.stop());

  it.each(CASES)('%s is the same to Calico and the oracle', async (_, destination, expected) => {
    const manifests = [...WORLD, allowing(destination)];
    const asked = [{ from: CLIENT, to: SERVER, protocol: 6, port: 8080 }];
    expect((await engine.judge(manifests, asked))[0]?.egress).toBe(expected);
    expect(verdict(manifests, PACKET, { cni: 'calico' }, 'exact')).toBe(expected);
  });

  it.each(CASES)('%s is the same to the evaluator', (_, destination, expected) => {
    expect(evaluated(destination)).toBe(expected);
  });
});

function evaluated(destination: CalicoEntity): string {
  const evaluator = openEvaluator([...WORLD, allowing(destination)], { cni: 'calico' });
  if (evaluator.problems.length > 0) throw new Error(evaluator.problems.join('\n'));
  return evaluator.verdict(PACKET);
}
