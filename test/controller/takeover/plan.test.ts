import { planController } from '../../../src/controller/takeover/plan';
import { planSummary } from '../../../src/controller/takeover/plan-text';
import type { JsonObject } from '../../../src/model/json';
import { livePlace } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';
import { takeIn } from '../../../src/sources/read-objects';
import { NAMESPACE, deployment } from '../../sources/live/shop';

const INTENTS = {
  apiVersion: 'k8s.otterize.com/v2beta1',
  kind: 'ClientIntents',
  metadata: { name: 'frontend', namespace: 'shop' },
  spec: {
    workload: { name: 'frontend', kind: 'Deployment' },
    targets: [{ kubernetes: { name: 'cart', kind: 'Deployment' } }],
  },
};

function resources(...objects: object[]): Resource[] {
  const intake = { resources: [] as Resource[], findings: [], defaultNamespace: 'default' };
  for (const object of objects)
    takeIn(JSON.parse(JSON.stringify(object)) as JsonObject, livePlace('x'), intake);
  return intake.resources;
}

const settings = (profile: 'seed' | 'otterize' | 'selectors') =>
  ({ options: { profile }, reachabilityOptions: {}, dialect: 'kubernetes' }) as const;

const SHOP = [
  NAMESPACE,
  ...deployment('frontend', 8080, ['10.1.0.1', '10.1.0.2']),
  ...deployment('cart', 7070, ['10.1.0.3', '10.1.0.4']),
];

describe('the plan of a controller', () => {
  it.each(['seed', 'otterize', 'selectors'] as const)(
    'of profile %s has nothing more to do once it is done',
    (profile) => {
      const first = planController(resources(...SHOP, INTENTS), settings(profile));
      expect(first.policies).toEqual([
        { action: 'create', object: expect.stringContaining('NetworkPolicy/shop/'), fields: [] },
      ]);
      expect(first.labels.length > 0).toBe(profile !== 'selectors');
      const again = planController(first.after, settings(profile));
      expect([again.policies, again.labels, again.unchanged]).toEqual([[], [], 1]);
      expect(planSummary(again)).toBe('The controller would change nothing: 1 policy is as wanted');
    },
  );

  it('puts its finalizer on intents, and gives them a status, unless that was done or is not wanted', () => {
    const kept = {
      ...INTENTS,
      metadata: { ...INTENTS.metadata, name: 'kept', finalizers: ['k8s.otterize.com/cdk8s-intents'] },
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    };
    const leaving = {
      ...INTENTS,
      metadata: { ...INTENTS.metadata, name: 'leaving', deletionTimestamp: '2026-01-01T00:00:00Z' },
    };
    const protection = {
      apiVersion: 'k8s.otterize.com/v2beta1',
      kind: 'ProtectedService',
      metadata: { name: 'cart', namespace: 'shop', finalizers: ['example.com/other'] },
      spec: { name: 'cart' },
    };
    const live = resources(...SHOP, protection, INTENTS, kept, leaving);
    const inEffect = {
      after: 'True',
      reason: 'InEffect',
      message: expect.stringMatching(/is in the cluster/),
    };
    expect(planController(live, settings('seed')).intents).toEqual([
      { object: 'ClientIntents/shop/frontend', finalizer: true, status: true, ready: inEffect },
      // Its status is no longer true once everything is written.
      {
        object: 'ClientIntents/shop/kept',
        finalizer: false,
        status: true,
        ready: { before: 'False', ...inEffect },
      },
      { object: 'ProtectedService/shop/cart', finalizer: true, status: true, ready: inEffect },
    ]);
    expect(planController(live, settings('seed'), false).intents[0]?.finalizer).toBe(false);
  });

  it('says of a status that is there what it says then', () => {
    const alone = { ...settings('seed'), options: { profile: 'seed', egress: false } } as const;
    const [planned] = planController(resources(...SHOP, INTENTS), alone).intents;
    const conditions = [{ type: 'Ready', status: 'True', reason: 'InEffect', message: 'x' }];
    const told = { ...INTENTS, status: { observedGeneration: 3, conditions } };
    const deny = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'no-way-out', namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Egress'] },
    };
    const denied = planController(resources(...SHOP, told, deny), alone).intents[0]?.ready;
    expect([planned?.ready?.after, denied]).toEqual([
      'True',
      {
        before: 'True',
        after: 'False',
        reason: 'DeclaredCallDenied',
        message: expect.stringContaining('no-way-out'),
      },
    ]);
  });

  it('labels the pods that run, two for each workload, and takes off what no intent wants', () => {
    const { after } = planController(resources(...SHOP, INTENTS), settings('otterize'));
    // A controller labels pods, and leaves their templates alone.
    const templates = resources(...SHOP).filter(({ group }) => group === 'apps');
    const without = [
      ...after.filter(({ kind, group }) => kind !== 'ClientIntents' && group !== 'apps'),
      ...templates,
    ];
    const plan = planController(without, settings('otterize'));
    expect(plan.policies.map(({ action }) => action)).toEqual(['delete']);
    const frontend = plan.labels.find(({ owner }) => owner === 'Deployment/shop/frontend');
    expect(frontend).toMatchObject({
      objects: 2,
      removed: [expect.stringContaining('access-cart'), 'intents.otterize.com/client'],
    });
  });

  it('compiles from what intents say and not from labels that pods wear', () => {
    const stale = resources(...SHOP, INTENTS).map((resource) => {
      if (resource.kind !== 'Pod') return resource;
      const manifest = JSON.parse(JSON.stringify(resource.manifest));
      manifest.metadata.labels['intents.otterize.com/access-gone-otterize-12345678'] = 'true';
      return { ...resource, manifest };
    });
    const clean = planController(resources(...SHOP, INTENTS), settings('otterize'));
    const plan = planController(stale, settings('otterize'));
    expect(plan.policies).toEqual(clean.policies);
    expect(plan.labels.flatMap(({ removed }) => removed)).toContain(
      'intents.otterize.com/access-gone-otterize-12345678',
    );
    expect(plan.after.filter(({ kind }) => kind === 'Pod').map(({ manifest }) => manifest.metadata)).toEqual(
      clean.after.filter(({ kind }) => kind === 'Pod').map(({ manifest }) => manifest.metadata),
    );
  });
});
