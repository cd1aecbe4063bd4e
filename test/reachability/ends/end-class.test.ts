import { buildCluster } from '../../../src/model/build-cluster';
import type { Workload } from '../../../src/model/workloads/workload';
import {
  classify,
  classKey,
  describe as describeClass,
  IndexedEnds,
} from '../../../src/reachability/ends/end-class';
import { resourcesOf } from '../../policies/resource-fixture';
import { pod } from '../world';

function workloads(...documents: readonly string[]): readonly Workload[] {
  return buildCluster(resourcesOf(documents.join(''))).workloads;
}

const withStatus = (name: string, ips: readonly string[]): string =>
  `${pod('shop', name).trimEnd()}\nstatus: { podIPs: [${ips.map((ip) => `{ ip: '${ip}' }`).join(', ')}] }\n`;

const withPorts = (name: string, ports: string, init = ''): string => `---
apiVersion: v1
kind: Pod
metadata: { namespace: shop, name: ${name} }
spec: { ${init === '' ? '' : `initContainers: [{ name: i, image: registry.example/a:1, ${init} }], `}containers: [{ name: c, image: registry.example/a:1, ports: [${ports}] }] }
`;

/** The names of the workloads of each class. */
function classesOf(...documents: readonly string[]): string[] {
  return classify(workloads(...documents)).map((end) => end.workloads.map(({ name }) => name).join(' '));
}

describe('workloads are of one class', () => {
  it('whatever order their labels, ports and addresses are written in', () => {
    expect(classesOf(pod('shop', 'a', 'x: "1", y: "2"'), pod('shop', 'b', 'y: "2", x: "1"'))).toEqual([
      'a b',
    ]);
    const [http, dns] = ['{ name: http, containerPort: 80 }', '{ containerPort: 53, protocol: UDP }'];
    expect(classesOf(withPorts('a', `${http}, ${dns}`), withPorts('b', `${dns}, ${http}`))).toEqual(['a b']);
    expect(
      classesOf(withStatus('a', ['10.0.0.1', 'fd00::1']), withStatus('b', ['fd00::1', '10.0.0.1'])),
    ).toEqual(['a b']);
  });

  it.each([
    ['labels', pod('shop', 'a', 'x: "1"'), pod('shop', 'b', 'x: "2"')],
    ['a label', pod('shop', 'a'), pod('shop', 'b', 'x: "2"')],
    ['the namespace', pod('shop', 'a'), pod('store', 'b')],
    ['the service account', pod('shop', 'a'), pod('shop', 'b', '', 'serviceAccountName: other')],
    ['the host network', pod('shop', 'a'), pod('shop', 'b', '', 'hostNetwork: true')],
    ['an address', withStatus('a', ['10.0.0.1']), withStatus('b', ['10.0.0.2'])],
    ['a known address', pod('shop', 'a'), withStatus('b', ['10.0.0.2'])],
    ['a port', withPorts('a', '{ containerPort: 80 }'), withPorts('b', '{ containerPort: 81 }')],
    [
      'the protocol of a port',
      withPorts('a', '{ containerPort: 80 }'),
      withPorts('b', '{ containerPort: 80, protocol: UDP }'),
    ],
    [
      'the name of a port',
      withPorts('a', '{ containerPort: 80, name: x }'),
      withPorts('b', '{ containerPort: 80, name: y }'),
    ],
    [
      'whether a port has a name',
      withPorts('a', '{ containerPort: 80 }'),
      withPorts('b', '{ containerPort: 80, name: y }'),
    ],
    [
      'a port of an init container',
      withPorts('a', ''),
      withPorts('b', '', 'ports: [{ containerPort: 80, name: y }]'),
    ],
    [
      'a port of a sidecar',
      withPorts('a', '', 'ports: [{ containerPort: 80, name: y }]'),
      withPorts('b', '', 'restartPolicy: Always, ports: [{ containerPort: 80, name: y }]'),
    ],
  ])('only where they do not differ in %s', (_, a, b) => {
    expect(classesOf(a, b)).toHaveLength(2);
  });

  it('as nothing else of theirs is asked for', () => {
    const annotated = pod('shop', 'b').replace('labels:', 'annotations: { a: b }, labels:');
    expect(classesOf(pod('shop', 'a'), annotated)).toEqual(['a b']);
    const [a, b] = workloads(pod('shop', 'a'), annotated);
    expect(a !== undefined && b !== undefined && classKey(a) === classKey(b)).toBe(true);
  });
});

describe('classes', () => {
  const finished = `---
apiVersion: batch/v1
kind: Job
metadata: { namespace: shop, name: done }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: registry.example/a:1 }] } } }
status: { conditions: [{ type: Complete, status: 'True' }] }
`;
  const documents = [
    pod('shop', 'host', '', 'hostNetwork: true'),
    pod('b', 'b1', 'x: "1"'),
    pod('a', 'a1'),
    pod('b', 'b2', 'x: "2"'),
    pod('c', 'c1'),
    pod('b', 'b3', 'x: "1"'),
    finished,
  ];

  it('stand by namespace, hosts behind all pods, without what has finished', () => {
    const all = workloads(...documents);
    const ends = new IndexedEnds(classify(all));
    expect(ends.classes.map((end) => end.workloads.map(({ name }) => name).join(' '))).toEqual([
      'a1',
      'b1 b3',
      'b2',
      'c1',
      'host',
    ]);
    expect(ends.classes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect([ends.size, [...ends.pods.edges], [...ends.hosts.edges]]).toEqual([5, [0, 4], [4, 5]]);
    expect(['a', 'b', 'c', 'shop', 'd'].map((name) => [...ends.inNamespace(name).edges])).toEqual([
      [0, 1],
      [1, 3],
      [3, 4],
      [],
      [],
    ]);
    const indexes = Object.fromEntries(all.map((one) => [one.name, ends.of(one)?.index]));
    expect(indexes).toMatchObject({ b3: 1, host: 4, done: undefined });
  });

  it('know whether any pod is of an address that nobody knows', () => {
    const known = withStatus('known', ['10.0.0.1']);
    const hasUnknown = (...pods: readonly string[]): boolean =>
      new IndexedEnds(classify(workloads(...pods))).hasPodsOfUnknownAddress;
    expect(hasUnknown(known)).toBe(false);
    expect(hasUnknown(known, pod('shop', 'other'))).toBe(true);
    expect(hasUnknown(known, pod('shop', 'host', '', 'hostNetwork: true'))).toBe(false);
    expect(hasUnknown()).toBe(false);
  });

  it('have no ports of init containers where none are declared, which is the same as an empty list of them', () => {
    const [bare] = workloads(pod('shop', 'a'));
    if (bare === undefined) throw new Error('there is one');
    const { sidecarPorts: _, initContainerPorts: __, ...absent } = bare;
    const empty = { ...absent, sidecarPorts: [], initContainerPorts: [] };
    expect(classKey(absent)).toBe(classKey(empty));
    expect(describeClass(absent, 3, [absent])).toMatchObject({
      index: 3,
      ports: [],
      sidecarPorts: [],
      initContainerPorts: [],
      addresses: [],
    });
  });

  it('have the addresses of their workloads that can be read, and no others', () => {
    const [bare] = workloads(pod('shop', 'a'));
    if (bare === undefined) throw new Error('there is one');
    const { addresses } = describeClass({ ...bare, addresses: ['10.0.0.1', 'nowhere', '::1'] }, 0, [bare]);
    expect(addresses).toEqual([
      { version: 4, value: 0x0a000001n },
      { version: 6, value: 1n },
    ]);
  });
});
