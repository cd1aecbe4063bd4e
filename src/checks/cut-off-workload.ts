import { findCutOffWorkloads } from '../proof/cut-off-workloads';
import type { Check } from './check';

/**
 * A server that policies leave without a caller. Servers whose callers intents declare are left to the drift checks. At
 * a synth the proof says so.
 */
export const cutOffWorkload: Check = {
  id: 'cut-off-workload',
  severity: 'warning',
  summary: 'Policies leave a workload that serves something without anybody who may call it.',
  synth: false,
  run: ({ cluster, reachability, compilation: { declared, external } }) => {
    const others = declared.filter(({ client, server }) => client !== server);
    const servers = new Set([...others, ...external].map(({ server }) => server));
    return findCutOffWorkloads(cluster, reachability, servers);
  },
};
