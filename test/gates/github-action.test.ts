import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAction, runAction } from './action';
import { Repository } from './runner';

const OPENED = Repository.edit(
  'dist/shop.k8s.yaml',
  '- port: 7070\n',
  '- port: 7070\n          protocol: TCP\n        - port: 9090\n',
);

/** An API of GitHub that keeps what it is told; with a comment of ours or without. */
const gh = (comments: string): string => `#!/bin/sh
echo "$@" >> "$HOME/gh.log"
for word in "$@"; do case "$word" in body=@*) cp "\${word#body=@}" "$HOME/body.md" ;; esac; done
case "$*" in *--jq*) printf '${comments}' ;; esac
`;

/** Without npx, which takes longer than the rest; the first test below is with it. */
const run = (
  repository: Repository,
  inputs: Readonly<Record<string, string>>,
  github: Parameters<typeof runAction>[2],
) => runAction(repository, { intents: 'node_modules/.bin/intents', ...inputs }, github);

const pullRequest = ({ base }: Repository) => ({
  repository: 'acme/platform',
  event: { pull_request: { number: 7, base: { sha: base } } },
});

describe('action.yml', () => {
  it('has a description for every input, and bash for every script', () => {
    const { name, description, inputs, runs } = readAction();
    expect([name, runs.using]).toEqual(['cdk8s-intents', 'composite']);
    expect(description).not.toBe('');
    for (const [input, { description: said, default: value }] of Object.entries(inputs)) {
      expect([input, typeof said, typeof value]).toEqual([input, 'string', 'string']);
      expect(said).not.toBe('');
    }
    for (const { run, shell } of runs.steps) if (run !== undefined) expect(shell).toBe('bash');
  });

  it('puts no input into a script: who opens a pull request may choose some of them', () => {
    for (const { run = '' } of readAction().runs.steps) expect(run).not.toContain('${{');
  });

  it('passes a change that changes nothing, and says so in comment and summary', () => {
    const repository = new Repository();
    repository.program('gh', gh(''));
    const ran = runAction(repository, { drift: 'true', flows: 'flows.yaml' }, pullRequest(repository));
    expect(ran.out).toContain('3 flows: all as expected');
    expect(ran.code).toBe(0);
    expect(ran.summary).toContain('### No change in who can talk to whom');
    expect(ran.summary).toContain('### dist is what a fresh synth writes');
    expect(repository.read('body.md')).toBe(
      '<!-- cdk8s-intents -->\n### No change in who can talk to whom\n',
    );
    expect(repository.read('gh.log')).toContain('--method POST repos/acme/platform/issues/7/comments');
    expect(
      JSON.parse(repository.read(ran.outputs['sarif']?.slice(repository.folder.length + 1) ?? '')),
    ).toMatchObject({
      version: '2.1.0',
    });
    expect(ran.used).toEqual([]);
  }, 60_000);

  it('updates its comment, uploads, and fails at the end, for all that does not hold', () => {
    const repository = new Repository(OPENED);
    repository.program('gh', gh('41\\n42\\n'));
    const inputs = { drift: 'true', 'fail-on': 'added isolated', 'upload-sarif': 'true' };
    const ran = run(repository, inputs, pullRequest(repository));
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('::error::the manifests are not what the app writes');
    expect(ran.out).toContain('::error::there is a change of: added isolated');
    expect(repository.read('gh.log')).toContain('--method PATCH repos/acme/platform/issues/comments/41');
    const comment = repository.read('body.md');
    expect(comment).toMatch(
      /^<!-- cdk8s-intents -->\n### dist is not what a fresh synth writes: 1 file differs\n### 1 connection added/,
    );
    expect(comment).toContain('[NetworkPolicy/shop/access-to-cart-from-shop](dist/shop.k8s.yaml#L');
    expect(ran.used).toEqual([
      expect.stringMatching(/^github\/codeql-action\/upload-sarif@v3 .*check\.sarif cdk8s-intents$/),
    ]);
  }, 60_000);

  it('compares with nothing where the manifests are new, and on a push writes no comment', () => {
    const repository = new Repository();
    repository.program('gh', gh(''));
    const ran = run(repository, { check: 'false' }, { event: { before: '0'.repeat(40) } });
    expect(ran.code).toBe(0);
    expect(ran.summary).toContain('2 new workloads');
    expect(repository.read('gh.log')).toBe('');
  }, 60_000);

  it('fetches the base that a shallow checkout does not have', () => {
    const origin = new Repository(OPENED);
    const repository = new Repository();
    repository.git('remote', 'add', 'origin', origin.folder);
    origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    const before = origin.git('rev-parse', 'HEAD');
    const ran = run(repository, { check: 'false', comment: 'false', before }, {});
    expect(ran.out).toBe('');
    expect(ran.summary).toContain('1 connection removed');
  }, 60_000);

  it('only warns where it may not comment, and fails with 2 on what cannot be read', () => {
    const repository = new Repository((folder) => {
      writeFileSync(join(folder, 'dist', 'broken.yaml'), 'a: [');
    });
    repository.program('gh', '#!/bin/sh\nexit 1\n');
    expect(run(repository, {}, pullRequest(repository)).code).toBe(2);
    const fine = new Repository();
    fine.program('gh', '#!/bin/sh\nexit 1\n');
    const ran = run(fine, { check: 'false' }, pullRequest(fine));
    expect(ran.out).toContain('::warning::The comment could not be written');
    expect(ran.code).toBe(0);
  }, 60_000);

  it('fails where an expected flow does not hold', () => {
    const repository = new Repository(Repository.edit('flows.yaml', 'expect: allow', 'expect: deny'));
    const ran = run(repository, { flows: 'flows.yaml', comment: 'false' }, pullRequest(repository));
    expect(ran.out).toContain('::error::expected flows do not hold');
    expect(ran.code).toBe(1);
  }, 60_000);

  it('fails where a connection that was observed would be cut, and says so in comment and summary', () => {
    const seen = (from: string): string =>
      `{"time":"2026-11-02T10:00:00Z","source_namespace":"shop","source_workload":"${from}","destination_namespace":"shop","destination_workload":"cart","port":7070}\n`;
    const repository = new Repository((folder) => {
      writeFileSync(join(folder, 'seen.json'), seen('frontend'));
      writeFileSync(join(folder, 'cut.json'), seen('cart') + seen('frontend').replace('7070', '9090'));
    });
    repository.program('gh', gh(''));
    const fine = run(repository, { check: 'false', replay: 'seen.json' }, pullRequest(repository));
    expect(fine.out).toContain('1 record: 1 mapped');
    expect(fine.code).toBe(0);
    const cut = run(repository, { check: 'false', replay: 'seen.json cut.json' }, pullRequest(repository));
    expect(cut.out).toContain('::error::observed connections would be cut');
    expect(cut.summary).toContain('9090');
    expect(repository.read('body.md')).toContain('would be cut');
    expect(cut.code).toBe(1);
  }, 60_000);
});
