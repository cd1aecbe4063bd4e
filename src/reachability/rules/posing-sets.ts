import { networkSetLabels } from './calico-entity';
import { namespacesMeanSet } from './namespace-sets';
import { peersIn, type CompileContext } from './compile-context';
import type { CniProfile } from '../cni-profile';
import type { Fuzzy } from '../ends/end-addresses';
import { nobody } from '../ends/peer-regions';
import type { Region } from '../sets/region';
import { AddressSet } from '../../model/address-set';
import { matches, type LabelSelector } from '../../model/label-selector';
import type { Labels } from '../../model/resource';
import type { NetworkSet } from '../../policies/calico/policy';
import { NAMESPACE_LABEL, ORCHESTRATOR_LABEL } from '../../policies/calico/scope';
import type { Policy } from '../../policies/policy';

/** Pods as a peer of a Kubernetes policy names them. */
export interface PodsPeer {
  /** Absent: in the namespace of the policy. */
  readonly namespaceSelector?: LabelSelector | undefined;
  readonly podSelector?: LabelSelector | undefined;
}

const NO_SETS: readonly NetworkSet[] = [];

/**
 * The network sets that selectors of pods meet as well. Calico keeps these selectors to pods by the label that it puts on
 * pods, `projectcalico.org/orchestrator == 'k8s'` (k8sSelectorToCalico of libcalico-go/lib/backend/k8s/conversion), and its
 * API lets a network set have that label too.
 */
export function setsPosingAsPods(
  sets: readonly NetworkSet[],
  { setsOwnLabels }: CniProfile,
): readonly NetworkSet[] {
  if (!setsOwnLabels || sets.length === 0) return NO_SETS;
  return sets.filter(({ labels }) => isPosing(labels));
}

/** @param labels of a network set */
export function isPosing(labels: Labels): boolean {
  return valueOf(labels, ORCHESTRATOR_LABEL) === 'k8s';
}

/** The addresses of network sets that are met as pods by this peer. @param namespace of the policy, if it has one */
export function posingPeers(
  peer: PodsPeer,
  namespace: string | undefined,
  policy: Policy,
  context: CompileContext,
): Fuzzy<Region> {
  const nets = context.setsPosingAsPods
    .filter((set) => posesAs(peer, namespace, networkSetLabels(set, context.cluster)))
    .flatMap((set) => set.nets);
  return nets.length === 0 ? nobody() : peersIn(context, AddressSet.ofCidrs(nets), policy);
}

/** @param labels of a network set that poses, as Calico sees them */
export function posesAs(
  { namespaceSelector, podSelector }: PodsPeer,
  namespace: string | undefined,
  labels: Labels,
): boolean {
  const inNamespace =
    namespaceSelector === undefined
      ? namespace !== undefined && valueOf(labels, NAMESPACE_LABEL) === namespace
      : namespacesMeanSet(namespaceSelector, labels);
  return inNamespace && (podSelector === undefined || matches(podSelector, labels));
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
