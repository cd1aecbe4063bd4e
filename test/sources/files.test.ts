import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readManifestFiles, readTextFiles } from '../../src/sources/files';
import { UsageError } from '../../src/sources/usage-error';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(
  path: string,
  text: string | Uint8Array = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n`,
): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('readManifestFiles', () => {
  it('reads the manifests of a folder and of the folders below, sorted, and nothing else', () => {
    for (const path of [
      'b.yaml',
      'a/z.yml',
      'a/c.json',
      'README.md',
      '.git/x.yaml',
      'node_modules/y/y.yaml',
      'a/.hidden.yaml',
      // What cdk8s-cli writes beside the manifests when it has validations to run.
      'construct-metadata.json',
    ])
      write(path);
    const { files, resources, findings } = readManifestFiles([folder]);
    expect(files).toEqual(['a/c.json', 'a/z.yml', 'b.yaml'].map((path) => join(folder, path)));
    expect(resources.map(({ place }) => place.file)).toEqual(files);
    expect(findings).toEqual([]);
  });

  it('reads a file that is named, whatever it is called, in the order of the paths and once', () => {
    const first = write('z.txt');
    const second = write('a.yaml');
    expect(readManifestFiles([first, second, folder, first]).files).toEqual([first, second]);
    expect(readManifestFiles([first, second, folder, first]).findings).toEqual([]);
  });

  it('reads standard input as -', () => {
    const stdin = (): string => 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
    const { files, resources } = readManifestFiles(['-', '-'], { stdin, defaultNamespace: 'shop' });
    expect(files).toEqual(['stdin']);
    expect(resources).toMatchObject([{ namespace: 'shop', place: { file: 'stdin', line: 1 } }]);
  });

  it('tells how many documents it has read: after each file, and every thousand inside one', () => {
    const object = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n';
    write('a.yaml', `${object}---\n# nothing\n---\n${object}`);
    write('b.yaml', `${object}---\n`.repeat(2_001));
    write('c.json', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}');
    const told: number[] = [];
    readManifestFiles([folder], { onRead: (documents) => told.push(documents) });
    expect(told).toEqual([2, 1_002, 2_002, 2_003, 2_004]);
  });

  it('says what cannot be read', () => {
    expect(() => readManifestFiles([join(folder, 'nope.yaml')])).toThrow(UsageError);
    expect(() => readManifestFiles([join(folder, 'nope.yaml')])).toThrow(/nope\.yaml does not exist/);
    const binary = write('b.yaml', new Uint8Array([0x61, 0xff, 0xfe]));
    expect(() => readManifestFiles([binary])).toThrow(/not a text file in UTF-8/);
  });

  it('says that a folder is empty', () => {
    write('README.md');
    expect(readManifestFiles([folder]).findings).toMatchObject([{ id: 'no-manifests', severity: 'warning' }]);
  });

  it('says that there is no object in what was read, unless each file got a word of its own', () => {
    const nothing = write('nothing.yaml', '# to do\n---\n');
    const other = write('other.yaml', 'a: 1\n');
    const found = (...paths: string[]): string[] =>
      readManifestFiles(paths, { stdin: () => '' }).findings.map(
        ({ severity, id, place }) => `${severity} ${id} ${place.file ?? ''}`,
      );
    expect(found(nothing)).toEqual([`warning no-manifests ${nothing}`]);
    expect(found('-')).toEqual(['warning no-manifests stdin']);
    expect(found(nothing, nothing)).toEqual([`warning no-manifests ${nothing}`]);
    expect(found(other)).toEqual([`info not-kubernetes ${other}`]);
    expect(found(folder)).toEqual([`info not-kubernetes ${other}`]);
  });

  it('follows symbolic links, but not in circles', () => {
    write('a/x.yaml');
    symlinkSync(folder, join(folder, 'a', 'loop'));
    expect(readManifestFiles([folder]).files).toEqual([join(folder, 'a', 'x.yaml')]);
  });
});

describe('readTextFiles', () => {
  it('names files from the folder, whatever way that is written, and a file by nothing', () => {
    const file = write('a/c.yaml', 'c: 1');
    write('b.yaml', 'b: 1');
    write('README.md', '');
    for (const path of [folder, `${folder}/`, `${folder}/./`])
      expect(readTextFiles(path)).toEqual([
        { name: 'a/c.yaml', text: 'c: 1' },
        { name: 'b.yaml', text: 'b: 1' },
      ]);
    expect(readTextFiles(file)).toEqual([{ name: '', text: 'c: 1' }]);
    expect(() => readTextFiles(join(folder, 'nowhere'))).toThrow(UsageError);
  });

  it('goes with readManifestFiles, which calls files what it is told to', () => {
    write('a.yaml');
    const { resources, files } = readManifestFiles([folder], { called: (path) => `fresh:${path.slice(-6)}` });
    expect(files).toEqual(['fresh:a.yaml']);
    expect(resources[0]?.place.file).toBe('fresh:a.yaml');
  });
});
