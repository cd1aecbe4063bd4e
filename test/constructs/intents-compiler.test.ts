import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Testing, YamlOutputType } from 'cdk8s';
import { ClientIntents, DefaultDeny, IntentsCompiler, Target } from 'cdk8s-intents';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { parseAllDocuments } from 'yaml';
import { attach, deployment, find, namespace, serious, synth, workedExample, type Manifest } from './apps';

const SERVER_ID = 'server-otterize-tutorial-np-7e16db';

describe('the worked example under the seed profile (intent-systems D2, D3)', () => {
  it('writes the policy exactly as documented', () => {
    const { app, chart } = workedExample();
    const { findings } = attach(app);
    const manifests = synth(chart);
    expect(find(manifests, 'NetworkPolicy', 'access-to-server-from-otterize-tutorial-npol')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: 'access-to-server-from-otterize-tutorial-npol',
        namespace: 'otterize-tutorial-npol',
        labels: { 'intents.otterize.com/network-policy': 'true' },
      },
      spec: {
        podSelector: { matchLabels: { 'intents.otterize.com/server': SERVER_ID } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [
              {
                namespaceSelector: {
                  matchLabels: { 'intents.otterize.com/namespace-name': 'otterize-tutorial-npol' },
                },
                podSelector: { matchLabels: { [`intents.otterize.com/access-${SERVER_ID}`]: 'true' } },
              },
            ],
          },
        ],
      },
    });
    expect(serious(findings())).toEqual([]);
  });

  it('labels pods and namespace exactly as documented, and leaves selectors alone', () => {
    const { app, chart } = workedExample();
    attach(app);
    const manifests = synth(chart);
    const client = find(manifests, 'Deployment', 'client');
    expect(client.spec.template.metadata.labels).toEqual({
      app: 'client',
      [`intents.otterize.com/access-${SERVER_ID}`]: 'true',
      'intents.otterize.com/client': 'true',
      'intents.otterize.com/server': 'client-otterize-tutorial-np-699302',
    });
    const server = find(manifests, 'Deployment', 'server');
    expect(server.spec.template.metadata.labels).toEqual({
      app: 'server',
      'intents.otterize.com/server': SERVER_ID,
    });
    for (const workload of [client, server]) {
      expect(workload.spec.selector.matchLabels).toEqual({ app: workload.metadata.name });
      expect(workload.metadata.labels).toBeUndefined();
    }
    expect(find(manifests, 'Namespace', 'otterize-tutorial-npol').metadata).toEqual({
      name: 'otterize-tutorial-npol',
      labels: { 'intents.otterize.com/namespace-name': 'otterize-tutorial-npol' },
    });
  });

  it("puts the policy of a client in another namespace into the server's, named after the client's", () => {
    const app = Testing.app();
    const servers = namespace(app, 'servers');
    const clients = namespace(app, 'clients');
    const server = deployment(servers, 'server', { port: 80 });
    new ClientIntents(clients, 'calls', {
      workload: deployment(clients, 'client'),
      targets: [Target.workload(server)],
    });
    const { findings } = attach(app);
    expect(find(synth(servers), 'NetworkPolicy', 'access-to-server-from-clients').metadata.namespace).toBe(
      'servers',
    );
    expect(synth(clients).filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
    expect(serious(findings())).toEqual([]);
  });
});

