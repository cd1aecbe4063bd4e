import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../../src/cli/run';
import { compiledPackage } from '../gates/compiled-package';
import { cli, fakeTerminal, folderOf } from './cli-run';
import { SHOP } from './shop';

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

async function asPlugin(...words: string[]) {
  const terminal = fakeTerminal();
  const code = await run(words, terminal, 'kubectl intents');
  return { ...terminal.written, code };
}

describe('the program as a plugin of kubectl', () => {
  it('says in its help how it was called', async () => {
    const { out } = await asPlugin('diff', '--help');
    expect(out).toContain('Usage: kubectl intents diff [options]');
    expect(out).toContain('$ kubectl intents diff main:dist dist');
    expect(out).not.toMatch(/[$|"] ?intents /);
    const whole = await asPlugin('--help');
    expect(whole.out).toContain('Usage: kubectl intents [options] [command]');
    expect(whole.out).toContain('| kubectl intents connectivity - -o json');
    expect(whole.out).toContain('"kubectl intents <command> --help"');
  });

  it('does the same as by its own name', async () => {
    const folder = folderOf({ 'shop.yaml': SHOP });
    const words = ['check', join(folder, 'shop.yaml')];
    const { out, code } = await cli(words);
    expect(await asPlugin(...words)).toMatchObject({ out, code });
  });

  (hasKubectl ? it : it.skip)(
    'is found, run and completed by kubectl',
    () => {
      const installed = compiledPackage();
      const bin = join(folderOf({}), 'bin');
      mkdirSync(bin);
      const { bin: programs } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
      for (const [name, path] of Object.entries<string>(programs))
        symlinkSync(join(installed, path), join(bin, name));
      const kubectl = (...words: string[]) =>
        spawnSync('kubectl', words, {
          encoding: 'utf8',
          input: SHOP,
          env: {
            ...process.env,
            PATH: [bin, process.env['PATH'] ?? ''].join(delimiter),
            KUBECONFIG: '/nowhere',
          },
        });
      expect(kubectl('plugin', 'list').stdout).toContain('kubectl-intents');
      expect(kubectl('intents', 'diff', '--help').stdout).toContain('Usage: kubectl intents diff');
      expect(kubectl('intents', 'connectivity', '-').stdout).toMatch(
        /shop\/frontend\[Deployment\] +shop\/cart/,
      );
      expect(kubectl('intents', 'nonsense').status).toBe(2);
      expect(kubectl('__complete', 'intents', 'diff', '-o', '').stdout).toBe(
        'text\njson\nmarkdown\ndot\nsarif\n:4\n',
      );
      expect(kubectl('__complete', 'intents', 'diff', '').stdout).toBe(':0\n');
    },
    60_000,
  );
});
