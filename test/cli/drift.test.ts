import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

/** A project that has committed `dist`, and whose app copies the folder `app`. */
function project(app: Readonly<Record<string, string>>, dist: Readonly<Record<string, string>>): string {
  const inFolder = (folder: string, files: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]);
  const folder = folderOf({
    'cdk8s.yaml': 'app: cp -r app/. "$CDK8S_OUTDIR"\n',
    ...Object.fromEntries([...inFolder('app', app), ...inFolder('dist', dist)]),
  });
  process.chdir(folder);
  return folder;
}

describe('intents drift with a fresh synth', () => {
  it('says that there is none, and exits with 0', async () => {
    project({ 'shop.yaml': SHOP }, { 'shop.yaml': SHOP });
    const { out, code } = await cli(['drift']);
    expect(out).toBe('dist is what a fresh synth writes: 1 file\n');
    expect(code).toBe(0);
  });

  it('names the first line that differs, and what that means, under names of the repository', async () => {
    project({ 'shop.yaml': SHOP }, { 'shop.yaml': SHOP.replace('port: 7070', 'port: 7171') });
    const { out, code } = await cli(['drift']);
    expect(out).toMatch(/^dist is not what a fresh synth writes: 1 file differs\n\nFiles\n/);
    expect(out).toMatch(/ {2}~ shop\.yaml {2}differs from line 38\n +- .*port: 7171.*\n +\+ .*port: 7070/);
    expect(out).toContain('1 connection added, 1 removed');
    expect(out).toContain('NetworkPolicy/shop/cart fresh:dist/shop.yaml:37');
    expect(out).toContain('run "intents synth"');
    expect(out).not.toContain(tmpdir());
    expect(code).toBe(1);
  });

  it('counts a comment as drift, and says that nothing changes for anybody', async () => {
    project({ 'shop.yaml': SHOP }, { 'shop.yaml': `# edited\n${SHOP}` });
    const { out, code } = await cli(['drift']);
    expect(out).toContain('differs from line 1');
    expect(out).toContain('No change in who can talk to whom');
    expect(code).toBe(1);
  });

  it('finds files that are missing and files that are left over, in folders too', async () => {
    project(
      { 'shop.yaml': SHOP, 'a/new.yaml': '{}' },
      { 'shop.yaml': SHOP, 'old.yaml': SHOP.replaceAll('shop', 'old') },
    );
    const { out, code } = await cli(['drift', '-o', 'json']);
    const { drift, files, workloads } = parseChecked('drift', out);
    expect([drift, code]).toEqual([true, 1]);
    expect(files).toEqual([
      { file: 'a/new.yaml', change: 'missing' },
      { file: 'old.yaml', change: 'left-over' },
    ]);
    expect(workloads.removed).toContain('old/cart[Deployment]');
  });

  it('knows ends of lines apart from changes', async () => {
    project({ 'shop.yaml': SHOP }, { 'shop.yaml': SHOP.replaceAll('\n', '\r\n') });
    const { out, code } = await cli(['drift']);
    expect(out).toContain('shop.yaml  differs in the ends of lines (CRLF and LF)');
    expect(code).toBe(1);
  });

  it('takes the app from the command line, and leaves nothing behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('intents-drift-'));
    const folder = project({}, { 'shop.yaml': SHOP });
    const { out, code } = await cli(['drift', 'dist', '--app', 'cp dist/shop.yaml "$CDK8S_OUTDIR"']);
    expect([out, code]).toEqual(['dist is what a fresh synth writes: 1 file\n', 0]);
    expect(readFileSync(join(folder, 'dist/shop.yaml'), 'utf8')).toBe(SHOP);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('intents-drift-'))).toEqual(before);
  });

  it('writes a comment with the files and their meaning, never too long', async () => {
    project({ 'shop.yaml': SHOP }, { 'shop.yaml': SHOP.replace('port: 7070', 'port: 7171') });
    const { out } = await cli(['drift', '-o', 'markdown']);
    expect(out).toMatch(/^### dist is not what a fresh synth writes: 1 file differs\n/);
    expect(out).toContain('| shop.yaml | differs from line 38 |');
    expect(out).toContain('[NetworkPolicy/shop/cart](dist/shop.yaml#L37)');
    const many = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [
        `${'long-'.repeat(20)}${index}.yaml`,
        (SHOP.split('---')[1] ?? '').replaceAll('frontend', `another-quite-long-name-${index}`),
      ]),
    );
    project({ 'shop.yaml': SHOP }, { 'shop.yaml': SHOP, ...many });
    const long = (await cli(['drift', '-o', 'markdown'])).out;
    expect(long.length).toBeLessThanOrEqual(65_000);
    expect(long).toContain('and 1450 more files');
  });
});

