import type { ClusterWidePolicy } from '../../../src/policies/cluster-network-policy/policy';
import { readClusterWidePolicy } from '../../../src/policies/cluster-network-policy/read-policy';
import type { Finding } from '../../../src/model/finding';
import { fromYaml, resourceOf, worded } from '../resource-fixture';

export const GROUP = 'policy.networking.k8s.io';

export function read(
  kind: ClusterWidePolicy['kind'],
  body: string,
): { policy: ClusterWidePolicy | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const policy = readClusterWidePolicy(resourceOf(fromYaml(`{ kind: ${kind}, ${body} }`)), kind, findings);
  return { policy, findings: worded(findings) };
}

export const many = (count: number, item: string): string =>
  Array.from({ length: count }, () => item).join(', ');
export const nets = (count: number): string =>
  Array.from({ length: count }, (_, i) => `10.0.${i}.0/24`).join(', ');

export const spec = (text: string): string =>
  `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ${text} }`;
export const egress = (to: string, rest = ''): string =>
  spec(`egress: [{ action: Deny, to: [${to}]${rest} }]`);
export const protocol = (item: string): string => egress('{ namespaces: {} }', `, protocols: [${item}]`);
export const tcp = (port: string): string => protocol(`{ tcp: { destinationPort: ${port} } }`);
export const subject = (text: string): string =>
  `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }, spec: { tier: Admin, priority: 1${text} }`;
export const head = (tier: string, priority: string): string =>
  `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }, spec: { ${tier} subject: { namespaces: {} }, ${priority} }`;
export const old = (text: string, metadata = '{ name: default }', version = 'v1alpha1'): string =>
  `apiVersion: ${GROUP}/${version}, metadata: ${metadata}, spec: { priority: 1, subject: { namespaces: {} }, ${text} }`;
export const oldPort = (item: string): string =>
  old(`egress: [{ action: Allow, to: [{ namespaces: {} }], ports: [${item}] }]`);

export const TO = 'spec.egress[0].to[0]';
export const PROTOCOL = 'spec.egress[0].protocols[0]';
