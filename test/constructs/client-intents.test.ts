import { ApiObject, Chart, Testing } from 'cdk8s';
import { ClientIntents, Target, type PortReference } from 'cdk8s-intents';
import * as kplus27 from 'cdk8s-plus-27';
import { deployment, namespace } from './apps';

function shop() {
  const app = Testing.app();
  return { app, chart: namespace(app, 'shop') };
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

  it.each<[PortReference[], RegExp]>([
    [[], /ports is an empty list/],
    [[0], /port 0 is out of range/],
    [[65536], /port 65536 is out of range/],
    [[80.5], /port 80.5 is out of range/],
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
