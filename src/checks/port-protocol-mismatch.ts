import type { Finding } from '../model/finding';
import type { TransportProtocol, Workload } from '../model/workloads/workload';
import type { Check } from './check';
import { opensNumber, peersOf, portsOf, rulesInForce, someOf, type RuleInForce } from './kubernetes-rules';
import { hasPodNetwork, Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/**
 * The number of a port with a protocol that nobody speaks there, above all TCP because none was written
 * (network-policy-semantics 2.1 item 9, intent-systems L14).
 */
export const portProtocolMismatch: Check = {
  id: 'port-protocol-mismatch',
  severity: 'warning',
  summary: 'A rule opens a port for one protocol, and the pods listen there with another.',
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return rulesInForce(examined.kubernetes).flatMap((found) => {
      const numbers = portsOf(found.rule).some(({ port }) => typeof port === 'number');
      return numbers ? ruleFindings(found, listeners(found, landscape)) : [];
    });
  },
};

/** The pods whose ports a rule speaks of. */
function listeners({ policy, direction, rule }: RuleInForce, landscape: Landscape): readonly Workload[] {
  if (direction === 'ingress') return landscape.subjects(policy);
  return peersOf(rule)
    .flatMap((peer) => (peer.type === 'pods' ? landscape.peers(policy.namespace, peer) : []))
    .filter(hasPodNetwork);
}

function ruleFindings(found: RuleInForce, pods: readonly Workload[]): Finding[] {
  const { policy, direction, rule } = found;
  return portsOf(rule).flatMap(({ port, endPort, protocol }, index) => {
    if (typeof port !== 'number' || (endPort ?? port) !== port) return [];
    const declared = pods.flatMap((pod) =>
      pod.ports.filter((one) => one.port === port).map((one) => ({ pod, protocol: one.protocol })),
    );
    if (declared.length === 0 || declared.some((one) => one.protocol === protocol)) return [];
    const missed = declared.filter(
      (one) => !policy[direction].some((other) => opensNumber(other, one.protocol, port)),
    );
    return missed.length === 0 ? [] : [report(found, index, { port, protocol }, missed)];
  });
}

interface Missed {
  readonly pod: Workload;
  readonly protocol: TransportProtocol;
}

function report(
  { policy, rule }: RuleInForce,
  index: number,
  { port, protocol }: { readonly port: number; readonly protocol: TransportProtocol },
  missed: readonly Missed[],
): Finding {
  const spoken = [...new Set(missed.map((one) => one.protocol))].sort();
  const pods = [...new Set(missed.map(({ pod }) => pod.id))];
  return policyFinding(portProtocolMismatch, policy, {
    place: rule.place.at(['ports', index]),
    message: `The rule opens ${protocol} port ${port}, and ${someOf(pods)} declare${pods.length === 1 ? 's' : ''} it for ${spoken.join(' and ')} only: what is served there stays closed.`,
    mend: `Write protocol: ${spoken[0] ?? 'UDP'}${protocol === 'TCP' ? '; a port without protocol is one of TCP' : ''}.`,
  });
}
