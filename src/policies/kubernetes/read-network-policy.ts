import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { readLabelSelector, SELECT_EVERYTHING, type LabelSelector } from '../../model/label-selector';
import type { Resource } from '../../model/resource';
import type { Direction } from '../direction';
import { readMetadata } from '../../model/read-metadata';
import type { NetworkPolicy, NetworkPolicyRule } from './network-policy';
import { readPeer } from './read-peer';
import { readPort } from './read-port';

/** Namespace of a namespaced object whose manifest and source name none, as kubectl takes it. */
const DEFAULT_NAMESPACE = 'default';

/**
 * Reads a `networking.k8s.io/v1` NetworkPolicy with the defaults the API server fills in (network-policy-semantics
 * 2.1). Undefined when it has an error: then the findings say what the API server would refuse.
 */
export function readNetworkPolicy(resource: Resource, findings: Finding[]): NetworkPolicy | undefined {
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const { name, labels } = readMetadata(root);
  const body = readNetworkPolicySpec(root, spec);
  spec?.rejectUnknown();
  if (root.errorCount > 0) return undefined;
  const namespace = resource.namespace ?? DEFAULT_NAMESPACE;
  return { kind: 'NetworkPolicy', namespace, name, labels, ...body, place: resource.place };
}

/**
 * The part that a staged policy of Calico has in common. The caller reports fields that nobody asked for.
 * @param root where a missing podSelector is reported, if it is to be
 */
export function readNetworkPolicySpec(
  root: FieldReader | undefined,
  spec: FieldReader | undefined,
): Pick<NetworkPolicy, 'podSelector' | 'types' | 'ingress' | 'egress'> {
  const podSelector = readPodSelector(root, spec);
  const ingress = readRules(spec, 'ingress');
  const egress = readRules(spec, 'egress');
  return { podSelector, types: readTypes(spec, egress.length > 0), ingress, egress };
}

function readPodSelector(root: FieldReader | undefined, spec: FieldReader | undefined): LabelSelector {
  const selector = spec?.object('podSelector');
  if (selector !== undefined) return readLabelSelector(selector) ?? SELECT_EVERYTHING;
  if (spec?.has('podSelector') !== true) {
    root?.problem(
      ['spec', 'podSelector'],
      'spec.podSelector is missing, so the policy applies to every pod of its namespace',
      {
        id: 'missing-pod-selector',
        severity: 'warning',
        mend: 'Write podSelector: {} when every pod is meant, else the labels of the pods.',
      },
    );
  }
  return SELECT_EVERYTHING;
}

/** Nothing given: ingress always, egress when it has a rule (2.1 item 2). */
function readTypes(spec: FieldReader | undefined, hasEgress: boolean): readonly Direction[] {
  const written = spec?.strings('policyTypes') ?? [];
  if (spec === undefined || written.length === 0) return hasEgress ? ['ingress', 'egress'] : ['ingress'];
  if (written.length > 2) {
    spec.problem(['policyTypes'], 'spec.policyTypes has more than two entries', {
      mend: 'List Ingress, Egress, or both once.',
    });
  }
  written.forEach((type, index) => {
    if (type === 'Ingress' || type === 'Egress') return;
    spec.problem(
      ['policyTypes', index],
      `spec.policyTypes[${index}] is ${JSON.stringify(type)}, which is no direction`,
      {
        mend: 'Write Ingress or Egress, with this spelling.',
      },
    );
  });
  return (['Ingress', 'Egress'] as const).flatMap((type): Direction[] =>
    written.includes(type) ? [type === 'Ingress' ? 'ingress' : 'egress'] : [],
  );
}

function readRules(spec: FieldReader | undefined, direction: Direction): readonly NetworkPolicyRule[] {
  return (spec?.objects(direction) ?? []).map((rule) => {
    const peers = rule.objects(direction === 'ingress' ? 'from' : 'to')?.map(readPeer) ?? [];
    const ports = rule.objects('ports')?.map(readPort) ?? [];
    rule.rejectUnknown();
    return {
      peers: peers.length === 0 ? 'any' : peers.filter((peer) => peer !== undefined),
      ports: ports.length === 0 ? 'all' : ports.filter((port) => port !== undefined),
      place: rule.resource.place.at(rule.path),
    };
  });
}
