import { readFileSync } from 'node:fs';
import type { Terminal } from './terminal';

/**
 * The terminal of this process. Colours only for a person and never with `NO_COLOR` (https://no-color.org) or a dumb
 * terminal.
 */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (text) => write(stdout, text),
    err: (text) => {
      stderr.write(text);
    },
    stdin: () => readFileSync(0, 'utf8'),
    stdinPieces: () => process.stdin,
    screen: stdout.isTTY,
    colours: stdout.isTTY && !plain,
    live: stderr.isTTY && env['TERM'] !== 'dumb',
    columns: stdout.isTTY ? stdout.columns : 80,
    now: () => performance.now(),
  };
}

/** Waits where the reader is slower than we are, so that long listings do not pile up in memory. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (stream.write(text)) resolve();
    else stream.once('drain', resolve);
  });
}
