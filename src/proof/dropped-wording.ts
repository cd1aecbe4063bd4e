import { VXLAN_PORT } from '../policies/calico/felix-configuration';
import { PROTOCOL } from '../reachability/sets/connection-set';

/** What Calico does with tunnel packets: `Calico itself drops VXLAN (UDP 4789) from every pod, whatever policies say`. */
export function droppedWords(protocol: number, port = VXLAN_PORT): string {
  const what = protocol === PROTOCOL.udp ? `VXLAN (UDP ${port})` : `IP in IP (protocol ${protocol})`;
  return `Calico itself drops ${what} from every pod, whatever policies say`;
}

/** No policy can allow it; Felix, the agent of Calico, has a setting for it. */
export function droppedMend(protocol: number): string {
  const setting =
    protocol === PROTOCOL.udp ? 'allowVXLANPacketsFromWorkloads' : 'allowIPIPPacketsFromWorkloads';
  return `No policy can allow it. Where pods are to build tunnels of their own, set \`${setting}: true\` in the FelixConfiguration \`default\`; within those tunnels no policy holds.`;
}
