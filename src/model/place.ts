import type { FieldPath } from './json';

/**
 * Where something was written: a construct of a cdk8s app, a line of a file, or both (an object that a
 * construct read from a file). Every object, policy, rule and finding carries one.
 */
export interface Place {
  /** Path of the construct in its app, for example `shop/cart/Resource`. */
  readonly construct?: string | undefined;
  /** Path of the file as the user named it. */
  readonly file?: string | undefined;
  /** Line in `file`, from 1. Sources may work it out only when it is asked for. */
  readonly line?: number | undefined;
  /** The place of a field inside the object that this is the place of; the nearest known one when it is not there. */
  at(path: FieldPath): Place;
}

/** The place of an object that a construct makes; its fields have no closer place. */
export function constructPlace(path: string): Place {
  const place: Place = { construct: path, at: () => place };
  return place;
}

/** A place nobody knows, for objects made up in memory. */
export const NOWHERE: Place = { at: () => NOWHERE };

/** `shop.yaml:12`, `construct shop/cart`, or both; empty when nothing is known. */
export function printPlace(place: Place): string {
  const file =
    place.file === undefined ? '' : place.line === undefined ? place.file : `${place.file}:${place.line}`;
  const construct = place.construct === undefined ? '' : `construct ${place.construct}`;
  return file !== '' && construct !== '' ? `${file} (${construct})` : file + construct;
}
