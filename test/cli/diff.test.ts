import { execFileSync } from 'node:child_process';
import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const LOCKED =
  '    - from: [{ podSelector: { matchLabels: { app: frontend } } }]\n      ports: [{ port: 7070 }]\n';
const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

/** The command in a folder with both sides. */
function diff(before: string, after: string, ...words: string[]) {
  process.chdir(folderOf({ 'before.yaml': before, 'after.yaml': after }));
  return cli(['diff', 'before.yaml', 'after.yaml', ...words]);
}

async function json(before: string, after: string) {
  const { out, code } = await diff(before, after, '-o', 'json');
  expect(code).toBe(0);
  return parseChecked('diff', out);
}

describe('intents diff', () => {
  const opened = SHOP.replace('[{ port: 7070 }]', '[{ port: 7070 }, { port: 9090 }]');

  it('lists just the ports that differ', async () => {
    const { added, removed, isolation } = await json(SHOP, opened);
    expect(added).toEqual([
      {
        from: 'shop/frontend[Deployment]',
        to: 'shop/cart[Deployment]',
        ports: [{ protocol: 'TCP', first: 9090, last: 9090 }],
      },
    ]);
    expect([removed, isolation]).toEqual([[], []]);
  });

  it('takes a renamed policy of the same meaning for no difference', async () => {
    const { out, code } = await diff(
      SHOP,
      SHOP.replace(
        '{ name: cart, namespace: shop }\nspec:\n  podSelector',
        '{ name: renamed, namespace: shop }\nspec:\n  podSelector',
      ),
      '--fail-on',
      'any',
    );
    expect(out).toBe('No change in who can talk to whom\n');
    expect(code).toBe(0);
  });

  it('says what is isolated for the first time, by which policies, and who is new or gone', async () => {
    const open = SHOP.replace(/---\napiVersion: networking[^]*/, '');
    const changed = SHOP.replaceAll('probe', 'curl');
    const found = await json(open, changed);
    expect(found.isolation).toEqual([
      {
        workload: 'shop/cart[Deployment]',
        direction: 'ingress',
        change: 'isolated',
        by: ['shop/cart', 'shop/default-deny'],
        callers: { lose: [], keep: [], undecided: [] },
      },
      {
        workload: 'shop/frontend[Deployment]',
        direction: 'ingress',
        change: 'isolated',
        by: ['shop/default-deny'],
        callers: { lose: [], keep: [], undecided: [] },
      },
    ]);
    expect(found.workloads).toEqual({
      added: ['tools/curl[Deployment]'],
      removed: ['tools/probe[Deployment]'],
    });
    expect((await json(changed, open)).isolation).toMatchObject([{ change: 'opened' }, { change: 'opened' }]);
  });

  it('says which pods roll because labels of their template change', async () => {
    const { rolls } = await json(
      SHOP,
      SHOP.replace('labels: { app: probe }', 'labels: { app: probe, tier: tool }'),
    );
    expect(rolls).toEqual([
      { workload: 'tools/probe[Deployment]', added: { tier: 'tool' }, removed: {}, changed: [] },
    ]);
  });

  it.each([
    ['added', 1],
    ['removed', 0],
    ['isolated', 0],
    ['any', 1],
  ])('with --fail-on %s exits with %d when a port opens', async (change, code) => {
    expect((await diff(SHOP, opened, '--fail-on', change)).code).toBe(code);
    expect((await diff(SHOP, SHOP, '--fail-on', change)).code).toBe(0);
  });

  it('names policy and line of each change for people', async () => {
    const { out } = await diff(SHOP, opened);
    expect(out).toBe(
      [
        '1 connection added',
        '',
        'Added',
        '  + shop/frontend[Deployment]  ->  shop/cart[Deployment]  TCP 9090  (NetworkPolicy/shop/cart after.yaml:37)',
        '',
      ].join('\n'),
    );
  });

  it('compares commits', async () => {
    const folder = folderOf({ 'dist/shop.yaml': SHOP });
    const git = (...words: string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...words], { cwd: folder });
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    process.chdir(folder);
    execFileSync('sed', ['-i', 's/port: 7070/port: 7171/', 'dist/shop.yaml']);
    const { out, code } = await cli(['diff', 'HEAD:dist', 'dist', '--fail-on', 'removed']);
    expect(out).toContain('1 connection added, 1 removed');
    expect(code).toBe(1);
  });
});

describe('intents diff -o markdown', () => {
  it('begins with the summary, and links into the lines', async () => {
    const { out } = await diff(SHOP, SHOP.replace(LOCKED, '    - {}\n'), '-o', 'markdown');
    expect(out).toContain('### 4 connections added');
    expect(out).toContain('[NetworkPolicy/shop/cart](after.yaml#L37)');
  });

  it('is never longer than a comment can be, and says what it cut', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) =>
      SHOP.split('---')[1]?.replaceAll('frontend', `some-quite-long-name-of-a-workload-${index}`),
    ).join('---');
    const { out } = await diff(SHOP, `${SHOP}---${many}`, '-o', 'markdown');
    expect(out.length).toBeLessThanOrEqual(65_000);
    expect(out).toMatch(/\*\*\d+ lines were cut\*\*/);
  });

  it('lets no long table push out another', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) =>
      SHOP.split('---')[1]?.replaceAll('frontend', `some-quite-long-name-of-a-workload-${index}`),
    ).join('---');
    const open = `${SHOP.replace(/---\napiVersion: networking[^]*/, '')}---${many}`;
    const deny = SHOP.slice(SHOP.indexOf('---\napiVersion: networking'));
    const { out } = await diff(open, open + deny, '-o', 'markdown');
    expect(out.length).toBeLessThanOrEqual(65_000);
    expect(out.length).toBeGreaterThan(60_000);
    for (const title of ['Removed', 'Isolation']) {
      const rows = out.split(`**${title}**`)[1]?.split('\n\n')[1]?.split('\n') ?? [];
      expect(rows.length).toBeGreaterThan(12);
    }
  });
});

describe('intents diff with bad input', () => {
  it.each([
    [['missing', 'after.yaml'], /missing does not exist/],
    [['nowhere:dist', 'after.yaml'], /no branch, tag or commit|no git repository|not a git/i],
    [['-', '-'], /only one of them/],
    [
      ['before.yaml', 'after.yaml', '--fail-on', 'nothing'],
      /Allowed choices are added, removed, isolated, any/,
    ],
    [['before.yaml'], /there is nothing to compare before\.yaml with: name AFTER/],
  ])('%j ends with 2 and prints nothing', async (words, message) => {
    process.chdir(folderOf({ 'before.yaml': SHOP, 'after.yaml': SHOP }));
    const { code, out, err } = await cli(['diff', ...words]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });

  it('compares the rest of a tree with a broken file only when told to, and still ends with 2', async () => {
    process.chdir(folderOf({ 'before.yaml': SHOP, 'after/shop.yaml': SHOP, 'after/broken.yaml': 'a: [' }));
    const stopped = await cli(['diff', 'before.yaml', 'after']);
    expect([stopped.code, stopped.out]).toEqual([2, '']);
    expect(stopped.err).toContain('after/broken.yaml:1');
    const went = await cli(['diff', 'before.yaml', 'after', '--keep-going']);
    expect([went.code, went.out]).toEqual([2, 'No change in who can talk to whom\n']);
    expect(went.err).toContain('after/broken.yaml:1');
  });
});
