import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from './run';
import { APPS, appFolder, HAS_OTHER_NODES, nodeProgram, OTHER_NODES, type AppFixture } from './workspace';

const GOLDEN = join(__dirname, 'golden');

/** Defaults that cdk8s-plus began to write after cdk8s-plus-27. */
const NEWER_DEFAULTS = /^ +(revisionHistoryLimit: 10|shareProcessNamespace: false)\n/gm;

const WAYS = [
  { way: 'CommonJS TypeScript, compiled', folder: 'cjs', file: 'out/main.js' },
  { way: 'TypeScript as ES module, compiled', folder: 'esm', file: 'out/main.js' },
  { way: 'an .mjs file', folder: 'cjs', file: 'main.mjs' },
];

const NODES = [
  { node: `this Node (${process.version})`, program: () => process.execPath },
  ...OTHER_NODES.map((node) => ({ node, program: () => nodeProgram(node) })),
];

/** What the app writes, by file name. */
async function synth(
  app: AppFixture,
  folder: string,
  command: readonly string[],
): Promise<Record<string, string>> {
  const outdir = mkdtempSync(join(appFolder(app), 'dist-'));
  await succeed(join(appFolder(app), folder), command, { CDK8S_OUTDIR: outdir });
  return readFiles(outdir);
}

function readFiles(folder: string): Record<string, string> {
  const files = readdirSync(folder).sort();
  return Object.fromEntries(
    files.map((name) => [name, readFileSync(join(folder, name), 'utf8').replace(NEWER_DEFAULTS, '')]),
  );
}

describe.each(APPS)('the app with $name peers', (app) => {
  beforeAll(async () => {
    const compiler = join('..', 'node_modules', 'typescript', 'bin', 'tsc');
    const readable = ['--declaration', 'false', '--inlineSourceMap', 'false', '--inlineSources', 'false'];
    const compile = ['node', compiler, '--outDir', 'out', ...readable];
    await succeed(join(appFolder(app), 'cjs'), compile);
    await succeed(join(appFolder(app), 'esm'), [...compile, '--module', 'node16']);
  });

  describe.each(NODES)('with $node', ({ node, program }) => {
    const test = OTHER_NODES.includes(node) && !HAS_OTHER_NODES ? it.skip : it;

    test.each(WAYS)('writes the golden manifests from $way', async ({ folder, file }) => {
      const written = await synth(app, folder, [program(), file]);
      if (process.env['UPDATE_GOLDEN'] !== undefined) {
        for (const [name, text] of Object.entries(written)) writeFileSync(join(GOLDEN, name), text);
      }
      expect(written).toEqual(readFiles(GOLDEN));
    });
  });
});

describe('the versions of Node that npm brings', () => {
  const test = HAS_OTHER_NODES ? it : it.skip;

  test.each(OTHER_NODES)('%s is what it says', async (name) => {
    const version = await succeed('.', [nodeProgram(name), '--version']);
    expect(version).toMatch(new RegExp(`^v${name.replace('node-', '')}\\.`));
  });

  test('the lowest is the lowest that the package says it supports', async () => {
    const { engines } = JSON.parse(
      readFileSync(join(appFolder(APPS[0]!), 'node_modules/cdk8s-intents/package.json'), 'utf8'),
    );
    const version = await succeed('.', [nodeProgram('node-20'), '--version']);
    expect(engines).toEqual({ node: `>=${version.trim().replace(/^v(\d+\.\d+)\.0$/, '$1')}` });
  });
});
