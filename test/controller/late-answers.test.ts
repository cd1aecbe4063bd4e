import { PODS, STATEFUL_SETS } from '../../src/controller/api/known-resources';
import { jsonAt, type JsonObject } from '../../src/model/json';
import { FakeApi, type Request } from './fake-api';
import { conditionOf, controllerOf, lead, names, POLICY, put, shop, stopAll, until, WEB } from './running';
import { clientIntents, deployment, MANAGER, pod } from './world';

afterEach(stopAll);

/** Does something once, between the moment when a write is stored and the moment when its answer arrives. */
function duringFirst(api: FakeApi, isMeant: (request: Request) => boolean, act: () => void): () => boolean {
  let done = false;
  api.afterWrite = (request) => {
    if (done || !isMeant(request)) return;
    done = true;
    act();
  };
  return () => done;
}

/**
 * Answers and watches come over different connections: what somebody did after a write may be told before the write is
 * answered (Kubernetes API concepts, "Resource versions": of two versions of an object the greater is the newer).
 */
describe('an answer to a write that comes after the watch has told of something newer', () => {
  it('does not undo the change of intents that came between', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const db = deployment('shop', 'db', { kind: 'StatefulSet' });
    put(api, db, pod('db-0', db));
    const isStatus = ({ kind, subresource }: Request): boolean =>
      kind === 'ClientIntents' && subresource === 'status';
    const happened = duringFirst(api, isStatus, () => {
      put(api, clientIntents('shop', 'web', [{ kubernetes: { name: 'db' } }]));
    });
    await lead(api);
    await until(happened);
    await until(() => names(api).join() === 'access-to-db-from-shop');
    await until(() => jsonAt(api.peek(WEB), ['status', 'observedGeneration']) === 2);
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'True' });
  });

  it('does not hide that a policy was deleted at once', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const isPolicy = ({ kind, verb }: Request): boolean => kind === 'NetworkPolicy' && verb === 'apply';
    const happened = duringFirst(api, isPolicy, () => {
      api.remove(POLICY);
    });
    await lead(api);
    await until(happened);
    await until(() => names(api).length === 1);
  });

  it('does not hide that a policy was opened at once', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const isPolicy = ({ kind, verb }: Request): boolean => kind === 'NetworkPolicy' && verb === 'apply';
    const happened = duringFirst(api, isPolicy, () => {
      api.edit(POLICY, (object) => {
        object['spec'] = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] };
      });
    });
    await lead(api);
    await until(happened);
    await until(() => JSON.stringify(jsonAt(api.peek(POLICY), ['spec', 'ingress'])) !== '[{}]');
  });

  it('does not take a pod for the one of the same name before it', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const WEB_0 = { resource: PODS, namespace: 'shop', name: 'web-0' };
    const happened = duringFirst(
      api,
      ({ kind, name }) => kind === 'Pod' && name === 'shop/web-0',
      () => {
        api.remove(WEB_0);
        const web = api.peek({ resource: STATEFUL_SETS, namespace: 'shop', name: 'web' }) ?? {};
        const again = pod('web-0', web);
        put(api, { ...again, metadata: { ...(again['metadata'] as JsonObject), uid: 'another' } });
      },
    );
    await lead(api);
    await until(happened);
    await until(
      () => Object.keys((jsonAt(api.peek(WEB_0), ['metadata', 'labels']) ?? {}) as object).length > 2,
    );
  });

  it('does not bring intents back that are gone', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const isStatus = ({ kind, subresource }: Request): boolean =>
      kind === 'ClientIntents' && subresource === 'status';
    const happened = duringFirst(api, isStatus, () => {
      api.edit(WEB, (object) => {
        (object['metadata'] as Record<string, unknown>)['finalizers'] = [];
      });
      api.remove(WEB);
    });
    const controller = controllerOf(api);
    controller.lead();
    await until(happened);
    await until(() => names(api).length === 0);
    expect(api.peek(WEB)).toBeUndefined();
  });
});
