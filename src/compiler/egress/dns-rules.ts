import { checkCidrs, checkLabels, checkNamespace, checkPort, mergeCidrs } from '../checked-input';
import { checkKeys, checkList } from '../known-keys';
import type { DraftPeer, DraftRule } from '../policy-draft';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { Labels } from '../../model/resource';

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

/** @throws InvalidInputError for an option of {@link DnsOptions} that does not exist */
export function checkDnsKeys(path: string, dns: DnsOptions): void {
  checkKeys(path, dns, ['pods', 'nodeLocalAddresses']);
  checkList(`${path}.pods`, dns.pods ?? []);
  checkList(`${path}.nodeLocalAddresses`, dns.nodeLocalAddresses ?? []);
  dns.pods?.forEach((pods, index) => {
    checkKeys(`${path}.pods[${index}]`, pods, ['namespace', 'labels', 'port']);
  });
}

/**
 * Egress rules that let pods resolve names, by port: one rule for each, since DNS pods may listen on another one than
 * the nodes. UDP and TCP, to the DNS pods and nobody else (intent-systems L9).
 *
 * @throws InvalidInputError when an option cannot be used
 */
export function dnsRules(dns: DnsOptions): DraftRule[] {
  checkDnsKeys('dns', dns);
  const { pods = [CLUSTER_DNS], nodeLocalAddresses = [] } = dns;
  const peers = new Map<number, DraftPeer[]>();
  const add = (port: number, peer: DraftPeer): void => {
    peers.set(port, [...(peers.get(port) ?? []), peer]);
  };
  for (const cidr of mergeCidrs(checkCidrs('dns.nodeLocalAddresses', nodeLocalAddresses))) {
    add(53, { cidr, except: [] });
  }
  pods.forEach(({ namespace, labels, port = 53 }, index) => {
    const field = `dns.pods[${index}]`;
    add(checkPort(`${field}.port`, port), {
      namespaceLabels: { [NAMESPACE_NAME_LABEL]: checkNamespace(`${field}.namespace`, namespace) },
      podLabels: checkLabels(`${field}.labels`, labels),
    });
  });
  return [...peers]
    .sort(([a], [b]) => a - b)
    .map(([port, at]) => ({
      peers: at,
      ports: [
        { protocol: 'TCP', port },
        { protocol: 'UDP', port },
      ],
    }));
}
