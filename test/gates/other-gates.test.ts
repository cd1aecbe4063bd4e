import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readAction } from './action';
import { EXAMPLE, Repository, ROOT } from './runner';

const parseFile = (...path: string[]) => parse(readFileSync(join(...path), 'utf8'));
const WARNED = Repository.edit(
  'dist/shop.k8s.yaml',
  'podSelector: {}\n  policyTypes:\n    - Ingress\n',
  'podSelector: {}\n  policyTypes:\n    - Ingress\n    - Egress\n  egress:\n    - ports:\n        - { protocol: UDP, port: 53 }\n',
);

describe('the example repository', () => {
  it('has committed what its app writes', () => {
    const { code, out } = new Repository().bash('npx --no-install intents drift');
    expect(out).toBe('dist is what a fresh synth writes: 1 file\n');
    expect(code).toBe(0);
  }, 60_000);

  it('runs the validation plugin in cdk8s synth', () => {
    const repository = new Repository();
    const cli = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
    const { code, out } = repository.bash(`'${process.execPath}' '${cli}' synth`);
    expect(out).toMatch(/Flows +│ 3 of 3 hold/);
    expect(code).toBe(0);
    // What cdk8s-cli writes beside the manifests is none.
    expect(repository.bash('npx --no-install intents drift').code).toBe(0);
  }, 60_000);

  it('uses inputs that the action has', () => {
    const { jobs } = parseFile(EXAMPLE, '.github/workflows/intents.yml');
    const { steps } = jobs.intents;
    const used = steps.find(({ uses = '' }) => uses.includes('/cdk8s-intents@'));
    expect(Object.keys(readAction().inputs)).toEqual(expect.arrayContaining(Object.keys(used.with)));
  });
});

describe('.gitlab-ci.yml of the example', () => {
  const { intents } = parseFile(EXAMPLE, '.gitlab-ci.yml');
  const script = (intents.script as string[]).join('\n');

  it('writes reports, and the diff as a note', () => {
    const repository = new Repository();
    repository.git('remote', 'add', 'origin', repository.folder);
    repository.program('curl', '#!/bin/sh\necho "$@" > "$HOME/curl.log"\n');
    const { code, out } = repository.bash(script, {
      CI_MERGE_REQUEST_DIFF_BASE_SHA: repository.base,
      CI_API_V4_URL: 'https://gitlab.example/api/v4',
      CI_PROJECT_ID: '3',
      CI_MERGE_REQUEST_IID: '7',
      INTENTS_TOKEN: 'secret',
    });
    expect(out).toContain('dist is what a fresh synth writes');
    expect(code).toBe(0);
    expect(repository.read('diff.md')).toContain('### No change in who can talk to whom');
    for (const report of intents.artifacts.reports.junit as string[])
      expect(repository.read(report)).toMatch(/^<\?xml/);
    expect(repository.read('curl.log')).toContain('/projects/3/merge_requests/7/notes');
  }, 60_000);

  it('fails where an expected flow does not hold', () => {
    const repository = new Repository(Repository.edit('flows.yaml', 'expect: allow', 'expect: deny'));
    expect(repository.bash(script).code).toBe(1);
  }, 60_000);
});

interface Hook {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly entry: string;
  readonly args?: readonly string[];
}

describe('.pre-commit-hooks.yaml', () => {
  const hooks: readonly Hook[] = parseFile(ROOT, '.pre-commit-hooks.yaml');
  const { repos } = parseFile(EXAMPLE, '.pre-commit-config.yaml');
  const [{ hooks: chosen }] = repos as [{ hooks: readonly Pick<Hook, 'id' | 'args'>[] }];

  it('has what the example uses, each with all that pre-commit asks for', () => {
    expect(hooks.map(({ id }) => id)).toEqual(expect.arrayContaining(chosen.map(({ id }) => id)));
    for (const { id, name, language, entry } of hooks)
      expect([id, name, language, entry].every((text) => text !== '')).toBe(true);
  });

  it('names programs that the package has', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const { language, entry } of hooks)
      if (language === 'node') expect(Object.keys(bin)).toContain(entry.split(' ')[0]);
  });

  /** What pre-commit runs: the entry, then the args of the configuration or else of the hook. */
  const commandOf = ({ id, args: own }: Pick<Hook, 'id' | 'args'>): string => {
    const hook = hooks.find((one) => one.id === id);
    const words = [...(own ?? hook?.args ?? [])].map((word) => `'${word}'`);
    return [hook?.entry.replace(/^intents/, 'node_modules/.bin/intents'), ...words].join(' ');
  };

  it.each(chosen.map((one) => [one.id, one] as const))(
    '%s passes in the example',
    (_, one) => {
      const { code, out } = new Repository().bash(commandOf(one));
      expect([code, out]).toEqual([0, out]);
    },
    60_000,
  );

  it('intents-check fails for a warning, as the example wants it', () => {
    const check = chosen.find(({ id }) => id === 'intents-check');
    const { code, out } = new Repository(WARNED).bash(commandOf(check ?? { id: '' }));
    expect(out).toContain('warning dns-udp-only');
    expect(code).toBe(1);
  }, 60_000);
});

describe('docs/gates.md', () => {
  const page = readFileSync(join(ROOT, 'docs', 'gates.md'), 'utf8');

  it('shows what the files of the example have', () => {
    const shown = [...page.matchAll(/^```yaml (\S+)\n([^]*?)^```$/gm)];
    expect(shown.map(([, name]) => name)).toEqual([
      '.github/workflows/intents.yml',
      '.pre-commit-config.yaml',
      'cdk8s.yaml',
    ]);
    for (const [, name = '', text] of shown)
      expect(readFileSync(join(EXAMPLE, name), 'utf8')).toContain(text);
  });

  it('names every input of the action, with its default', () => {
    for (const [name, { default: value }] of Object.entries(readAction().inputs)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      expect([name, row]).not.toEqual([name, '']);
      if (!value.startsWith('$') && value !== '') expect(row).toContain(`\`${value}\``);
    }
  });
});
