import { deployment } from './calling-shop';
import { ControlPlane } from './control-plane';
import type { Change, Recording } from './etcd';
import { installCrds, makeNamespace } from './install';
import { runDeployment } from './kubelet';
import { RunningController } from './running-controller';
import { reachIn } from '../controller/writes/reach';
import type { JsonObject } from '../../src/model/json';

const NAMESPACES = ['one', 'two'];
/** Two chains, two circles, one workload that calls itself, one that is called from both namespaces. */
const CALLS: readonly (readonly [client: string, server: string])[] = [
  ['one/a', 'one/b'],
  ['one/b', 'one/c'],
  ['one/c', 'two/a'],
  ['two/a', 'two/b'],
  ['two/b', 'two/c'],
  ['two/c', 'two/a'],
  ['two/d', 'two/d'],
  ['two/d', 'one/c'],
  ['one/d', 'one/e'],
  ['one/e', 'one/d'],
];

describe('a controller that begins before a real API server', () => {
  let plane: ControlPlane;
  let running: RunningController | undefined;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    for (const namespace of NAMESPACES) {
      await makeNamespace(plane.api, namespace);
      for (const name of ['a', 'b', 'c', 'd', 'e'])
        await runDeployment(
          plane.api,
          await plane.api.create(deployment(name, { namespace, image: 'x', port: 8080 })),
        );
    }
    for (const client of new Set(CALLS.map(([one]) => one))) await plane.api.create(intentsOf(client));
  });
  afterAll(async () => {
    await running?.stop();
    await plane.stop();
  });

  it('shuts out nobody whom intents let in, for no moment, and writes no pod more often than twice', async () => {
    const recording = await plane.database.record('/registry/');
    const before = new Map(recording.objects());
    running = await RunningController.start(plane);
    await running.controller.whenIdle();
    await until(() => recording.names().filter((key) => key.startsWith('networkpolicies/')).length > 8);
    recording.stop();
    const { shut, firstIsolated } = replay(before, recording);
    expect(shut).toEqual([]);
    const times = new Map<string, number>();
    for (const { key } of recording.changes)
      if (key.startsWith('pods/')) times.set(key, (times.get(key) ?? 0) + 1);
    expect([...times].filter(([, count]) => count > 2)).toEqual([]);
    // Policies come first: all are made before the first of them takes effect.
    const made = new Map<string, number>();
    for (const [at, { key }] of recording.changes.entries())
      if (key.startsWith('networkpolicies/') && !made.has(key)) made.set(key, at);
    expect(firstIsolated).toBeGreaterThan(0);
    expect(Math.max(...made.values())).toBeLessThan(firstIsolated);
  });
});

/** Who was shut out at which change, and the first of the changes at which anybody is isolated; -1 if none. */
function replay(
  before: ReadonlyMap<string, Change['object']>,
  { changes }: Recording,
): { readonly shut: readonly string[]; readonly firstIsolated: number } {
  const now = new Map(before);
  const shut: string[] = [];
  let firstIsolated = -1;
  const of = (kind: string): JsonObject[] =>
    [...now].flatMap(([key, object]) => (key.startsWith(`${kind}/`) && object !== undefined ? [object] : []));
  for (const [at, { type, key, object }] of changes.entries()) {
    if (type === 'delete') now.delete(key);
    else now.set(key, object);
    if (!/^(?:pods|networkpolicies|namespaces)\//.test(key)) continue;
    const reach = reachIn({
      pods: of('pods'),
      policies: of('networkpolicies'),
      namespaces: of('namespaces'),
    });
    const pods = of('pods').map(({ metadata }) => nameOf(metadata as JsonObject));
    if (reach.size < 2 * pods.length * (pods.length - 1))
      firstIsolated = firstIsolated < 0 ? at : firstIsolated;
    for (const client of pods)
      for (const server of pods) {
        const isDeclared = CALLS.some(([a, b]) => workloadOf(client) === a && workloadOf(server) === b);
        if (client !== server && isDeclared && !reach.has(`${client} > in ${server}`))
          shut.push(`${client} from ${server} at ${key}`);
      }
  }
  return { shut, firstIsolated };
}

function nameOf({ namespace, name }: JsonObject): string {
  return `${JSON.stringify(namespace)}/${JSON.stringify(name)}`.replaceAll('"', '');
}

function workloadOf(pod: string): string {
  return pod.split('-')[0] ?? pod;
}

function intentsOf(client: string) {
  const [namespace, name] = client.split('/');
  return {
    apiVersion: 'k8s.otterize.com/v2alpha1',
    kind: 'ClientIntents',
    metadata: { name, namespace },
    spec: {
      workload: { name, kind: 'Deployment' },
      targets: CALLS.filter(([one]) => one === client).map(([, server]) => ({
        kubernetes: { name: server.split('/').reverse().join('.') },
      })),
    },
  };
}

async function until(question: () => boolean): Promise<void> {
  for (let tries = 0; !question(); tries++) {
    if (tries > 600) throw new Error('not within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
