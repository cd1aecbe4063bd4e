/** What Calico does with tunnel packets, as part of a sentence: `… from every pod, whatever policies say`. */
export const DROPPED = 'Calico itself drops VXLAN (UDP 4789) and IP in IP (protocol 4)';

/** No policy can allow it; Felix, the agent of Calico, has settings for it. */
export const DROPPED_MEND =
  'No policy can allow it. Where pods are to build tunnels of their own, set `allowVXLANPacketsFromWorkloads` (or `allowIPIPPacketsFromWorkloads`) in the FelixConfiguration `default`: policies can then be got round in those tunnels.';
