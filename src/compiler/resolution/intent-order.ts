import type { ClientIntents } from '../../intents/client-intents';
import type { Place } from '../../model/place';

/** The intents in the order of their places, and of their content where places do not tell. */
export function sortIntents(intents: readonly ClientIntents[]): ClientIntents[] {
  if (intents.length < 2) return [...intents];
  return [...intents].sort((a, b) => comparePlaces(a.place, b.place) || compare(contentOf(a), contentOf(b)));
}

/** By file, line and construct, or by live object; places nobody knows come first. */
export function comparePlaces(a: Place, b: Place): number {
  return (
    compare(a.file ?? '', b.file ?? '') ||
    (a.file === undefined ? 0 : (a.line ?? 0) - (b.line ?? 0)) ||
    compare(a.construct ?? '', b.construct ?? '') ||
    compare(a.live ?? '', b.live ?? '')
  );
}

/** Declarations are never changed, and a controller sorts the same ones again and again. */
const CONTENTS = new WeakMap<ClientIntents, string>();

function contentOf(declaration: ClientIntents): string {
  const text = CONTENTS.get(declaration) ?? content(declaration);
  CONTENTS.set(declaration, text);
  return text;
}

function content({ namespace, name, client, targets }: ClientIntents): string {
  return JSON.stringify([namespace, name, client, targets.map(({ place: _place, ...target }) => target)]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
