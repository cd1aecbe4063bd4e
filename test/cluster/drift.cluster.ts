import { deployment } from './calling-shop';
import type { KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, sleep, until } from './install';
import { runDeployment } from './kubelet';
import { RunningController } from './running-controller';
import { isOwnLabel } from '../../src/compiler/labels/former-labels';

const GROUP = 'k8s.otterize.com/v2alpha1';
const INTENTS: KubeObject = {
  apiVersion: GROUP,
  kind: 'ClientIntents',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { workload: { name: 'web' }, targets: [{ kubernetes: { name: 'cart' } }] },
};
const PROTECTED: KubeObject = {
  apiVersion: GROUP,
  kind: 'ProtectedService',
  metadata: { name: 'cart', namespace: 'shop' },
  spec: { name: 'cart' },
};
const FORGED = 'intents.otterize.com/access-other-shop-123456';

/** A NetworkPolicy of that name. */
function policy(name: string): KubeObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'shop' } };
}

const DENY = policy('default-deny-cart');
const ACCESS = policy('access-to-cart-from-shop');

describe('what others put beside what the controller has written, before a real API server', () => {
  let plane: ControlPlane;
  let running: RunningController;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
    for (const name of ['web', 'cart'])
      await runDeployment(plane.api, await plane.api.create(deployment(name, { port: 8080 })));
    for (const object of [INTENTS, PROTECTED]) await plane.api.create(object);
    running = await RunningController.start(plane);
    await running.controller.whenIdle();
  });
  afterAll(async () => {
    await running.stop();
    await plane.stop();
  });

  async function specOf(object: KubeObject): Promise<KubeObject> {
    return (await plane.api.get(await plane.api.pathOf(object))).spec;
  }

  /** Merges as somebody of that name. */
  async function mergeAs(manager: string, object: KubeObject, part: object, subresource = ''): Promise<void> {
    const path = await plane.api.pathOf(object);
    const query = `?fieldManager=${manager}`;
    await plane.api.send('PATCH', `${path}${subresource}${query}`, part, 'application/merge-patch+json');
  }

  async function podsOf(workload: string): Promise<KubeObject[]> {
    const pods = await plane.api.list('/api/v1/namespaces/shop/pods');
    return pods
      .filter(({ metadata }) => metadata.name.startsWith(`${workload}-`))
      .map((pod) => ({ apiVersion: 'v1', kind: 'Pod', ...pod }));
  }

  function ownLabels({ metadata }: KubeObject): string[] {
    return Object.keys((metadata.labels ?? {}) as object)
      .filter(isOwnLabel)
      .sort();
  }

  /** Requests of the controller that write, since a moment. */
  function writesSince(moment: number, resource: string): number {
    return plane
      .requests()
      .filter(
        ({ userAgent, at, verb, resource: written }) =>
          userAgent.startsWith('cdk8s-intents') &&
          at >= moment &&
          !/^(get|list|watch)$/.test(verb) &&
          written === resource,
      ).length;
  }

  async function eventOf(reason: string, word: string): Promise<KubeObject | undefined> {
    const events = await plane.api.list('/api/v1/namespaces/shop/events');
    return events.find((event) => event.reason === reason && String(event.message).includes(word));
  }

  it.each([
    ['rules in a default deny, merged', DENY, 'kubectl-edit', { ingress: [{}] }],
    ['the other direction in a default deny', DENY, 'kubectl-patch', { egress: [{}] }],
    [
      'egress in a policy for ingress, with its type',
      ACCESS,
      'lens',
      { egress: [{}], policyTypes: ['Ingress', 'Egress'] },
    ],
    [
      'rules, another selector and the other direction at once',
      DENY,
      'k9s',
      {
        podSelector: { matchLabels: { app: 'nobody' } },
        ingress: [{}],
        egress: [{}],
        policyTypes: ['Ingress', 'Egress'],
      },
    ],
    ['one more label in a selector', DENY, 'openlens', { podSelector: { matchLabels: { app: 'nobody' } } }],
  ])('takes out again %s, and then tells who it was', async (_, object, manager, change) => {
    await until(
      async () => (await plane.api.list('/apis/networking.k8s.io/v1/networkpolicies')).length === 2,
    );
    await running.controller.whenIdle();
    const wanted = await specOf(object);
    const [told, began] = [running.drift.length, Date.now()];
    await mergeAs(manager, object, { spec: change });
    await until(() => running.drift.length > told, { within: 20_000 });
    // It is told only once it is so.
    expect(await specOf(object)).toEqual(wanted);
    expect(running.drift.slice(told)).toMatchObject([
      { object: `NetworkPolicy/shop/${object.metadata.name}`, by: manager, repaired: true },
    ]);
    await running.controller.whenIdle();
    expect(writesSince(began, 'networkpolicies')).toBeLessThanOrEqual(2);
    await until(async () => (await eventOf('DriftRepaired', manager)) !== undefined, { within: 20_000 });
    expect(running.log.filter((line) => line.includes('a write failed'))).toEqual([]);
  });

  it('takes out again rules that somebody applies into a default deny and goes on owning', async () => {
    const wanted = await specOf(DENY);
    const told = running.drift.length;
    await plane.api.apply({ ...DENY, spec: { ...wanted, ingress: [{}] } }, 'argocd', true);
    await until(() => running.drift.length > told, { within: 20_000 });
    expect(await specOf(DENY)).toEqual(wanted);
  });

  it('takes off every label when the intents go: forged ones, its own beside them, and those of others', async () => {
    const [first, second] = await podsOf('web');
    if (first === undefined || second === undefined) throw new Error('web has two pods');
    const wanted = ownLabels(first);
    expect(wanted.length).toBeGreaterThan(1);
    const gone = Object.fromEntries(wanted.map((label) => [label, null]));
    await mergeAs('kubectl-label', first, { metadata: { labels: { ...gone, [FORGED]: 'true' } } });
    await until(async () => (await podsOf('web')).every((pod) => ownLabels(pod).join() === wanted.join()));
    // Somebody who owns the same labels with the same values.
    const { labels } = second.metadata as { labels: Record<string, string> };
    const { name, namespace } = second.metadata as { name: string; namespace: string };
    await plane.api.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } }, 'helm');
    await running.controller.whenIdle();
    await plane.api.delete(INTENTS);
    await until(async () => (await plane.api.list(`/apis/${GROUP}/clientintents`)).length === 0, {
      within: 20_000,
    });
    expect((await podsOf('web')).map(ownLabels)).toEqual([[], []]);
    expect((await podsOf('web')).map(({ metadata }) => metadata.labels.app)).toEqual(['web', 'web']);
    await plane.api.create(INTENTS);
    await until(async () => (await podsOf('web')).every((pod) => ownLabels(pod).join() === wanted.join()));
  });

  it.each([
    [
      'status',
      '/status',
      'clientintents/status',
      {
        status: {
          conditions: [
            {
              type: 'Ready',
              status: 'Unknown',
              reason: 'Mine',
              message: '',
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      },
      'otterize changes',
    ],
    // Who only takes something away owns nothing, so nobody can tell who it was: it may be who else wrote in that second.
    ['finalizer', '', 'clientintents', { metadata: { finalizers: null } }, 'changes finalizer'],
  ])(
    'does not fight for the %s of intents with somebody who sets it back again and again, and names him',
    async (what, subresource, resource, part, who) => {
      const name = `contested-${what}`;
      const contested = { ...INTENTS, metadata: { name, namespace: 'shop' } };
      await plane.api.create(contested);
      const path = await plane.api.pathOf(contested);
      const isReady = async (): Promise<boolean> => {
        const { status, metadata } = await plane.api.get(path);
        const conditions = (status?.conditions ?? []) as KubeObject[];
        return (
          conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True') &&
          (metadata.finalizers ?? []).length === 1
        );
      };
      await until(isReady);
      const fighter = setInterval(() => {
        mergeAs('otterize', contested, part, subresource).catch(() => undefined);
      }, 100);
      try {
        await until(async () => (await eventOf('Conflict', `changes ${what}`)) !== undefined, {
          within: 20_000,
        });
        const { message, involvedObject } = (await eventOf('Conflict', `changes ${what}`)) ?? {};
        expect([involvedObject?.name, message]).toEqual([name, expect.stringContaining(who)]);
        const began = Date.now();
        await sleep(5_000);
        // Two seconds after the third repair, and four seconds after that one.
        expect(writesSince(began, resource)).toBeLessThanOrEqual(3);
      } finally {
        clearInterval(fighter);
      }
      await until(isReady, { within: 60_000 });
    },
  );
});
