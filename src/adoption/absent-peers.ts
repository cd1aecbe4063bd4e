import type { Evaluated } from './evaluated';
import { opensNumber, podPeers, type PodPeerInForce } from '../checks/kubernetes-rules';
import { Landscape } from '../checks/landscape';
import { selectorWords } from '../checks/selector-words';
import { selectsEverything, type LabelSelector } from '../model/label-selector';
import type { Resource } from '../model/resource';
import { readPolicies } from '../policies/read-policies';

const DNS_PORT = 53;

/**
 * Policies that speak of pods which the input does not have, and in what words. Calls are read off the workloads that are
 * there, so nothing would be left of such a rule, and the proof, which is about the same workloads, would not notice.
 * DNS is not meant: default denies keep it open.
 */
export function policiesAboutAbsent(
  policies: readonly Resource[],
  { cluster }: Pick<Evaluated, 'cluster'>,
): ReadonlyMap<Resource, readonly string[]> {
  const landscape = Landscape.of(cluster);
  const found = new Map<Resource, readonly string[]>();
  for (const resource of policies) {
    const read = readPolicies([resource]).kubernetes;
    const subjects = read.filter(
      (policy) => landscape.selected(policy.namespace, policy.podSelector).length === 0,
    );
    const peers = podPeers(read).filter((one) => isAbsent(one, landscape));
    const words = [
      ...subjects.map(({ namespace, podSelector }) => podsOf(podSelector, ` in namespace ${namespace}`)),
      ...peers.map(({ policy, peer: { podSelector, namespaceSelector } }) =>
        podsOf(
          podSelector,
          namespaceSelector === undefined
            ? ` in namespace ${policy.namespace}`
            : ` in namespaces with ${selectorWords(namespaceSelector)}`,
        ),
      ),
    ];
    if (words.length > 0) found.set(resource, [...new Set(words)].sort());
  }
  return found;
}

function isAbsent({ policy, rule, list, peer }: PodPeerInForce, landscape: Landscape): boolean {
  if (landscape.peers(policy.namespace, peer).length > 0) return false;
  return list === 'from' || !isDns(peer.podSelector, rule);
}

function isDns(pods: LabelSelector | undefined, rule: PodPeerInForce['rule']): boolean {
  if (Object.values(pods?.matchLabels ?? {}).some((value) => value.includes('dns'))) return true;
  return rule.ports !== 'all' && opensNumber(rule, 'UDP', DNS_PORT);
}

function podsOf(selector: LabelSelector | undefined, where: string): string {
  const which =
    selector === undefined || selectsEverything(selector) ? 'pods' : `pods with ${selectorWords(selector)}`;
  return `${which}${where}`;
}
