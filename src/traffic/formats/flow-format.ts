import type { JsonObject } from '../../model/json';
import type { FlowItem, FlowPlace } from '../flow-record';

/** The formats by the words of `--format`. */
export const FORMAT_NAMES = [
  'hubble',
  'calico',
  'conntrack',
  'vpc',
  'istio',
  'dns',
  'gadget',
  'plain',
] as const;

/** A format as it is asked for on the command line. */
export type FormatName = (typeof FORMAT_NAMES)[number];

/** A format, or the content of each file decides. */
export type FormatChoice = FormatName | 'auto';

/**
 * Reads the lines (or the values) of one file in order; what a header said is remembered. Gives one item or more for
 * each, or throws an `UnreadableError`.
 */
export type Reader<T> = (input: T, place: FlowPlace) => FlowItem | readonly FlowItem[];

interface Format<Input extends string, T> {
  readonly name: FormatName;
  /** What it is, for people: `Cilium Hubble JSON`. */
  readonly title: string;
  readonly input: Input;
  /** Whether it is surely of this format, and not just possibly. */
  readonly recognises: (input: T) => boolean;
  /** A reader for one file. */
  readonly open: () => Reader<T>;
}

/** A format that writes JSON objects, one a line or laid out in any other way. */
export interface JsonFormat extends Format<'json', JsonObject> {
  /** Why lines that begin no JSON object are passed over; absent where there should be none. */
  readonly otherLines?: string;
}

/** A format that writes lines of text. */
export type TextFormat = Format<'text', string>;

export type FlowFormat = JsonFormat | TextFormat;
