import { ControlPlane } from './control-plane';
import { type KubeObject } from './client';
import { installCrds, until } from './install';
import { replacePods } from './kubelet';
import {
  differences,
  expectedOf,
  expectedOfSynth,
  isOfIntents,
  keyOf,
  run,
  synthesised,
  unlabelled,
  written,
  type Expected,
} from './live-app';
import { RunningController } from './running-controller';
import { SHOP } from '../../examples/online-boutique/shop';

const TUTORIAL = 'otterize-tutorial-npol';

/** Declares what a Deployment calls. */
function intents(namespace: string, name: string, targets: readonly object[]): KubeObject {
  return {
    apiVersion: 'k8s.otterize.com/v2alpha1',
    kind: 'ClientIntents',
    metadata: { name, namespace },
    spec: { workload: { name, kind: 'Deployment' }, targets },
  };
}

const TUTORIAL_INTENTS = intents(TUTORIAL, 'client', [{ kubernetes: { name: 'server' } }]);

const SHOP_INTENTS = SHOP.filter(({ calls }) => Object.keys(calls).length > 0).map(({ name, calls }) =>
  intents(
    'online-boutique',
    name,
    Object.keys(calls).map((server) => ({ service: { name: server } })),
  ),
);

const SHOP_OBJECTS = [...unlabelled(synthesised('online-boutique.k8s.yaml')), ...SHOP_INTENTS];

