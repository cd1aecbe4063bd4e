import type { FlowItem } from './flow-record';
import { UsageError } from '../sources/usage-error';
import type { FormatChoice } from './formats/flow-format';

/** A format as it is asked for on the command line. */
export type { FormatChoice } from './formats/flow-format';

export interface ReadFlowsOptions {
  /** Default `auto`: decided by content, for each file. */
  readonly format?: FormatChoice | undefined;
  /** What `-` reads. Default: the standard input of the process. */
  readonly stdin?: (() => AsyncIterable<Uint8Array>) | undefined;
  /** Told what was decided about each file, before its first record. */
  readonly onFile?: ((file: ReadFile) => void) | undefined;
  /** Told now and then how far it is: bytes as they are on disk (compressed, where they are) of all files together. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** What was decided about a file. */
export interface ReadFile {
  /** As its places name it. */
  readonly file: string;
  /** The format in words, for example `Cilium Hubble JSON`; absent where nobody knows it. */
  readonly format?: string | undefined;
}

/**
 * Reads flow logs from files, folders and standard input (`-`), compressed or not, in constant memory: items come in
 * batches in the order they are written, and nothing more is read before the batch has been taken. No line is dropped
 * in silence: one that gives no record comes as skipped or as unreadable.
 *
 * @throws UsageError when a path is not there or cannot be read
 */
export function readFlows(
  paths: readonly string[],
  _options: ReadFlowsOptions = {},
): AsyncIterable<readonly FlowItem[]> {
  throw new UsageError(`No format of flow logs is read yet: ${paths.join(', ')}.`);
}
