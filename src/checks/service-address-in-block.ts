import { jsonAt } from '../model/json';
import { addressBits, parseAddress, printCidr, type Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import type { Service } from '../model/services/service';
import type { Policy } from '../policies/policy';
import type { Check, CheckContext } from './check';
import { peersOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/**
 * The address of a Service as an address block: policies see a connection after the Service is replaced by a pod
 * (network-policy-semantics 2.1 item 15, calico-policy-model 5.4 step 2). The DNS of the cluster is left out: with a
 * cache on the node its address is really spoken to (calico-policy-model 6.3).
 */
export const serviceAddressInBlock: Check = {
  id: 'service-address-in-block',
  severity: 'warning',
  summary: 'A rule opens the cluster address of a Service, which policies never see.',
  run: (context) => {
    const services = addressesOf(context.cluster.services);
    if (services.size === 0) return [];
    return singleBlocks(context).flatMap(({ policy, cidr, place }): Finding[] => {
      const service = services.get(`${cidr.version} ${cidr.base}`);
      if (service === undefined) return [];
      const name = `${service.namespace}/${service.name}`;
      return [
        policyFinding(serviceAddressInBlock, policy, {
          place,
          message: `${printCidr(cidr)} is the address of the Service ${name}. A connection to it goes on to a pod before policies look at it, so the rule does not match it with most network plugins.`,
          mend: `Select the pods behind ${name} by their labels, and open their port (targetPort).`,
        }),
      ];
    });
  },
};

interface Block {
  readonly policy: Policy;
  readonly cidr: Cidr;
  readonly place: Place;
}

/** The egress blocks of one address. */
function singleBlocks({ examined }: CheckContext): Block[] {
  const kubernetes = rulesInForce(examined.kubernetes, ['egress']).flatMap(({ policy, rule }) =>
    peersOf(rule).flatMap((peer, index): Block[] =>
      peer.type === 'ipBlock'
        ? [{ policy, cidr: peer.cidr, place: rule.place.at(['to', index, 'ipBlock', 'cidr']) }]
        : [],
    ),
  );
  const calico = examined.calico
    .filter(({ types, hostOnly }) => types.includes('egress') && !hostOnly)
    .flatMap((policy) =>
      policy.egress.flatMap((rule) =>
        rule.destination.nets.map((cidr, index): Block => ({
          policy,
          cidr,
          place: rule.place.at(['destination', 'nets', index]),
        })),
      ),
    );
  return [...kubernetes, ...calico].filter(({ cidr }) => cidr.prefix === addressBits(cidr.version));
}

function addressesOf(services: readonly Service[]): ReadonlyMap<string, Service> {
  const found = new Map<string, Service>();
  for (const service of services) {
    if (service.namespace === 'kube-system' && service.name.includes('dns')) continue;
    if (service.selector === undefined) continue;
    const spec = service.resource.manifest;
    const many = jsonAt(spec, ['spec', 'clusterIPs']);
    for (const text of [jsonAt(spec, ['spec', 'clusterIP']), ...(Array.isArray(many) ? many : [])]) {
      const { address } = typeof text === 'string' ? parseAddress(text) : {};
      if (address !== undefined) found.set(`${address.version} ${address.value}`, service);
    }
  }
  return found;
}
