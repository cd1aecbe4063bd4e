import type { Adoption } from '../../adoption/adopt';
import { isLoss, type Residue, type ResidueKind } from '../../adoption/residue';
import { printPlace } from '../../model/place';

const TITLES: Readonly<Record<ResidueKind, string>> = {
  lost: 'Not carried over',
  changed: 'Changed',
  kept: 'Kept as it is',
  unproved: 'Carried over, and not proved',
};
const ORDER: readonly ResidueKind[] = ['lost', 'changed', 'kept', 'unproved'];

/** The residue report: what intents do not say, by what became of it, and whether connectivity is proved unchanged. */
export function adoptionText({ residue, systems, workloads }: Adoption): string {
  const groups = ORDER.flatMap((kind) => {
    const items = residue.filter((item) => item.kind === kind);
    return items.length === 0 ? [] : [`${TITLES[kind]}:\n${items.map(printItem).join('\n')}`];
  });
  return [...groups, summary(residue, systems, workloads)].join('\n\n');
}

function printItem({ object, place, message, mend }: Residue): string {
  const where = [object, printPlace(place)].filter((part) => part !== '').join(', ');
  return `  ${where}\n    ${message}\n    Mend: ${mend}`;
}

function summary(residue: readonly Residue[], systems: Adoption['systems'], workloads: number): string {
  const from = systems.length === 0 ? 'nothing to adopt' : `adopted from ${systems.join(', ')}`;
  const changed = residue.some(({ kind }) => kind === 'changed');
  const proof = changed
    ? 'who can talk to whom is not the same'
    : `proved: among ${workloads} workload${workloads === 1 ? '' : 's'} and to the outside, who can talk to whom stays the same`;
  const losses = residue.filter(isLoss).length;
  return `${from}; ${proof}; ${losses === 0 ? 'nothing is lost' : `${losses} to look after`}`;
}
