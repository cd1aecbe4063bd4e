import type { CniProfile } from './cni-profile';
import type { Doubt, Doubts } from './doubts';
import { readingOf } from './rules/policy-reading';
import type { Cidr } from '../model/cidr';
import { mayEndNft } from '../policies/calico/nft-faults';
import { haveOverlaps, isBeyondNftables, selectsEnds } from '../policies/calico/nftables-limits';
import type { PolicySet } from '../policies/policy';

/** Doubts that follow from the network plugin and the policies as they are written, whatever these select. */
export const PLUGIN_DOUBTS: ReadonlySet<Doubt> = new Set([
  'calico-not-enforced',
  'policy-not-read',
  'policy-reading-open',
  'nftables-fails-open',
  'nftables-overlaps',
  'nftables-old-nft',
]);

/** Notes what the network plugin makes doubtful of policies. @param podCidrs of the options; undefined: not known */
export function notePluginDoubts(
  doubts: Doubts,
  { kubernetes, clusterWide, calico, networkSets }: PolicySet,
  profile: CniProfile,
  podCidrs: readonly Cidr[] | undefined,
): void {
  if (!profile.calicoPolicies) for (const policy of calico) doubts.add('calico-not-enforced', policy);
  for (const policy of clusterWide) {
    const reading = readingOf(policy, profile);
    if (reading !== 'all') doubts.add(reading === 'none' ? 'policy-not-read' : 'policy-reading-open', policy);
  }
  if (profile.deniesAreUnsure)
    for (const policy of calico.filter(isBeyondNftables)) doubts.add('nftables-fails-open', policy);
  const blocks = (): Cidr[] => networkSets.flatMap(({ nets }) => nets);
  if (profile.mayFailOnOverlaps && haveOverlaps(blocks(), podCidrs))
    for (const policy of calico.filter(selectsEnds)) doubts.add('nftables-overlaps', policy);
  if (profile.mayEndNft)
    for (const policy of [...kubernetes, ...clusterWide, ...calico])
      if (mayEndNft(policy)) doubts.add('nftables-old-nft', policy);
}