describe('every way to a synth', () => {
  const policyNames = (text: string): string[] =>
    parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest)
      .filter((manifest) => manifest.kind === 'NetworkPolicy')
      .map((manifest) => manifest.metadata.name);

  it.each([
    YamlOutputType.FILE_PER_APP,
    YamlOutputType.FILE_PER_CHART,
    YamlOutputType.FILE_PER_RESOURCE,
    YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
  ])('writes policies and labels with yamlOutputType %s', (yamlOutputType) => {
    const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
    const { app } = workedExample(new App({ outdir, yamlOutputType }));
    const { runs } = attach(app);
    app.synth();
    const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    );
    const text = files.map((file) => readFileSync(join(outdir, file), 'utf8')).join('\n---\n');
    expect(policyNames(text)).toEqual(['access-to-server-from-otterize-tutorial-npol']);
    expect(text.match(/intents.otterize.com\/client: "true"/g)).toHaveLength(1);
    expect(runs()).toBe(1);
  });

  it('works for synthYaml and chart.toJson', () => {
    const { app, chart } = workedExample();
    attach(app);
    expect(policyNames(app.synthYaml())).toEqual(['access-to-server-from-otterize-tutorial-npol']);
    expect((chart.toJson() as Manifest[]).filter(({ kind }) => kind === 'NetworkPolicy')).toHaveLength(1);
  });

  it('does the work once a synth, though cdk8s validates once a chart and once more', () => {
    const { app } = workedExample();
    for (let i = 0; i < 5; i++) deployment(namespace(app, `other-${i}`), 'idle');
    const { runs } = attach(app);
    app.synthYaml();
    expect(runs()).toBe(1);
    app.synthYaml();
    expect(runs()).toBe(2);
  });

  it('gives the same bytes at every synth', () => {
    const { app } = workedExample();
    attach(app);
    const first = app.synthYaml();
    expect(app.synthYaml()).toBe(first);
    expect(app.synthYaml()).toBe(first);
  });

  it('follows the tree between two synths: what is gone is taken away again', () => {
    const { app, chart } = workedExample();
    attach(app);
    app.synthYaml();
    chart.node.tryRemoveChild('client-calls');
    const text = app.synthYaml();
    expect(text).not.toContain('intents.otterize.com/');
    expect(policyNames(text)).toEqual([]);
  });

  it('sees constructs that other validations add', () => {
    const { app, chart } = workedExample();
    const { findings } = attach(app);
    const late = new Construct(app, 'late');
    late.node.addValidation({
      validate: () => {
        if (chart.node.tryFindChild('late-client') === undefined) {
          const client = deployment(chart, 'late-client');
          new ClientIntents(chart, 'late-calls', {
            workload: client,
            targets: [Target.workload({ name: 'client' })],
          });
        }
        return [];
      },
    });
    expect(policyNames(app.synthYaml())).toEqual([
      'access-to-client-from-otterize-tutorial-npol',
      'access-to-server-from-otterize-tutorial-npol',
    ]);
    expect(serious(findings())).toEqual([]);
  });

  it('renders nothing twice: cdk8s-plus with spread keeps its affinity terms single', () => {
    const make = (attached: boolean): string => {
      const app = Testing.app();
      const chart = namespace(app, 'shop');
      const cart = new kplus.Deployment(chart, 'cart', {
        metadata: { name: 'cart' },
        spread: true,
        containers: [{ image: 'cart', portNumber: 80 }],
      });
      if (attached) {
        new ClientIntents(chart, 'calls', {
          workload: deployment(chart, 'frontend'),
          targets: [Target.workload(cart)],
        });
        attach(app);
      }
      return JSON.stringify(find(synth(chart), 'Deployment', 'cart').spec.template.spec.affinity);
    };
    expect(make(true)).toBe(make(false));
  });

  it('does the work once for charts without objects, too, and for folders', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
    const yamlOutputType = YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE;
    const { app } = workedExample(new App({ outdir, yamlOutputType }));
    new Chart(app, 'empty-1', { namespace: 'x' });
    new Chart(app, 'empty-2', { namespace: 'x' });
    const { runs } = attach(app);
    app.synth();
    app.synthYaml();
    app.synth();
    expect(runs()).toBe(3);
  });

  it('refuses to be attached twice', () => {
    const { app } = workedExample();
    IntentsCompiler.attach(app);
    expect(() => IntentsCompiler.attach(app)).toThrow('the app has a compiler already');
  });
});

