import { peersIn, type CompileContext } from './compile-context';
import type { Fuzzy } from '../ends/end-addresses';
import { FAMILIES } from '../ends/address-space';
import { certain, intersect, nobody, subtract, union } from '../ends/peer-regions';
import { endsRegion, type Region } from '../sets/region';
import { AddressSet } from '../../model/address-set';
import type { Cluster } from '../../model/cluster';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import { networkSetEntityLabels } from '../../policies/calico/entity-labels';
import type { CalicoPolicy, EntityRule, NetworkSet } from '../../policies/calico/policy';
import { entityScope } from '../../policies/calico/scope';
import type { Selector } from '../../policies/calico/selector';
import { selectorMatches } from '../../policies/calico/selector-match';

/** Whether one side of a rule speaks of everybody; its ports and services are not looked at. */
export function isUnrestricted(side: EntityRule): boolean {
  const { selector, notSelector, namespaceSelector, serviceAccounts, nets, notNets } = side;
  return (
    selector === undefined &&
    notSelector === undefined &&
    namespaceSelector === undefined &&
    serviceAccounts === undefined &&
    nets.length === 0 &&
    notNets.length === 0
  );
}

/** Who stands on one side of a rule by selectors and nets; all given criteria hold together (5.5). */
export function calicoEntity(side: EntityRule, policy: CalicoPolicy, context: CompileContext): Fuzzy<Region> {
  const { positive, except } = entityScope(side, policy.namespace);
  let peers =
    positive === undefined ? certain(context.peers.everything) : entities(positive, policy, context);
  if (except !== undefined) peers = subtract(peers, entities(except, policy, context));
  if (side.nets.length > 0) peers = intersect(peers, peersIn(context, AddressSet.ofCidrs(side.nets), policy));
  if (side.notNets.length > 0)
    peers = intersect(peers, outsideOf(AddressSet.ofCidrs(side.notNets), policy, context));
  return peers;
}

/** The addresses of all entities a selector matches: pods, and network sets with what is inside them (4.3). */
function entities(selector: Selector, policy: CalicoPolicy, context: CompileContext): Fuzzy<Region> {
  const pods = certain(endsRegion(context.pods.calico(selector)));
  const nets = context.networkSets
    .filter((set) => selectorMatches(selector, networkSetLabels(set, context.cluster)))
    .flatMap((set) => set.nets);
  return nets.length === 0 ? pods : union(pods, peersIn(context, AddressSet.ofCidrs(nets), policy));
}

/** The labels that selectors see on a network set. */
export function networkSetLabels({ labels, namespace }: NetworkSet, cluster: Cluster): NetworkSet['labels'] {
  if (namespace === undefined) return labels;
  const own = { ...cluster.namespaces.get(namespace)?.labels, [NAMESPACE_NAME_LABEL]: namespace };
  return networkSetEntityLabels(labels, { name: namespace, labels: own });
}

/**
 * What `notNets` leaves. A family of which the list has no block never matches, nor does one that it has whole
 * (calico-policy-model 5.5).
 */
function outsideOf(set: AddressSet, policy: CalicoPolicy, context: CompileContext): Fuzzy<Region> {
  const inside = peersIn(context, set, policy);
  return FAMILIES.reduce((peers, family) => {
    const ofFamily = set.intersect(AddressSet.all(family));
    if (ofFamily.isEmpty || ofFamily.equals(AddressSet.all(family))) return peers;
    return union(peers, subtract(certain(context.peers.family(family)), inside));
  }, nobody());
}
