import { transformFileSync } from '@swc/core';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
let folder: string | undefined;

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

/** The package as npm installs it, compiled from the sources as they are; once for each file of tests. */
export function compiledPackage(): string {
  folder ??= compile();
  return folder;
}

function compile(): string {
  const target = mkdtempSync(join(tmpdir(), 'cdk8s-intents-'));
  copyFileSync(join(ROOT, 'package.json'), join(target, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
  const source = join(ROOT, 'src');
  for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const { code } = transformFileSync(join(source, name), {
      swcrc: false,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const out = join(target, 'lib', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, code);
  }
  const { bin } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  for (const program of Object.values<string>(bin)) chmodSync(join(target, program), 0o755);
  return target;
}
