import Ajv from 'ajv';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfiguration } from '../../src/cli/read-configuration';
import { NOWHERE } from '../../src/model/place';
import { UsageError } from '../../src/sources/usage-error';
import { cli, folderOf, type CliResult } from './cli-run';

const DNS = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: egress, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }]
      ports:
        - { protocol: UDP, port: 53 }
`;
const ALL_OFF = ['policy-selects-nothing', 'peer-matches-nothing'].map((id) => `  ${id}: off\n`).join('');

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

/** Checks `policy.yaml` of a folder with these files, as JSON. */
async function checkIn(files: Readonly<Record<string, string>>, ...words: string[]): Promise<CliResult> {
  process.chdir(folderOf({ 'policy.yaml': DNS, ...files }));
  return cli(['check', 'policy.yaml', '-o', 'json', ...words]);
}

function severitiesOf({ out }: CliResult): Record<string, string> {
  const { findings } = JSON.parse(out);
  return Object.fromEntries(findings.map(({ id, severity }: Record<string, string>) => [id, severity]));
}

describe('a configuration', () => {
  it.each([
    ['intents.config.yaml', 'rules:\n  dns-udp-only: error\n'],
    ['intents.config.yml', 'rules: { dns-udp-only: "error" }\n'],
    ['intents.config.json', '{ "$schema": "x", "rules": { "dns-udp-only": "error" } }'],
    [
      'intents.config.ts',
      "import type { Server } from 'node:http';\nexport type S = Server;\nconst severity: string = 'error';\nexport default { rules: { 'dns-udp-only': severity } };\n",
    ],
    ['intents.config.mjs', "export default { rules: { 'dns-udp-only': 'error' } };\n"],
  ])('is read from %s', async (name, text) => {
    const result = await checkIn({ [name]: text });
    expect(result).toMatchObject({ code: 1, err: '' });
    expect(severitiesOf(result)).toMatchObject({ 'dns-udp-only': 'error' });
  });

  it('takes off for a word in YAML, and not for false', async () => {
    const result = await checkIn({ 'intents.config.yaml': 'rules:\n  dns-udp-only: off\n' });
    expect(severitiesOf(result)).not.toHaveProperty('dns-udp-only');
  });

  it('may use defineConfig of the package', async () => {
    const result = await checkIn({
      'node_modules/cdk8s-intents/package.json': '{ "name": "cdk8s-intents", "main": "index.js" }',
      'node_modules/cdk8s-intents/index.js': 'exports.defineConfig = (configuration) => configuration;',
      'intents.config.ts':
        "import { defineConfig } from 'cdk8s-intents';\nexport default defineConfig({ rules: { 'dns-udp-only': 'info' } });\n",
    });
    expect(severitiesOf(result)).toMatchObject({ 'dns-udp-only': 'info' });
  });

  it('is found above, up to the root of the repository and no further', async () => {
    const folder = folderOf({
      'intents.config.yaml': 'rules: { dns-udp-only: error }\n',
      'repository/sub/policy.yaml': DNS,
    });
    process.chdir(join(folder, 'repository/sub'));
    const check = async (): Promise<unknown> =>
      severitiesOf(await cli(['check', 'policy.yaml', '-o', 'json']))['dns-udp-only'];
    expect(await check()).toBe('warning');
    mkdirSync(join(folder, '.git'));
    expect(await check()).toBe('error');
    mkdirSync(join(folder, 'repository/.git'));
    expect(await check()).toBe('warning');
  });

  it('is not looked for with --no-config, and named with --config', async () => {
    const files = {
      'intents.config.yaml': 'rules: { dns-udp-only: error }\n',
      'other.yaml': 'maxWarnings: 0\n',
    };
    expect(severitiesOf(await checkIn(files, '--no-config'))).toMatchObject({ 'dns-udp-only': 'warning' });
    const other = await checkIn(files, '--config', 'other.yaml');
    expect([severitiesOf(other)['dns-udp-only'], other.code]).toEqual(['warning', 1]);
  });

  it('gives way to --rule and --max-warnings', async () => {
    const files = { 'intents.config.yaml': `maxWarnings: 0\nrules:\n${ALL_OFF}  dns-udp-only: error\n` };
    expect((await checkIn(files, '--rule', 'dns-udp-only=warning')).code).toBe(1);
    expect((await checkIn(files, '--rule', 'dns-udp-only=warning', '--max-warnings', '9')).code).toBe(0);
  });

  it('ignores by rule, object and file, and says which ignore is of no use', async () => {
    const files = {
      'intents.config.yaml': `rules:
