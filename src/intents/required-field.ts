import type { FieldReader } from '../model/field-reader';

/** Reads an object that must be there; a finding when it is missing or something else. */
export function requiredObject(reader: FieldReader, key: string): FieldReader | undefined {
  return requireField(reader, key) ? reader.object(key) : undefined;
}

/** Whether the field is there; a finding when it is not. */
export function requireField(reader: FieldReader, key: string): boolean {
  if (reader.has(key)) return true;
  const field = reader.pathTo([key]);
  reader.problem([key], `${field} is missing`, { mend: `Set ${field}.` });
  return false;
}
