import type { ClientIntents } from '../intents/client-intents';
import type { Place } from '../model/place';

/** The intents in the order of their places, and of their content where places do not tell. */
export function sortIntents(intents: readonly ClientIntents[]): ClientIntents[] {
  return intents
    .map((declaration) => ({ declaration, content: content(declaration) }))
    .sort((a, b) => comparePlaces(a.declaration.place, b.declaration.place) || compare(a.content, b.content))
    .map(({ declaration }) => declaration);
}

/** By file, line and construct; places nobody knows come first. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    compare(a.file ?? '', b.file ?? '') ||
    (a.file === undefined ? 0 : (a.line ?? 0) - (b.line ?? 0)) ||
    compare(a.construct ?? '', b.construct ?? '')
  );
}

function content({ namespace, name, client, targets }: ClientIntents): string {
  return JSON.stringify([namespace, name, client, targets.map(({ place: _place, ...target }) => target)]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