${ALL_OFF}ignores:
  - rule: dns-udp-only
    object: NetworkPolicy/shop/*
    files: ['*.yaml']
    reason: it is small
  - rule: and-or-peer
    object: NetworkPolicy/shop/egress
    reason: no reason any more
  - rule: and-or-peer
    files: elsewhere/**
    reason: it is not here
`,
    };
    const { findings } = JSON.parse((await checkIn(files)).out);
    const unused = findings.filter(({ id }: { id: string }) => id === 'unused-ignore');
    expect(findings.map(({ id }: { id: string }) => id)).not.toContain('dns-udp-only');
    expect(unused).toMatchObject([
      { severity: 'warning', place: { file: 'intents.config.yaml', line: 9 } },
      { severity: 'info', place: { file: 'intents.config.yaml', line: 12 } },
    ]);
  });

  it('names files from its own folder, wherever the command runs, and files of a commit as if they lay there', async () => {
    const folder = folderOf({
      'intents.config.yaml': 'ignores: [{ rule: dns-udp-only, files: dist/policy.yaml, reason: why }]\n',
      'dist/policy.yaml': DNS,
    });
    const git = (...words: string[]): void => {
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...words], { cwd: folder });
    };
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'a');
    process.chdir(join(folder, 'dist'));
    for (const path of ['policy.yaml', '../dist', 'HEAD:dist'])
      expect(severitiesOf(await cli(['check', path, '-o', 'json']))).not.toHaveProperty('dns-udp-only');
  });
});

describe('a configuration that cannot be used', () => {
  it.each([
    [
      'rules: { and-or-pear: off }',
      'intents.config.yaml:1: rules.and-or-pear names "and-or-pear", which is no rule. Did you mean and-or-peer?',
    ],
    [
      'rules:\n  and-or-peer: eror',
      'intents.config.yaml:2: rules.and-or-peer is "eror", which is no severity. Did you mean error?',
    ],
    ['rules: []', 'intents.config.yaml:1: rules must be a map'],
    ['rulez: {}', 'intents.config.yaml:1: rulez is not known. Did you mean rules?'],
    ['- a', 'intents.config.yaml:1: must be a map'],
    ['maxWarnings: many', 'intents.config.yaml:1: maxWarnings must be a whole number'],
    ['maxWarnings: -1', 'intents.config.yaml:1: maxWarnings must be a whole number'],
    ['ignores:\n  - rule: and-or-peer', 'intents.config.yaml:2: ignores[0].reason is missing'],
    [
      'ignores:\n  - rule: and-or-peer\n    reason: ""',
      'intents.config.yaml:3: ignores[0].reason must be a text',
    ],
    ['ignores:\n  - { rule: nope, reason: x }', 'names "nope", which is no rule'],
    ['ignores:\n  - { reason: x }', 'ignores[0].rule is missing'],
    [
      'ignores:\n  - { rule: and-or-peer, object: , reason: x }',
      'ignores[0].object is empty; leave it out to mean all',
    ],
    ['ignores:\n  - { rule: and-or-peer, files: [], reason: x }', 'ignores[0].files is empty'],
    ['ignores:\n  - { rule: and-or-peer, reasons: x }', 'Did you mean reason?'],
    ['ignores: {}', 'ignores must be a list'],
    ['a: [', 'intents.config.yaml:1: the configuration cannot be read'],
    ['rules: {}\nrules: {}', 'intents.config.yaml:2: the configuration cannot be read'],
  ])('ends with 2 and says where: %j', async (text, message) => {
    const result = await checkIn({ 'intents.config.yaml': `${text}\n` });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toContain(message);
  });

  it('is one of two, one that is not there, one of another kind, or one that throws', async () => {
    const two = await checkIn({ 'intents.config.yaml': '{}', 'intents.config.json': '{}' });
    expect([two.code, two.err]).toEqual([2, expect.stringContaining('keep one of them')]);
    expect((await checkIn({}, '--config', 'no.yaml')).err).toContain('there is no configuration no.yaml');
    expect((await checkIn({ 'a.txt': '' }, '--config', 'a.txt')).err).toContain('must end in .yaml');
    const thrown = await checkIn({ 'intents.config.ts': "throw new Error('not today');\n" });
    expect([thrown.code, thrown.err]).toEqual([2, expect.stringContaining('not today')]);
    const code = await checkIn({ 'intents.config.ts': 'export default () => ({});\n' });
    expect([code.code, code.err]).toEqual([2, expect.stringContaining('no map of settings')]);
    const misspelt = await checkIn({ 'intents.config.ts': 'export default { rulez: {} };\n' });
    expect([misspelt.code, misspelt.err]).toEqual([
      2,
      expect.stringContaining('intents.config.ts: rulez is not known'),
    ]);
  });

  it('is said of --rule as well', async () => {
    for (const [rule, said] of [
      ['and-or-pear=off', 'Did you mean and-or-peer?'],
      ['and-or-peer=of', 'Did you mean off?'],
      ['and-or-peer', 'Write the rule, =,'],
    ] as const) {
      const { code, err } = await checkIn({}, '--rule', rule);
      expect([code, err]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});

describe('the schema of a configuration', () => {
  const schema = JSON.parse(readFileSync(join(home, 'docs/schema/config.v1.json'), 'utf8'));
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

  function isRead(value: unknown): boolean {
    try {
      readConfiguration({ value: JSON.parse(JSON.stringify(value)), place: NOWHERE });
      return true;
    } catch (error) {
      if (error instanceof UsageError) return false;
      throw error;
    }
  }

  it.each([
    [{}],
    [{ $schema: 'x', rules: { 'and-or-peer': 'off', 'dns-udp-only': 'error' }, maxWarnings: 0 }],
    [{ ignores: [{ rule: 'and-or-peer', reason: 'x' }] }],
    [{ ignores: [{ rule: 'and-or-peer', object: 'a/*', files: ['a', 'b'], reason: 'x' }] }],
    [{ ignores: [{ rule: 'and-or-peer', files: 'a', reason: 'x' }] }],
  ])('takes what is read: %j', (value) => {
    expect([validate(value), isRead(value)]).toEqual([true, true]);
  });

  it.each([
    [[]],
    [{ rules: { 'and-or-peer': 'fatal' } }],
    [{ rules: { 'and-or-peer': null } }],
    [{ rules: [] }],
    [{ other: 1 }],
    [{ maxWarnings: -1 }],
    [{ maxWarnings: 1.5 }],
    [{ maxWarnings: '1' }],
    [{ ignores: {} }],
    [{ ignores: ['and-or-peer'] }],
    [{ ignores: [{ rule: 'and-or-peer' }] }],
    [{ ignores: [{ rule: 'and-or-peer', reason: '' }] }],
    [{ ignores: [{ rule: 'and-or-peer', reason: 'x', files: [] }] }],
    [{ ignores: [{ rule: 'and-or-peer', reason: 'x', object: null }] }],
    [{ ignores: [{ rule: 'and-or-peer', reason: 'x', line: 1 }] }],
  ])('refuses what is refused: %j', (value) => {
    expect([validate(value), isRead(value)]).toEqual([false, false]);
  });
});
