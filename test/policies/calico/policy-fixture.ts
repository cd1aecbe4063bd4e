import type { Finding } from '../../../src/model/finding';
import type { CalicoPolicy } from '../../../src/policies/calico/policy';
import { readCalicoPolicy } from '../../../src/policies/calico/read-policy';
import { fromYaml, resourceOf, worded } from '../resource-fixture';

export type Kind =
  'GlobalNetworkPolicy' | 'NetworkPolicy' | 'StagedGlobalNetworkPolicy' | 'StagedNetworkPolicy';

export function read(
  spec: string,
  kind: Kind = 'GlobalNetworkPolicy',
  name = 'p',
  apiVersion = 'projectcalico.org/v3',
): { policy: CalicoPolicy | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const namespace = kind.includes('Global') ? '' : ', namespace: shop';
  const manifest = fromYaml(
    `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: "${name}"${namespace} }, spec: ${spec} }`,
  );
  const policy = readCalicoPolicy(resourceOf(manifest), findings);
  return { policy, findings: worded(findings) };
}

export function good(spec: string, kind?: Kind, name?: string): CalicoPolicy {
  const { policy, findings } = read(spec, kind, name);
  expect(findings).toEqual([]);
  if (policy === undefined) throw new Error('not read');
  return policy;
}

export const ingress = (rule: string): string => `{ types: [Ingress], ingress: [${rule}] }`;
export const egress = (rule: string): string => `{ types: [Egress], egress: [${rule}] }`;
export const peer = (source: string): string =>
  ingress(`{ action: Allow, protocol: TCP, source: ${source} }`);