describe('the controller in a real API server', () => {
  let plane: ControlPlane;
  let running: RunningController;
  /** What must be there, app by app. */
  const wanted = new Map<'tutorial' | 'shop', Expected>();

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    running = await RunningController.start(plane);
  });
  afterAll(async () => {
    await running.stop();
    await plane.stop();
  });

  async function converges(within = 90_000): Promise<void> {
    let left: string[] = [];
    await until(async () => (left = differences(await written(plane.api), all())).length === 0, {
      within,
    }).catch(() => undefined);
    expect(left).toEqual([]);
  }

  /** All that must be there. */
  function all(): Expected {
    const apps = [...wanted.values()];
    return {
      policies: new Map(apps.flatMap(({ policies }) => [...policies])),
      podLabels: new Map(apps.flatMap(({ podLabels }) => [...podLabels])),
      namespaceLabels: new Map(apps.flatMap(({ namespaceLabels }) => [...namespaceLabels])),
    };
  }

  /** Requests of the controller since a moment, watches left out. */
  function requestsSince(moment: number): { verb: string; resource: string; code: number }[] {
    return plane
      .requests()
      .filter(
        ({ userAgent, at, verb }) =>
          userAgent.startsWith('cdk8s-intents') && at >= moment && verb !== 'watch',
      );
  }

  it('writes for the tutorial what synth writes, byte for byte', async () => {
    const objects = synthesised(`${TUTORIAL}.k8s.yaml`);
    await run(plane.api, [...unlabelled(objects), TUTORIAL_INTENTS]);
    wanted.set('tutorial', expectedOfSynth(objects));
    await converges();
  });

  it('writes for the whole shop what synth writes, byte for byte', async () => {
    const objects = synthesised('online-boutique.k8s.yaml');
    await run(plane.api, SHOP_OBJECTS);
    wanted.set('shop', expectedOfSynth(objects));
    await converges();
    expect(all().policies.size).toBe(objects.filter(isOfIntents).length + 1);
  });

  it('writes nothing once everything is as it should be', async () => {
    const begun = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(requestsSince(begun)).toEqual([]);
  });

  it('leaves templates and owners as they are: only pods, namespaces, policies and its own objects are written', () => {
    const writes = plane
      .requests()
      .filter(
        ({ userAgent, verb }) => userAgent.startsWith('cdk8s-intents') && !/^(get|list|watch)$/.test(verb),
      );
    expect([...new Set(writes.map(({ resource }) => resource))].sort()).toEqual(
      ['clientintents', 'clientintents/status', 'events', 'namespaces', 'networkpolicies', 'pods'].filter(
        (resource) => writes.some((write) => write.resource === resource),
      ),
    );
    expect(writes.filter(({ code }) => code >= 400)).toEqual([]);
  });

  it('labels the pods that replace others, with one write each', async () => {
    const pods = await plane.api.list(`/api/v1/namespaces/${TUTORIAL}/pods`);
    const old = pods.filter(({ metadata }) => metadata.name.startsWith('client-'));
    const [set] = (await plane.api.list(`/apis/apps/v1/namespaces/${TUTORIAL}/replicasets`)).filter(
      ({ metadata }) => metadata.name.startsWith('client-'),
    );
    const kind = { apiVersion: 'v1', kind: 'Pod' };
    const begun = Date.now();
    await replacePods(
      plane.api,
      old.map((pod) => ({ ...kind, ...pod })),
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', ...set },
    );
    await converges();
    expect(requestsSince(begun).map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(['patch pods']);
  });

  describe('repairs', () => {
    const name = `access-to-server-from-${TUTORIAL}`;
    const policy: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace: TUTORIAL },
    };

    async function events(): Promise<string[]> {
      return (await plane.api.list('/api/v1/events')).map(
        ({ type, reason, message }) => `${type} ${reason}: ${message}`,
      );
    }

    it('a policy that somebody opens by hand, within seconds, and tells who it was', async () => {
      await plane.api.apply({ ...policy, spec: { podSelector: {}, ingress: [{}] } }, 'kubectl-edit', true);
      await converges();
      await until(async () => (await events()).some((event) => event.includes('kubectl-edit')));
      expect(running.drift.map(({ object, by, repaired }) => ({ object, by, repaired }))).toContainEqual({
        object: `NetworkPolicy/${TUTORIAL}/${name}`,
        by: 'kubectl-edit',
        repaired: true,
      });
    });

    it('a policy that somebody deletes, within seconds', async () => {
      await plane.api.delete(policy);
      await converges();
    });

    it('labels of a pod that somebody takes away, changes or forges', async () => {
      const [pod] = (await plane.api.list(`/api/v1/namespaces/${TUTORIAL}/pods`)).filter(({ metadata }) =>
        metadata.name.startsWith('client-'),
      );
      const ref = { apiVersion: 'v1', kind: 'Pod', metadata: pod!.metadata };
      const own = Object.keys(pod!.metadata.labels as object).filter((key) => key.includes('/access-'));
      await plane.api.merge(ref, { metadata: { labels: { [own[0]!]: null } } });
      await converges();
      await plane.api.merge(ref, { metadata: { labels: { [own[0]!]: 'false' } } });
      await converges();
      // Access that no intent declares, beside a label that is missing: all that is ours goes again with the intents, below.
      const forged = 'intents.otterize.com/access-other-shop-123456';
      await plane.api.merge(ref, { metadata: { labels: { team: 'a', [own[0]!]: null, [forged]: 'true' } } });
      await converges();
      const { labels } = (await plane.api.get(await plane.api.pathOf(ref))).metadata;
      expect(labels).toMatchObject({ team: 'a' });
      expect(labels).not.toHaveProperty([forged]);
    });

    it('the label of a namespace that somebody takes away', async () => {
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: TUTORIAL } };
      await plane.api.merge(namespace, {
        metadata: { labels: { 'intents.otterize.com/namespace-name': null, team: 'a' } },
      });
      await converges();
    });

    it('nothing of others: a policy without its marks, and fields that somebody else added to its own', async () => {
      const foreign = {
        ...policy,
        metadata: { name: 'foreign', namespace: TUTORIAL },
        spec: { podSelector: {} },
      };
      await plane.api.create(foreign);
      await plane.api.merge(policy, { metadata: { annotations: { note: 'mine' } } });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect((await plane.api.get(await plane.api.pathOf(policy))).metadata.annotations).toEqual({
        note: 'mine',
      });
      expect((await plane.api.get(await plane.api.pathOf(foreign))).spec.podSelector).toEqual({});
      await plane.api.delete(foreign);
      await plane.api.merge(policy, { metadata: { annotations: null } });
    });
  });

  it('says on the intents how they fare', async () => {
    const path = await plane.api.pathOf(TUTORIAL_INTENTS);
    await until(async () => (await plane.api.get(path)).status?.conditions !== undefined);
    const { status, metadata } = await plane.api.get(path);
    expect(status.observedGeneration).toBe(metadata.generation);
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  });

  it('puts a new target in place with a handful of requests, and takes it away again', async () => {
    const begun = Date.now();
    const before = all().policies.size;
    const more = intents('online-boutique', 'currencyservice', [{ service: { name: 'emailservice' } }]);
    await plane.api.create(more);
    wanted.set('shop', expectedOf([...SHOP_OBJECTS, more]));
    await converges();
    await running.controller.whenIdle();
    const pods = requestsSince(begun).filter(({ resource }) => resource === 'pods').length;
    expect(pods).toBeLessThanOrEqual(1);
    expect(requestsSince(begun).length - pods).toBeLessThanOrEqual(5);

    await plane.api.delete(more);
    wanted.set('shop', expectedOf(SHOP_OBJECTS));
    expect(all().policies.size).toBe(before);
    await converges();
  });

  it('leaves nothing behind when intents are deleted, and lets them go', async () => {
    await plane.api.delete(TUTORIAL_INTENTS);
    wanted.delete('tutorial');
    await converges();
    await until(async () => {
      const left = await plane.api.list('/apis/k8s.otterize.com/v2alpha1/clientintents');
      return left.every((object) => keyOf(object) !== keyOf(TUTORIAL_INTENTS));
    });
  });

  it('makes policies for a namespace that comes later than the intents that name it', async () => {
    const client = intents('online-boutique', 'adservice', [{ kubernetes: { name: 'late.later' } }]);
    await plane.api.create(client);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'later' } };
    const late = structuredClone(SHOP_OBJECTS.find(({ kind }) => kind === 'Deployment')!);
    late.metadata = { name: 'late', namespace: 'later' };
    await run(plane.api, [namespace, late]);
    wanted.set('shop', expectedOf([...SHOP_OBJECTS, client, namespace, late]));
    await converges();
  });
});
