import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { asConstruct } from './api-object-props';
import { checkCalicoSpelling } from './calico-spelling';
import { chartNamespace } from './chart-namespace';
import { checkPolicyManifest } from './checked-manifest';
import { ClusterScopedObject } from './cluster-scoped-object';
import { ConstructError } from './construct-error';
import type { JsonObject } from '../model/json';
import type { Labels } from '../model/resource';
import { inTier } from '../policies/calico/names';
import type { SelectorBuilder } from '../policies/calico/selector-builder';

/** A Calico selector: built with `Sel`, or as text, which is checked. */
export type SelectorText = string | SelectorBuilder;

/** A protocol by Calico's names, or by number (1 to 255). */
export type CalicoProtocol = 'TCP' | 'UDP' | 'ICMP' | 'ICMPv6' | 'SCTP' | 'UDPLite' | number;

/** One side of a rule. Everything given must hold together. */
export interface CalicoEntity {
  /** CIDRs, without host bits, of one address family. */
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  readonly selector?: SelectorText;
  readonly notSelector?: SelectorText;
  readonly namespaceSelector?: SelectorText;
  /** Numbers, `'80:90'` for a range, or names of container ports. */
  readonly ports?: readonly (number | string)[];
  readonly notPorts?: readonly (number | string)[];
  readonly serviceAccounts?: { readonly names?: readonly string[]; readonly selector?: SelectorText };
  readonly services?: { readonly name: string; readonly namespace: string };
}

/** A rule; the first one that matches decides. */
export interface CalicoRule {
  readonly action: 'Allow' | 'Deny' | 'Pass' | 'Log';
  readonly ipVersion?: 4 | 6;
  readonly protocol?: CalicoProtocol;
  readonly notProtocol?: CalicoProtocol;
  readonly icmp?: { readonly type: number; readonly code?: number };
  readonly notICMP?: { readonly type: number; readonly code?: number };
  readonly source?: CalicoEntity;
  readonly destination?: CalicoEntity;
}

/** Properties that both Calico policy kinds share. */
export interface CalicoPolicyProps {
  /**
   * In a tier other than `default` the tier is put before it with a dot, unless it is there: Calico 3.29 to 3.31
   * refuses other names, and later versions take this one too (calico-policy-model 1.4).
   *
   * @default - the id of the construct
   */
  readonly name?: string;
  /** Labels of the policy object. */
  readonly labels?: Labels;
  /** @default 'default' */
  readonly tier?: string;
  /**
   * Place in the tier, lower first.
   *
   * @default - last
   */
  readonly order?: number;
  /** Pods that the policy applies to. */
  readonly selector?: SelectorText;
  readonly serviceAccountSelector?: SelectorText;
  /** Directions it applies to. A direction without rules denies all. At least one. */
  readonly types: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly CalicoRule[];
  readonly egress?: readonly CalicoRule[];
}

/** Properties of {@link GlobalNetworkPolicy}. */
export interface GlobalNetworkPolicyProps extends CalicoPolicyProps {
  /** Namespaces whose pods it applies to. */
  readonly namespaceSelector?: SelectorText;
}

/** A Calico GlobalNetworkPolicy (`projectcalico.org/v3`): cluster-scoped, never with a namespace. */
export class GlobalNetworkPolicy extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: GlobalNetworkPolicyProps) {
    const manifest = policyManifest(scope, id, 'GlobalNetworkPolicy', props, undefined);
    super(scope, id);
    this.apiObject = new ClusterScopedObject(this, 'Resource', manifest);
  }
}

/** A Calico NetworkPolicy (`projectcalico.org/v3`) in the namespace of its chart. */
export class CalicoNetworkPolicy extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: CalicoPolicyProps) {
    const manifest = policyManifest(scope, id, 'NetworkPolicy', props, chartNamespace(scope, id));
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', manifest);
  }
}

interface PolicyManifest extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  spec: JsonObject;
}

function policyManifest(
  scope: Construct,
  id: string,
  kind: string,
  props: GlobalNetworkPolicyProps,
  namespace: string | undefined,
): PolicyManifest {
  asConstruct(scope, id, () => {
    checkCalicoSpelling(props, kind === 'GlobalNetworkPolicy');
  });
  refuseEmptyLists(scope, id, props);
  const { tier = 'default' } = props;
  const manifest: PolicyManifest = {
    apiVersion: 'projectcalico.org/v3',
    kind,
    metadata: {
      name: inTier(tier, props.name ?? id),
      ...(namespace === undefined ? {} : { namespace }),
      ...(props.labels === undefined ? {} : { labels: { ...props.labels } }),
    },
    spec: {
      tier,
      order: props.order,
      selector: text(props.selector),
      namespaceSelector: text(props.namespaceSelector),
      serviceAccountSelector: text(props.serviceAccountSelector),
      types: [...props.types],
      ingress: props.ingress?.map(ruleManifest),
      egress: props.egress?.map(ruleManifest),
    },
  };
  const { spec } = checkPolicyManifest(scope, id, manifest);
  return { ...manifest, spec: typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec : {} };
}

/** Empty lists mean different things to Calico's different front doors (reference: calico-policy-model 1.3). */
function refuseEmptyLists(scope: Construct, id: string, props: CalicoPolicyProps): void {
  if (props.types.length === 0) {
    throw new ConstructError(scope, id, 'types is empty', "Write types: ['Ingress'], ['Egress'] or both.");
  }
  for (const [type, rules] of [
    ['Ingress', props.ingress],
    ['Egress', props.egress],
  ] as const) {
    if (rules?.length === 0) {
      throw new ConstructError(
        scope,
        id,
        `${type.toLowerCase()} is an empty list`,
        `To deny all, leave it out and name '${type}' in types.`,
      );
    }
    if (rules !== undefined && !props.types.includes(type)) {
      throw new ConstructError(
        scope,
        id,
        `${type.toLowerCase()} rules without '${type}' in types have no effect`,
        `Add '${type}' to types, or remove the rules.`,
      );
    }
  }
}

function ruleManifest(rule: CalicoRule): JsonObject {
  return {
    action: rule.action,
    ipVersion: rule.ipVersion,
    protocol: rule.protocol,
    notProtocol: rule.notProtocol,
    icmp: rule.icmp && { ...rule.icmp },
    notICMP: rule.notICMP && { ...rule.notICMP },
    source: rule.source && entityManifest(rule.source),
    destination: rule.destination && entityManifest(rule.destination),
  };
}

function entityManifest(entity: CalicoEntity): JsonObject {
  return {
    nets: entity.nets && [...entity.nets],
    notNets: entity.notNets && [...entity.notNets],
    selector: text(entity.selector),
    notSelector: text(entity.notSelector),
    namespaceSelector: text(entity.namespaceSelector),
    ports: entity.ports && [...entity.ports],
    notPorts: entity.notPorts && [...entity.notPorts],
    serviceAccounts: entity.serviceAccounts && {
      names: entity.serviceAccounts.names && [...entity.serviceAccounts.names],
      selector: text(entity.serviceAccounts.selector),
    },
    services: entity.services && { ...entity.services },
  };
}

function text(selector: SelectorText | undefined): string | undefined {
  return selector?.toString();
}
