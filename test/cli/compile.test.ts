import { parseAllDocuments } from 'yaml';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { STORY, compile, ids } from './compile-fixture';
import { cli, cliOn, folderOf } from './cli-run';

describe('intents compile', () => {
  it('prints the changed objects and then the policies as one YAML stream', async () => {
    const { out, err, code } = await cliOn(STORY, 'compile', '-');
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(ids(parseAllDocuments(out).map((document) => document.toJS()))).toEqual([
      'Namespace/shop',
      'Deployment/frontend',
      'Deployment/loadgenerator',
      'NetworkPolicy/access-to-frontend-from-shop',
      'NetworkPolicy/external-access-to-frontend-external',
    ]);
  });

  it('prints only the policies with --policies-only, the same ones', async () => {
    const whole = (await cliOn(STORY, 'compile', '-')).out;
    const policies = (await cliOn(STORY, 'compile', '-', '--policies-only')).out;
    expect(ids(parseAllDocuments(policies).map((document) => document.toJS()))).toEqual([
      'NetworkPolicy/access-to-frontend-from-shop',
      'NetworkPolicy/external-access-to-frontend-external',
    ]);
    expect(whole.endsWith(`---\n${policies}`)).toBe(true);
  });

  it('gives the same objects as JSON, with the findings', async () => {
    const { out } = await cliOn(STORY, 'compile', '-');
    const { objects, findings, code } = await compile(STORY);
    expect(objects).toEqual(parseAllDocuments(out).map((document) => document.toJS()));
    expect({ findings, code }).toEqual({ findings: [], code: 0 });
  });

  it('reads files, folders and commits as every other command does', async () => {
    const folder = folderOf({ 'a/story.yaml': STORY });
    const fromStdin = (await cliOn(STORY, 'compile', '-')).out;
    expect((await cli(['compile', folder])).out).toBe(fromStdin);
    expect((await cli(['compile', `${folder}/a/story.yaml`])).out).toBe(fromStdin);
    const { code, err } = await cli(['compile', 'no-such-ref:manifests']);
    expect(code).toBe(2);
    expect(err).toContain('no-such-ref is no branch, tag or commit');
  });

  it('prints nothing on standard output for input that cannot be read, and exits with 2', async () => {
    const { out, err, code } = await cliOn(`${STORY}---\na: b: c\n`, 'compile', '-');
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toContain('invalid-yaml');
    expect(await cli(['compile', '/nope'])).toMatchObject({ out: '', code: 2 });
    expect(await cliOn(STORY, 'compile', '-', '--profile', 'sed')).toMatchObject({ out: '', code: 2 });
    expect(await cliOn(STORY, 'compile', '-', '--egress', '--kubernetes-api', 'x')).toMatchObject({
      out: '',
      code: 2,
    });
  });

  it('exits with 1 when the proof finds an error, and says which', async () => {
    const deny = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: quarantine }
spec: { order: 1, selector: app == "frontend", types: [Ingress], ingress: [{ action: Deny }] }
`;
    const { out, err, code } = await cliOn(STORY + deny, 'compile', '-');
    expect(code).toBe(1);
    expect(out).toContain('access-to-frontend-from-shop');
    expect(err).toContain('error declared-call-denied: Deployment/shop/loadgenerator, stdin:');
  });

  it('exits with 1 for an intent with a field that nobody knows, which opens nothing', async () => {
    const typo = STORY.replace('{ name: frontend } }]', '{ name: frontend, port: [80] } }]');
    const { code, objects, findings } = await compile(typo);
    expect(code).toBe(1);
    expect(findings).toMatchObject([{ id: 'unknown-field', severity: 'error' }]);
    expect(objects).toEqual([]);
  });

  it('says that there is nothing to compile', async () => {
    const { objects, findings, code } = await compile(
      STORY.slice(0, STORY.indexOf('---\napiVersion: k8s.otterize')),
    );
    expect({ objects, code }).toEqual({ objects: [], code: 0 });
    expect(findings).toMatchObject([{ id: 'no-intents', severity: 'warning' }]);
  });

  it('does not ask for intents where those that are there were refused', async () => {
    const { findings, code } = await compile(
      STORY.replace('apiVersion: k8s.otterize.com/', 'apiVersion: k8s.otterize.com/v0'),
    );
    expect(code).toBe(1);
    expect(findings).toMatchObject([{ id: 'unknown-version', severity: 'error' }]);
  });

  it('makes a Namespace that the input lacks, and says what that means', async () => {
    const without = STORY.slice(STORY.indexOf('---') + 4);
    const { objects, findings, code } = await compile(without);
    expect(objects[0]).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'intents.otterize.com/namespace-name': 'shop' } },
    });
    expect(findings).toMatchObject([{ id: 'namespace-added', severity: 'warning' }]);
    expect(code).toBe(0);
  });

  it('writes the namespace of -n into labelled objects without one, and leaves them alone otherwise', async () => {
    const bare = STORY.replaceAll(', namespace: shop', '');
    const withOption = (await compile(bare, '-n', 'shop')).objects;
    expect(withOption.map(({ metadata }) => metadata.namespace)).toEqual([
      undefined,
      'shop',
      'shop',
      'shop',
      'shop',
    ]);
    const without = (await compile(bare)).objects;
    expect(without.map(({ metadata }) => metadata.namespace)).toEqual([
      undefined,
      undefined,
      undefined,
      'default',
      'default',
    ]);
  });
});

describe('intents compile: options', () => {
  it('takes the words of the construct', async () => {
    expect(ids((await compile(STORY, '--external-traffic', 'off', '--policies-only')).objects)).toEqual([
      'NetworkPolicy/access-to-frontend-from-shop',
    ]);
    expect(ids((await compile(STORY, '--profile', 'otterize', '--policies-only')).objects)).toEqual([
      'NetworkPolicy/external-access-to-frontend-external',
      'NetworkPolicy/frontend-access',
    ]);
    const egress = (await compile(STORY, '--egress', '--policies-only')).objects;
    expect(egress.some(({ spec }) => spec.policyTypes.includes('Egress'))).toBe(true);
  });

  it('tells the age of locked addresses by the day on which it runs', async () => {
    const pay = STORY.replace(
      'targets: [',
      'targets: [{ internet: { domains: [api.example.com], ports: [443] } }, ',
    );
    const lock =
      'version: 1\nnames: { api.example.com: { addresses: [203.0.113.9], resolved: "2026-06-01" } }\n';
    const folder = folderOf({ 'pay.yaml': pay, 'dns-lock.yaml': lock });
    const words = ['compile', `${folder}/pay.yaml`, '--egress', '--dns-lock', `${folder}/dns-lock.yaml`];
    const on = async (today: string): Promise<boolean> =>
      (await cli(words, { today: () => today })).err.includes('dns-lock-stale');
    expect(await on('2026-07-01')).toBe(false);
    expect(await on('2026-07-02')).toBe(true);
  });

  it('opens to the world what a default deny of the cluster would block, but not in exempt namespaces', async () => {
    const noIntents = STORY.slice(0, STORY.indexOf('---\napiVersion: k8s.otterize'));
    const denied = await compile(noIntents, '--assume-default-deny');
    expect(ids(denied.objects)).toEqual(['NetworkPolicy/external-access-to-frontend-external']);
    expect((await compile(noIntents, '--assume-default-deny', '--exempt', 'shop')).objects).toEqual([]);
    const typo = await compile(noIntents, '--assume-default-deny', '--exempt', 'shp');
    expect(typo.findings).toContainEqual(
      expect.objectContaining({ id: 'exempt-unknown-namespace', mend: 'Did you mean shop?' }),
    );
    expect((await compile(STORY, '--exempt', 'shop')).findings).toMatchObject([
      { id: 'exempt-without-deny' },
    ]);
  });

  it('lets in just the ingress controllers that are named', async () => {
    const input = readFileSync(join(__dirname, '../scenarios/ingress-controller/input.yaml'), 'utf8');
    const { code, findings } = await compile(input, '--ingress-controller', 'nope/nope');
    expect(findings.map(({ message }) => message).join()).toContain('nope/nope');
    expect(code).toBeLessThan(2);
    expect(await cliOn(input, 'compile', '-', '--ingress-controller', 'nope')).toMatchObject({
      code: 2,
      out: '',
    });
  });
});

describe('intents compile --enforcement', () => {
  it('writes nothing that isolates what is in shadow, and reports who would lose access', async () => {
    const shadow = await compile(STORY, '--enforcement', 'shadow', '--policies-only');
    expect(shadow.objects).toEqual([]);
    expect(shadow.findings.map(({ id }) => id).join()).toContain('enforcement');
    expect(shadow.findings.map(({ mend }) => mend).join()).toContain(
      'Then enforce it: --enforcement shadow --enforcement shop=enforce.',
    );
    const enforced = await compile(
      STORY,
      '--enforcement',
      'shadow',
      '--enforcement',
      'shop=enforce',
      '--policies-only',
    );
    expect(ids(enforced.objects)).toEqual([
      'NetworkPolicy/access-to-frontend-from-shop',
      'NetworkPolicy/external-access-to-frontend-external',
    ]);
    const one = await compile(STORY, '--enforcement', 'shop/frontend=shadow', '--policies-only');
    expect(one.objects).toEqual([]);
    expect(await cliOn(STORY, 'compile', '-', '--enforcement', 'shop=shade')).toMatchObject({
      code: 2,
      out: '',
    });
  });

  it('calls options by their names on the command line', async () => {
    const input = readFileSync(join(__dirname, '../scenarios/ingress-controller/input.yaml'), 'utf8');
    const { findings } = await compile(input, '--ingress-controller', 'nope/nope');
    expect(findings.map(({ mend }) => mend).join()).not.toMatch(/ingressControllers|nodeCidrs/);
  });
});

describe('intents compile: egress', () => {
  const peers = (objects: readonly any[]): string =>
    JSON.stringify(objects.flatMap(({ spec }) => spec?.egress ?? []));

  it('keeps the DNS open that is named, or none', async () => {
    const usual = peers((await compile(STORY, '--egress', '--policies-only')).objects);
    expect(usual).toContain('"k8s-app":"kube-dns"');
    const openshift = ['--dns', 'openshift-dns/dns.operator.openshift.io/daemonset-dns=default:5353'];
    const named = peers((await compile(STORY, '--egress', ...openshift, '--policies-only')).objects);
    expect(named).toContain('{"dns.operator.openshift.io/daemonset-dns":"default"}');
    expect(named).toContain('"port":5353');
    expect(named).not.toContain('kube-dns');
    const local = peers(
      (await compile(STORY, '--egress', '--no-dns', '--node-local-dns', '169.254.20.10')).objects,
    );
    expect(local).toContain('169.254.20.10/32');
    expect(local).not.toContain('kube-dns');
    expect(peers((await compile(STORY, '--egress', '--no-dns')).objects)).not.toMatch(/"port":53\b/);
    expect(await cliOn(STORY, 'compile', '-', '--dns', 'nope')).toMatchObject({ code: 2, out: '' });
  });

  it('names its own options when it refuses one', async () => {
    const { err } = await cliOn(STORY, 'compile', '-', '--egress', '--kubernetes-api', 'x');
    expect(err).toContain('error: --kubernetes-api[0] is "x"');
  });
});
