import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import { ClientIntents, Target, type PortReference } from 'cdk8s-intents';
import * as kplus27 from 'cdk8s-plus-27';
import { attach, deployment, find, namespace, serious, synth } from './apps';

function shop() {
  const app = Testing.app();
  return { app, chart: namespace(app, 'shop') };
}

function target(made: Target) {
  return { workload: { name: 'client' }, targets: [made] };
}

describe('ClientIntents', () => {
  it('reads constructs and names into the one form of intents', () => {
    const { app, chart } = shop();
    const frontend = new kplus27.Deployment(chart, 'frontend', {
      metadata: { name: 'frontend' },
      containers: [{ image: 'f' }],
    });
    const service = new ApiObject(chart, 'svc', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart' },
    });
    const elsewhere = deployment(namespace(app, 'billing'), 'ledger');
    const { intents } = new ClientIntents(chart, 'calls', {
      workload: frontend,
      targets: [
        Target.workload(elsewhere, { ports: [5432, 'admin', { port: 53, protocol: 'UDP' }] }),
        Target.workload({ name: 'other', kind: 'Job' }),
        Target.service(service),
        Target.service('payments.billing', { ports: [8443] }),
        Target.internet({ domains: ['*.stripe.com'], ips: ['203.0.113.7', '2001:db8::/32'], ports: [443] }),
        Target.kubernetesApi(),
      ],
    });
    expect(intents).toMatchObject({
      namespace: 'shop',
      name: 'calls',
      client: { namespace: 'shop', name: 'frontend', kind: 'Deployment' },
      targets: [
        {
          type: 'workload',
          server: { namespace: 'billing', name: 'ledger', kind: 'Deployment' },
          ports: [
            { port: 5432, protocol: 'TCP' },
            { port: 'admin', protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
        },
        { type: 'workload', server: { namespace: 'shop', name: 'other', kind: 'Job' }, ports: [] },
        { type: 'service', namespace: 'shop', name: 'cart' },
        { type: 'service', namespace: 'billing', name: 'payments', ports: [{ port: 8443, protocol: 'TCP' }] },
        { type: 'internet', domains: ['*.stripe.com'], ips: ['203.0.113.7', '2001:db8::/32'] },
        { type: 'kubernetes-api' },
      ],
      place: { construct: 'shop/calls' },
    });
  });

  it('says at construction what is wrong, where, and how to mend it', () => {
    const { app, chart } = shop();
    const client = deployment(chart, 'client');
    const bare = new Chart(app, 'bare');
    const elsewhere = deployment(namespace(app, 'elsewhere'), 'far');
    const make =
      (
        targets: Target[],
        workload: ConstructorParameters<typeof ClientIntents>[2]['workload'] = client,
        scope = chart,
      ) =>
      () =>
        new ClientIntents(scope, 'calls', { workload, targets });
    const server = [Target.workload({ name: 's' })];
    expect(make(server, { name: 'x' }, bare)).toThrow(
      "bare/calls: its chart bare has no namespace. Write new Chart(app, 'bare', { namespace: '…' }).",
    );
    expect(make([])).toThrow('shop/calls: it declares no target.');
    expect(make(server, { name: ' ' })).toThrow('shop/calls: a workload needs a name.');
    expect(make(server, elsewhere)).toThrow(
      'shop/calls: the client far is in namespace elsewhere, but its intents are in shop. Declare them in the chart of namespace elsewhere.',
    );
    expect(make(server, chart)).toThrow(/^shop\/calls: the construct shop wraps no Kubernetes object\./);
    const service = new ApiObject(chart, 'svc', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'cart' },
    });
    expect(make([Target.workload(service)])).toThrow(
      /Service cart \(shop\/svc\) makes no pods\. For a Service, use Target\.service\(\)\./,
    );
    expect(make([Target.service(client)])).toThrow(
      /Deployment client \(shop\/client\) is no Service\. For a workload, use Target\.workload\(\)\./,
    );
    expect(make([Target.service('cart.shop.svc.cluster.local')])).toThrow(/is not the name of a Service/);
    expect(make([Target.internet({})])).toThrow('an internet target names neither a domain nor an address');
    expect(make([Target.internet({ domains: ['https://x.y'] })])).toThrow('"https://x.y" is not a DNS name');
    expect(make([Target.internet({ ips: ['10.0.0.1/8'] })])).toThrow(
      /"10\.0\.0\.1\/8" is not an address or CIDR: /,
    );
  });

  it.each<[string, () => unknown, string]>([
    ['no properties', () => undefined, 'its properties: it is undefined. Write an object with the fields'],
    [
      'a misspelt property',
      () => ({ workload: { name: 'a' }, target: [] }),
      'it has a field target that nobody knows. Did you mean targets?',
    ],
    ['no workload', () => ({ targets: [] }), "a workload needs a name, but is undefined. Write { name: 'f"],
    ['a string', () => ({ workload: 'a', targets: [] }), 'a workload needs a name, but is "a". Write { name'],
    [
      'a misspelt namespace',
      () => ({ workload: { name: 'a', namespce: 'b' }, targets: [] }),
      'the workload has a field namespce that nobody knows. Did you mean namespace?',
    ],
    [
      'a number as kind',
      () => ({ workload: { name: 'a', kind: 1 }, targets: [] }),
      'the kind of the workload a is 1, not text',
    ],
    ['no targets', () => ({ workload: { name: 'a' } }), 'its targets are undefined, not a list'],
    [
      'a string as target',
      () => ({ workload: { name: 'a' }, targets: ['server'] }),
      'targets[0] is "server", not a Target. Write Target.workload(server)',
    ],
    ['a workload of undefined', () => target(Target.workload(undefined as never)), 'a workload needs a name'],
    ['a Service of undefined', () => target(Target.service(undefined as never)), 'undefined is no construct'],
    ['internet of undefined', () => target(Target.internet(undefined as never)), 'a target: it is undefined'],
    [
      'a text as domains',
      () => target(Target.internet({ domains: 'a.b' as never })),
      'domains of a target is "a.b". Write domains: [',
    ],
    [
      'options that are a list, which would open every port',
      () => target(Target.service('a', [80] as never)),
      'the options of a target: it is a list. Write an object with the fields ports.',
    ],
    [
      'a misspelt option, which would open every port',
      () => target(Target.workload({ name: 'a' }, { port: 80 } as never)),
      'it has a field port that nobody knows. Did you mean ports?',
    ],
  ])('refuses %s, where nobody checks types', (_what, props, message) => {
    const { chart } = shop();
    expect(() => new ClientIntents(chart, 'calls', props() as never)).toThrow(message);
    expect(() => new ClientIntents(chart, 'calls', props() as never)).toThrow(/^shop\/calls: /);
  });

  describe('follows its constructs to what they are rendered as', () => {
    const NAME = 'intents.otterize.com/workload-name';
    const annotated = (chart: Chart, name: string, as: string): ApiObject => {
      const object = deployment(chart, name, { port: 80 });
      object.addJsonPatch(JsonPatch.add('/spec/template/metadata/annotations', { [NAME]: as }));
      return object;
    };

    it('renamed by annotation (otterize-operator 2.1 step 1)', () => {
      const { app, chart } = shop();
      const client = annotated(chart, 'a', 'caller');
      const server = annotated(chart, 'b', 'called');
      new ClientIntents(chart, 'calls', { workload: client, targets: [Target.workload(server)] });
      const { findings } = attach(app);
      expect(find(synth(chart), 'NetworkPolicy', 'access-to-called-from-shop')).toBeDefined();
      expect(serious(findings())).toEqual([]);
    });

    it('renamed by a patch, Services too', () => {
      const { app, chart } = shop();
      const client = deployment(chart, 'a');
      const server = deployment(chart, 'b', { port: 80 });
      const behind = deployment(chart, 'c', { port: 80 });
      const service = new ApiObject(chart, 'svc', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'svc' },
        spec: { selector: { app: 'c' }, ports: [{ port: 80 }] },
      });
      const targets = [Target.workload(server), Target.service(service)];
      new ClientIntents(chart, 'calls', { workload: client, targets });
      for (const object of [client, server, behind, service]) {
        object.addJsonPatch(JsonPatch.replace('/metadata/name', `${object.name}-v2`));
      }
      const { findings } = attach(app);
      expect(synth(chart).map(({ metadata }) => metadata.name)).toEqual(
        expect.arrayContaining(['access-to-b-v2-from-shop', 'svc-access-to-svc-v2-from-shop']),
      );
      expect(serious(findings())).toEqual([]);
    });

    it('and says when another workload has the name that the annotation gives', () => {
      const { app, chart } = shop();
      const client = deployment(chart, 'client');
      const server = annotated(chart, 'a', 'b');
      deployment(chart, 'b', { port: 80 });
      new ClientIntents(chart, 'calls', { workload: client, targets: [Target.workload(server)] });
      const { findings } = attach(app);
      synth(chart);
      expect(serious(findings())).toEqual([
        expect.stringMatching(/^warning ambiguous-identity: .*Deployment shop\/a.* and .*shop\/b/),
      ]);
    });
  });

  it.each<[PortReference[], RegExp]>([
    [[], /ports is an empty list/],
    [[0], /port 0 is out of range/],
    [[65536], /port 65536 is out of range/],
    [[80.5], /port 80.5 is out of range/],
    [80 as never, /ports is 80, not a list/],
    [[{ port: 53 } as never], /a port is 53 with the protocol undefined/],
    [[{ port: 53, protocol: 'udp' } as never], /protocols are TCP, UDP and SCTP/],
    [[undefined as never], /a port is undefined\. Write 443/],
    [['80'], /port "80" is no port name/],
    [['UPPER'], /port "UPPER" is no port name/],
    [['a--b'], /port "a--b" is no port name/],
  ])('refuses ports %j', (ports, message) => {
    const { chart } = shop();
    expect(
      () =>
        new ClientIntents(chart, 'calls', {
          workload: { name: 'a' },
          targets: [Target.workload({ name: 'b' }, { ports })],
        }),
    ).toThrow(message);
  });
});
