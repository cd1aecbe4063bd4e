import { NETWORK_POLICIES } from '../../../src/controller/api/known-resources';
import { jsonAt, type JsonObject } from '../../../src/model/json';
import { ApiError } from '../../../src/controller/api/api-error';
import { FakeApi } from '../fake-api';
import { controllerOf, lead, names, put, stopAll } from '../running';
import { clientIntents, deployment, MANAGER, namespace, pod } from '../world';
import { Flicker, timesWritten } from './flicker';
import { reach } from './reach';

afterEach(stopAll);

const PODS = 5;

/** In namespaces a and b: x and y call each other, and y is called from the other namespace as well. */
function circles(api: FakeApi): void {
  for (const home of ['a', 'b']) {
    put(api, namespace(home));
    for (const name of ['x', 'y']) {
      const set = deployment(home, name, { kind: 'StatefulSet' });
      put(api, set, ...Array.from({ length: PODS }, (_, index) => pod(`${name}-${index}`, set)));
    }
    const other = home === 'a' ? 'b' : 'a';
    put(
      api,
      clientIntents(home, 'x', [{ kubernetes: { name: 'y' } }, { kubernetes: { name: `y.${other}` } }]),
    );
    put(api, clientIntents(home, 'y', [{ kubernetes: { name: 'x' } }]));
  }
}

/** What policies of a name have selected, and how many rules they had, write after write. */
function history(api: FakeApi, name: string): unknown[] {
  const seen: unknown[] = [];
  const before = api.afterWrite;
  api.afterWrite = (request) => {
    before(request);
    if (request.kind !== 'NetworkPolicy' || request.name !== name) return;
    const [home = '', policyName = ''] = name.split('/');
    const policy = api.peek({ resource: NETWORK_POLICIES, namespace: home, name: policyName });
    const selected = jsonAt(policy, ['spec', 'podSelector', 'matchLabels']) as JsonObject;
    const rules = jsonAt(policy, ['spec', 'ingress']) as JsonObject[];
    seen.push([Object.keys(selected).length, rules.length]);
  };
  return seen;
}

describe('policies of who begins a circle of calls', () => {
  it('select nobody at first, then begin together, so that no pod is written twice', async () => {
    const api = new FakeApi(MANAGER);
    circles(api);
    const flicker = new Flicker(api);
    // Of each circle x is called by fewer, so it is x that costs less.
    const seen = history(api, 'a/access-to-x-from-a');
    await lead(api);
    expect(flicker.found).toEqual([]);
    expect([...timesWritten(api).values()].every((times) => times === 1)).toBe(true);
    expect(timesWritten(api).size).toBe(4 * PODS);
    expect(seen).toEqual([
      [2, 1],
      [1, 1],
    ]);
  });

  it('let in whom all of them let in until the last is there, and come to the same when one cannot be written', async () => {
    const api = new FakeApi(MANAGER);
    circles(api);
    await lead(api);
    await stopAll();
    const wanted = reach(api);
    // All labels are there, and nothing isolates y: its policies take effect as they are written.
    for (const name of ['access-to-y-from-a', 'access-to-y-from-b'])
      api.remove({ resource: NETWORK_POLICIES, namespace: 'a', name });
    const flicker = new Flicker(api);
    const seen = history(api, 'a/access-to-y-from-a');
    await lead(api);
    expect(flicker.found).toEqual([]);
    expect(seen).toEqual([
      [1, 2],
      [1, 1],
    ]);
    expect(reach(api)).toEqual(wanted);
    await stopAll();
    for (const name of ['access-to-y-from-a', 'access-to-y-from-b'])
      api.remove({ resource: NETWORK_POLICIES, namespace: 'a', name });
    api.refuse = ({ verb, name }) =>
      verb === 'apply' && name === 'a/access-to-y-from-b'
        ? new ApiError({ status: 403, reason: 'Forbidden', message: 'exceeded quota' })
        : undefined;
    await lead(api);
    expect(names(api).filter((name) => name === 'access-to-y-from-b')).toHaveLength(1);
    const policy = api.peek({ resource: NETWORK_POLICIES, namespace: 'a', name: 'access-to-y-from-a' });
    expect(jsonAt(policy, ['spec', 'ingress'])).toHaveLength(1);
  });

  it('take effect under the next leader when the first one ends after any write', async () => {
    for (let writes = 1; writes < 40; writes += 6) {
      const api = new FakeApi(MANAGER);
      circles(api);
      const flicker = new Flicker(api);
      let left = writes;
      api.refuse = () =>
        left-- > 0 ? undefined : new ApiError({ status: 503, reason: 'Gone', message: 'dead' });
      const first = controllerOf(api);
      first.lead();
      await first.whenIdle();
      await first.stop();
      api.refuse = () => undefined;
      await lead(api);
      await stopAll();
      expect(flicker.found).toEqual([]);
      const selectors = JSON.stringify(api.all(NETWORK_POLICIES));
      expect(selectors).not.toContain('waits-for-labels');
      expect(api.all(NETWORK_POLICIES)).toHaveLength(6);
    }
  });
});
