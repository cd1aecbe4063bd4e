import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(__dirname, '..', '..', 'src', 'cli', 'main.ts');
const TSX = join(__dirname, '..', '..', 'node_modules', 'tsx', 'dist', 'cli.mjs');

/** A project whose app is a shell command. */
function project(app: string, config = `language: typescript\napp: ${JSON.stringify(app)}\n`): string {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  writeFileSync(join(folder, 'cdk8s.yaml'), config);
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist', 'old.k8s.yaml'), 'old');
  return folder;
}

function intents(folder: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [TSX, MAIN, 'synth', ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const write = 'echo new > "$CDK8S_OUTDIR/new.k8s.yaml"';

describe('intents synth', () => {
  it('replaces the output when the app succeeds', () => {
    const folder = project(write);
    const { status, stdout } = intents(folder);
    expect(stdout).toBe(`${join('dist', 'new.k8s.yaml')}\n`);
    expect(status).toBe(0);
    expect(readdirSync(join(folder, 'dist'))).toEqual(['new.k8s.yaml']);
    expect(readdirSync(folder).sort()).toEqual(['cdk8s.yaml', 'dist']);
  });

  it('keeps the old output when the app fails, and says so without a stack trace', () => {
    const folder = project(`${write}; node -e "throw new Error('The intents do not hold.')"`);
    const { status, stderr } = intents(folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Error: The intents do not hold\.\n[^]*The app failed \(exit code 1\): dist is as it was\.\n$/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(join(folder, 'dist'))).toEqual(['old.k8s.yaml']);
    expect(readdirSync(folder).sort()).toEqual(['cdk8s.yaml', 'dist']);
  });

  it('takes app and output from the command line', () => {
    const folder = project('false');
    expect(intents(folder, '--app', write, '--output', 'manifests').status).toBe(0);
    expect(readFileSync(join(folder, 'manifests', 'new.k8s.yaml'), 'utf8')).toBe('new\n');
    expect(existsSync(join(folder, 'dist', 'old.k8s.yaml'))).toBe(true);
  });

  it.each([
    ['no app', 'language: typescript\n', /^error: no app to run: name it with --app/],
    ['a config that is no map', '- a\n', /^error: cdk8s\.yaml is no map of settings/],
    ['an app that writes nothing', 'app: "true"\n', /^error: the app wrote no manifests/],
  ])('ends with 2 on %s', (_what, config, message) => {
    const folder = project('', config);
    const { status, stderr } = intents(folder);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(readdirSync(join(folder, 'dist'))).toEqual(['old.k8s.yaml']);
  });
});
