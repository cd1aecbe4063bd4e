import { ApiError, ConnectionError } from '../../../src/controller/api/api-error';
import { PODS } from '../../../src/controller/api/known-resources';
import type {
  ApiList,
  KubernetesApi,
  ListOptions,
  WatchEvent,
  WatchOptions,
} from '../../../src/controller/api/kubernetes-api';
import {
  createReflector,
  type Reflector,
  type ReflectorProblem,
} from '../../../src/controller/api/reflector';
import type { StoreEvent } from '../../../src/controller/api/store';
import { LineError } from '../../../src/controller/api/transport';
import type { JsonObject } from '../../../src/model/json';
import { ManualClock, settle } from '../manual-clock';

interface OpenWatch {
  readonly options: WatchOptions;
  send(type: WatchEvent['type'], object: JsonObject): void;
  end(error?: unknown): void;
}

/** The two calls that a reflector makes, answered by hand. */
class HandApi {
  lists: ListOptions[] = [];
  watches: OpenWatch[] = [];
  answer: () => ApiList<JsonObject> = () => ({ items: [], resourceVersion: '1' });
  /** When set, ends every watch at once with this. */
  endAtOnce: { readonly error?: unknown } | undefined;

  readonly api = {
    listAs: <T>(_: unknown, project: (object: JsonObject) => T, options: ListOptions = {}) => {
      this.lists.push(options);
      return Promise.resolve().then(() => {
        const { items, resourceVersion } = this.answer();
        return { items: items.map(project), resourceVersion };
      });
    },
    watch: (_: unknown, options: WatchOptions, onEvent: (event: WatchEvent) => void) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: unknown): void => {
          if (error === undefined) resolve();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          else reject(error);
        };
        this.watches.push({
          options,
          send: (type, object) => {
            onEvent({ type, object });
          },
          end,
        });
        options.signal?.addEventListener(
          'abort',
          () => {
            end(new Error('stopped'));
          },
          { once: true },
        );
        if (this.endAtOnce !== undefined) end(this.endAtOnce.error);
      }),
  } as unknown as KubernetesApi;

  get watch(): OpenWatch {
    return this.watches[this.watches.length - 1]!;
  }
}

const pod = (name: string, resourceVersion: string, app = 'x'): JsonObject => ({
  metadata: { name, namespace: 'shop', resourceVersion, labels: { app } },
  spec: { big: true },
});

interface Run {
  readonly hand: HandApi;
  readonly clock: ManualClock;
  readonly reflector: Reflector<string>;
  readonly events: string[];
  readonly problems: ReflectorProblem[];
  stop(): Promise<void>;
}

const runs: Run[] = [];

afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
});

function labelOf(object: JsonObject): string | undefined {
  const { labels } = object['metadata'] as { labels?: { app?: string } };
  if (labels?.app === 'bad') throw new Error('bad pod');
  return labels?.app === 'none' ? undefined : (labels?.app ?? '');
}

async function start(
  prepare: (hand: HandApi) => void = () => undefined,
  onEvent?: (event: StoreEvent<string>) => void,
): Promise<Run> {
  const hand = new HandApi();
  prepare(hand);
  const clock = new ManualClock();
  const events: string[] = [];
  const problems: ReflectorProblem[] = [];
  const reflector = createReflector<string>({
    api: hand.api,
    resource: PODS,
    selection: { namespace: 'shop', metadataOnly: true },
    project: labelOf,
    same: (before, after) => before === after,
    onEvent: (event) => {
      const before = event.type === 'added' ? '' : event.before;
      const after = event.type === 'deleted' ? '' : event.after;
      events.push(`${event.type} ${event.key} ${before}>${after}`);
      onEvent?.(event);
    },
    onProblem: (problem) => problems.push(problem),
    clock,
    random: () => 0.5,
  });
  const controller = new AbortController();
  const ended = reflector.run(controller.signal);
  const run: Run = {
    hand,
    clock,
    reflector,
    events,
    problems,
    stop: async () => {
      controller.abort();
      await ended;
    },
  };
  runs.push(run);
  await settle();
  return run;
}

const listOf = (resourceVersion: string, ...items: JsonObject[]) => ({ items, resourceVersion });

