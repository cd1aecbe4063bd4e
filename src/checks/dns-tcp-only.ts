import { groupBy } from '../model/group-by';
import type { Finding } from '../model/finding';
import type { NetworkPolicy, NetworkPolicyRule } from '../policies/kubernetes/network-policy';
import type { CalicoPolicy, CalicoRule } from '../policies/calico/policy';
import { allowedEgress, coversPort, coversProtocol, namesPort, TCP, UDP } from './calico-rule';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

const DNS = 53;

/**
 * Port 53 for TCP and for no other protocol: what comes of a port without protocol (network-policy-semantics 2.1 items
 * 9 and 20). Clients ask over UDP first, and most never over TCP unless told to.
 */
export const dnsTcpOnly: Check = {
  id: 'dns-tcp-only',
  severity: 'warning',
  summary: 'Egress is restricted and DNS is allowed over TCP but not over UDP.',
  fixable: true,
  run: ({ examined }) => [...kubernetesFindings(examined.kubernetes), ...calicoFindings(examined.calico)],
};

const MESSAGE =
  'DNS is allowed over TCP port 53 only, and no other policy here opens it for UDP. Names are asked for over UDP, so they do not resolve.';

/** Any other policy of the namespace counts, whichever pods it is for: what it opens for them is not looked at. */
function kubernetesFindings(policies: readonly NetworkPolicy[]): Finding[] {
  const egress = policies.filter(({ types }) => types.includes('egress'));
  const byNamespace = groupBy(egress, ({ namespace }) => namespace);
  return [...byNamespace.values()].flatMap((neighbours) => {
    if (neighbours.some((policy) => policy.egress.some(opensUdp))) return [];
    return neighbours.flatMap((policy) =>
      policy.egress.flatMap((rule) => {
        const index = tcpPort(rule);
        if (index === undefined) return [];
        return [
          policyFinding(dnsTcpOnly, policy, {
            place: rule.place.at(['ports', index]),
            message: MESSAGE,
            mend: 'Add { protocol: UDP, port: 53 } to the ports of the rule.',
            fix: [{ type: 'append', list: rule.place.at(['ports']), value: { protocol: 'UDP', port: DNS } }],
          }),
        ];
      }),
    );
  });
}

function opensUdp({ ports }: NetworkPolicyRule): boolean {
  return (
    ports === 'all' ||
    ports.some(
      ({ protocol, port, endPort }) =>
        protocol === 'UDP' && (typeof port !== 'number' || (port <= DNS && DNS <= (endPort ?? port))),
    )
  );
}

function tcpPort({ ports }: NetworkPolicyRule): number | undefined {
  if (ports === 'all') return undefined;
  const index = ports.findIndex(({ protocol, port }) => protocol === 'TCP' && port === DNS);
  return index < 0 ? undefined : index;
}

function calicoFindings(policies: readonly CalicoPolicy[]): Finding[] {
  const opensDns = (rule: CalicoRule): boolean =>
    coversProtocol(rule, UDP) && (coversPort(rule.destination.ports, DNS) || hasName(rule));
  if (policies.some((policy) => allowedEgress(policy).some(opensDns))) return [];
  return policies.flatMap((policy) =>
    allowedEgress(policy)
      .filter((rule) => rule.protocol === TCP && namesPort(rule.destination.ports, DNS))
      .map((rule) =>
        policyFinding(dnsTcpOnly, policy, {
          place: rule.place.at(['protocol']),
          message: MESSAGE,
          mend: 'Add the same rule with protocol: UDP.',
        }),
      ),
  );
}

function hasName({ destination }: CalicoRule): boolean {
  return destination.ports.some((port) => 'name' in port);
}
