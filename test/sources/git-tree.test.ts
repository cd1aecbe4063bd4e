import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readManifestFiles, readTextFile } from '../../src/sources/files';
import { UsageError } from '../../src/sources/usage-error';

const home = process.cwd();
let folder: string;

function git(...words: string[]): string {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...words], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

function write(path: string, name: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`);
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'git-')));
  git('init', '--quiet', '--initial-branch', 'main');
  write('dist/b.yaml', 'b');
  write('dist/a/z.yml', 'z');
  write('dist/.hidden/x.yaml', 'hidden');
  write('dist/node_modules/x.yaml', 'module');
  write('dist/README.md', 'readme');
  commit('first');
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

function names(...paths: string[]): string[] {
  return readManifestFiles(paths).resources.map(({ name }) => name);
}

describe('manifests of a commit', () => {
  it('are those that the commit has, whatever is in the working directory', () => {
    write('dist/b.yaml', 'changed');
    write('dist/new.yaml', 'new');
    expect(names('main:dist')).toEqual(['z', 'b']);
    commit('second');
    expect(names('HEAD~1:dist')).toEqual(['z', 'b']);
    expect(names('HEAD:dist')).toEqual(['z', 'changed', 'new']);
  });

  it('are found by the same rules as on disk, and placed at ref, path and line', () => {
    const { files, resources, findings } = readManifestFiles(['main:dist/']);
    expect(files).toEqual(['main:dist/a/z.yml', 'main:dist/b.yaml']);
    expect(resources[1]?.place.at(['metadata', 'name'])).toMatchObject({ file: 'main:dist/b.yaml', line: 3 });
    expect(findings).toEqual([]);
    expect(names('main:')).toEqual(['z', 'b']);
    expect(names('main:dist/README.md')).toEqual(['readme']);
  });

  it('count paths from the root of the repository, or from here with ./, as git does', () => {
    process.chdir(join(folder, 'dist'));
    expect(names('main:dist/b.yaml')).toEqual(['b']);
    expect(names('main:./b.yaml')).toEqual(['b']);
    expect(names('main:./a')).toEqual(['z']);
    expect(names('main:../dist/a')).toEqual(['z']);
    expect(names('main:.')).toEqual(['z', 'b']);
    expect(() => names('main:../../x')).toThrow('main:../../x leads out of the repository.');
  });

  it('are read once, however often they are named', () => {
    expect(names('main:dist/b.yaml', 'main:dist', 'HEAD:dist/b.yaml')).toEqual(['b', 'z']);
    expect(names('main:dist/b.yaml', 'dist/b.yaml')).toEqual(['b', 'b']);
  });

  it('follow links inside the commit, but not in circles', () => {
    symlinkSync('../dist/b.yaml', join(folder, 'dist/link.yaml'));
    symlinkSync('a', join(folder, 'dist/more'));
    symlinkSync('..', join(folder, 'dist/a/loop'));
    commit('links');
    expect(names('main:dist/link.yaml')).toEqual(['b']);
    expect(readManifestFiles(['main:dist']).files).toEqual([
      'main:dist/a/z.yml',
      'main:dist/b.yaml',
      'main:dist/link.yaml',
      'main:dist/more/z.yml',
    ]);
    symlinkSync('/etc/hosts', join(folder, 'dist/out.yaml'));
    commit('a link that leads out');
    expect(() => names('main:dist')).toThrow(
      'main:dist/out.yaml is a link that leads out of the repository.',
    );
    expect(() => names('HEAD:dist/a/nope.yaml')).toThrow('HEAD:dist/a/nope.yaml does not exist.');
  });

  it('leave out submodules, with a finding', () => {
    git('update-index', '--add', '--cacheinfo', `160000,${git('rev-parse', 'HEAD').trim()},dist/vendor`);
    git('commit', '--quiet', '--message', 'submodule');
    const { findings } = readManifestFiles(['main:dist']);
    expect(findings).toMatchObject([
      { id: 'submodule-skipped', severity: 'warning', place: { file: 'main:dist/vendor' } },
    ]);
  });

  it('say what is not there: the path, the ref, the repository', () => {
    expect(() => names('main:nope')).toThrow(UsageError);
    expect(() => names('main:nope')).toThrow('main:nope does not exist.');
    expect(() => names('nope:dist')).toThrow(
      'nope:dist is no file, and nope is no branch, tag or commit of this git repository.',
    );
    process.chdir(tmpdir());
    expect(() => names('main:dist')).toThrow('the working directory is in no git repository');
  });

  it('take no option of git for a ref', () => {
    expect(() => names('--all:dist')).toThrow('--all:dist does not exist.');
  });

  it('give way to a file of that name', () => {
    write('main:dist', 'file');
    expect(names('main:dist')).toEqual(['file']);
  });

  it('are texts for other commands too', () => {
    expect(readTextFile('main:dist/b.yaml')).toContain('name: b');
    expect(() => readTextFile('main:dist')).toThrow('main:dist is a folder: name the files in it.');
    expect(() => readTextFile('dist')).toThrow('dist is a folder: name the files in it.');
    expect(readTextFile('-', { stdin: () => 'in' })).toBe('in');
  });
});
