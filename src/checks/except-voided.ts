import { containsCidr, printCidr } from '../model/cidr';
import type { Check } from './check';
import { peersOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/**
 * What `except` takes out of one block, another item of the same list puts back: items are OR, and no item takes
 * anything from another (network-policy-semantics 2.1 items 1 and 6).
 */
export const exceptVoided: Check = {
  id: 'except-voided',
  severity: 'warning',
  summary: 'A block that except leaves out is opened by another item of the same list.',
  run: ({ examined }) =>
    rulesInForce(examined.kubernetes).flatMap(({ policy, rule, list }) => {
      const peers = peersOf(rule);
      return peers.flatMap((peer, index) => {
        if (peer.type !== 'ipBlock') return [];
        return peer.except.flatMap((left, at) => {
          const opener = peers.find(
            (other) =>
              other !== peer &&
              other.type === 'ipBlock' &&
              containsCidr(other.cidr, left) &&
              !other.except.some((hole) => containsCidr(hole, left) || containsCidr(left, hole)),
          );
          if (opener?.type !== 'ipBlock') return [];
          return [
            policyFinding(exceptVoided, policy, {
              place: rule.place.at([list, index, 'ipBlock', 'except', at]),
              message: `${printCidr(left)} is left out of ${printCidr(peer.cidr)}, and the item ${printCidr(opener.cidr)} of the same list opens it again: items of a list add up, so the exception has no effect.`,
              mend: `Remove ${printCidr(opener.cidr)}, or the exception.`,
            }),
          ];
        });
      });
    }),
};
