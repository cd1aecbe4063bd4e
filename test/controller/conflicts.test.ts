import { CLIENT_INTENTS, EVENTS, NETWORK_POLICIES } from '../../src/controller/api/known-resources';
import type { Drift } from '../../src/controller/controller-hooks';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi } from './fake-api';
import { conditionOf, lead, put, shop, stopAll, until } from './running';
import { MANAGER, networkPolicy } from './world';

afterEach(stopAll);

const POLICY = { resource: NETWORK_POLICIES, namespace: 'shop', name: 'access-to-cart-from-shop' };
const WEB = { resource: CLIENT_INTENTS, namespace: 'shop', name: 'web' };
const THEIRS = { podSelector: {}, policyTypes: ['Ingress'] };

function specOf(api: FakeApi): unknown {
  return jsonAt(api.peek(POLICY), ['spec']);
}

function reasons(api: FakeApi): string[] {
  return api.all(EVENTS).map((event) => JSON.stringify(jsonAt(event, ['reason'])));
}

/** Somebody does something once, after a policy was decided on and before the API server gets it. */
function beforeFirst(api: FakeApi, act: () => void): void {
  let done = false;
  api.refuse = ({ kind, verb }) => {
    if (!done && kind === 'NetworkPolicy' && verb === 'apply') {
      done = true;
      act();
    }
    return undefined;
  };
}

describe('what happens between looking and writing', () => {
  it('is not written over: a policy of the same name that somebody makes meanwhile stays as it is', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    beforeFirst(api, () => {
      put(api, networkPolicy('shop', 'access-to-cart-from-shop', THEIRS));
    });
    const controller = await lead(api);
    await until(() => conditionOf(api.peek(WEB), 'Conflict')?.['status'] === 'True');
    await controller.whenIdle();
    expect(specOf(api)).toEqual(THEIRS);
    // Theirs lets nobody in, which nothing of ours could mend.
    expect(reasons(api)).toEqual(['"Conflict"', '"DeclaredCallDenied"']);
  });

  it('is looked at again before our own policy is repaired, and then put right without a word of failure', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api);
    const wanted = specOf(api);
    beforeFirst(api, () => {
      api.edit(POLICY, (object) => (object['spec'] = { ...THEIRS, ingress: [] }), 'argocd');
    });
    api.edit(POLICY, (object) => (object['spec'] = { ...THEIRS, ingress: [{}] }), 'argocd');
    await until(() => reasons(api).length > 0);
    await controller.whenIdle();
    expect(specOf(api)).toEqual(wanted);
    expect(reasons(api)).toEqual(['"DriftRepaired"']);
  });
});

describe('somebody who changes a policy of ours again and again', () => {
  it('is named in a condition and an Event from the fourth time on, and let have it for a while', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const drifts: Drift[] = [];
    await lead(api, { hooks: { onDrift: (drift) => drifts.push(drift) } });
    const wanted = specOf(api);
    for (let round = 0; round < 3; round++) {
      api.edit(POLICY, (object) => (object['spec'] = THEIRS), 'argocd');
      await until(() => drifts.length === round + 1);
      expect(specOf(api)).toEqual(wanted);
      expect(conditionOf(api.peek(WEB), 'Conflict')).toMatchObject({ status: 'False' });
    }
    api.edit(POLICY, (object) => (object['spec'] = THEIRS), 'argocd');
    await until(() => conditionOf(api.peek(WEB), 'Conflict')?.['status'] === 'True');
    const { message } = conditionOf(api.peek(WEB), 'Conflict') ?? {};
    expect(message).toContain('argocd');
    expect(message).toContain('again and again');
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'False', reason: 'Conflict' });
    await until(() => reasons(api).includes('"Conflict"'));
    expect(specOf(api)).toEqual(THEIRS);
  });

  it('is waited for as well where he changes something else each time, before the answer is here', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    let rounds = 0;
    // A field that an apply sets again, and one that a patch takes out again, in turns.
    const fight = (): void => {
      rounds++;
      const other = rounds % 2 === 0 ? { egress: [{}] } : { podSelector: {} };
      api.edit(POLICY, (object) => (object['spec'] = { ...(object['spec'] as JsonObject), ...other }));
    };
    api.afterWrite = ({ kind }) => {
      if (kind === 'NetworkPolicy' && rounds < 60) fight();
    };
    fight();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(rounds).toBeGreaterThan(3);
    expect(rounds).toBeLessThan(25);
  });

  it.each([
    ['status', (object: JsonObject) => (object['status'] = { upToDate: false })],
    [
      'finalizer',
      (object: JsonObject) =>
        (object['metadata'] = { ...(object['metadata'] as JsonObject), finalizers: [] }),
    ],
  ])('is not fought for the %s of intents either', async (what, change) => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    const isStatus = what === 'status';
    const count = (): number =>
      api.writes.filter(
        ({ kind, subresource }) => kind === 'ClientIntents' && (subresource !== undefined) === isStatus,
      ).length;
    for (let round = 0; round < 20; round++) {
      api.edit(WEB, change, 'otterize', isStatus ? 'status' : undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(count()).toBeLessThan(7);
    await until(() => reasons(api).includes('"Conflict"'));
    const told = api.all(EVENTS).find((event) => jsonAt(event, ['reason']) === 'Conflict');
    expect(jsonAt(told, ['message'])).toContain(`changes ${what} of ClientIntents/shop/web again and again`);
  });

  it('is noticed although each change comes before the answer to the repair', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    await lead(api);
    const fight = (): void => {
      api.edit(POLICY, (object) => (object['spec'] = THEIRS), 'argocd');
    };
    let rounds = 0;
    api.afterWrite = ({ kind, verb }) => {
      if (kind === 'NetworkPolicy' && verb === 'apply' && rounds++ < 20) fight();
    };
    fight();
    await until(() => conditionOf(api.peek(WEB), 'Conflict')?.['status'] === 'True');
    expect(rounds).toBeLessThan(6);
  });
});
