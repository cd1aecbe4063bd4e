import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../sources/usage-error';
import { FileContent } from './file-content';
import { describe, listFlowFiles, type FlowFile } from './flow-files';
import { unreadable, type Emit } from './flow-reader';
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
  /** Told now and then how many bytes are read, as they are on disk (compressed, where they are), of all files together. */
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
 * are given in the order they are written, and none is held. No line is dropped in silence: one that gives no record
 * comes as skipped or as unreadable; only empty lines are nothing.
 *
 * @param take what is done with an item; when it throws, nothing more is read, and what was opened is closed
 * @throws UsageError when a path is not there or cannot be read, before anything is read
 */
export async function readFlows(
  paths: readonly string[],
  take: Emit,
  options: ReadFlowsOptions = {},
): Promise<void> {
  const files = listFlowFiles(paths);
  const total = files.reduce((sum: number | undefined, { size }) => add(sum, size), 0);
  let done = 0;
  for (const file of files) {
    const bytes = bytesOf(file, options, (length) => {
      done += length;
    });
    await readBytes(file.path === '-' ? 'stdin' : file.path, bytes, take, {
      ...options,
      onChunk: () => options.onProgress?.(done, total),
    });
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

async function readBytes(
  file: string,
  bytes: AsyncGenerator<Buffer>,
  take: Emit,
  { format = 'auto', onFile, onChunk }: ReadFlowsOptions & { readonly onChunk: () => void },
): Promise<void> {
  let line = 0;
  const content = new FileContent(
    file,
    format,
    (item) => {
      line = item.place.line;
      take(item);
    },
    (title) => onFile?.({ file, format: title }),
  );
  let isDamaged = false;
  try {
    for await (const chunk of unpacked(bytes)) {
      if (!content.push(chunk)) break;
      onChunk();
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    isDamaged = true;
  }
  content.end();
  if (isDamaged) take(unreadable(DAMAGED, { file, line: line + 1 }));
  onChunk();
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
