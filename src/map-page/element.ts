/**
 * An element of the page by its id.
 * @throws Error when the page has no such element: a mistake in the page itself
 */
export function element<T extends Element>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  const any: unknown = found;
  if (!(any instanceof type)) throw new Error(`the page has no ${id}`);
  return any;
}
