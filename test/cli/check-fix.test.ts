import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cli, cliOn, folderOf } from './cli-run';
import { parseChecked } from './json-schema';

/** What has a safe mend in YAML as people write it. The lines that change end with `#!`. */
const POLICIES = `# Who may leave the shop.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: egress,   namespace: "shop" }   # aligned by hand
spec:
  podSelector:   {}
  policyTypes: [ Egress ]
  egress:

    # Names.
    - to:
        - namespaceSelector:
            matchLabels: { kubernetes.io/metadata.name: 'kube-system' }
          podSelector: { matchLabels: { k8s-app: kube-dns } }
      ports:
        - protocol: UDP     # and TCP?
          port: 53
    - to: [{ ipBlock: { cidr: "10.1.2.3/16" } }] #!
      ports: [{ protocol: TCP, port: 443 }, { port: 443, protocol: TCP }] #!
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata:
    name: shop
    namespace: shop #!
    labels: {a: b}
`;

const MENDED = POLICIES.replace(
  '          port: 53\n',
  '          port: 53\n        - protocol: TCP\n          port: 53\n',
)
  .replace('"10.1.2.3/16"', '"10.1.0.0/16"')
  .replace(', { port: 443, protocol: TCP }', '')
  .replace('    namespace: shop #!\n', '');

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

function inFolder(files: Readonly<Record<string, string>>): string {
  const folder = folderOf(files);
  process.chdir(folder);
  return folder;
}

function git(...words: string[]): string {
  return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], {
    encoding: 'utf8',
  });
}

describe('intents check --fix', () => {
  it('changes the lines that it mends, and nothing else of many documents and items of a List', async () => {
    inFolder({ 'a.yaml': POLICIES });
    const { err, code } = await cli(['check', 'a.yaml', '--fix']);
    expect(readFileSync('a.yaml', 'utf8')).toBe(MENDED);
    expect(code).toBe(0);
    expect(err).toBe(`fixed dns-udp-only: NetworkPolicy/shop/egress, a.yaml:16
fixed cidr-host-bits: NetworkPolicy/shop/egress, a.yaml:18
fixed misplaced-namespace: Namespace/shop, a.yaml:28
fixed duplicate-item: NetworkPolicy/shop/egress, a.yaml:19
fixed 4 findings in 1 file
`);
  });

  it('reports what is left, and has nothing to do a second time', async () => {
    inFolder({ 'a.yaml': POLICIES });
    const { out } = await cli(['check', 'a.yaml', '--fix', '-o', 'json']);
    const ids = parseChecked('check', out).findings.map(({ id }: { id: string }) => id);
    for (const id of ['cidr-host-bits', 'dns-udp-only', 'misplaced-namespace', 'duplicate-item'])
      expect(ids).not.toContain(id);
    expect((await cli(['check', 'a.yaml', '--fix'])).err).toBe('fixed 0 findings\n');
    expect(readFileSync('a.yaml', 'utf8')).toBe(MENDED);
  });

  it('writes what is asked for: protocols and policyTypes', async () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: b }\nspec:\n  podSelector: {}\n  # In.\n  ingress:\n    - ports:\n        - port: 80 # web\n        - {port: 443}\n';
    inFolder({ 'a.yaml': text });
    await cli(['check', 'a.yaml', '--fix']);
    expect(readFileSync('a.yaml', 'utf8')).toBe(text);
    await cli([
      'check',
      'a.yaml',
      '--fix',
      '--rule',
      'implicit-protocol=info',
      '--rule',
      'implicit-policy-types=warning',
    ]);
    expect(readFileSync('a.yaml', 'utf8')).toBe(
      text
        .replace('  # In.', '  policyTypes: [Ingress]\n  # In.')
        .replace('- port: 80', '- protocol: TCP\n          port: 80')
        .replace('{port: 443}', '{protocol: TCP, port: 443}'),
    );
  });

  it('takes the quotes off a port, which make it a name that the API server refuses', async () => {
    const text =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: a, namespace: b }\nspec:\n  podSelector: {}\n  ingress:\n    - ports: [{ port: "8080" }, { port: "99999" }]\n';
    inFolder({ 'a.yaml': text });
    const { code } = await cli(['check', 'a.yaml', '--fix']);
    expect(code).toBe(1);
    expect(readFileSync('a.yaml', 'utf8')).toBe(text.replace('"8080"', '8080'));
  });

  it('opens UDP where DNS is open over TCP only', async () => {
    const text = POLICIES.replace('protocol: UDP     #', 'protocol: TCP     #');
    inFolder({ 'a.yaml': text });
    await cli(['check', 'a.yaml', '--fix']);
    expect(readFileSync('a.yaml', 'utf8')).toContain(
      '          port: 53\n        - protocol: UDP\n          port: 53\n',
    );
  });

  it('leaves alone what is ignored or off, and what has more than one mend', async () => {
    const trap =
      '---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: trap, namespace: shop }\nspec:\n  podSelector: { matchLabels: { app: a } }\n  ingress:\n    - from:\n        - namespaceSelector: { matchLabels: { env: prod } }\n        - podSelector: { matchLabels: { app: b } }\n';
    const text = `# intents-ignore-file dns-udp-only, cidr-host-bits: as it was delivered\n${POLICIES}${trap}`;
    inFolder({ 'a.yaml': text });
    const { out } = await cli([
      'check',
      'a.yaml',
      '--fix',
      '--rule',
      'duplicate-item=off',
      '--rule',
      'misplaced-namespace=off',
    ]);
    expect(readFileSync('a.yaml', 'utf8')).toBe(text);
    expect(out).toContain('and-or-peer');
  });

  it('mends JSON as JSON', async () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a', namespace: 'b' },
      spec: {
        podSelector: {},
        egress: [{ to: [{ podSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
      },
    };
    inFolder({
      'a.json': `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [policy] }, undefined, 2)}\n`,
    });
    const before = readFileSync('a.json', 'utf8').split('\n');
    await cli(['check', 'a.json', '--fix']);
    const after = readFileSync('a.json', 'utf8').split('\n');
    expect(after.filter((line) => !before.includes(line)).join('')).toContain('"TCP"');
    expect(JSON.parse(after.join('\n')).items[0].spec.egress[0].ports).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ]);
  });

  it('refuses with words what is written once for two places', async () => {
    const shared = POLICIES.replace('ports:\n        - protocol', 'ports: &dns\n        - protocol').replace(
      'ports: [{ protocol: TCP, port: 443 }, { port: 443, protocol: TCP }] #!',
      'ports: *dns',
    );
    inFolder({ 'a.yaml': shared });
    const { err } = await cli(['check', 'a.yaml', '--fix']);
    expect(err).toMatch(/not fixed: dns-udp-only: .*a\.yaml:16: the edit would change something else too/);
    expect(readFileSync('a.yaml', 'utf8')).toContain('cidr: "10.1.0.0/16"');
  });

  it('never writes to standard input or to a commit', async () => {
    const piped = await cliOn(POLICIES, 'check', '-', '--fix');
    expect(piped.err).toContain(
      'not fixed: dns-udp-only: NetworkPolicy/shop/egress, stdin:16: stdin is no file',
    );
    expect(piped.err).toContain('fixed 0 findings\n');
    inFolder({ 'a.yaml': POLICIES });
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'a');
    const { err } = await cli(['check', 'HEAD:a.yaml', '--fix']);
    expect(err).toContain('HEAD:a.yaml is no file on disk');
    expect(git('status', '--porcelain')).toBe('');
  });

  it('keeps permissions and links, and leaves no other file', async () => {
    const folder = inFolder({ 'real/a.yaml': POLICIES });
    symlinkSync('real/a.yaml', join(folder, 'link.yaml'));
    chmodSync('real/a.yaml', 0o640);
    await cli(['check', 'link.yaml', '--fix']);
    expect(lstatSync('link.yaml').isSymbolicLink()).toBe(true);
    expect(readFileSync('real/a.yaml', 'utf8')).toBe(MENDED);
    expect(statSync('real/a.yaml').mode & 0o777).toBe(0o640);
    expect(readdirSync('real')).toEqual(['a.yaml']);
  });
});

