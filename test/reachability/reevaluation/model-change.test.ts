import fc from 'fast-check';
import type { Workload } from '../../../src/model/workloads/workload';
import { changeBetween, type Model, type Pair } from '../../../src/reachability/reevaluation/model-change';
import { changed, modelOf, type ReadModel } from './changed-model';
import {
  account,
  calico,
  endpointSlice,
  gnp,
  ingressOf,
  job,
  namespace,
  netpol,
  pod,
  service,
} from './objects';

const NAMES = Array.from({ length: 8 }, (_, index) => `pod-${index}`);
const { cluster: OF_PODS, policies: NO_POLICIES } = modelOf(NAMES.map((name) => pod(name, { app: 'a' })));

function modelWith(workloads: readonly Workload[]): Model {
  return { cluster: { ...OF_PODS, workloads }, policies: NO_POLICIES, options: {} };
}

/** What becomes of a workload: nothing, the same read again, another label; or it is not there. */
type Fate = 'kept' | 'read again' | 'other' | 'absent';
const fates = fc.array(fc.constantFrom<Fate>('kept', 'kept', 'kept', 'read again', 'other', 'absent'), {
  minLength: NAMES.length,
  maxLength: NAMES.length,
});

function after(workload: Workload, fate: Fate | undefined): Workload[] {
  if (fate === 'absent') return [];
  if (fate === 'kept') return [workload];
  return [fate === 'other' ? { ...workload, labels: { app: 'b' } } : { ...workload }];
}

