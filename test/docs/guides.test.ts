import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { defineConfig, type IntentsConfiguration } from '../../src/checks/configuration';
import { readConfiguration } from '../../src/cli/read-configuration';
import { checkOptions } from '../../src/constructs/check-options';
import type { IntentsCompilerOptions } from '../../src/compiler/compiler-options';
import { NOWHERE } from '../../src/model/place';
import { cli, folderOf } from '../cli/cli-run';
import { shownIn, wordsOf } from './console-blocks';
import { runPage } from './run-page';

/** Pages for people that show commands; UPDATE_DOCS=1 writes what these print anew. */
const GUIDES = ['external-traffic.md'];
const COMMAND_PAGES = [...GUIDES, 'configuration.md', 'traffic.md'];
const DOCS = join(__dirname, '../../docs');

describe('the configuration in TypeScript that a page shows', () => {
  it('can be used', () => {
    const page = readFileSync(join(DOCS, 'configuration.md'), 'utf8');
    const [, source = ''] = /^```ts\n([^]*?)^```$/m.exec(page) ?? [];
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS },
    });
    const exports: { default?: IntentsConfiguration } = {};
    runInNewContext(outputText, { exports, require: () => ({ defineConfig }) });
    const value = JSON.parse(JSON.stringify(exports.default));
    expect(readConfiguration({ value, place: NOWHERE })).toMatchObject({ maxWarnings: 0 });
  });
});

describe('guides', () => {
  it.each(COMMAND_PAGES)('%s shows what its commands print', async (name) => {
    const path = join(DOCS, name);
    const page = readFileSync(path, 'utf8');
    const now = await runPage(page);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, now);
    else expect(now).toBe(page);
    expect(page.match(/^\$ intents /gm)?.length).toBeGreaterThan(0);
  });

  it('traffic.md names commands that can be run as they stand there', async () => {
    const page = readFileSync(join(DOCS, 'traffic.md'), 'utf8');
    const files = shownIn(page).flatMap((one) =>
      one.type === 'file' ? [[one.name, one.text] as const] : [],
    );
    const shop = files.find(([name]) => name.startsWith('manifests/'))?.[1] ?? '';
    const report = files.find(([name]) => name.startsWith('intents/'))?.[1] ?? '';
    const home = process.cwd();
    process.chdir(folderOf({ ...Object.fromEntries(files), 'dist/shop.yaml': shop, 'intents.yaml': report }));
    try {
      const git = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
      for (const words of [
        ['init', '-q', '-b', 'main'],
        ['add', '.'],
        [...git, 'commit', '-q', '-m', 'x'],
      ])
        execFileSync('git', words);
      const named = [...page.matchAll(/`(intents [^`]+)`/g)].map(([, command = '']) => command);
      expect(named.length).toBeGreaterThan(6);
      for (const command of named) {
        const { err, code } = await cli(wordsOf(command).slice(1));
        // What they find in this folder is another question; it has no error of use.
        expect([command, code <= 1, code <= 1 ? '' : err]).toEqual([command, true, '']);
      }
    } finally {
      process.chdir(home);
    }
  });

  it.each(GUIDES)('%s shows options of the compiler as they may be written', (name) => {
    const page = readFileSync(join(DOCS, name), 'utf8');
    let given = 0;
    const attach = (_: unknown, options: IntentsCompilerOptions): void => {
      checkOptions(options);
      given++;
    };
    for (const [, code = ''] of page.matchAll(/^```ts\n([^]*?)^```$/gm))
      runInNewContext(code, { IntentsCompiler: { attach }, app: {} });
    expect(given).toBeGreaterThan(0);
  });
});
