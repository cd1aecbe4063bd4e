import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { succeed } from './run';
import { APPS, CHECKOUT, HAS_OTHER_NODES, ROOT_VARIABLE, type AppFixture } from './workspace';

/** What is no source: made by tools, or no part of any package. */
const NOT_COPIED = new Set(['node_modules', '.git', 'lib', 'dist', 'coverage', 'test', 'bench']);

/** As in an app of somebody who trusts no install script, and for whom a peer out of range is an error. */
const NPM_FLAGS = ['--ignore-scripts', '--omit=optional', '--strict-peer-deps', '--no-audit', '--no-fund'];

/** Packs the checkout and installs it into each app, once for all tests. */
export default async function setUp(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-intents-package-'));
  process.env[ROOT_VARIABLE] = folder;
  const [tarball] = await Promise.all([
    pack(folder),
    otherNodes(folder),
    ...APPS.map((app) => makeApp(folder, app)),
  ]);
  await Promise.all(
    APPS.map((app) =>
      succeed(join(folder, app.name), ['npm', 'install', '--no-save', ...NPM_FLAGS, tarball]),
    ),
  );
}

/** `npm pack` in a copy of the checkout, with a file in it that an earlier build could have left. */
async function pack(folder: string): Promise<string> {
  const clone = join(folder, 'clone');
  cpSync(CHECKOUT, clone, {
    recursive: true,
    filter: (path) => path === CHECKOUT || !NOT_COPIED.has(basename(path)),
  });
  symlinkSync(join(CHECKOUT, 'node_modules'), join(clone, 'node_modules'), 'dir');
  mkdirSync(join(clone, 'lib'));
  writeFileSync(join(clone, 'lib', 'left-by-an-earlier-build.js'), '');
  await succeed(clone, ['npm', 'pack', '--pack-destination', folder]);
  const [tarball, ...more] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  if (tarball === undefined || more.length > 0) throw new Error('npm pack did not make one tarball.');
  return join(folder, tarball);
}

/** An app of the versions in its lock file, with the tsconfig.json that `cdk8s init typescript-app` writes. */
async function makeApp(root: string, app: AppFixture): Promise<void> {
  const folder = join(root, app.name);
  cpSync(join(__dirname, 'apps', app.name), folder, { recursive: true });
  await succeed(folder, ['npm', 'ci', ...NPM_FLAGS]);
  writeSources(join(folder, 'cjs'), app);
  writeSources(join(folder, 'esm'), app);
  writeFileSync(join(folder, 'esm', 'package.json'), JSON.stringify({ private: true, type: 'module' }));
}

function writeSources(folder: string, app: AppFixture): void {
  mkdirSync(folder);
  const template = join(CHECKOUT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app');
  cpSync(join(template, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  for (const name of ['typed.ts', 'vendor.yaml']) cpSync(join(__dirname, 'app', name), join(folder, name));
  const main = readFileSync(join(__dirname, 'app', 'main.ts'), 'utf8').replaceAll('cdk8s-plus-27', app.plus);
  writeFileSync(join(folder, 'main.ts'), main);
  writeFileSync(join(folder, 'main.mjs'), main);
}

async function otherNodes(root: string): Promise<void> {
  if (!HAS_OTHER_NODES) {
    process.stderr.write('npm has no Node for this platform: the app runs with this Node only.\n');
    return;
  }
  const folder = join(root, 'nodes');
  cpSync(join(__dirname, 'nodes'), folder, { recursive: true });
  await succeed(folder, ['npm', 'ci', ...NPM_FLAGS]);
}
