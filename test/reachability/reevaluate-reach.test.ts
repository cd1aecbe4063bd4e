import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { Workload } from '../../src/model/workloads/workload';
import type { PolicySet } from '../../src/policies/policy';
import { readPolicies } from '../../src/policies/read-policies';
import { printConnections } from '../../src/reachability/sets/connection-print';
import { evaluate } from '../../src/reachability/evaluate';
import type { AddressPeer, Reachability } from '../../src/reachability/reachability';
import { reevaluate } from '../../src/reachability/reevaluation/reevaluate';
import { readManifests } from '../../src/sources/manifest';

const deployment = (name: string, labels: Record<string, string>, spec: object = {}): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }], ...spec } },
  },
});

const policy = (name: string, from: readonly object[]): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace: 'shop', name },
  spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'], ingress: [{ from }] },
});

const tier = (defaultAction: string): object => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'Tier',
  metadata: { name: 'platform' },
  spec: { order: 10, defaultAction },
});

const WEB = { podSelector: { matchLabels: { app: 'web' } } };
const SHOP = [
  deployment('cart', { app: 'cart' }),
  deployment('web', { app: 'web' }),
  deployment('other', { app: 'other' }),
  policy('cart', [WEB]),
];

interface Model {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
}

function modelOf(objects: readonly object[]): Model {
  const { resources } = readManifests(objects.map((object) => JSON.stringify(object)).join('\n---\n'), {
    file: 'all.yaml',
  });
  return { cluster: buildCluster(resources), policies: readPolicies(resources) };
}

