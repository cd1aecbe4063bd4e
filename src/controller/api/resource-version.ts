/**
 * Whether a version of an object, or of the objects of its kind, is older than another. Versions of one kind are numbers
 * that grow (Kubernetes API concepts, "Resource versions": guaranteed from 1.35 on, and so before in fact). Of what is no
 * number nobody can tell, and the answer is no.
 */
export function isOlderVersion(version: string, than: string): boolean {
  if (!NUMBER.test(version) || !NUMBER.test(than)) return false;
  return version.length !== than.length ? version.length < than.length : version < than;
}

/** Without zeros in front, so that the longer one is the greater; no API server writes others. */
const NUMBER = /^(?:0|[1-9]\d*)$/;
