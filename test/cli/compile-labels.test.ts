import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { STORY, compile, ids, labelsOf, applied } from './compile-fixture';

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
