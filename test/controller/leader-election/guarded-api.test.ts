import type { KubernetesApi } from '../../../src/controller/api/kubernetes-api';
import { CLIENT_INTENTS, PODS } from '../../../src/controller/api/known-resources';
import { NotLeading, writesOfLeader } from '../../../src/controller/leader-election/guarded-api';

function recorded(): {
  readonly api: KubernetesApi;
  readonly asked: string[];
  readonly signals: AbortSignal[];
} {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const api = new Proxy(
    {},
    {
      get:
        (_, verb) =>
        (...words: unknown[]) => {
          asked.push(String(verb));
          const options = words.at(-1) as { signal?: AbortSignal } | undefined;
          if (options?.signal !== undefined) signals.push(options.signal);
          return Promise.resolve({});
        },
    },
  ) as KubernetesApi;
  return { api, asked, signals };
}

const ref = { resource: PODS, namespace: 'a', name: 'b' };
const pod = { metadata: { name: 'b', namespace: 'a' } };

const WRITES: readonly [string, (api: KubernetesApi) => Promise<unknown>][] = [
  ['apply', (api) => api.apply(PODS, pod)],
  ['patch', (api) => api.patch(ref, 'merge', {})],
  ['create', (api) => api.create(PODS, pod)],
  ['replace', (api) => api.replace(PODS, pod)],
  ['delete', (api) => api.delete(ref)],
];

describe('the API server, for a replica', () => {
  it.each(WRITES)('gets no %s from one that does not lead', async (verb, write) => {
    const { api, asked } = recorded();
    const leadership = { leads: false, signal: new AbortController().signal };
    const guarded = writesOfLeader(api, () => leadership);
    await expect(write(guarded)).rejects.toBeInstanceOf(NotLeading);
    expect(asked).toEqual([]);
    await write(writesOfLeader(api, () => ({ ...leadership, leads: true })));
    expect(asked).toEqual([verb]);
  });

  it('is read by all', async () => {
    const { api, asked } = recorded();
    const guarded = writesOfLeader(api, () => ({ leads: false, signal: new AbortController().signal }));
    await guarded.list(CLIENT_INTENTS);
    await guarded.listAs(CLIENT_INTENTS, () => 1);
    await guarded.get(ref);
    await guarded.getPath('/version');
    await guarded.watch(PODS, { resourceVersion: '1' }, () => undefined);
    expect(asked).toEqual(['list', 'listAs', 'get', 'getPath', 'watch']);
  });

  it('has a write aborted when the lease is lost, or by who asked for it', async () => {
    const { api, signals } = recorded();
    const lost = new AbortController();
    const guarded = writesOfLeader(api, () => ({ leads: true, signal: lost.signal }));
    const own = new AbortController();
    await guarded.delete(ref);
    await guarded.delete(ref, { signal: own.signal });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    own.abort();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
    lost.abort();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
