/** Where Calico names a part of what the manifest has one field for. */
const IN_MANIFESTS: ReadonlyMap<string, string> = new Map([
  ['port', 'ports'],
  ['portname', 'ports'],
]);

/**
 * The field that words of Calico's are about, by its last name and in lower case; undefined where they name none. It
 * speaks of Go's structures (`Destination.Ports`), the decoder of theirs and of JSON's at once.
 */
export function refusedField(words: string): string | undefined {
  const [, path] =
    /field ([\w.[\]]+)(?: field| \(\w+\))? = /.exec(words) ??
    /Go struct field ([\w.]+) of/.exec(words) ??
    /unknown field "([\w.[\]]+)"/.exec(words) ??
    /following fields:\s+-\s+([\w.[\]]+) = /.exec(words) ??
    [];
  const last = path
    ?.replace(/\[\d+\]/g, '')
    .split('.')
    .pop()
    ?.toLowerCase();
  return last === undefined ? undefined : (IN_MANIFESTS.get(last) ?? last);
}
