import { succeed } from './run';
import { APPS, appFolder } from './workspace';

/** Loads the peers, then the package; says how long each took and which files the package brought. */
const SCRIPT = `
  const start = performance.now();
  require('constructs');
  require('cdk8s');
  const peers = performance.now();
  const before = new Set(Object.keys(require.cache));
  require('cdk8s-intents');
  const end = performance.now();
  const files = Object.keys(require.cache).filter((file) => !before.has(file));
  console.log(JSON.stringify({ peers: peers - start, own: end - peers, files }));`;

interface Loaded {
  /** Milliseconds. */
  readonly peers: number;
  readonly own: number;
  readonly files: readonly string[];
}

async function load(): Promise<Loaded> {
  return JSON.parse(await succeed(appFolder(APPS[1]!), ['node', '-e', SCRIPT]));
}

function packageOf(file: string): string {
  return file.slice(file.lastIndexOf('node_modules') + 'node_modules/'.length).split('/')[0] ?? '';
}

describe('importing the package', () => {
  let loaded: Loaded;

  beforeAll(async () => {
    const tries = await Promise.all([load(), load(), load()]);
    tries.sort((a, b) => a.own - b.own);
    loaded = tries[0]!;
    const { own, peers, files } = loaded;
    process.stdout.write(
      `load: ${own.toFixed()} ms and ${String(files.length)} files, after ${peers.toFixed()} ms for cdk8s and constructs\n`,
    );
  });

  it('loads no command, controller or anything else that a synth does not need', () => {
    const fronts = loaded.files.filter((file) =>
      /\/cdk8s-intents\/lib\/(cli|controller|traffic)\//.test(file),
    );
    expect(fronts).toEqual([]);
  });

  it('loads no other package: the YAML readers wait until ManifestInclude reads a file', () => {
    const packages = [...new Set(loaded.files.map(packageOf))].sort();
    expect(packages).toEqual(['cdk8s-intents']);
  });
});
