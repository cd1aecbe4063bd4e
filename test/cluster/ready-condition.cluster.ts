import { ControlPlane } from './control-plane';
import { type KubeObject } from './client';
import { installCrds, makeNamespace, sleep, until } from './install';
import { differences, expectedOf, only, run, written } from './live-app';
import { RunningController } from './running-controller';
import { intents, server } from './scene';

const INTENTS_AT = '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents';
const LONG = 'a-workload-with-a-name-that-goes-on-and-on-until-no-label-can-hold-it-any-more-'.repeat(2);

describe('what people wait for in a real API server', () => {
  let plane: ControlPlane;
  let running: RunningController;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
    await run(plane.api, server('shop', 'frontend', 80));
  });
  afterAll(async () => {
    await running.stop();
    await plane.stop();
  });

  /**
   * What `kubectl wait --for=condition=…` does (k8s.io/kubectl pkg/cmd/wait): it lists the one object by its name, looks,
   * and then watches from there; a condition that was observed in an older generation does not count.
   */
  async function wait(name: string, type: string, wanted = 'True'): Promise<KubeObject> {
    const selected = `${INTENTS_AT}?fieldSelector=metadata.name%3D${name}`;
    const holds = ({ metadata, status = {} }: KubeObject): boolean => {
      const condition = ((status.conditions ?? []) as KubeObject[]).find((one) => one.type === type);
      const observed = condition?.observedGeneration ?? status.observedGeneration;
      if (observed !== undefined && observed < metadata.generation) return false;
      return condition?.status === wanted;
    };
    const list = await plane.api.get(selected);
    const there = (list.items as KubeObject[]).find(holds);
    if (there !== undefined) return there;
    const version = list.metadata.resourceVersion as string;
    for await (const { object } of plane.api.watch(`${selected}&resourceVersion=${version}`))
      if (holds(object)) return object;
    throw new Error(`the watch ended before ${name} was ${type}`);
  }

  async function policies(): Promise<string[]> {
    const found = await plane.api.list('/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies');
    return found.map(({ metadata }) => metadata.name as string);
  }

  it('gets nothing written by a dry run, which says what it would do', async () => {
    await plane.api.create(intents('frontend', { kubernetes: { name: 'cart' } }));
    await run(plane.api, server('shop', 'cart', 7070));
    const dry = await RunningController.start(plane, { dryRun: true });
    await dry.controller.whenIdle();
    await plane.api.merge(intents('frontend'), { metadata: { labels: { team: 'a' } } });
    await sleep(1_000);
    await dry.controller.whenIdle();
    await dry.stop();
    const asked = plane.requests().filter(({ userAgent }) => userAgent === 'cdk8s-intents/controller');
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
    expect(await policies()).toEqual([]);
    expect(dry.log.join('\n')).toContain('access-to-cart-from-shop');
  });

  it('is Ready once policies and labels are there, and not before', async () => {
    const waiting = wait('frontend', 'Ready');
    running = await RunningController.start(plane);
    await waiting;
    expect(await policies()).toContain('access-to-cart-from-shop');
    const pods = await plane.api.list('/api/v1/namespaces/shop/pods');
    for (const { metadata } of pods)
      expect(Object.keys(metadata.labels as object).join()).toContain('intents.otterize.com/');
  });

  it('is not Ready any more at the moment of a change, until that is there as well', async () => {
    await run(plane.api, server('shop', 'payments', 8443));
    await running.controller.whenIdle();
    const changed = intents(
      'frontend',
      { kubernetes: { name: 'cart' } },
      { kubernetes: { name: 'payments' } },
    );
    await plane.api.merge(changed, { spec: changed.spec });
    const ready = await wait('frontend', 'Ready');
    expect(ready.metadata.generation).toBeGreaterThan(1);
    expect(await policies()).toContain('access-to-payments-from-shop');
  });

  it('is not Ready for a server that is not there, says so in words of a cluster, and is once it comes', async () => {
    await plane.api.create(intents('cart', { kubernetes: { name: 'ledger' } }));
    const { status } = await wait('cart', 'Ready', 'False');
    const said = JSON.stringify(status.conditions);
    expect(said).toContain('shop/ledger');
    expect(said).toContain('is not in the cluster');
    await run(plane.api, server('shop', 'ledger', 5432));
    await wait('cart', 'Ready');
    expect(await policies()).toContain('access-to-ledger-from-shop');
  });

  it('comes true for names that no label can hold, and for two that are one when they are cut', async () => {
    const objects: KubeObject[] = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'long' } },
      ...['a', 'b', 'client'].map((end): KubeObject => {
        const labels = { app: end };
        return {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: `${LONG}${end}`, namespace: 'long' },
          spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
              metadata: { labels },
              spec: {
                containers: [{ name: 'main', image: 'example.test/app', ports: [{ containerPort: 80 }] }],
              },
            },
          },
        };
      }),
    ];
    const targets = ['a', 'b'].map((end) => ({ kubernetes: { name: `${LONG}${end}` } }));
    const declared = {
      ...intents(`${LONG}client`, ...targets),
      metadata: { name: 'client', namespace: 'long' },
    };
    await sameAsSynth([...objects, declared], 'long', 2);
  });

  it('comes true for servers whose policies would have one name', async () => {
    // Policies are called access-to-<server>-from-<namespace of the client>.
    const names = { cart: 'a-from-b', 'cart-from-a': 'b' };
    const objects: KubeObject[] = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'servers' } },
      ...Object.entries(names).flatMap(([name, client], index): KubeObject[] => [
        ...server('servers', name, 7000 + index),
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: client } },
        ...server(client, 'caller', 80),
        {
          ...intents('caller', { kubernetes: { name: `${name}.servers` } }),
          metadata: { name: 'caller', namespace: client },
        },
      ]),
    ];
    await sameAsSynth(objects, 'servers', 2);
  });

  /** Runs an app, and waits until the cluster has what `intents compile` says, with so many policies. */
  async function sameAsSynth(objects: KubeObject[], namespace: string, count: number): Promise<void> {
    const wanted = only(expectedOf(objects), [namespace]);
    expect(wanted.policies.size).toBe(count);
    await run(plane.api, objects);
    let left: string[] = [];
    await until(async () => {
      left = differences(only(await written(plane.api), [namespace]), wanted);
      return left.length === 0;
    }).catch(() => undefined);
    expect(left).toEqual([]);
  }
});