describe('a reflector', () => {
  it('lists, then watches from the version of the list, with the same selection', async () => {
    const { hand, reflector, events } = await start((api) => {
      api.answer = () => listOf('7', pod('a', '3'), pod('b', '5', 'y'));
    });
    expect(reflector.synced).toBe(true);
    await reflector.whenSynced;
    expect([...reflector.store.entries()]).toEqual([
      ['shop/a', 'x'],
      ['shop/b', 'y'],
    ]);
    expect(events).toEqual(['added shop/a >x', 'added shop/b >y']);
    expect(hand.lists[0]).toMatchObject({ namespace: 'shop', metadataOnly: true });
    expect(hand.watch.options).toMatchObject({ namespace: 'shop', metadataOnly: true, resourceVersion: '7' });
  });

  it('tells what was and what is of every change, and nothing of one that does not matter', async () => {
    const { hand, reflector, events } = await start();
    hand.watch.send('ADDED', pod('a', '2'));
    hand.watch.send('MODIFIED', pod('a', '3'));
    hand.watch.send('MODIFIED', pod('a', '4', 'y'));
    hand.watch.send('DELETED', pod('a', '5', 'y'));
    hand.watch.send('DELETED', pod('a', '5', 'y'));
    expect(events).toEqual(['added shop/a >x', 'modified shop/a x>y', 'deleted shop/a y>']);
    expect(reflector.store.size).toBe(0);
  });

  it('goes on from the last event or bookmark when the server ends the watch', async () => {
    const { hand, clock, problems } = await start();
    hand.watch.send('ADDED', pod('a', '20'));
    hand.watch.send('BOOKMARK', { metadata: { resourceVersion: '31' } });
    hand.watch.end();
    await clock.advance(1_000);
    expect(hand.watches).toHaveLength(2);
    expect(hand.watch.options.resourceVersion).toBe('31');
    expect(hand.lists).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('lists anew when the version is too old, and finds what went and changed meanwhile', async () => {
    const { hand, clock, events, problems } = await start((api) => {
      api.answer = () => listOf('7', pod('a', '3'), pod('b', '4'), pod('c', '5'));
    });
    events.length = 0;
    hand.answer = () => listOf('90', pod('b', '4'), pod('c', '80', 'z'), pod('d', '81'));
    hand.watch.end(new ApiError({ status: 410, reason: 'Expired', message: 'too old' }));
    await clock.advance(1_000);
    expect(events).toEqual(['deleted shop/a x>', 'modified shop/c x>z', 'added shop/d >x']);
    expect(hand.watch.options.resourceVersion).toBe('90');
    expect(problems).toEqual([]);
  });

  it('lists anew after a line that is no event, so that the same line does not stop it for ever', async () => {
    const { hand, clock, problems } = await start();
    hand.watch.end(new LineError('no event'));
    await clock.advance(1_000);
    expect(hand.lists).toHaveLength(2);
    expect(problems).toMatchObject([{ during: 'watch', resource: PODS, retryInMs: 150 }]);
  });

  it('goes on after a broken connection and after an error of the server', async () => {
    const { hand, clock, problems } = await start();
    hand.watch.end(new ConnectionError('reset', 'ECONNRESET'));
    await clock.advance(1_000);
    hand.watch.end(new ApiError({ status: 500, reason: 'InternalError', message: 'etcd' }));
    await clock.advance(2_000);
    expect(hand.watches).toHaveLength(3);
    expect(hand.lists).toHaveLength(1);
    expect(problems.map(({ error }) => (error as Error).message)).toEqual(['reset', 'etcd']);
  });

  it('asks a bounded number of times when watches are closed at once in a loop', async () => {
    // cdk8s-ecosystem 5: the informer of the library made 165 watches in one second there.
    const { hand, clock } = await start((api) => {
      api.endAtOnce = {};
    });
    await clock.advance(1_000);
    expect(hand.watches.length).toBeLessThanOrEqual(5);
    await clock.advance(600_000);
    expect(hand.watches.length).toBeLessThanOrEqual(40);
    expect(hand.watches.length).toBeGreaterThan(20);
    expect(hand.lists).toHaveLength(1);
  });

  it('asks a bounded number of times when every version is too old', async () => {
    const { hand, clock } = await start((api) => {
      api.endAtOnce = { error: new ApiError({ status: 410, reason: 'Expired', message: 'too old' }) };
    });
    await clock.advance(600_000);
    expect(hand.lists.length).toBeLessThanOrEqual(40);
    expect(hand.lists.length).toBeGreaterThan(20);
  });

  it('waits longer from one failed list to the next, as long as the server asks, and forgets it after a good watch', async () => {
    const busy = new ApiError({
      status: 429,
      reason: 'TooManyRequests',
      message: 'busy',
      retryAfterSeconds: 20,
    });
    const { hand, clock, problems, reflector } = await start((api) => {
      api.answer = () => {
        throw api.lists.length === 1 ? busy : new ConnectionError('refused', 'ECONNREFUSED');
      };
    });
    expect(problems[0]!.retryInMs).toBeGreaterThanOrEqual(20_000);
    await clock.advance(60_000);
    const waits = problems.slice(1).map(({ retryInMs }) => retryInMs!);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[waits.length - 1]).toBeGreaterThan(5_000);
    expect(reflector.synced).toBe(false);
    hand.answer = () => listOf('7');
    await clock.advance(30_000);
    expect(reflector.synced).toBe(true);
    await clock.advance(11_000);
    hand.watch.end();
    await clock.advance(200);
    expect(hand.watches).toHaveLength(2);
  });

  it('leaves out what has no name and what cannot be read, and says so', async () => {
    const { hand, reflector, problems, events } = await start((api) => {
      api.answer = () => listOf('7', { metadata: {} }, { spec: 3 }, pod('a', '1'), pod('b', '2', 'bad'));
    });
    hand.watch.send('MODIFIED', pod('a', '9', 'bad'));
    hand.watch.send('ADDED', pod('c', '10'));
    expect([...reflector.store.entries()]).toEqual([['shop/c', 'x']]);
    expect(events).toEqual(['added shop/a >x', 'deleted shop/a x>', 'added shop/c >x']);
    expect(problems.map(({ during, key }) => [during, key])).toEqual([
      ['object', undefined],
      ['object', undefined],
      ['object', 'shop/b'],
      ['object', 'shop/a'],
    ]);
  });

  it('forgets an object that is of no interest any more', async () => {
    const { hand, events } = await start();
    hand.watch.send('ADDED', pod('a', '2'));
    hand.watch.send('MODIFIED', pod('a', '3', 'none'));
    hand.watch.send('ADDED', pod('b', '4', 'none'));
    expect(events).toEqual(['added shop/a >x', 'deleted shop/a x>']);
  });

  it('is not stopped by a listener that throws', async () => {
    const { hand, events, problems } = await start(undefined, () => {
      throw new Error('listener');
    });
    hand.watch.send('ADDED', pod('a', '2'));
    hand.watch.send('ADDED', pod('b', '3'));
    expect(events).toHaveLength(2);
    expect(problems.map(({ error }) => (error as Error).message)).toEqual(['listener', 'listener']);
  });

  it('ends when told to, in the middle of a wait as in the middle of a watch', async () => {
    const watching = await start();
    await watching.stop();
    const waiting = await start((api) => {
      api.answer = () => {
        throw new ConnectionError('refused', 'ECONNREFUSED');
      };
    });
    expect(waiting.clock.waiting).toBe(1);
    await waiting.stop();
    expect(waiting.clock.waiting).toBe(0);
  });
});

/** Answers and watches come over different connections, in either order (Kubernetes API concepts, "Resource versions"). */
describe('an answer to a write', () => {
  it('is taken in before the watch tells of it, and is no news then', async () => {
    const { hand, reflector, events } = await start();
    reflector.take(pod('a', '5'));
    expect(reflector.store.get('shop/a')).toBe('x');
    hand.watch.send('ADDED', pod('a', '5'));
    expect(events).toEqual(['added shop/a >x']);
  });

  it('is left out when the watch is past it: the object has changed since, or is gone', async () => {
    const { hand, reflector, events } = await start();
    hand.watch.send('ADDED', pod('a', '5', 'new'));
    reflector.take(pod('a', '4', 'old'));
    hand.watch.send('ADDED', pod('b', '6'));
    hand.watch.send('DELETED', pod('b', '7'));
    reflector.take(pod('b', '6'));
    hand.watch.send('BOOKMARK', { metadata: { resourceVersion: '10' } });
    reflector.take(pod('c', '9'));
    expect(events).toEqual(['added shop/a >new', 'added shop/b >x', 'deleted shop/b x>']);
  });

  it('is not undone by what the watch still tells from before it, another object of the name included', async () => {
    const { hand, reflector, events } = await start();
    hand.watch.send('ADDED', pod('a', '5', 'old'));
    reflector.take(pod('a', '10', 'new'));
    hand.watch.send('MODIFIED', pod('a', '8', 'between'));
    hand.watch.send('DELETED', pod('a', '9', 'between'));
    hand.watch.send('ADDED', pod('a', '10', 'new'));
    hand.watch.send('MODIFIED', pod('a', '11', 'later'));
    expect(events).toEqual(['added shop/a >old', 'modified shop/a old>new', 'modified shop/a new>later']);
  });

  it('counts as watched once a newer list has come: what that does not have is gone', async () => {
    const { hand, clock, reflector, events } = await start();
    reflector.take(pod('kept', '12'));
    reflector.take(pod('gone', '5'));
    hand.answer = () => ({ items: [], resourceVersion: '10' });
    hand.watch.end(new ApiError({ status: 410, reason: 'Expired', message: 'too old' }));
    await clock.advance(1_000);
    expect(hand.lists).toHaveLength(2);
    expect(events).toEqual(['added shop/kept >x', 'added shop/gone >x', 'deleted shop/gone x>']);
    hand.watch.send('DELETED', pod('kept', '13'));
    expect(reflector.store.size).toBe(0);
  });
});
