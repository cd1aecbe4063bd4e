import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../src/cli/run';
import type { Terminal } from '../../src/cli/terminal';

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal that keeps what is written; no colours, and a clock that stands still unless one is given. */
export function fakeTerminal(overrides: Partial<Terminal> = {}): Terminal & { readonly written: CliResult } {
  const written = { code: 0, out: '', err: '' };
  return {
    out: (text) => {
      written.out += text;
      return Promise.resolve();
    },
    err: (text) => {
      written.err += text;
    },
    stdin: () => '',
    screen: false,
    colours: false,
    live: false,
    columns: 100,
    now: () => 0,
    ...overrides,
    written,
  };
}

/** Runs the command line in this process. */
export async function cli(words: readonly string[], overrides: Partial<Terminal> = {}): Promise<CliResult> {
  const terminal = fakeTerminal(overrides);
  const code = await run(words, terminal);
  return { ...terminal.written, code };
}

/** Runs the command line on a text as standard input. */
export function cliOn(stdin: string, ...words: string[]): Promise<CliResult> {
  return cli(words, { stdin: () => stdin });
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, removed after the tests of the file. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'intents-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}
