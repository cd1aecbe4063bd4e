import { printFieldPath, type FieldPath } from './json';

/**
 * Where something was written: a construct of a cdk8s app, a line of a file, or both (an object that a
 * construct read from a file), or an object of a live cluster. Every object, policy, rule and finding carries one.
 */
export interface Place {
  /** Path of the construct in its app, for example `shop/cart/Resource`. */
  readonly construct?: string | undefined;
  /** Path of the file as the user named it. */
  readonly file?: string | undefined;
  /** Line in `file`, from 1. Sources may work it out only when it is asked for. */
  readonly line?: number | undefined;
  /**
   * An object of a live cluster, as kubectl takes it: `networkpolicy/default-deny -n shop --context prod`. Such a place
   * has no file and no construct.
   */
  readonly live?: string | undefined;
  /** Field of the live object, for example `spec.ingress[0]`. */
  readonly field?: string | undefined;
  /** The place of a field inside the object that this is the place of; the nearest known one when it is not there. */
  at(path: FieldPath): Place;
}

/** The place of an object that a construct makes; its fields have no closer place. */
export function constructPlace(path: string): Place {
  const place: Place = { construct: path, at: () => place };
  return place;
}

/** The place of an object of a live cluster. @param live as kubectl takes it */
export function livePlace(live: string, path: FieldPath = []): Place {
  return {
    live,
    ...(path.length === 0 ? {} : { field: printFieldPath(path) }),
    at: (below) => livePlace(live, [...path, ...below]),
  };
}

/** A place nobody knows, for objects made up in memory. */
export const NOWHERE: Place = { at: () => NOWHERE };

/**
 * `shop.yaml:12`, `construct shop/cart`, or both; `service/cart -n shop --context prod (spec.ports[0])`; empty when nothing
 * is known.
 */
export function printPlace(place: Place): string {
  if (place.live !== undefined) {
    return place.field === undefined ? place.live : `${place.live} (${place.field})`;
  }
  const file =
    place.file === undefined ? '' : place.line === undefined ? place.file : `${place.file}:${place.line}`;
  const construct = place.construct === undefined ? '' : `construct ${place.construct}`;
  return file !== '' && construct !== '' ? `${file} (${construct})` : file + construct;
}