describe('intents drift --against', () => {
  it('compares with a commit', async () => {
    const folder = folderOf({ 'dist/shop.yaml': SHOP });
    const git = (...words: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { cwd: folder });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    process.chdir(folder);
    expect(await cli(['drift', 'dist', '--against', 'HEAD:dist/'])).toMatchObject({ code: 0 });
    expect(await cli(['drift', '.', '--against', 'HEAD:'])).toMatchObject({ code: 0 });
    execFileSync('sed', ['-i', 's/port: 7070/port: 7171/', 'dist/shop.yaml']);
    const { out, code } = await cli(['drift', './dist', '--against', 'HEAD:dist']);
    expect(out).toContain('./dist is not what HEAD:dist is: 1 file differs');
    expect(out).toContain('HEAD:dist/shop.yaml:37');
    expect(code).toBe(1);
  });
});

describe('intents drift of files', () => {
  it('compares one file with another, whatever they are called', async () => {
    process.chdir(folderOf({ 'a.yaml': SHOP, 'b.yaml': SHOP, 'c/b.yaml': SHOP }));
    expect(await cli(['drift', 'a.yaml', '--against', 'b.yaml'])).toMatchObject({
      out: 'a.yaml is what b.yaml is: 1 file\n',
      code: 0,
    });
    const { err, code } = await cli(['drift', 'a.yaml', '--against', 'c']);
    expect([err, code]).toEqual([expect.stringContaining('a.yaml is a file and c a folder'), 2]);
  });
});

describe('intents drift with bad input', () => {
  const PROJECT = { 'shop.yaml': SHOP };

  it.each([
    ['a committed folder that is missing', ['drift', 'nowhere'], /^error: nowhere does not exist/],
    ['an app that fails', ['drift', '--app', 'echo No. >&2; exit 3'], /No\.\nThe app failed \(exit code 3\)/],
    ['an app that writes nothing', ['drift', '--app', 'true'], /the app wrote no manifests/],
    ['both an app and a path', ['drift', '--app', 'true', '--against', 'dist'], /cannot be used with option/],
    ['a live cluster', ['drift', '--context', 'prod'], /There is no kubeconfig|has no context "prod"/],
    ['standard input', ['drift', '-'], /intents diff takes it/],
    ['an unknown commit', ['drift', '--against', 'nope:dist'], /no branch, tag or commit|no git repository/],
  ])('ends with 2 on %s', async (_what, words, message) => {
    project(PROJECT, PROJECT);
    const { code, out, err } = await cli(words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('ends with 2 where there is no app to run', async () => {
    process.chdir(folderOf({ 'dist/shop.yaml': SHOP }));
    const { code, err } = await cli(['drift']);
    expect(code).toBe(2);
    expect(err).toMatch(/no app to run: name it with --app/);
  });

  it('ends with 2 on a broken file, and names it', async () => {
    project(PROJECT, { 'shop.yaml': SHOP, 'broken.yaml': 'a: [' });
    const { code, err } = await cli(['drift']);
    expect(code).toBe(2);
    expect(err).toContain('dist/broken.yaml:1');
  });
});