describe('a failed proof', () => {
  const broken = (proof?: 'error' | 'report' | 'off') => {
    const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
    const app = new App({ outdir });
    const chart = namespace(app, 'shop');
    const client = deployment(chart, 'client');
    new ClientIntents(chart, 'calls', { workload: client, targets: [Target.workload({ name: 'sever' })] });
    deployment(chart, 'server');
    const { findings } = attach(app, proof === undefined ? {} : { proof });
    return { app, outdir, findings };
  };

  it('fails the synth with every finding in one message, and writes nothing', () => {
    const { app, outdir } = broken();
    expect(() => {
      app.synth();
    }).toThrow(/The intents do not hold\.\n\nerror target-not-found[^]*shop\/calls[^]*server[^]*1 error/);
    expect(readdirSync(outdir)).toEqual([]);
  });

  it('goes on under proof: report', () => {
    const { app, outdir, findings } = broken('report');
    app.synth();
    expect(readdirSync(outdir)).toEqual(['shop.k8s.yaml']);
    expect(findings().map(({ id }) => id)).toContain('target-not-found');
  });

  it('prints what it found on stderr when nobody asks for it', () => {
    const { app, chart, server } = workedExample();
    new DefaultDeny(chart, 'deny');
    server.metadata.addLabel('x', 'y');
    chart.node.tryRemoveChild('client-calls');
    new ClientIntents(chart, 'again', {
      workload: { name: 'client' },
      targets: [Target.workload({ name: 'nobody' })],
    });
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      IntentsCompiler.attach(app, { proof: 'report' });
      app.synthYaml();
      expect(write.mock.calls.map(([text]) => String(text)).join('')).toMatch(
        /^cdk8s-intents\n\nerror target-not-found/,
      );
    } finally {
      write.mockRestore();
    }
  });
});

describe('what the app cannot be given', () => {
  it('says that pods inside a List cannot be labelled', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'shop' },
      spec: { containers: [{ name: 'a', image: 'a' }] },
    };
    new ApiObject(chart, 'list', {
      apiVersion: 'v1',
      kind: 'List',
      items: [pod, { ...pod, metadata: { name: 'b', namespace: 'shop' } }],
    });
    new ClientIntents(chart, 'calls', { workload: { name: 'a' }, targets: [Target.workload({ name: 'b' })] });
    const { findings } = attach(app, { proof: 'report' });
    synth(chart);
    expect(findings().map(({ id }) => id)).toEqual(
      expect.arrayContaining(['list-not-labelled', 'server-not-isolated']),
    );
  });

  it('says when the app has a policy of the name that an intent needs', () => {
    const { app, chart } = workedExample();
    new ApiObject(chart, 'mine', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'access-to-server-from-otterize-tutorial-npol' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
    const { findings } = attach(app, { proof: 'report' });
    synth(chart);
    expect(findings().map(({ id }) => id)).toEqual(
      expect.arrayContaining(['policy-name-taken', 'declared-call-denied']),
    );
  });

  it('says when the app sets a label of ours to something else, and writes ours', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const server = deployment(chart, 'server', {
      port: 80,
      labels: { 'intents.otterize.com/server': 'forged' },
    });
    new ClientIntents(chart, 'calls', {
      workload: deployment(chart, 'client'),
      targets: [Target.workload(server)],
    });
    const { findings } = attach(app);
    const labels = find(synth(chart), 'Deployment', 'server').spec.template.metadata.labels;
    expect(labels['intents.otterize.com/server']).toMatch(/^server-shop-/);
    expect(serious(findings())).toEqual([expect.stringContaining('warning label-conflict')]);
  });
});

it('stamps no namespace on cluster-scoped objects of a namespaced chart', () => {
  const { app, chart } = workedExample();
  new ApiObject(chart, 'role', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'r' },
  });
  attach(app);
  expect(find(synth(chart), 'ClusterRole', 'r').metadata).toEqual({ name: 'r' });
  expect(Chart.isChart(chart)).toBe(true);
});
