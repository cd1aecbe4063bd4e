import type { Actor, Actors, Home } from './actors';
import type { Example } from './examples';
import type { KindContext, PlacedKind, PodKind } from './pod-kind';
import type { Case, Term } from './term';
import type { CasedTier } from './wanted-cases';
import { IndexSet } from '../sets/index-set';
import { NAME_LABEL } from '../../policies/calico/scope';

/** A kind of pods at home in some namespaces that no rule of a program tells apart, and who stands for it there. */
export interface Spot {
  readonly kind: PodKind;
  readonly home: { readonly known: IndexSet } | { readonly unlisted: Example };
  readonly actor: Actor;
}

/** Most spots of one program. */
const MOST = 20_000;

/** Where examples of the kinds have to be looked at: in each group of namespaces that some rule tells from the others. */
export function spotsOf(
  kinds: ReadonlyMap<string, PlacedKind>,
  tiers: readonly CasedTier[],
  context: KindContext,
  actors: Actors,
): Map<string, readonly Spot[]> {
  const cases = tiers.flatMap(({ rules }) => rules.flatMap((rule) => rule.cases));
  const sets = namespaceSets(cases, context);
  const usual = context.namespaces.groups(sets);
  const namesLabels = cases.some((terms) => terms.some(isOfAccountLabel));
  const spots = new Map<string, readonly Spot[]>();
  let left = MOST;
  for (const key of [...kinds.keys()].sort()) {
    const placed = kinds.get(key);
    if (placed === undefined) continue;
    const name = placed.kind.account?.name;
    const groups =
      namesLabels && name !== undefined
        ? context.namespaces.groups([...sets, ...accountSets(name, context)])
        : usual;
    const found = context.budget.keep(spotsOfKind(placed, groups, context, actors), left);
    left -= found.length;
    spots.set(key, found);
  }
  return spots;
}

function spotsOfKind(
  { kind, known, unlisted }: PlacedKind,
  groups: readonly IndexSet[],
  { namespaces, budget }: KindContext,
  actors: Actors,
): Spot[] {
  const spots: Spot[] = [];
  const add = (home: Spot['home'], at: Home): void => {
    const actor = actors.at(at, kind);
    if (actor !== undefined) spots.push({ kind, home, actor });
    else budget.drop();
  };
  for (const group of groups) {
    const members = group.intersect(known);
    const first = namespaces.names[members.edges[0] ?? -1];
    if (first !== undefined) add({ known: members }, { known: first });
  }
  for (const key of [...unlisted.keys()].sort()) {
    const example = unlisted.get(key);
    if (example !== undefined) add({ unlisted: example }, { unlisted: example });
  }
  return spots;
}

/** The sets of known namespaces that rules speak of. */
function namespaceSets(cases: readonly Case[], { namespaces }: KindContext): IndexSet[] {
  const sets = new Map<string, IndexSet>();
  for (const terms of cases) {
    const asked = terms.filter(({ owner }) => owner === 'namespace');
    if (asked.length > 0) sets.set(JSON.stringify(asked), namespaces.meeting(asked));
  }
  return [...sets.values()];
}

function isOfAccountLabel({ owner, key }: Term): boolean {
  return owner === 'account' && key !== NAME_LABEL;
}

/** Each namespace in which the manifests have the account: its labels are its own there. */
function accountSets(name: string, { accounts, namespaces }: KindContext): IndexSet[] {
  return accounts.namespacesOf(name, namespaces).map((number) => IndexSet.single(number));
}
