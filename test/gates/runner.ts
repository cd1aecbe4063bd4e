import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { compiledPackage } from './compiled-package';

export const ROOT = join(__dirname, '..', '..');
export const EXAMPLE = join(ROOT, 'examples', 'platform-repo');

/** How a program ended, with both its outputs. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
}

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the example as a git repository, as its users have it after `npm ci`: two commits, the second with the change. */
export class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), 'gates-'));
  readonly base: string;

  constructor(change: (folder: string) => void = () => undefined) {
    folders.push(this.folder);
    cpSync(EXAMPLE, this.folder, { recursive: true });
    this.installPackages();
    writeFileSync(join(this.folder, '.gitignore'), 'node_modules\n');
    this.git('init', '-q', '-b', 'main');
    this.commit('first');
    this.base = this.git('rev-parse', 'HEAD');
    change(this.folder);
    this.commit('change');
  }

  git(...words: string[]): string {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com'];
    const { status, stdout, stderr } = spawnSync('git', [...identity, ...words], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return stdout.trim();
  }

  private commit(message: string): void {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
  }

  /** Links to what is installed here, and the program as npm would put it. */
  private installPackages(): void {
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    const installed = compiledPackage();
    symlinkSync(installed, join(modules, 'cdk8s-intents'));
    for (const name of ['cdk8s', 'constructs', 'cdk8s-plus-27', 'tsx'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
    symlinkSync(join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), join(modules, '.bin', 'tsx'));
    const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    for (const [name, path] of Object.entries<string>(bin))
      symlinkSync(join(installed, path), join(modules, '.bin', name));
  }

  /** Puts a program onto the path of what runs here. */
  program(name: string, text: string, folder = join(this.folder, '.git', 'bin')): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }

  /** Runs a script of bash as runners do. */
  bash(script: string, env: Readonly<Record<string, string>> = {}): Ran {
    const file = join(this.folder, '.git', 'script.sh');
    writeFileSync(file, script);
    const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', file], {
      cwd: this.folder,
      encoding: 'utf8',
      env: {
        PATH: [join(this.folder, '.git', 'bin'), process.env['PATH'] ?? ''].join(delimiter),
        HOME: this.folder,
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
        CDK8S_CHECK_UPGRADE: 'false',
        NO_COLOR: '1',
        ...env,
      },
    });
    return { code: status, out: `${stdout}${stderr}` };
  }

  /** A file of the repository; empty when it is not there. */
  read(...path: string[]): string {
    const file = join(this.folder, ...path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Replaces text in a file of the repository. */
  static edit(path: string, from: string, to: string): (folder: string) => void {
    return (folder) => {
      const file = join(folder, path);
      const before = readFileSync(file, 'utf8');
      if (!before.includes(from)) throw new Error(`${path} has no ${from}`);
      writeFileSync(file, before.replace(from, to));
    };
  }
}
