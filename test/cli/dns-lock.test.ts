import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, folderOf, type CliResult } from './cli-run';
import type { LookedUp } from '../../src/cli/look-up';

const ANSWERS: Readonly<Record<string, LookedUp>> = {
  'api.stripe.com': { addresses: ['2001:db8::1', '203.0.113.9', '203.0.113.7'], ttl: 300 },
  'cdn.example.com': { addresses: ['198.51.100.4'], ttl: 20 },
  'gone.example.com': { addresses: [] },
};
const INTENTS = `apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: pay, namespace: shop }
spec:
  workload: { name: pay }
  targets:
    - internet: { domains: [API.stripe.com], ports: [443] }
`;
const LOCK = `version: 1
maxAgeDays: 30
names:
  api.stripe.com: { addresses: [203.0.113.7], resolved: "2026-01-01", ttl: 300 }
  "*.example.org": { addresses: [192.0.2.1], resolved: "2020-01-01", pinned: true }
`;

function run(folder: string, words: string[], today = '2026-06-01'): Promise<CliResult> {
  const home = process.cwd();
  process.chdir(folder);
  const lookUp = (name: string): Promise<LookedUp> => {
    const answer = ANSWERS[name];
    return answer === undefined ? Promise.reject(new Error('ETIMEOUT')) : Promise.resolve(answer);
  };
  return cli(['dns-lock', ...words], { lookUp, today: () => today }).finally(() => {
    process.chdir(home);
  });
}

const lockOf = (folder: string, name = 'dns-lock.yaml'): string => readFileSync(join(folder, name), 'utf8');

describe('intents dns-lock', () => {
  it('writes the addresses of the names in manifests, sorted, with the day and the time to live', async () => {
    const folder = folderOf({ 'intents.yaml': INTENTS });
    const { code, out, err } = await run(folder, ['intents.yaml']);
    expect({ code, out, err }).toEqual({
      code: 0,
      out: 'api.stripe.com: +203.0.113.7 +203.0.113.9 +2001:db8::1\n',
      err: '',
    });
    expect(lockOf(folder))
      .toBe(`# Addresses of domain names, for egress policies. Written by intents dns-lock; commit it.
# Entries with pinned: true are kept as they are.
version: 1
maxAgeDays: 30
names:
  api.stripe.com:
    addresses:
      - 203.0.113.7
      - 203.0.113.9
      - 2001:db8::1
    resolved: 2026-06-01
    ttl: 300
`);
    const again = lockOf(folder);
    await run(folder, ['intents.yaml']);
    expect(lockOf(folder)).toBe(again);
  });

  it('writes JSON where the name of the file ends so, and reads it', async () => {
    const folder = folderOf({});
    await run(folder, ['--domain', 'api.stripe.com', '--lock', 'lock.json', '--max-age', '7']);
    expect(JSON.parse(lockOf(folder, 'lock.json'))).toMatchObject({ version: 1, maxAgeDays: 7 });
    expect((await run(folder, ['--lock', 'lock.json', '--check'])).code).toBe(0);
  });

  it('looks the names of the lock up again when none are given, and keeps pinned ones', async () => {
    const folder = folderOf({ 'dns-lock.yaml': LOCK });
    const { out } = await run(folder, []);
    expect(out).toBe('api.stripe.com: +203.0.113.9 +2001:db8::1\n');
    expect(lockOf(folder)).toContain('resolved: 2020-01-01\n    pinned: true');
  });

  it('drops names that the manifests do not have', async () => {
    const folder = folderOf({ 'dns-lock.yaml': LOCK, 'intents.yaml': INTENTS });
    const { out } = await run(folder, ['intents.yaml']);
    expect(out).toContain('*.example.org: -192.0.2.1\n');
    expect(lockOf(folder)).not.toContain('example.org');
  });

  it('keeps what it has of a name when nobody answers, and fails', async () => {
    const folder = folderOf({ 'dns-lock.yaml': LOCK.replaceAll('api.stripe.com', 'down.example.com') });
    const { code, err } = await run(folder, []);
    expect(code).toBe(1);
    expect(err).toContain('error dns-lock-no-answer');
    expect(err).toContain('keeps the addresses of 2026-01-01');
    expect(lockOf(folder)).toContain('down.example.com');
  });

  it.each([
    ['gone.example.com', 1, 'error dns-lock-no-address'],
    ['*.example.com', 1, 'error dns-lock-wildcard'],
    ['cdn.example.com', 0, 'warning dns-lock-short-ttl'],
  ])('says of %s what is wrong', async (name, code, finding) => {
    const result = await run(folderOf({}), ['--domain', name]);
    expect(result.code).toBe(code);
    expect(result.err).toContain(finding);
  });

  describe('--check', () => {
    it('writes nothing, and fails for other addresses and for old answers', async () => {
      const folder = folderOf({ 'dns-lock.yaml': LOCK });
      const { code, out, err } = await run(folder, ['--check']);
      expect(code).toBe(1);
      expect(out).toBe('api.stripe.com: +203.0.113.9 +2001:db8::1\n');
      expect(err).toContain('warning dns-lock-stale');
      expect(lockOf(folder)).toBe(LOCK);
    });

    it('fails for names of manifests that are missing', async () => {
      const folder = folderOf({ 'intents.yaml': INTENTS });
      expect((await run(folder, ['intents.yaml', '--check'])).code).toBe(1);
    });

    it('is content with a fresh lock, whatever the day of its answers', async () => {
      const folder = folderOf({ 'intents.yaml': INTENTS });
      await run(folder, ['intents.yaml'], '2026-05-20');
      expect(await run(folder, ['intents.yaml', '--check'])).toEqual({ code: 0, out: '', err: '' });
    });
  });

  it.each<[string, Record<string, string>, string[], string]>([
    ['no names', {}, [], 'no domain names'],
    ['a file that is no lock', { 'dns-lock.yaml': 'a: 1' }, [], 'is no lock file'],
    ['an age that is none', {}, ['--max-age', 'soon'], 'Write a number of days'],
  ])('refuses %s', async (_what, files, words, message) => {
    const { code, err } = await run(folderOf(files), words);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('intents compile with domain names', () => {
  const MANIFESTS = `${INTENTS}---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: pay, namespace: shop }
spec:
  selector: { matchLabels: { app: pay } }
  template:
    metadata: { labels: { app: pay } }
    spec: { containers: [{ name: main, image: pay }] }
`;

  it('opens the addresses of the lock file', async () => {
    const folder = folderOf({ 'all.yaml': MANIFESTS, 'lock.yaml': LOCK.replace('2026-01-01', '2999-01-01') });
    const words = ['compile', join(folder, 'all.yaml'), '--egress', '--dns-lock', join(folder, 'lock.yaml')];
    const { code, out, err } = await cli(words);
    expect(out).toContain('cidr: 203.0.113.7/32');
    expect(err).not.toContain('domain-not-enforced');
    expect(code).toBe(0);
  });

  it('hands them to a network plugin', async () => {
    const folder = folderOf({ 'all.yaml': MANIFESTS });
    const { out } = await cli([
      'compile',
      join(folder, 'all.yaml'),
      '--egress',
      '--domain-policies',
      'cilium',
    ]);
    expect(out).toContain('kind: CiliumNetworkPolicy');
    expect(out).toContain('matchName: api.stripe.com');
  });
});
