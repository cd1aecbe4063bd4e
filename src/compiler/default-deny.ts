import { checkCidrs, checkLabels, checkNamespace, checkPort, mergeCidrs } from './checked-input';
import { InvalidInputError } from './invalid-input-error';
import { sortLabels } from './policy-draft';
import { printCidr } from '../model/cidr';
import type { JsonObject } from '../model/json';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Labels } from '../model/resource';

/** Pods that answer DNS. */
export interface DnsPods {
  readonly namespace: string;
  /** At least one. */
  readonly labels: Labels;
  /** The port of the pods, not of their Service. Default 53; OpenShift's listen on 5353. */
  readonly port?: number;
}

/** DNS that stays open when egress is denied. */
export interface DnsOptions {
  /** Default {@link CLUSTER_DNS}. Empty: no DNS pods. */
  readonly pods?: readonly DnsPods[];
  /**
   * Addresses on the nodes that answer DNS on port 53, such as NodeLocal DNSCache (`169.254.20.10`, `fd00::10`), with the
   * cluster IP of kube-dns where it is served from the node. Default none.
   */
  readonly nodeLocalAddresses?: readonly string[];
}

/** The DNS of most clusters: CoreDNS or kube-dns in kube-system. */
export const CLUSTER_DNS: DnsPods = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };

export interface DefaultDenyOptions {
  readonly namespace: string;
  /** Deny what comes in. Default true. */
  readonly ingress?: boolean;
  /** Deny what goes out. Default false (intent-systems D4). */
  readonly egress?: boolean;
  /** DNS to keep open when egress is denied; `false` for none. Default: the cluster's DNS over UDP and TCP. */
  readonly dns?: DnsOptions | false;
}

/**
 * The NetworkPolicy that isolates every pod of a namespace: `default-deny-ingress`, `default-deny-egress`, or
 * `default-deny` for both directions. Denied egress keeps DNS open, to the DNS pods and nobody else
 * (intent-systems L9).
 *
 * @throws InvalidInputError when an option cannot be used, or when neither direction is denied
 */
export function defaultDenyPolicies({
  namespace,
  ingress = true,
  egress = false,
  dns = {},
}: DefaultDenyOptions): JsonObject[] {
  checkNamespace('namespace', namespace);
  if (!ingress && !egress) {
    throw new InvalidInputError(
      'egress',
      egress,
      'neither direction is denied',
      'Set ingress or egress to true, or leave the policy out.',
    );
  }
  const rules = egress && dns !== false ? dnsRules(dns) : [];
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: `default-deny${ingress && egress ? '' : ingress ? '-ingress' : '-egress'}`,
        namespace,
      },
      spec: {
        podSelector: {},
        policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
        ...(rules.length === 0 ? {} : { egress: rules }),
      },
    },
  ];
}

/** One rule for each port, since DNS pods may listen on another one than the nodes. */
function dnsRules({ pods = [CLUSTER_DNS], nodeLocalAddresses = [] }: DnsOptions): JsonObject[] {
  const peers = new Map<number, Map<string, JsonObject>>();
  const add = (port: number, peer: JsonObject): void => {
    peers.set(port, (peers.get(port) ?? new Map<string, JsonObject>()).set(JSON.stringify(peer), peer));
  };
  for (const cidr of mergeCidrs(checkCidrs('dns.nodeLocalAddresses', nodeLocalAddresses))) {
    add(53, { ipBlock: { cidr: printCidr(cidr) } });
  }
  pods.forEach(({ namespace, labels, port = 53 }, index) => {
    const field = `dns.pods[${index}]`;
    add(checkPort(`${field}.port`, port), {
      namespaceSelector: {
        matchLabels: { [NAMESPACE_NAME_LABEL]: checkNamespace(`${field}.namespace`, namespace) },
      },
      podSelector: { matchLabels: sortLabels(checkLabels(`${field}.labels`, labels)) },
    });
  });
  return [...peers]
    .sort(([a], [b]) => a - b)
    .map(([port, to]) => ({
      to: [...to].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, peer]) => peer),
      ports: [
        { protocol: 'TCP', port },
        { protocol: 'UDP', port },
      ],
    }));
}
