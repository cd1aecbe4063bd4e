import type { ClientIntents } from '../../intents/client-intents';

/**
 * What declarations say that only one of two lists says: whole declarations, and of those that both lists have the targets that
 * only one of them names. What a declaration says of other targets is no concern of theirs.
 */
export function differences(a: readonly ClientIntents[], b: readonly ClientIntents[]): ClientIntents[] {
  // Most are the very same: only others are compared by what they say.
  const [inA, inB] = [new Set(a), new Set(b)];
  const before = byHead(a.filter((declaration) => !inB.has(declaration)));
  const after = byHead(b.filter((declaration) => !inA.has(declaration)));
  return [...onlyIn(before, after), ...onlyIn(after, before)];
}

/** Declarations by all that they say but targets. */
function byHead(declarations: readonly ClientIntents[]): ReadonlyMap<string, readonly ClientIntents[]> {
  const all = new Map<string, ClientIntents[]>();
  for (const declaration of declarations) {
    const head = JSON.stringify({ ...declaration, targets: [] });
    const same = all.get(head);
    if (same === undefined) all.set(head, [declaration]);
    else same.push(declaration);
  }
  return all;
}

function onlyIn(
  own: ReadonlyMap<string, readonly ClientIntents[]>,
  other: ReadonlyMap<string, readonly ClientIntents[]>,
): ClientIntents[] {
  return [...own].flatMap(([head, declarations]) => {
    const theirs = other.get(head);
    if (theirs === undefined) return declarations;
    const known = new Map<string, number>();
    for (const text of targetTexts(theirs)) known.set(text, (known.get(text) ?? 0) + 1);
    return declarations.flatMap((declaration) => {
      const targets = declaration.targets.filter((target) => {
        const text = JSON.stringify(target);
        const left = known.get(text) ?? 0;
        known.set(text, left - 1);
        return left <= 0;
      });
      return targets.length === 0 ? [] : [{ ...declaration, targets }];
    });
  });
}

function targetTexts(declarations: readonly ClientIntents[]): string[] {
  return declarations.flatMap(({ targets }) => targets.map((target) => JSON.stringify(target)));
}
