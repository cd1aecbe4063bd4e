import { containsAddress, parseAddress, printCidr, type Cidr } from '../model/cidr';
import type { Check } from './check';
import { isOwnPolicy, opensNumber, peersOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

const METADATA = '169.254.169.254';
const HTTP = 80;
/** Longer prefixes are about link-local addresses on purpose. */
const WIDE = 16;

/** A block for egress that has the cloud's metadata service in it (intent-systems L13). */
export const metadataAddressReachable: Check = {
  id: 'metadata-address-reachable',
  severity: 'warning',
  summary: "An egress rule opens a wide block that the address of the cloud's metadata service is in.",
  run: ({ examined }) => {
    const { address } = parseAddress(METADATA);
    if (address === undefined) return [];
    const has = (cidr: Cidr): boolean => containsAddress(cidr, address);
    return rulesInForce(examined.kubernetes, ['egress']).flatMap(({ policy, rule }) => {
      if (isOwnPolicy(policy) || !opensNumber(rule, 'TCP', HTTP, () => false)) return [];
      return peersOf(rule).flatMap((peer, index) => {
        if (peer.type !== 'ipBlock' || peer.cidr.prefix >= WIDE || !has(peer.cidr)) return [];
        if (peer.except.some(has)) return [];
        return [
          policyFinding(metadataAddressReachable, policy, {
            place: rule.place.at(['to', index, 'ipBlock']),
            message: `${printCidr(peer.cidr)} has ${METADATA} in it, the metadata service of most clouds, and the rule opens port 80: pods can ask it for the credentials of their node.`,
            mend: `Add ${METADATA}/32 to except.`,
          }),
        ];
      });
    });
  },
};