describe('the workloads that differ between two models', () => {
  it('are those that are no longer the same, whatever stays before, between and behind them', () => {
    fc.assert(
      fc.property(fates, fates, (first, second) => {
        const all = OF_PODS.workloads;
        const before = all.filter((_, index) => first[index] !== 'absent');
        const later = all.map((workload, index) => after(workload, second[index]));
        const { workloads, movedWorkloads } = changeBetween(modelWith(before), modelWith(later.flat()));
        const pairs = all.map((workload, index) => ({
          before: first[index] === 'absent' ? undefined : workload,
          after: later[index]?.[0],
          same: second[index] === 'read again',
        }));
        const expected = pairs.filter((pair) => pair.before !== pair.after);
        const isMoved = ({ before: was, same }: (typeof pairs)[number]): boolean => was !== undefined && same;
        expect(sorted(movedWorkloads)).toEqual(sorted(expected.filter(isMoved)));
        expect(sorted(workloads)).toEqual(sorted(expected.filter((pair) => !isMoved(pair))));
        const objects = new Set([...before, ...later.flat()]);
        for (const pair of [...workloads, ...movedWorkloads])
          for (const one of [pair.before, pair.after])
            expect(one === undefined || objects.has(one)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('are as many as come under one name, as a name is given once', () => {
    const [one, two] = [OF_PODS.workloads[0], OF_PODS.workloads[1]];
    if (one === undefined || two === undefined) throw new Error('there are eight');
    const twin = { ...one, labels: { app: 'b' } };
    const { workloads, movedWorkloads } = changeBetween(modelWith([two]), modelWith([one, twin, two]));
    expect(workloads.map((pair) => pair.after)).toEqual([twin, one]);
    expect(movedWorkloads).toEqual([]);
  });
});

function sorted(pairs: readonly Pair<Workload>[]): unknown {
  const texts = pairs.map(({ before, after: now }) => JSON.stringify([before ?? null, now ?? null]));
  return texts.sort();
}

describe('two models differ', () => {
  const SHOP = [pod('cart', { app: 'z' }), pod('web', { app: 'a' })];
  const change = (before: readonly object[], now: readonly object[]) => {
    const model = ({ cluster, policies }: ReadModel): Model => ({ cluster, policies, options: {} });
    return changeBetween(model(modelOf(before)), model(modelOf(now)));
  };

  it('in nothing when all was read again', () => {
    const all = [
      ...SHOP,
      namespace('shop', { team: 'a' }),
      account('till', { role: 'a' }),
      service('one', { app: 'z' }),
      service('two', { app: 'z' }),
      endpointSlice('two'),
      calico('GlobalNetworkSet', 'here', { nets: ['10.0.0.0/8'] }, { labels: { place: 'here' } }),
      calico('GlobalNetworkSet', 'there', { nets: ['10.0.0.0/8'] }),
      calico('Tier', 'platform', { order: 1 }),
      gnp('one', {}),
      gnp('two', { selector: "app == 'a'" }),
      ingressOf('z', []),
    ];
    const { movedWorkloads, movedPolicies, ...rest } = change(all, all);
    expect([movedWorkloads.length, movedPolicies.length]).toEqual([2, 3]);
    expect(rest).toEqual({
      workloads: [],
      namespaces: new Set(),
      accounts: new Set(),
      services: new Set(),
      networkSets: [],
      policies: [],
      tiers: new Set(),
      plugin: false,
    });
  });

  it('in the Services that differ, and in those for which other objects write endpoints', () => {
    const services = ['one', 'two', 'three', 'four'].map((name) => service(name, { app: 'z' }));
    const others = services.map((one, index) => (index === 0 ? service('one', { app: 'a' }) : one));
    const before = [...SHOP, gnp('x', {}), ...services, endpointSlice('two'), endpointSlice('three')];
    const now = [...SHOP, gnp('x', {}), ...others, endpointSlice('three'), endpointSlice('four')];
    expect([...change(before, now).services].sort()).toEqual(['shop/four', 'shop/one', 'shop/two']);
  });

  it('in the slices that the controller of selectors does not write, which add to what a Service selects', () => {
    const slice = (manager: string): object => endpointSlice('one', manager);
    const base = [...SHOP, gnp('x', {}), service('one', { app: 'z' })];
    const dumped = slice('endpointslice-controller.k8s.io');
    expect([...change([...base, dumped], [...base, slice('somebody')]).services]).toEqual(['shop/one']);
  });

  it('in namespaces by their labels, declared or not', () => {
    const labelled = namespace('shop', { team: 'a' });
    expect([...change(SHOP, [...SHOP, labelled]).namespaces]).toEqual(['shop']);
    expect([...change([...SHOP, labelled], SHOP).namespaces]).toEqual(['shop']);
    expect([...change(SHOP, [...SHOP, namespace('empty', { team: 'a' })]).namespaces]).toEqual(['empty']);
    expect([...change([...SHOP, namespace('empty', { team: 'a' })], SHOP).namespaces]).toEqual(['empty']);
    expect([...change(SHOP, [...SHOP, namespace('bare', {})]).namespaces]).toEqual([]);
  });

  it('in policies by kind and name, and in network sets by namespace and name', () => {
    const two = [gnp('a', { selector: "app == 'a'" }), gnp('b', { selector: "app == 'a'" })];
    const other = gnp('b', { selector: "app == 'z'" });
    const pairs = change([...SHOP, ...two], [...SHOP, ...two.slice(0, 1), other]).policies;
    expect(pairs.map(({ before, after: now }) => [before?.name, now?.name])).toEqual([['b', 'b']]);
    const set = (name: string, net: string): object => calico('GlobalNetworkSet', name, { nets: [net] });
    const sets = change(
      [set('a', '10.0.0.0/8'), set('b', '10.0.0.0/8')],
      [set('a', '10.0.0.0/8'), set('b', '11.0.0.0/8')],
    ).networkSets;
    expect(sets.map(({ before, after: now }) => [before?.name, now?.name])).toEqual([['b', 'b']]);
    const named = [ingressOf('z', [], 'same'), calico('NetworkPolicy', 'same', {}, { namespace: 'shop' })];
    expect(change([...SHOP, ...named], [...SHOP, ...named]).policies).toEqual([]);
  });
});

describe('a change is met by the answers', () => {
  it('that is a Job which ends: it has no network any more, and nobody reaches it', () => {
    const rest = [pod('web', { app: 'a' }), ingressOf('a', [{ podSelector: { matchLabels: { app: 'j' } } }])];
    const { names, model, reachability } = changed(
      [...rest, job('once', { app: 'j' })],
      [...rest, job('once', { app: 'j' }, true)],
    );
    expect(names).toEqual(['once ingress egress self']);
    const [from, to] = ['once', 'web'].map((name) => {
      const workload = model.cluster.workloads.find((one) => one.name === name);
      if (workload === undefined) throw new Error(`no workload ${name}`);
      return { type: 'workload' as const, workload };
    });
    if (from === undefined || to === undefined) throw new Error('two workloads');
    expect(reachability.connection(from, to).allowed.isEmpty).toBe(true);
    changed([...rest, job('once', { app: 'j' }, true)], [...rest, job('once', { app: 'j' })]);
  });

  it('that is a namespace with a network set and no pods, when its labels come', () => {
    const rule = { action: 'Allow', source: { namespaceSelector: "team == 'a'" } };
    const base = [
      pod('web', { app: 'a' }),
      gnp('x', { selector: 'all()', types: ['Ingress'], ingress: [rule] }),
      calico('NetworkSet', 'offices', { nets: ['10.1.0.0/16'] }, { namespace: 'sites' }),
    ];
    const { names } = changed(base, [...base, namespace('sites', { team: 'a' })]);
    expect(names).toEqual(['web ingress']);
    expect(changed([...base, namespace('sites', { team: 'a' })], base).names).toEqual(['web ingress']);
  });

  it('that is a Service which selects other pods, by the rules of Calico that name it', () => {
    const to = { services: { namespace: 'shop', name: 'till' } };
    const base = [
      pod('cart', { app: 'z' }),
      pod('web', { app: 'a' }),
      gnp('x', {
        selector: "app == 'a'",
        types: ['Egress'],
        egress: [{ action: 'Allow', destination: to }],
      }),
    ];
    const { names } = changed(
      [...base, service('till', { app: 'b' })],
      [...base, service('till', { app: 'z' })],
    );
    expect(names).toEqual(['web egress']);
    expect(changed(base, [...base, service('till', { app: 'z' })]).names).toEqual(['web egress']);
  });

  it('that is nothing the endpoints of other Services have to do with', () => {
    const to = { services: { namespace: 'shop', name: 'till' } };
    const base = [
      pod('web', { app: 'a' }),
      gnp('x', {
        selector: "app == 'a'",
        types: ['Egress'],
        egress: [{ action: 'Allow', destination: to }],
      }),
      service('till', { app: 'z' }),
      endpointSlice('till'),
    ];
    expect(changed(base, [...base, pod('new', { app: 'n' })]).names).toEqual(['new ingress egress self']);
  });

  it('in any namespace: policies of one name are told apart', () => {
    const deny = (home: string): object =>
      netpol('deny', { podSelector: {}, policyTypes: ['Ingress'], ingress: [] }, home);
    const both = [pod('a', { app: 'a' }), pod('b', { app: 'a' }, {}, 'store')];
    expect(changed([...both, deny('shop'), deny('store')], [...both, deny('store')]).names).toEqual([
      'a ingress',
    ]);
  });
});
