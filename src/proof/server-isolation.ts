import type { DeclaredCall } from '../compiler/compilation';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workload';
import type { Reachability } from '../reachability/reachability';

/**
 * Whoever is called by intent is isolated: an error for each server that no policy isolates for ingress, since then
 * everybody can call it and the intents protect nothing. It happens when a label or the policy itself gets lost on
 * the way to the output. Host-network servers are left to the finding that the compiler has for them.
 */
export function proveServersIsolated(reachability: Reachability, calls: readonly DeclaredCall[]): Finding[] {
  const servers = new Map<Workload, DeclaredCall>();
  for (const call of calls) if (!servers.has(call.server)) servers.set(call.server, call);
  return [...servers]
    .filter(([server]) => !server.hostNetwork && !server.finished)
    .filter(([server]) => reachability.isolatedBy(server, 'ingress').length === 0)
    .map(([server, call]) => ({
      id: 'server-not-isolated',
      severity: 'error',
      message: `No policy isolates ${server.id}: everybody can call it, not only those who declared it`,
      object: `${server.kind}/${server.namespace}/${server.name}`,
      place: call.target.place,
      mend: `See that the policy made for it and the labels of ${server.id} are in the output unchanged.`,
    }));
}
