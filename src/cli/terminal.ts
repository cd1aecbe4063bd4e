import type { LookUp } from './look-up';

/** What a command sees of the world it runs in. */
export interface Terminal {
  /** Writes to standard output; resolves when more may be written. */
  readonly out: (text: string) => Promise<void>;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  /** Reads standard input to its end. */
  readonly stdin: () => string;
  /** Whether standard output is a screen, where what is printed shows by itself how far it is. */
  readonly screen: boolean;
  /** Whether the screen is to have colours. */
  readonly colours: boolean;
  /** Whether standard error is a person, so that a line may be written over. */
  readonly live: boolean;
  /** Width of the screen in characters; 80 where nobody knows. */
  readonly columns: number;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** Asks DNS. Default: the resolvers of the system. */
  readonly lookUp?: LookUp;
  /** The day, as `2026-12-31` (UTC). Default: that of the clock. */
  readonly today?: () => string;
  /** Reads standard input piece by piece, for what is too long to read whole. Default: all that `stdin` gives. */
  readonly stdinPieces?: () => AsyncIterable<Uint8Array>;
  /** Milliseconds since 1970. Default: those of the clock. */
  readonly clock?: () => number;
}

/** Milliseconds since 1970. */
export function clockOf({ clock }: Terminal): number {
  return clock?.() ?? Date.now();
}

/** Standard input, piece by piece. */
export function stdinOf({ stdin, stdinPieces }: Terminal): () => AsyncIterable<Uint8Array> {
  return stdinPieces ?? (() => onePiece(stdin));
}

async function* onePiece(read: () => string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(read(), 'utf8'));
}

/** The day, as `2026-12-31` (UTC). */
export function todayOf({ today }: Terminal): string {
  return today?.() ?? new Date().toISOString().slice(0, 10);
}

/** How many characters are written at once. */
const CHUNK = 64 * 1024;

/** Writes what a report yields, in large pieces. */
export async function writeAll(terminal: Terminal, pieces: Iterable<string>): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK) continue;
    await terminal.out(text);
    text = '';
  }
  if (text !== '') await terminal.out(text);
}
