import { mayEndNft } from '../../../src/policies/calico/nft-faults';
import { readPolicies } from '../../../src/policies/read-policies';
import { readManifests } from '../../../src/sources/manifest';

function faulty(yaml: string): boolean {
  const { resources } = readManifests(yaml, { file: 'p.yaml' });
  const { kubernetes, calico, clusterWide, findings } = readPolicies(resources);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const [policy] = [...kubernetes, ...calico, ...clusterWide];
  if (policy === undefined) throw new Error('the policy was refused');
  return mayEndNft(policy);
}

const calico = (rule: string, kind = 'GlobalNetworkPolicy'): string =>
  `{ apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: { name: p }, spec: { types: [Egress], egress: [{ action: Allow, ${rule} }] } }`;
const ports = (list: string): string =>
  `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { podSelector: {}, ingress: [{ ports: [${list}] }] } }`;
const admin = (list: string): string =>
  `{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: p }, spec: { priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }], ports: [${list}] }] } }`;
const SERVICE = 'destination: { services: { name: s, namespace: shop } }';

describe('mayEndNft (test/dataplane/nft.dataplane.ts)', () => {
  it.each([
    ['a port and a range', calico('protocol: TCP, destination: { ports: [80, "100:110"] }')],
    ['not those', calico('protocol: TCP, destination: { notPorts: [80, "100:110"] }')],
    ['source ports', calico('protocol: TCP, source: { ports: ["1:2", "100:110"] }')],
    ['source ports that are not those', calico('protocol: TCP, source: { notPorts: ["1:2", "100:110"] }')],
    ['a Service and protocol 47', calico(`protocol: 47, ${SERVICE}`)],
    ['endPort', ports('{ port: 80 }, { port: 100, endPort: 110 }')],
    ['neighbours, in any order, which Calico joins', ports('{ port: 443 }, { port: 81 }, { port: 80 }')],
    [
      'ranges that overlap, and another',
      ports('{ port: 1, endPort: 9 }, { port: 2, endPort: 3 }, { port: 11 }'),
    ],
    [
      'an AdminNetworkPolicy',
      admin(
        '{ portNumber: { port: 80, protocol: TCP } }, { portRange: { start: 90, end: 95, protocol: TCP } }',
      ),
    ],
  ])('sees %s', (_, yaml) => {
    expect(faulty(yaml)).toBe(true);
  });

  it.each([
    ['ports', calico('protocol: TCP, destination: { ports: [80, 443] }')],
    [
      'neighbours of a Calico policy, which stay as they are',
      calico('protocol: TCP, destination: { ports: [80, 81, 443] }'),
    ],
    ['a range', calico('protocol: TCP, destination: { ports: ["100:110"] }')],
    [
      'a range and a name, which is a set of its own',
      calico('protocol: TCP, destination: { ports: ["100:110", http] }'),
    ],
    [
      'a staged policy',
      calico('protocol: TCP, destination: { ports: [80, "100:110"] }', 'StagedGlobalNetworkPolicy'),
    ],
    ['a Service and TCP', calico(`protocol: TCP, ${SERVICE}`)],
    ['a Service alone', calico(SERVICE)],
    ['protocol 47 alone', calico('protocol: 47')],
    ['neighbours alone', ports('{ port: 80 }, { port: 81 }')],
    ['a range and a name of Kubernetes', ports('{ port: 80, endPort: 90 }, { port: http }')],
    ['a range of each protocol', ports('{ port: 80, endPort: 90 }, { port: 53, protocol: UDP }')],
    ['all ports', ports('{ protocol: TCP }, { protocol: UDP }')],
  ])('is silent about %s', (_, yaml) => {
    expect(faulty(yaml)).toBe(false);
  });
});
