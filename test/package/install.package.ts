import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run, succeed } from './run';
import { APPS, appFolder, HAS_OTHER_NODES, installed, nodeProgram, OTHER_NODES } from './workspace';

interface Manifest {
  readonly version: string;
  readonly bin?: Record<string, string>;
  readonly license: string;
  readonly scripts: Record<string, string>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
  readonly bundleDependencies?: readonly string[];
}

function readJson(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Folders of packages named `name` anywhere in a tree of node_modules. */
function copiesOf(name: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith(join('node_modules', name, 'package.json')),
  );
}

describe.each(APPS)('the package in the app with $name peers', (app) => {
  it.each(['constructs', 'cdk8s'])('brings no second copy of %s', (name) => {
    expect(copiesOf(name, appFolder(app))).toEqual([join('node_modules', name, 'package.json')]);
  });

  it.each(['constructs', 'cdk8s'])('lets the version of %s in that the lock file has', (name) => {
    const wanted = readJson(join(__dirname, 'apps', app.name, 'package.json')).dependencies[name];
    expect(readJson(join(appFolder(app), 'node_modules', name, 'package.json')).version).toBe(wanted);
  });

  it('makes constructs that are constructs of the app', async () => {
    const script = `
      const { Construct } = require('constructs');
      const { ClientIntents, IntentsCompiler } = require('cdk8s-intents');
      console.log(ClientIntents.prototype instanceof Construct, IntentsCompiler.prototype instanceof Construct);`;
    expect(await succeed(appFolder(app), ['node', '-e', script])).toBe('true true\n');
  });

  it('gives import and require the same classes', async () => {
    const script = `
      import * as imported from 'cdk8s-intents';
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('cdk8s-intents');
      const names = Object.keys(required).sort();
      console.log(names.length > 0 && names.every((name) => imported[name] === required[name]));`;
    const command = ['node', '--input-type=module', '-e', script];
    expect(await succeed(appFolder(app), command)).toBe('true\n');
  });

  it('shows no file of its inside', async () => {
    const { code, stderr } = await run(appFolder(app), [
      'node',
      '-e',
      "require('cdk8s-intents/lib/index.js')",
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('the package', () => {
  const manifest = readJson(join(installed(APPS[0]!), 'package.json'));

  it('has cdk8s and constructs as peers, and only as peers', () => {
    expect(manifest.peerDependencies).toEqual({ cdk8s: '^2.68.11', constructs: '^10.3.0' });
    for (const peer of ['cdk8s', 'constructs']) expect(manifest.dependencies).not.toHaveProperty(peer);
    expect(manifest.bundleDependencies).toBeUndefined();
  });

  it('is under the Apache licence, and has its text', () => {
    expect(manifest.license).toBe('Apache-2.0');
    expect(readFileSync(join(installed(APPS[0]!), 'LICENSE'), 'utf8')).toContain('Apache License');
  });

  it('runs no script when it is installed', () => {
    const scripts = Object.keys(manifest.scripts);
    expect(scripts.filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });
});

describe('the command', () => {
  const folder = appFolder(APPS[0]!);
  const { bin, version } = readJson(join(installed(APPS[0]!), 'package.json'));
  const command = join(folder, 'node_modules', '.bin', 'intents');
  const test = bin === undefined ? it.skip : it;
  const testOtherNode = HAS_OTHER_NODES ? test : it.skip;

  test('is installed, and can be run', () => {
    expect(statSync(command).mode & 0o111).not.toBe(0);
  });

  test('says its version', async () => {
    expect(await succeed(folder, [command, '--version'])).toBe(`${version}\n`);
  });

  test('says what it can do', async () => {
    expect(await succeed(folder, [command, '--help'])).toMatch(/^Usage: intents /);
  });

  test('is a plugin of kubectl as well', async () => {
    const plugin = join(folder, 'node_modules', '.bin', 'kubectl-intents');
    expect(await succeed(folder, [plugin, '--help'])).toMatch(/^Usage: kubectl intents /);
  });

  testOtherNode.each(OTHER_NODES)('runs with %s', async (name) => {
    expect(await succeed(folder, [nodeProgram(name), command, '--help'])).toMatch(/^Usage: intents /);
  });
});
