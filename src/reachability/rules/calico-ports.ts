import type { CompileContext } from './compile-context';
import { ConnectionSet, PROTOCOL } from '../sets/connection-set';
import type { PortLookup } from '../ends/named-ports';
import type { PortMatch, PortName } from './port-match';
import type {
  CalicoPolicy,
  CalicoPort,
  CalicoRule,
  EntityRule,
  IcmpMatch,
} from '../../policies/calico/policy';
import { entityScope } from '../../policies/calico/scope';
import type { TransportProtocol } from '../../model/workloads/workload';

const TRANSPORT_NAME: ReadonlyMap<number, TransportProtocol> = new Map([
  [PROTOCOL.tcp, 'TCP'],
  [PROTOCOL.udp, 'UDP'],
  [PROTOCOL.sctp, 'SCTP'],
]);

const TRANSPORTS: readonly number[] = [...TRANSPORT_NAME.keys()];

const ICMP_PROTOCOLS = [PROTOCOL.icmp, PROTOCOL.icmpv6];

/** The connections a Calico rule speaks of: protocol, ICMP and destination ports (calico-policy-model 5.5). */
export function calicoPorts(rule: CalicoRule): PortMatch {
  const { ports, notPorts } = rule.destination;
  const within = protocols(rule).subtract(numbersOf(notPorts, rule.protocol));
  return {
    within,
    numbers: ports.length === 0 ? undefined : numbersOf(ports, rule.protocol),
    names: namesOf(ports, rule.protocol),
    notNames: namesOf(notPorts, rule.protocol),
  };
}

function protocols({ protocol, notProtocol, icmp, notIcmp }: CalicoRule): ConnectionSet {
  let set = protocol === undefined ? ConnectionSet.ALL : ConnectionSet.allPorts(protocol);
  if (notProtocol !== undefined) set = set.subtract(ConnectionSet.allPorts(notProtocol));
  if (isGiven(icmp)) set = set.intersect(icmpSet(icmp));
  return isGiven(notIcmp) ? set.subtract(icmpSet(notIcmp)) : set;
}

/** An empty `icmp: {}` restricts nothing. */
function isGiven(match: IcmpMatch | undefined): match is IcmpMatch {
  return match?.type !== undefined;
}

/** Types and codes of both ICMP protocols: the rule's own protocol picks one. */
function icmpSet({ type = 0, code }: IcmpMatch): ConnectionSet {
  const first = type * 256 + (code ?? 0);
  const last = code === undefined ? type * 256 + 255 : first;
  return ICMP_PROTOCOLS.reduce(
    (set, protocol) => set.union(ConnectionSet.of(protocol, first, last)),
    ConnectionSet.NONE,
  );
}

/** Numbers need a protocol with ports; without one the validator admits names only, so numbers mean all three. */
function numbersOf(ports: readonly CalicoPort[], protocol: number | undefined): ConnectionSet {
  const carriers = protocol === undefined ? TRANSPORTS : TRANSPORT_NAME.has(protocol) ? [protocol] : [];
  let set = ConnectionSet.NONE;
  for (const port of ports) {
    if (!('first' in port)) continue;
    for (const carrier of carriers) set = set.union(ConnectionSet.of(carrier, port.first, port.last));
  }
  return set;
}

/**
 * Where Calico looks the port names of one side up: at the pods whose own labels satisfy the side's positive selector,
 * all pods if there is none, init containers included (calico-policy-model 5.5; felix/calc/rule_scanner.go). A pod that
 * the selector reaches by its address in a network set is not among them.
 */
export function calicoPortNames(side: EntityRule, policy: CalicoPolicy, context: CompileContext): PortLookup {
  const { positive } = entityScope(side, policy.namespace);
  const names = context.names.withInitContainers;
  return positive === undefined ? names : names.only(context.pods.calico(positive));
}

/** Names are looked up for the rule's protocol, or for any of the three when it gives none. */
export function namesOf(ports: readonly CalicoPort[], protocol: number | undefined): PortName[] {
  const transport = protocol === undefined ? undefined : TRANSPORT_NAME.get(protocol);
  if (protocol !== undefined && transport === undefined) return [];
  return ports.flatMap((port) => ('name' in port ? [{ name: port.name, protocol: transport }] : []));
}
