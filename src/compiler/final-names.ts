import type { PolicyDraft } from './policy-draft';
import { legalName, withDigest } from './policy-name';
import { type ModelIndex } from './resolution/model-index';
import { groupBy } from '../model/group-by';
import { isFormerOutput } from './present-policies';
import type { Finding } from '../model/finding';
import { NOWHERE } from '../model/place';

/** A draft with the name its object gets. */
export interface NamedPolicy {
  readonly draft: PolicyDraft;
  readonly name: string;
}

/**
 * Gives every draft a legal name that no other has. Where different policies want one name, each gets a digest of
 * what it is behind it, and a finding says so. A name that a policy of somebody else has in the input is an error.
 */
export function finalNames(
  drafts: readonly PolicyDraft[],
  index: ModelIndex,
  findings: Finding[],
): NamedPolicy[] {
  const named: NamedPolicy[] = [];
  const legal = drafts.map((draft): NamedPolicy => ({ draft, name: legalName(draft.name) }));
  for (const same of groupBy(legal, ({ draft, name }) => `${draft.namespace}/${name}`).values()) {
    const [first] = same;
    if (first === undefined || same.every(({ draft }) => draft.key === first.draft.key)) {
      for (const policy of same) named.push(policy);
      continue;
    }
    const clashing = same.map(({ draft }) => draft);
    findings.push(clash(first.draft, clashing));
    for (const draft of clashing) named.push({ draft, name: withDigest(draft.name, draft.key) });
  }
  reportTaken(named, index, findings);
  return named;
}

function clash({ namespace, name, causes }: PolicyDraft, same: readonly PolicyDraft[]): Finding {
  const [cause] = causes;
  return {
    id: 'policy-name-clash',
    severity: 'info',
    message: `${same.length} different policies of namespace ${namespace} would be called ${name}; a digest behind the name keeps them apart`,
    object: `NetworkPolicy/${namespace}/${name}`,
    place: cause?.place ?? NOWHERE,
    mend: 'Nothing to do; rename one of the workloads for shorter names.',
  };
}

/** Policies in the input that bear a label of ours are former output, which is to be replaced. */
function reportTaken(named: readonly NamedPolicy[], index: ModelIndex, findings: Finding[]): void {
  const ours = new Set(named.map(({ draft, name }) => `${draft.namespace}/${name}`));
  for (const resource of index.cluster.resources) {
    const { group, kind, namespace = 'default', name, place } = resource;
    if (kind !== 'NetworkPolicy' || group !== 'networking.k8s.io' || !ours.has(`${namespace}/${name}`))
      continue;
    if (isFormerOutput(resource)) continue;
    findings.push({
      id: 'policy-name-taken',
      severity: 'error',
      message: `the name ${name} is that of a policy made from intents: applying both, one replaces the other, and calls that are declared may not work`,
      object: `NetworkPolicy/${namespace}/${name}`,
      place,
      mend: 'Rename this policy, or remove it if the intents say the same.',
    });
  }
}
