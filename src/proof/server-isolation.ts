import type { DeclaredCall, GeneratedPolicy } from '../compiler/compilation';
import { append } from '../model/group-by';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Reachability } from '../reachability/reachability';

/**
 * Whoever is called by intent is isolated: an error for each server that no policy isolates for ingress, since then
 * everybody can call it and the intents protect nothing. It happens when a label or the policy itself gets lost on
 * the way to the output, or when no policy could be made. Host-network servers, and servers that only host-network
 * clients call, are left to the findings that the compiler has for them.
 *
 * @param generated the policies that were made; absent when nobody knows
 */
export function proveServersIsolated(
  reachability: Reachability,
  calls: readonly DeclaredCall[],
  generated?: readonly GeneratedPolicy[],
): Finding[] {
  const callsOf = new Map<Workload, DeclaredCall[]>();
  for (const call of calls) append(callsOf, call.server, call);
  return [...callsOf]
    .filter(([server]) => !server.hostNetwork && !server.finished)
    .filter(([server]) => reachability.isolatedBy(server, 'ingress').length === 0)
    .filter(([, callsTo]) => callsTo.some(({ client }) => !client.hostNetwork))
    .flatMap(([, callsTo]) => notIsolated(callsTo, generated));
}

function notIsolated(calls: readonly DeclaredCall[], generated?: readonly GeneratedPolicy[]): Finding[] {
  const [call] = calls;
  if (call === undefined) return [];
  const { server, target } = call;
  const causes = new Set(calls.map(({ intents }) => intents));
  const isMade = generated?.some(
    (policy) => policy.namespace === server.namespace && policy.causes.some((cause) => causes.has(cause)),
  );
  const message = `No policy isolates ${server.id}: everybody can call it, not only those who declared it`;
  return [
    {
      id: 'server-not-isolated',
      severity: 'error',
      message: isMade === false ? `${message}. None could be made for it` : message,
      object: `${server.kind}/${server.namespace}/${server.name}`,
      place: target.place,
      mend:
        isMade === false
          ? `Mend what the other findings say about this intent, or isolate ${server.id} by a default deny.`
          : `See that the policy made for it and the labels of ${server.id} are in the output unchanged.`,
    },
  ];
}
