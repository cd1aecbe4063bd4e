import { printCidr, type Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import type { Policy } from '../policies/policy';
import type { Check, CheckContext } from './check';
import { peersOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** The three private ranges of RFC 1918, of which the second is often given a wrong length (intent-systems L10). */
export const mistypedPrivateRange: Check = {
  id: 'mistyped-private-range',
  severity: 'warning',
  summary: 'A list of private ranges has 172.16.0.0 with another length than /12.',
  run: (context) =>
    listsOf(context).flatMap(({ policy, cidrs, place }): Finding[] => {
      const names = cidrs.map(printCidr);
      if (
        !names.includes('10.0.0.0/8') ||
        !names.includes('192.168.0.0/16') ||
        names.includes('172.16.0.0/12')
      )
        return [];
      const wrong = names.find((name) => name.startsWith('172.16.0.0/'));
      if (wrong === undefined) return [];
      return [
        policyFinding(mistypedPrivateRange, policy, {
          place,
          message: `${wrong} stands beside 10.0.0.0/8 and 192.168.0.0/16, but the private range (RFC 1918) is 172.16.0.0/12: the list speaks of another part of it than of the others.`,
          mend: 'Write 172.16.0.0/12.',
        }),
      ];
    }),
};

interface BlockList {
  readonly policy: Policy;
  readonly cidrs: readonly Cidr[];
  readonly place: Place;
}

function listsOf({ examined }: CheckContext): BlockList[] {
  const kubernetes = rulesInForce(examined.kubernetes).flatMap(({ policy, rule, list }): BlockList[] => {
    const blocks = peersOf(rule).flatMap((peer) => (peer.type === 'ipBlock' ? [peer] : []));
    return [
      { policy, cidrs: blocks.map(({ cidr }) => cidr), place: rule.place.at([list]) },
      ...blocks.map(({ except }) => ({ policy, cidrs: except, place: rule.place.at([list]) })),
    ];
  });
  const calico = examined.calico.flatMap((policy) =>
    [...policy.ingress, ...policy.egress].flatMap((rule) =>
      (['source', 'destination'] as const).flatMap((side) =>
        (['nets', 'notNets'] as const).map((field): BlockList => ({
          policy,
          cidrs: rule[side][field],
          place: rule.place.at([side, field]),
        })),
      ),
    ),
  );
  return [...kubernetes, ...calico];
}
