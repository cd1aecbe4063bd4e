import { checkCidrs, checkLabels, checkNamespace, checkPort, mergeCidrs } from '../checked-input';
import { checkDnsKeys, CLUSTER_DNS, type DnsOptions } from './dns-rules';
import { InvalidInputError } from '../invalid-input-error';
import { checkKeys, checkList } from '../known-keys';
import { printCidr, type Cidr } from '../../model/cidr';
import type { JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';

/** Ways out that stay open when a GlobalNetworkPolicy denies egress. */
export interface CalicoEgressAllowances {
  /** `false` for none. Default: kube-dns of kube-system, over UDP and TCP. */
  readonly dns?: DnsOptions | false;
  /** To every pod of the cluster, any protocol; their ingress still decides. Default false. */
  readonly pods?: boolean;
  /** To these ranges, any protocol: nodes, a data center. Default none. */
  readonly ranges?: readonly string[];
  /** To the API server, through the endpoints of Service `kubernetes`. Default false. */
  readonly kubernetesApi?: boolean;
  /** To the internet. Default none. */
  readonly internet?: InternetAllowance;
}

export interface InternetAllowance {
  /** TCP ports. At least one. */
  readonly ports: readonly number[];
  /**
   * The cluster's own ranges (pods, nodes, the network they are in) that are not the internet, besides private
   * ranges (RFC 1918, unique local addresses) and the metadata address, which are never reached this way. Default none.
   */
  readonly except?: readonly string[];
}

/** The ways out there are. */
export const ALLOWANCES: readonly (keyof CalicoEgressAllowances)[] = [
  'dns',
  'pods',
  'ranges',
  'kubernetesApi',
  'internet',
];
/** What people write for them. */
const SYNONYMS = { cidrs: 'Did you mean ranges?', nets: 'Did you mean ranges?' };

/** Not the internet: RFC 1918, the metadata address of clouds, and unique local addresses (AWS's fd00:ec2::254 too). */
const NOT_INTERNET = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.169.254/32', 'fc00::/7'];
/** How many ports and nets a rule may have (calico-policy-model 1.2). */
const MAX_PORTS = 50;
const MAX_NETS = 256;

/**
 * The rules, in a fixed order. Every rule with addresses is written for each family by itself: Calico refuses a
 * rule that mixes them (calico-policy-model 2.3 item 7), and one with addresses of a family never matches packets of
 * the other, be it only in notNets (5.5).
 *
 * @throws InvalidInputError when an option cannot be used
 */
export function calicoEgressRules(allowances: CalicoEgressAllowances): JsonObject[] {
  checkKeys('allow', allowances, ALLOWANCES, SYNONYMS);
  const { dns = {}, pods = false, ranges = [], kubernetesApi = false, internet } = allowances;
  checkList('allow.ranges', ranges);
  return [
    ...(dns === false ? [] : dnsRules(dns)),
    ...(kubernetesApi ? [allow({ services: { name: 'kubernetes', namespace: 'default' } })] : []),
    ...(pods ? [allow({ namespaceSelector: 'all()' })] : []),
    ...families('allow.ranges', checkCidrs('allow.ranges', ranges)).map((nets) => allow({ nets })),
    ...(internet === undefined ? [] : internetRules(internet)),
  ];
}

/** DNS pods are limited to their namespace: a label alone anybody may set (calico-policy-model 6.2). */
function dnsRules(dns: DnsOptions): JsonObject[] {
  checkDnsKeys('allow.dns', dns);
  const { pods = [CLUSTER_DNS], nodeLocalAddresses = [] } = dns;
  const toPods = pods.map(({ namespace, labels, port = 53 }, index) => {
    const field = `allow.dns.pods[${index}]`;
    return {
      selector: labelSelector(checkLabels(`${field}.labels`, labels)),
      namespaceSelector: `projectcalico.org/name == "${checkNamespace(`${field}.namespace`, namespace)}"`,
      ports: [checkPort(`${field}.port`, port)],
    };
  });
  const field = 'allow.dns.nodeLocalAddresses';
  const toNodes = families(field, checkCidrs(field, nodeLocalAddresses)).map((nets) => ({
    nets,
    ports: [53],
  }));
  return [...toPods, ...toNodes].flatMap((destination) =>
    ['UDP', 'TCP'].map((protocol) => allow(destination, { protocol })),
  );
}

function internetRules(internet: InternetAllowance): JsonObject[] {
  const field = 'allow.internet';
  checkKeys(field, internet, ['ports', 'except']);
  // Types promise ports; plain JavaScript does not.
  const given: Partial<InternetAllowance> = internet;
  const { ports = [], except = [] } = given;
  checkList(`${field}.ports`, ports);
  checkList(`${field}.except`, except);
  if (ports.length === 0 || ports.length > MAX_PORTS) {
    throw new InvalidInputError(
      `${field}.ports`,
      ports,
      `a rule takes 1 to ${MAX_PORTS} ports`,
      'Name the ports the cluster calls, for example 443.',
    );
  }
  const sorted = [...new Set(ports.map((port, index) => checkPort(`${field}.ports[${index}]`, port)))].sort(
    (a, b) => a - b,
  );
  const own = checkCidrs(`${field}.except`, except);
  own.forEach(({ prefix }, index) => {
    if (prefix > 0) return;
    throw new InvalidInputError(
      `${field}.except[${index}]`,
      except[index],
      'it leaves nothing of the internet',
      'Write the ranges of the cluster.',
    );
  });
  const closed = mergeCidrs([...own, ...checkCidrs('NOT_INTERNET', NOT_INTERNET)]);
  return ([4, 6] as const).map((ipVersion) => {
    const notNets = closed.filter(({ version }) => version === ipVersion);
    checkCount(`${field}.except`, notNets);
    return allow(
      { nets: [ipVersion === 4 ? '0.0.0.0/0' : '::/0'], notNets: notNets.map(printCidr), ports: sorted },
      { ipVersion, protocol: 'TCP' },
    );
  });
}

/** Printed blocks, IPv4 and IPv6 apart; a family without blocks is left out. */
function families(field: string, cidrs: readonly Cidr[]): string[][] {
  return ([4, 6] as const)
    .map((version) => mergeCidrs(cidrs.filter((cidr) => cidr.version === version)))
    .filter((nets) => nets.length > 0)
    .map((nets) => {
      checkCount(field, nets);
      return nets.map(printCidr);
    });
}

function checkCount(field: string, nets: readonly Cidr[]): void {
  if (nets.length <= MAX_NETS) return;
  throw new InvalidInputError(
    field,
    `${nets.length} blocks`,
    `a rule takes at most ${MAX_NETS}`,
    'Merge the blocks into larger ones.',
  );
}

function allow(destination: JsonObject, match: JsonObject = {}): JsonObject {
  return { action: 'Allow', ...match, destination };
}

/** Label syntax leaves no quotes in keys and values, so nothing needs escaping. */
function labelSelector(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} == "${value}"`)
    .join(' && ');
}
