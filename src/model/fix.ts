import type { Json } from './json';
import type { Place } from './place';

/**
 * One change of what is written. A finding carries such changes only where there is one way to mend it and no question
 * is left; whoever makes them keeps the rest of the file as it is.
 */
export type Edit =
  /** Adds an item at the end of a list that has some. */
  | {
      readonly type: 'append';
      readonly list: Place;
      readonly value: Json;
      /** Lines of a comment above the item, where the file can have comments. Each is one line. */
      readonly comment?: readonly string[];
    }
  /** Writes another value in the place of one. */
  | { readonly type: 'replace'; readonly at: Place; readonly value: string | number }
  /** Takes an item out of a list, or a field out of an object. */
  | { readonly type: 'remove'; readonly at: Place }
  /** Writes a field that is not there, in front of the first of the named ones that is, else in front of all. */
  | {
      readonly type: 'insert';
      readonly into: Place;
      readonly key: string;
      readonly value: Json;
      readonly before?: readonly string[];
    };

/** Changes that belong together: all of them are made, or none. */
export type Fix = readonly Edit[];

/** The place that an edit is about. */
export function placeOfEdit(edit: Edit): Place {
  switch (edit.type) {
    case 'append':
      return edit.list;
    case 'insert':
      return edit.into;
    case 'replace':
    case 'remove':
      return edit.at;
  }
}
