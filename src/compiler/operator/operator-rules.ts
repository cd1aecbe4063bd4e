import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import type { Service, ServicePort } from '../../model/services/service';
import { sortLabels } from '../sort-labels';
import type { OperatorRule, RuleOrigin } from './operator-policy';
import type { TargetPort } from '../../intents/client-intents';

/** Port 53 over UDP and TCP, in the operator's order (4.5, 4.9). */
export const DNS_PORTS: readonly JsonObject[] = [
  { protocol: 'UDP', port: 53 },
  { protocol: 'TCP', port: 53 },
];

/** Pods of one namespace, both selectors in one peer. */
export function podPeer(namespace: string, labels: Labels): JsonObject {
  return {
    namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: namespace } },
    podSelector: { matchLabels: sortLabels(labels) },
  };
}

/** A rule for some peers, or for anyone; without ports it is about all of them. */
export function rule(
  origin: RuleOrigin,
  side: 'from' | 'to',
  peers: 'anyone' | readonly JsonObject[],
  ports: readonly JsonObject[] = [],
): OperatorRule {
  return {
    origin,
    rule: {
      ...(peers === 'anyone' ? {} : { [side]: [...peers] }),
      ...(ports.length === 0 ? {} : { ports: [...ports] }),
    },
  };
}

/** What admits clients says (4.4): the target port of every port of the Service, none left out, none twice over. */
export function targetPorts({ ports }: Service): JsonObject[] {
  return ports.map(targetPort);
}

/** What lets clients out says (4.7): target port and own port of each, whether or not they differ. */
export function targetAndOwnPorts({ ports }: Service): JsonObject[] {
  return ports.flatMap((one) => [targetPort(one), { protocol: one.protocol, port: one.port }]);
}

/**
 * Ports of an internet target. The operator writes no protocol, which the API server makes TCP (4.8); the objects in
 * the cluster say so.
 */
export function plainPorts(ports: readonly TargetPort[]): JsonObject[] {
  return ports.map(({ port, protocol }) => ({ protocol, port }));
}

function targetPort({ targetPort: port, protocol }: ServicePort): JsonObject {
  return { protocol, port };
}
