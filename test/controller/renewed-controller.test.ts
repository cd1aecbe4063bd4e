import { ApiError } from '../../src/controller/api/api-error';
import type { ControllerLog } from '../../src/controller/controller-hooks';
import { discoverKinds, WATCHED_KINDS, type WatchedKind } from '../../src/controller/observed/watched-kinds';
import { NotAlone, RenewedController } from '../../src/controller/renewed-controller';
import type { RunnableController } from '../../src/controller/run-controller';
import type { KubernetesApi } from '../../src/controller/api/kubernetes-api';
import { CALICO_NETWORK_POLICIES } from '../../src/controller/api/known-resources';
import { ManualClock } from './manual-clock';

const MINUTE = 60_000;
const required = WATCHED_KINDS.filter((kind) => kind.required);
const calico = WATCHED_KINDS.filter(({ resource }) => resource === CALICO_NETWORK_POLICIES);

/** One made for some kinds, and what it was told, in a diary for all of them. */
function fake(name: string, diary: string[]): RunnableController {
  const say = (what: string) => (): void => void diary.push(`${name} ${what}`);
  return {
    whenSynced: Promise.resolve(),
    isSynced: true,
    unseen: [name],
    start: say('start'),
    lead: say('lead'),
    yield: () => Promise.resolve().then(say('yield')),
    stop: () => Promise.resolve().then(say('stop')),
  };
}

function renewed(clock: ManualClock) {
  const diary: string[] = [];
  const said: string[] = [];
  const state = {
    kinds: required as readonly WatchedKind[] | Error,
    others: undefined as Error | undefined,
    looks: 0,
    made: 0,
  };
  const say = (_: object, message: string): void => void said.push(message);
  const log: ControllerLog = { debug: say, info: say, warn: say, error: say };
  const controller = new RenewedController({
    kinds: required,
    discover: () =>
      state.kinds instanceof Error ? Promise.reject(state.kinds) : Promise.resolve(state.kinds),
    make: () => fake(String(++state.made), diary),
    prepare: () => {
      state.looks++;
      return state.others === undefined ? Promise.resolve() : Promise.reject(state.others);
    },
    clock,
    log,
  });
  controller.start();
  return { controller, diary, said, state };
}

describe('a controller that looks around', () => {
  it('is made anew when the cluster serves a kind that it did not, and leads again', async () => {
    const clock = new ManualClock();
    const { controller, diary, state } = renewed(clock);
    controller.lead();
    await clock.advance(10 * MINUTE);
    expect(diary).toEqual(['1 start', '1 lead']);
    state.kinds = [...required, ...calico];
    await clock.advance(MINUTE);
    expect(diary).toEqual(['1 start', '1 lead', '1 stop', '2 start', '2 lead']);
    expect(controller.unseen).toEqual(['2']);
    state.kinds = required;
    await clock.advance(MINUTE);
    expect(diary.slice(5)).toEqual(['2 stop', '3 start', '3 lead']);
    await controller.stop();
  });

  it('is left as it is while nobody can tell what is served', async () => {
    const clock = new ManualClock();
    const { controller, diary, state } = renewed(clock);
    state.kinds = new ApiError({ status: 503, reason: '', message: 'no' });
    await clock.advance(5 * MINUTE);
    expect(diary).toEqual(['1 start']);
    await controller.stop();
    expect(diary).toEqual(['1 start', '1 stop']);
    expect(clock.waiting).toBe(0);
  });

  it("pauses within a minute when Otterize's operator comes back, and goes on when it is gone", async () => {
    const clock = new ManualClock();
    const { controller, diary, said, state } = renewed(clock);
    controller.lead();
    await clock.advance(2 * MINUTE);
    state.others = new NotAlone('the operator still runs');
    await clock.advance(MINUTE);
    expect(diary).toEqual(['1 start', '1 lead', '1 yield']);
    expect(said).toEqual(['pauses: nothing is written']);
    // Made anew meanwhile, it does not lead either.
    state.kinds = [...required, ...calico];
    await clock.advance(3 * MINUTE);
    expect(diary.filter((line) => line.endsWith('lead'))).toEqual(['1 lead']);
    // One that cannot tell does not go on, nor does it begin to pause.
    state.others = new Error('no answer');
    await clock.advance(2 * MINUTE);
    expect(diary.at(-1)).not.toBe('2 lead');
    state.others = undefined;
    await clock.advance(MINUTE);
    expect(diary.at(-1)).toBe('2 lead');
    await controller.stop();
  });

  it('looks at once when it leads after it has followed for a while', async () => {
    const clock = new ManualClock();
    const { controller, diary, state } = renewed(clock);
    await clock.advance(5 * MINUTE);
    state.others = new NotAlone('the operator still runs');
    controller.lead();
    await clock.advance(10);
    expect(diary).toEqual(['1 start', '1 lead', '1 yield']);
    await controller.stop();
  });

  it('looks for others only where it leads, and leads anew where it leads again', async () => {
    const clock = new ManualClock();
    const { controller, diary, state } = renewed(clock);
    await clock.advance(5 * MINUTE);
    expect(state.looks).toBe(0);
    controller.lead();
    state.others = new NotAlone('the operator still runs');
    await clock.advance(MINUTE);
    await controller.yield();
    controller.lead();
    await clock.advance(MINUTE);
    expect(diary.filter((line) => line !== '1 yield')).toEqual(['1 start', '1 lead', '1 lead']);
    expect(diary.at(-1)).toBe('1 yield');
    await controller.stop();
  });
});

describe('what a cluster serves', () => {
  /** Everything but what is given by its path. */
  function server(failures: Record<string, ApiError>): Pick<KubernetesApi, 'getPath'> {
    return {
      getPath: (path) => {
        const failure = failures[path];
        if (failure !== undefined) return Promise.reject(failure);
        const resources = WATCHED_KINDS.map(({ resource }) => resource).filter(
          ({ group, version }) => path === (group === '' ? `/api/${version}` : `/apis/${group}/${version}`),
        );
        return Promise.resolve({ resources: resources.map(({ plural }) => ({ name: plural })) });
      },
    };
  }
  const CALICO = '/apis/projectcalico.org/v3';
  const down = new ApiError({ status: 503, reason: 'ServiceUnavailable', message: 'no endpoints' });
  const api = server({ [CALICO]: down }) as KubernetesApi;
  const hasCalico = (kinds: readonly WatchedKind[]): boolean =>
    kinds.some(({ resource }) => resource === CALICO_NETWORK_POLICIES);

  it('is all but an aggregated API whose server is down, which is told', async () => {
    const silent: string[] = [];
    const onSilent = (path: string): void => void silent.push(path);
    const kinds = await discoverKinds(api, { onSilent });
    expect(hasCalico(kinds)).toBe(false);
    expect(kinds.length).toBeGreaterThan(required.length);
    expect(silent).toEqual([CALICO]);
  });

  it('is what it was before where such an API does not answer for a while', async () => {
    const before = await discoverKinds(server({}) as KubernetesApi);
    expect(await discoverKinds(api, { before, onSilent: () => undefined })).toEqual(before);
  });

  it('cannot be told while that is the API that policies are written in, or one without which nothing goes', async () => {
    const onSilent = (): void => undefined;
    await expect(discoverKinds(api, { needed: [CALICO_NETWORK_POLICIES], onSilent })).rejects.toBe(down);
    const apps = server({ '/apis/apps/v1': down }) as KubernetesApi;
    await expect(discoverKinds(apps, { onSilent })).rejects.toBe(down);
  });
});