function workload({ cluster }: Model, name: string): Workload {
  const found = cluster.workloads.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no workload ${name}`);
  return found;
}

function allowed(reachability: Reachability, model: Model, from: string | AddressPeer, to: string): string {
  const source =
    typeof from === 'string' ? { type: 'workload' as const, workload: workload(model, from) } : from;
  const target = { type: 'workload' as const, workload: workload(model, to) };
  return printConnections(reachability.connection(source, target).allowed);
}

function open({ cluster, policies }: Model): Reachability {
  return evaluate(cluster, policies);
}

function change(
  before: readonly object[],
  after: readonly object[],
): {
  readonly model: Model;
  readonly reachability: Reachability;
  readonly whole: string | undefined;
  readonly affected: readonly string[];
} {
  const model = modelOf(after);
  const { reachability, whole, affected } = reevaluate(open(modelOf(before)), model.cluster, model.policies);
  return {
    model,
    reachability,
    whole,
    affected: affected.map(({ workload: { name }, directions }) => `${name} ${directions.join(' ')}`),
  };
}

describe('what a change reaches', () => {
  it('is nothing when everything was read again and says the same', () => {
    const { whole, affected, reachability, model } = change(SHOP, SHOP);
    expect([whole, affected]).toEqual([undefined, []]);
    expect(allowed(reachability, model, 'web', 'cart')).toBe('all');
    expect(allowed(reachability, model, 'other', 'cart')).toBe('none');
  });

  it('is a workload whose labels are others, in both directions', () => {
    const after = SHOP.map((object, index) => (index === 2 ? deployment('other', { app: 'web' }) : object));
    const { whole, affected, reachability, model } = change(SHOP, after);
    expect([whole, affected]).toEqual([undefined, ['other ingress egress']]);
    expect(allowed(reachability, model, 'other', 'cart')).toBe('all');
  });

  it('is what a policy selects that comes, goes or changes, in the directions it governs', () => {
    const without = SHOP.slice(0, 3);
    expect(change(SHOP, without).affected).toEqual(['cart ingress']);
    expect(change(without, SHOP).affected).toEqual(['cart ingress']);
    expect(change(SHOP, [...without, policy('cart', [])]).affected).toEqual(['cart ingress']);
  });

  it.each(['place', 'resource'])('counts a label of the name %s, as any other', (key) => {
    const selecting = (value: string): object =>
      policy('cart', [{ podSelector: { matchLabels: { [key]: value } } }]);
    const pods = [
      deployment('cart', { app: 'cart' }),
      deployment('web', { [key]: 'hall' }),
      deployment('other', { [key]: 'kitchen' }),
    ];
    const { affected, reachability, model } = change(
      [...pods, selecting('hall')],
      [...pods, selecting('kitchen')],
    );
    expect(affected).toEqual(['cart ingress']);
    expect(['web', 'other'].map((name) => allowed(reachability, model, name, 'cart'))).toEqual([
      'none',
      'all',
    ]);
    const namespace = (value: string): object => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { [key]: value } },
    });
    expect(change([...pods, namespace('a')], [...pods, namespace('b')]).affected).toHaveLength(3);
  });

  it('is a workload that has come or gone', () => {
    expect(change(SHOP, SHOP.slice(1)).affected).toEqual(['cart ingress egress']);
    expect(change(SHOP.slice(1), SHOP).affected).toEqual(['cart ingress egress']);
  });

  it('is the pods of a namespace whose labels are others', () => {
    const labelled = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { team: 'a' } },
    };
    expect(change(SHOP, [...SHOP, labelled]).affected).toHaveLength(3);
  });

  it('is the pods of a service account whose labels are others', () => {
    const account = (role: string): object => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'shop', name: 'default', labels: { role } },
    });
    const guard = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'guard' },
      spec: { serviceAccountSelector: "role == 'closed'", types: ['Ingress'], ingress: [] },
    };
    const pods = SHOP.slice(0, 3);
    const { whole, affected, reachability, model } = change(
      [...pods, guard, account('open')],
      [...pods, guard, account('closed')],
    );
    expect([whole, affected.length]).toEqual([undefined, 3]);
    expect(allowed(reachability, model, 'web', 'cart')).toBe('none');
  });

  it('is what the policies of a tier select when it ends otherwise, and nobody when it has none', () => {
    const inTier = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'platform.guard' },
      spec: { tier: 'platform', selector: "app == 'other'", types: ['Ingress'], ingress: [] },
    };
    const { whole, affected, reachability, model } = change(
      [...SHOP, inTier, tier('Pass')],
      [...SHOP, inTier, tier('Deny')],
    );
    expect([whole, affected]).toEqual([undefined, ['other ingress']]);
    expect(allowed(reachability, model, 'web', 'other')).toBe('none');
    expect(change([...SHOP, tier('Pass')], [...SHOP, tier('Deny')]).affected).toEqual([]);
  });

  it('is a workload on the host network that changes, comes or goes, and no other', () => {
    const host = (app: string): object => deployment('agent', { app }, { hostNetwork: true });
    const agent = ['agent ingress egress'];
    for (const [before, after] of [
      [
        [...SHOP, host('a')],
        [...SHOP, host('b')],
      ],
      [SHOP, [...SHOP, host('a')]],
      [[...SHOP, host('a')], SHOP],
    ] as const) {
      const { whole, affected } = change(before, after);
      expect([whole, affected]).toEqual([undefined, agent]);
    }
  });

  it('may be a block that no policy named before', () => {
    const block = { ipBlock: { cidr: '10.1.2.0/24', except: ['10.1.2.7/32'] } };
    const { whole, reachability, model } = change(SHOP, [...SHOP.slice(0, 3), policy('cart', [WEB, block])]);
    const address = (last: bigint): AddressPeer => {
      const value = 0x0a01_0200n + last;
      return { type: 'addresses', version: 4, first: value, last: value };
    };
    expect(whole).toBeUndefined();
    expect(allowed(reachability, model, address(6n), 'cart')).toBe('all');
    expect(allowed(reachability, model, address(7n), 'cart')).toBe('none');
    expect(allowed(reachability, model, address(256n), 'cart')).toBe('none');
    expect(allowed(reachability, model, address(7n), 'other')).toBe('all');
  });
});

describe('a model is evaluated whole', () => {
  it('when the first policy of Calico comes, which implies its plugin, and then anybody may be affected', () => {
    const guard = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'guard' },
      spec: { selector: "app == 'other'", types: ['Ingress'], ingress: [] },
    };
    const { whole, affected } = change(SHOP, [...SHOP, guard]);
    expect([whole, affected.length]).toEqual(['plugin-changed', 3]);
  });

  it('when very much is others', () => {
    const many = Array.from({ length: 300 }, (_, index) => deployment(`many-${index}`, { app: `a${index}` }));
    expect(change(SHOP, [...SHOP, ...many]).whole).toBe('many-changes');
  });

  it('never on answers of somebody else, whose options are not known', () => {
    const { cluster, policies } = modelOf(SHOP);
    const other: Reachability = { ...open({ cluster, policies }), addresses: [], findings: [] };
    expect(() => reevaluate(other, cluster, policies)).toThrow(TypeError);
  });
});