describe('intents check --fix-dry-run', () => {
  it('prints a patch that does what --fix does, and writes nothing', async () => {
    inFolder({ 'sub/a.yaml': POLICIES });
    const { out, err } = await cli(['check', 'sub', '--fix-dry-run']);
    expect(readFileSync('sub/a.yaml', 'utf8')).toBe(POLICIES);
    expect(err).toContain('would fix 4 findings in 1 file\n');
    git('init', '-q');
    execFileSync('git', ['apply'], { input: out });
    expect(readFileSync('sub/a.yaml', 'utf8')).toBe(MENDED);
  });

  it('prints nothing where nothing is to be done', async () => {
    inFolder({ 'a.yaml': MENDED });
    expect((await cli(['check', 'a.yaml', '--fix-dry-run'])).out).toBe('');
  });

  it('goes with no other form, and not with --fix', async () => {
    inFolder({ 'a.yaml': POLICIES });
    expect(await cli(['check', 'a.yaml', '--fix-dry-run', '-o', 'json'])).toMatchObject({ code: 2, out: '' });
    expect(await cli(['check', 'a.yaml', '--fix-dry-run', '--fix'])).toMatchObject({
      code: 2,
      err: 'error: --fix and --fix-dry-run do not go together.\n',
    });
  });
});

describe('intents check --list-rules', () => {
  it('lists every rule with its severity, and whether it can be mended', async () => {
    const { out, code } = await cli(['check', '--list-rules', '--no-config']);
    expect(code).toBe(0);
    expect(out).toMatch(/^and-or-peer +warning + A namespaceSelector and/m);
    expect(out).toMatch(/^cidr-host-bits +warning +fixable +A block/m);
    expect(out).toMatch(/^implicit-protocol +off +fixable/m);
  });

  it('says in JSON what a configuration makes of them', async () => {
    const { out } = await cli(['check', '--list-rules', '-o', 'json', '--rule', 'dns-udp-only=error']);
    const { rules } = parseChecked('rules', out);
    expect(rules).toContainEqual({
      id: 'dns-udp-only',
      severity: 'error',
      fixable: true,
      summary: expect.any(String),
    });
  });

  it('has no other form', async () => {
    expect(await cli(['check', '--list-rules', '-o', 'sarif'])).toMatchObject({ code: 2 });
  });

  it('is not needed where paths are, and they are without it', async () => {
    expect(await cli(['check'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('name the manifests'),
    });
  });
});
