import { containsAddress, parseAddress, type Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { CalicoPolicy, CalicoRule } from '../policies/calico/policy';
import { allowedEgress, coversPort, coversProtocol, isAnyone, isPrivate, TCP } from './calico-rule';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

const METADATA = '169.254.169.254';
const HTTP = 80;

/** "The internet" as 0.0.0.0/0 is also the cluster and the cloud's metadata service (calico-policy-model 6.2, flaws). */
export const calicoInternetIncludesCluster: Check = {
  id: 'calico-internet-includes-cluster',
  severity: 'warning',
  summary:
    'A Calico rule opens all addresses for egress, and with them those of the cluster or the metadata service.',
  run: ({ policies }) => policies.calico.flatMap(policyFindings),
};

function policyFindings(policy: CalicoPolicy): Finding[] {
  const allowed = allowedEgress(policy);
  if (allowed.some(isAllowAll)) return [];
  return allowed.flatMap((rule) => {
    if (!opensEverything(rule)) return [];
    const refused = blocksRefusedBefore(policy, rule);
    const slips = [
      ...(reachesMetadata(rule, refused)
        ? [`the cloud's metadata service (${METADATA}), which hands out credentials`]
        : []),
      ...(allowed.some(opensCluster) || refused.some(isPrivate)
        ? []
        : ['pods, nodes and databases with private addresses']),
    ];
    return slips.length === 0 ? [] : [report(policy, rule, slips)];
  });
}

/** A rule about everything and everyone is not about the internet: it says what it does. */
function isAllowAll({ protocol, notProtocol, destination }: CalicoRule): boolean {
  return (
    protocol === undefined &&
    notProtocol === undefined &&
    isAnyone(destination) &&
    destination.ports.length === 0
  );
}

function opensEverything({ destination }: CalicoRule): boolean {
  const { nets, notNets, selector, namespaceSelector, serviceAccounts } = destination;
  return (
    nets.some(isAllIpv4) &&
    notNets.length === 0 &&
    [selector, namespaceSelector, serviceAccounts].every((one) => one === undefined)
  );
}

function isAllIpv4({ version, prefix }: Cidr): boolean {
  return version === 4 && prefix === 0;
}

/** The policy opens the cluster on purpose: by private blocks or by pods of every namespace. */
function opensCluster({ destination }: CalicoRule): boolean {
  return (
    destination.nets.some(isPrivate) ||
    destination.namespaceSelector?.type === 'all' ||
    destination.selector?.type === 'all'
  );
}

/** Blocks that rules further up deny (or hand to later tiers) for every port. */
function blocksRefusedBefore(policy: CalicoPolicy, rule: CalicoRule): readonly Cidr[] {
  return policy.egress
    .slice(0, policy.egress.indexOf(rule))
    .filter(
      ({ action, destination }) => action !== 'Allow' && action !== 'Log' && destination.ports.length === 0,
    )
    .flatMap(({ destination }) => destination.nets);
}

function reachesMetadata(rule: CalicoRule, refused: readonly Cidr[]): boolean {
  const { address } = parseAddress(METADATA);
  if (address === undefined || !coversProtocol(rule, TCP) || !coversPort(rule.destination.ports, HTTP))
    return false;
  return !refused.some((block) => containsAddress(block, address));
}

function report(policy: CalicoPolicy, rule: CalicoRule, slips: readonly string[]): Finding {
  return policyFinding(calicoInternetIncludesCluster, policy, {
    place: rule.place.at(['destination', 'nets']),
    message: `0.0.0.0/0 is more than the internet: the rule also opens ${slips.join(', and ')}.`,
    mend: 'Add notNets: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16] to the destination when only the internet is meant.',
  });
}
