import { ConnectionSet, PROTOCOL } from './connection-set';
import { VXLAN_PORT, type FelixSettings } from '../../policies/calico/felix-configuration';

const IP_IN_IP = 4;

/** Tunnel packets that Felix drops from pods by these settings. */
export function droppedTunnels({
  vxlanPort,
  dropsIpip,
}: Pick<FelixSettings, 'vxlanPort' | 'dropsIpip'>): ConnectionSet {
  const vxlan =
    vxlanPort === undefined ? ConnectionSet.NONE : ConnectionSet.of(PROTOCOL.udp, vxlanPort, vxlanPort);
  return dropsIpip ? vxlan.union(ConnectionSet.allPorts(IP_IN_IP)) : vxlan;
}

/**
 * VXLAN (UDP port 4789) and IP in IP (IP protocol 4). Calico drops both from pods whatever policies say, as policies could
 * be got round in them (calico-policy-model 5.4).
 */
export const TUNNELS = droppedTunnels({ vxlanPort: VXLAN_PORT, dropsIpip: true });

const OTHER_UDP = ConnectionSet.allPorts(PROTOCOL.udp).subtract(TUNNELS);

const ALL_BUT_TUNNELS = ConnectionSet.ALL.subtract(TUNNELS);

/**
 * Whether the set is everything but {@link TUNNELS}, and just that: what a pod of Calico may send that no policy stops.
 * People read `all but tunnels` for it; what lacks anything else, or only one of the two, is said as it is.
 */
export function isAllButTunnels(connections: ConnectionSet): boolean {
  return connections === ALL_BUT_TUNNELS;
}

/** Whether nothing is missing, or tunnels only: for those who ask about calls, of which none is a tunnel. */
export function isOpen(connections: ConnectionSet): boolean {
  return connections.isAll || isAllButTunnels(connections);
}

/** The set, and VXLAN where it has every other port of UDP: for those who look at ranges, and would see two for one. */
export function withVxlanGap(connections: ConnectionSet): ConnectionSet {
  return OTHER_UDP.subtract(connections).isEmpty ? connections.union(TUNNELS) : connections;
}
