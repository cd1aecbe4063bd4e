import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cli, cliOn, folderOf } from './cli-run';
import { parseChecked } from './json-schema';

const STORY = readFileSync(join(__dirname, '../scenarios/load-balancer/input.yaml'), 'utf8');

interface Compiled {
  readonly code: number;
  readonly objects: readonly any[];
  readonly findings: readonly any[];
}

async function compile(text: string, ...words: string[]): Promise<Compiled> {
  const { out, code } = await cliOn(text, 'compile', '-', '-o', 'json', ...words);
  const { objects, findings } = parseChecked('compile', out);
  return { code, objects, findings };
}

function ids(objects: readonly any[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

function labelsOf(objects: readonly any[], name: string): Record<string, string> {
  const { spec } = objects.find(({ kind, metadata }) => kind !== 'NetworkPolicy' && metadata.name === name);
  return (spec.jobTemplate?.spec ?? spec).template.metadata.labels;
}

/** Everything of the input but its intents as it was, what was compiled in its place or behind it. */
function applied(input: string, objects: readonly any[]): string {
  const key = ({ apiVersion, kind, metadata }: any): string =>
    [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
  const byKey = new Map(parseAllDocuments(input).map((document) => [key(document.toJS()), document.toJS()]));
  for (const object of objects) byKey.set(key(object), object);
  return [...byKey.values()].map((object) => JSON.stringify(object)).join('\n---\n');
}

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

describe('intents compile: objects that get labels', () => {
  const CRON = `---
apiVersion: v1
kind: List
items:
  - kind: CronJob
    apiVersion: batch/v1
    metadata: { namespace: shop, name: report, annotations: { z: "1", a: "2" } }
    spec:
      schedule: "* * * * *"
      jobTemplate:
        spec:
          template:
            spec: { restartPolicy: Never, containers: [{ name: main, image: report, args: ["on", "0o7"] }] }
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: report, namespace: shop }
spec: { workload: { name: report }, targets: [{ kubernetes: { name: frontend } }] }
`;

  it('keep all else, in its order; Lists come apart, and a CronJob is labelled in its innermost template', async () => {
    const { objects } = await compile(STORY + CRON);
    const report = objects.find(({ metadata }) => metadata.name === 'report');
    expect(JSON.stringify(report)).toBe(
      JSON.stringify({
        kind: 'CronJob',
        apiVersion: 'batch/v1',
        metadata: { namespace: 'shop', name: 'report', annotations: { z: '1', a: '2' } },
        spec: {
          schedule: '* * * * *',
          jobTemplate: {
            spec: {
              template: {
                metadata: {
                  labels: {
                    'intents.otterize.com/access-frontend-shop-5b9a0c': 'true',
                    'intents.otterize.com/client': 'true',
                    'intents.otterize.com/server': 'report-shop-cda2f6',
                  },
                },
                spec: {
                  restartPolicy: 'Never',
                  containers: [{ name: 'main', image: 'report', args: ['on', '0o7'] }],
                },
              },
            },
          },
        },
      }),
    );
  });

  it('are not printed again when they have their labels already', async () => {
    const first = await compile(STORY);
    const second = await compile(applied(STORY, first.objects));
    expect(ids(second.objects)).toEqual(ids(first.objects).filter((id) => id.startsWith('NetworkPolicy')));
    expect(second.objects).toEqual(first.objects.slice(3));
    expect(second.findings).toEqual([]);
  });

  it.each(
    ['load-balancer', 'ingress-controller', 'egress-default-deny'].flatMap((scenario) =>
      ['seed', 'otterize', 'selectors'].map((profile) => [scenario, profile] as const),
    ),
  )('come to rest after once (%s, %s)', async (scenario, profile) => {
    const input = readFileSync(join(__dirname, '../scenarios', scenario, 'input.yaml'), 'utf8');
    const words = ['--profile', profile, '--kubernetes-api', '10.0.0.1:6443'];
    const first = await compile(input, ...words);
    const policies = first.objects.filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.length).toBeGreaterThan(0);
    const second = await compile(applied(input, first.objects), ...words);
    expect(second.objects).toEqual(policies);
    expect(second.findings.map(({ id }) => id).sort()).toEqual(first.findings.map(({ id }) => id).sort());
  });

  it('lose the label of a server that is called something else now, and get the new one in its place', async () => {
    const old = applied(STORY, (await compile(STORY)).objects);
    const renamed = old.replaceAll('"name":"frontend"', '"name":"web"');
    const { objects, findings, code } = await compile(renamed);
    expect(labelsOf(objects, 'web')).toEqual({
      app: 'frontend',
      'intents.otterize.com/server': 'web-shop-e8ed9a',
    });
    expect(Object.keys(labelsOf(objects, 'loadgenerator')).filter((key) => key.includes('access-'))).toEqual([
      'intents.otterize.com/access-web-shop-e8ed9a',
    ]);
    expect(findings.map(({ id }) => id).sort()).toEqual(['label-removed', 'stale-policy']);
    expect(code).toBe(0);
  });

  it('keep a label that no intent wants where only policies come out, and a warning says so', async () => {
    const thief = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'thief',
        namespace: 'shop',
        labels: { 'intents.otterize.com/access-frontend-shop-5b9a0c': 'true' },
      },
      spec: { containers: [{ name: 'main', image: 'thief' }] },
    };
    const input = `${STORY}\n---\n${JSON.stringify(thief)}\n`;
    const whole = await compile(input);
    expect(ids(whole.objects)).toContain('Pod/thief');
    expect(whole.findings).toMatchObject([{ id: 'label-removed', severity: 'info' }]);
    const policies = await compile(input, '--policies-only');
    expect(policies.findings).toMatchObject([
      {
        id: 'label-removed',
        severity: 'warning',
        object: 'Pod/shop/thief',
        message: expect.stringContaining('the output has policies only and does not take it off'),
      },
    ]);
  });

  it('lose what no intent wants any more (otterize-operator 10.2 W-1), and the policy is named that is left over', async () => {
    const old = applied(STORY, (await compile(STORY)).objects);
    const without = old
      .split('\n')
      .filter((line) => !line.includes('ClientIntents'))
      .join('\n');
    const { objects, findings } = await compile(without);
    expect(labelsOf(objects, 'loadgenerator')).toEqual({ app: 'loadgenerator' });
    expect(labelsOf(objects, 'frontend')).toEqual({ app: 'frontend' });
    expect(ids(objects)).toEqual(['Namespace/shop', 'Deployment/frontend', 'Deployment/loadgenerator']);
    expect(findings.filter(({ id }) => id === 'stale-policy')).toMatchObject([
      {
        mend: expect.stringContaining(
          'kubectl delete networkpolicy.networking.k8s.io -n shop access-to-frontend-from-shop',
        ),
      },
      { mend: expect.stringContaining('external-access-to-frontend-external') },
    ]);
  });

  it('are the owners, not the ReplicaSets and pods that a live cluster has made of them', async () => {
    const labels = { app: 'loadgenerator', 'intents.otterize.com/access-gone-shop-000000': 'true' };
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'loadgenerator',
      uid: '1',
      controller: true,
    };
    const spec = {
      selector: { matchLabels: { app: 'loadgenerator' } },
      template: { metadata: { labels }, spec: { containers: [] } },
    };
    const live = [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'loadgenerator', namespace: 'shop', uid: '1' },
        spec,
      },
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { name: 'loadgenerator-5d', namespace: 'shop', uid: '2', ownerReferences: [owner] },
        spec,
      },
    ];
    const { objects } = await compile(live.map((object) => JSON.stringify(object)).join('\n---\n'));
    expect(ids(objects)).toEqual(['Deployment/loadgenerator']);
    expect(labelsOf(objects, 'loadgenerator')).toEqual({ app: 'loadgenerator' });
  });

  it('change from one profile to another without a rest of the first', async () => {
    const old = applied(STORY, (await compile(STORY)).objects);
    const { objects } = await compile(old, '--profile', 'selectors');
    expect(labelsOf(objects, 'loadgenerator')).toEqual({ app: 'loadgenerator' });
    expect(labelsOf(objects, 'frontend')).toEqual({ app: 'frontend' });
  });

  it('keep a label that a policy of somebody else goes by', async () => {
    const old = applied(STORY, (await compile(STORY)).objects);
    const other = `${old}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: by-hand, namespace: shop }
spec: { podSelector: { matchLabels: { intents.otterize.com/client: "true" } }, policyTypes: [Ingress] }
`;
    const { objects } = await compile(other, '--profile', 'selectors');
    expect(labelsOf(objects, 'loadgenerator')).toEqual({
      app: 'loadgenerator',
      'intents.otterize.com/client': 'true',
    });
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
