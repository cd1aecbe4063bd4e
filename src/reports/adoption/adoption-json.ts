import type { Adoption } from '../../adoption/adopt';
import type { Residue } from '../../adoption/residue';
import { findingsJson, withPlace } from '../findings/finding-json';
import { printJson } from '../json-stream';

/** The JSON of `intents adopt` (`docs/schema/adopt.v1.json`). */
export function adoptionJson({ objects, residue, systems, findings }: Adoption): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ['systems', { value: [...systems] }],
    ['unchanged', { value: !residue.some(({ kind }) => kind === 'changed') }],
    ['objects', { items: objects }],
    ['residue', { value: residue.map(residueJson) }],
    ['findings', { value: findingsJson(findings) }],
  ]);
}

function residueJson({
  kind,
  system,
  object,
  place,
  message,
  mend,
}: Residue): Readonly<Record<string, unknown>> {
  return { kind, system, object, ...withPlace(place), message, mend };
}
