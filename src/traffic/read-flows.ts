import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../sources/usage-error';
import { FileContent } from './file-content';
import { describe, listFlowFiles, type FlowFile } from './flow-files';
import { unreadable } from './flow-reader';
import type { FlowItem } from './flow-record';
import { isGzip } from './foreign-content';
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
  /** Told after each batch how many bytes are read, as they are on disk (compressed, where they are), of all files together. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
}

/** What was decided about a file. */
export interface ReadFile {
  /** As its places name it. */
  readonly file: string;
  /** The format in words, for example `Cilium Hubble JSON`; absent where nobody knows it. */
  readonly format?: string | undefined;
}

/** How much is read at once, in bytes. */
const CHUNK = 128 * 1024;

/**
 * Reads flow logs from files, folders and standard input (`-`), compressed with gzip or not, in constant memory: items
 * come in batches in the order they are written, and nothing more is read before the batch has been taken. No line is
 * dropped in silence: one that gives no record comes as skipped or as unreadable; only empty lines are nothing.
 *
 * @throws UsageError when a path is not there or cannot be read, before anything is read
 */
export async function* readFlows(
  paths: readonly string[],
  options: ReadFlowsOptions = {},
): AsyncGenerator<readonly FlowItem[], void, undefined> {
  const files = listFlowFiles(paths);
  const total = files.reduce((sum: number | undefined, { size }) => add(sum, size), 0);
  let done = 0;
  for (const file of files) {
    const bytes = bytesOf(file, options, (length) => {
      done += length;
    });
    for await (const batch of readBytes(file.path === '-' ? 'stdin' : file.path, bytes, options)) {
      options.onProgress?.(done, total);
      yield batch;
    }
  }
}

function add(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** The bytes of a file as they are on disk. */
async function* bytesOf(
  { path }: FlowFile,
  { stdin = () => process.stdin }: ReadFlowsOptions,
  onRead: (length: number) => void,
): AsyncGenerator<Buffer> {
  const source: AsyncIterable<Uint8Array> =
    path === '-' ? stdin() : createReadStream(path, { highWaterMark: CHUNK });
  try {
    for await (const chunk of source) {
      onRead(chunk.length);
      yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
  } catch (error) {
    throw new UsageError(describe(path === '-' ? 'standard input' : path, error), { cause: error });
  }
}

async function* readBytes(
  file: string,
  bytes: AsyncGenerator<Buffer>,
  { format = 'auto', onFile }: ReadFlowsOptions,
): AsyncGenerator<readonly FlowItem[]> {
  let batch: FlowItem[] = [];
  let line = 0;
  const content = new FileContent(
    file,
    format,
    (item) => {
      line = item.place.line;
      batch.push(item);
    },
    (title) => onFile?.({ file, format: title }),
  );
  const taken = (): readonly FlowItem[] => {
    const full = batch;
    batch = [];
    return full;
  };
  let isDamaged = false;
  try {
    for await (const chunk of unpacked(bytes)) {
      if (!content.push(chunk)) break;
      if (batch.length > 0) yield taken();
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    isDamaged = true;
  }
  content.end();
  if (isDamaged) batch.push(unreadable(DAMAGED, { file, line: line + 1 }));
  if (batch.length > 0) yield taken();
}

const DAMAGED = 'its compressed data are damaged or break off: all that follows is missing';

function isZlibError(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('Z_');
}

/** The bytes of a file without compression. Closes what it reads from, also when it is left early. */
async function* unpacked(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    const first = await beginning(bytes);
    if (isGzip(first)) yield* gunzipped(after(first, bytes));
    else yield* after(first, bytes);
  } finally {
    await bytes.return(undefined);
  }
}

async function* gunzipped(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(bytes);
  const gunzip = createGunzip({ chunkSize: CHUNK });
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) yield chunk;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** The first bytes, at least as many as tell what it is; a pipe may give them one by one. */
async function beginning(bytes: AsyncGenerator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < 2) {
    const next = await bytes.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

async function* after(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
