import { familyOf } from './family';
import type { IntentsVersion } from '../read-intents';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** What versions write differently, each converted by itself. `protection` is the spec of a ProtectedService. */
export const PARTS = ['client', 'target', 'protection', 'status'] as const;

export type Part = (typeof PARTS)[number];

/**
 * A part as another version has it, as well as it can: what has no place there is left out, and what cannot be understood
 * stays as it is.
 *
 * @returns undefined for a target of a type that the version does not have
 */
export function convertPart(
  part: Part,
  value: Json,
  from: IntentsVersion,
  to: IntentsVersion,
): Json | undefined {
  if (from === to || !isJsonObject(value)) return value;
  switch (part) {
    case 'client':
    case 'protection':
      return to === 'v1alpha2' ? withoutKind(value) : value;
    case 'status':
      return to === 'v1alpha2' ? onlyUpToDate(value) : value;
    case 'target':
      return convertTarget(value, from, to);
  }
}

function convertTarget(value: JsonObject, from: IntentsVersion, to: IntentsVersion): Json | undefined {
  const { target } = familyOf(from).read(value);
  if (target === undefined) return value;
  const { item } = familyOf(to).write(target);
  return Object.keys(item).length === 0 ? undefined : item;
}

/** v1alpha2 knows no kinds; one that means any kind says nothing anyhow. */
function withoutKind({ kind, ...rest }: JsonObject): JsonObject {
  return kind === undefined || typeof kind === 'string' ? rest : { kind, ...rest };
}

/** v1alpha2 knows but one field of the status (otterize-operator 1.3). */
function onlyUpToDate({ upToDate }: JsonObject): JsonObject {
  return upToDate === undefined ? {} : { upToDate };
}
