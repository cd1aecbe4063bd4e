import { printCidr } from '../../model/cidr';
import type { JsonObject } from '../../model/json';
import { printMetadata } from '../metadata';
import type { CalicoPolicy, CalicoRule, CalicoTier, EntityRule, IcmpMatch, NetworkSet } from './policy';
import { printPort } from './port';
import { printProtocol, PROTOCOL_NUMBERS } from './protocol';
import type { Selector } from './selector';
import { printSelector } from './selector-printer';

const API_VERSION = 'projectcalico.org/v3';

/** The policy as a `projectcalico.org/v3` manifest; `tier` and `types` always written, as installations differ in their defaults. */
export function printCalicoPolicy(policy: CalicoPolicy): JsonObject {
  const kind = policy.kind === 'CalicoNetworkPolicy' ? 'NetworkPolicy' : 'GlobalNetworkPolicy';
  return {
    apiVersion: API_VERSION,
    kind: policy.staged ? `Staged${kind}` : kind,
    metadata: printMetadata(policy.name, policy.namespace, policy.labels),
    spec:
      policy.stagedAction === 'Delete'
        ? { stagedAction: 'Delete', tier: policy.tier }
        : {
            ...(policy.stagedAction === undefined ? {} : { stagedAction: policy.stagedAction }),
            ...printSpec(policy),
          },
  };
}

function printSpec(policy: CalicoPolicy): JsonObject {
  return {
    tier: policy.tier,
    ...(Number.isFinite(policy.order) ? { order: policy.order } : {}),
    ...printSelectors(policy, ['selector', 'namespaceSelector', 'serviceAccountSelector']),
    types: (['ingress', 'egress'] as const)
      .filter((direction) => policy.types.includes(direction))
      .map((direction) => (direction === 'ingress' ? 'Ingress' : 'Egress')),
    ...(policy.ingress.length === 0 ? {} : { ingress: policy.ingress.map(printRule) }),
    ...(policy.egress.length === 0 ? {} : { egress: policy.egress.map(printRule) }),
    ...Object.fromEntries((policy.hostFlags ?? []).map((flag) => [flag, true])),
    ...(policy.performanceHints === undefined ? {} : { performanceHints: [...policy.performanceHints] }),
  };
}

function printRule(rule: CalicoRule): JsonObject {
  return {
    ...(rule.annotations === undefined ? {} : { metadata: { annotations: { ...rule.annotations } } }),
    action: rule.action,
    ...printProtocols(rule),
    ...(rule.icmp === undefined ? {} : { icmp: printIcmp(rule.icmp) }),
    ...(rule.notIcmp === undefined ? {} : { notICMP: printIcmp(rule.notIcmp) }),
    ...printEntity('source', rule.source),
    ...printEntity('destination', rule.destination),
    ...(rule.httpMatch === undefined ? {} : { http: rule.httpMatch }),
  };
}

/** ICMP by name implies its family, by number it implies none: each is printed as what reads back the same. */
function printProtocols({ protocol, notProtocol, ipVersion }: CalicoRule): JsonObject {
  const implied =
    protocol === PROTOCOL_NUMBERS.ICMP ? 4 : protocol === PROTOCOL_NUMBERS.ICMPv6 ? 6 : undefined;
  const byNumber = implied !== undefined && implied !== ipVersion;
  const written = protocol === undefined || byNumber ? protocol : printProtocol(protocol);
  const notByNumber = notProtocol === PROTOCOL_NUMBERS.ICMP || notProtocol === PROTOCOL_NUMBERS.ICMPv6;
  return {
    ...(ipVersion === undefined || ipVersion === implied ? {} : { ipVersion }),
    ...(written === undefined ? {} : { protocol: written }),
    ...(notProtocol === undefined
      ? {}
      : { notProtocol: notByNumber ? notProtocol : printProtocol(notProtocol) }),
  };
}

function printIcmp({ type, code }: IcmpMatch): JsonObject {
  return { ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }) };
}

function printEntity(side: 'source' | 'destination', entity: EntityRule): JsonObject {
  const { serviceAccounts, services } = entity;
  const printed: JsonObject = {
    ...(services === undefined ? {} : { services: { ...services } }),
    ...printSelectors(entity, ['selector', 'notSelector', 'namespaceSelector']),
    ...(serviceAccounts === undefined
      ? {}
      : {
          serviceAccounts: {
            ...(serviceAccounts.names.length === 0 ? {} : { names: [...serviceAccounts.names] }),
            ...printSelectors(serviceAccounts, ['selector']),
          },
        }),
    ...(entity.nets.length === 0 ? {} : { nets: entity.nets.map(printCidr) }),
    ...(entity.notNets.length === 0 ? {} : { notNets: entity.notNets.map(printCidr) }),
    ...(entity.ports.length === 0 ? {} : { ports: entity.ports.map(printPort) }),
    ...(entity.notPorts.length === 0 ? {} : { notPorts: entity.notPorts.map(printPort) }),
  };
  return Object.keys(printed).length === 0 ? {} : { [side]: printed };
}

function printSelectors<Key extends string>(
  holder: { readonly [key in Key]?: Selector | undefined },
  keys: readonly Key[],
): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key): [string, string][] => {
      const selector: Selector | undefined = holder[key];
      return selector === undefined ? [] : [[key, printSelector(selector)]];
    }),
  );
}

/** The tier as a manifest. */
export function printTier({ name, order, defaultAction }: CalicoTier): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: 'Tier',
    metadata: printMetadata(name, undefined, {}),
    spec: { ...(Number.isFinite(order) ? { order } : {}), defaultAction },
  };
}

/** The set as a manifest. */
export function printNetworkSet({ namespace, name, labels, nets }: NetworkSet): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: namespace === undefined ? 'GlobalNetworkSet' : 'NetworkSet',
    metadata: printMetadata(name, namespace, labels),
    spec: { nets: nets.map(printCidr) },
  };
}
