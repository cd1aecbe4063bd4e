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

/** Takes what a line is read as. */
export type Emit = (item: FlowItem) => void;

/** Reads the lines of one file in order; what a header said is remembered. */
export type LineReader = (line: string, place: FlowPlace, emit: Emit) => void;
