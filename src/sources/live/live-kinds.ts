import { GATEWAY_GROUP } from '../../model/gateway-api/gateway-api';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';
import { looksLikePolicy } from '../../policies/misnamed-kinds';
import { unmodelledReason } from '../../policies/unmodelled-kinds';
import { CALICO_GROUP, CALICO_STORAGE_GROUP } from '../../policies/calico/api-group';
import { FELIX_CONFIGURATION } from '../../policies/calico/felix-configuration';
import { CALICO_KINDS } from '../../policies/calico/kinds';
import { INTENTS_GROUP } from '../../intents/api-group';

/** What a kind is known by. */
export interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/** Kinds that the model, the compiler or an adoption read, besides workloads and policies, by group. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['Namespace', 'Service', 'ServiceAccount']],
  ['networking.k8s.io', ['Ingress']],
  ['discovery.k8s.io', ['EndpointSlice']],
  ['admissionregistration.k8s.io', ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']],
  ['apiextensions.k8s.io', ['CustomResourceDefinition']],
  ['apiregistration.k8s.io', ['APIService']],
  ['monitoring.coreos.com', ['PodMonitor', 'ServiceMonitor']],
  ['nais.io', ['Application']],
  ['skiperator.kartverket.no', ['Application']],
  ['uds.dev', ['Package']],
]);

/** Groups of which every kind is read. */
const WHOLE_GROUPS: readonly string[] = [GATEWAY_GROUP, INTENTS_GROUP];

/** Who has the addresses of nodes, and which nodes give to pods: no policy is about it, and flow logs cannot do without. */
const NODE: GroupKind = { group: '', kind: 'Node' };

/** Whether it is the kind of nodes, which is read only where it is asked for. */
export function isNodeKind({ group, kind }: GroupKind): boolean {
  return group === NODE.group && kind === NODE.kind;
}

/**
 * Whether objects of the kind say something about who can talk to whom. Kinds of which operators make pods are left out:
 * the pods themselves are there. So are Secrets and ConfigMaps, whatever one may do.
 */
export function isReadLive({ group, kind }: GroupKind): boolean {
  return (
    KINDS.get(group)?.includes(kind) === true ||
    WHOLE_GROUPS.includes(group) ||
    (isCalicoGroup(group) && (CALICO_KINDS.includes(kind) || kind === FELIX_CONFIGURATION)) ||
    DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, kind) !== undefined ||
    looksLikePolicy({ group, kind }) ||
    unmodelledReason({ group, kind }) !== undefined
  );
}

/** Groups under which the same objects are served a second time, while the first one is served too. */
export const SECOND_NAMES: ReadonlyMap<string, string> = new Map([
  [CALICO_STORAGE_GROUP, CALICO_GROUP],
  ['extensions', 'apps'],
]);

function isCalicoGroup(group: string): boolean {
  return group === CALICO_GROUP || group === CALICO_STORAGE_GROUP;
}
