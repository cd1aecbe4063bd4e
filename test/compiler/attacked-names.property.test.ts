import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { AdmissionOracle } from './admission-oracle';
import { calls, callsService, clusterOf, intents, manifest, service, workload } from './cluster-fixture';
import { compile } from '../../src/compiler/compile';
import type { Compilation, ProfileName } from '../../src/compiler/compilation';
import type { ClientIntents } from '../../src/intents/client-intents';
import { workloadName } from '../../src/intents/identity';
import type { Cluster } from '../../src/model/cluster';
import { labelKeyProblem, labelValueProblem } from '../../src/model/label-syntax';
import type { Labels, Resource } from '../../src/model/resource';
import type { Workload } from '../../src/model/workloads/workload';

/*
 * Worlds in which names are out to be mistaken for one another. Whatever is shared (a label value, a label key that lets
 * pods in, the name of a policy) must be said; what is said must say what to do.
 */
const PROFILES: readonly ProfileName[] = ['seed', 'otterize', 'selectors'];
const HOME = 'shop';

/** Pairs of long names of one namespace that have one identity: cut alike, and equal in 24 bits of digest. */
const COLLIDING = collidingNames(HOME, 2);
const LONG = 'n'.repeat(251);
const LONG_NAMESPACE = 's'.repeat(63);

/** Name, namespace, and the name by annotation where there is one. */
const THINGS: readonly (readonly [string, string, string?])[] = [
  ...COLLIDING.map((name) => [name, HOME] as const),
  ['a-b', 'c'],
  ['a', 'b-c'],
  ['web', HOME],
  ['web-deployment', HOME],
  ['app.1.2', HOME],
  ['app-1', HOME, 'app_1_2'],
  [`${LONG}-x`, HOME],
  [`${LONG}-y`, HOME],
  [`${LONG}-x`, LONG_NAMESPACE],
  ['cased', HOME, 'Web'],
  ['unicode', HOME, 'ünïcödé-ünïcödé-日本'],
  ['emoji', HOME, 'nineteen-charactersé🛒'],
  ['spaced', HOME, 'web '],
  ['empty', HOME, ''],
];

const thingArb = fc.record({
  thing: fc.constantFrom(...THINGS),
  kind: fc.constantFrom('Deployment', 'StatefulSet'),
});
type Thing = typeof thingArb extends fc.Arbitrary<infer T> ? T : never;

const worldArb = fc.record({
  things: fc.uniqueArray(thingArb, {
    minLength: 2,
    maxLength: 6,
    selector: ({ thing: [name, namespace], kind }) => `${namespace}/${name}/${kind}`,
  }),
  /** Which of them calls which, and whether the intent states the kind of either, or goes through a Service. */
  edges: fc.array(
    fc.record({
      from: fc.nat(5),
      to: fc.nat(5),
      kinds: fc.constantFrom('none', 'client', 'server', 'both'),
      service: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  /** A pod that nobody declares and that wears labels which another got. */
  foreign: fc.option(fc.record({ like: fc.nat(5), namespace: fc.constantFrom(HOME, 'c', 'elsewhere') }), {
    nil: undefined,
  }),
  /** A namespace that was renamed and kept the label of its old name. */
  renamed: fc.option(fc.constantFrom(HOME, 'c'), { nil: undefined }),
  egress: fc.boolean(),
  profile: fc.constantFrom(...PROFILES),
});
type World = typeof worldArb extends fc.Arbitrary<infer T> ? T : never;

interface Attacked {
  readonly cluster: Cluster;
  readonly result: Compilation;
  readonly foreign: Workload | undefined;
}

function attack(world: World): Attacked {
  const resources = world.things.map(resourceOf);
  const declared = intentsOf(world);
  const options = { profile: world.profile, egress: world.egress ? 'always' : 'off' } as const;
  const services = world.things.map(({ thing: [name, namespace] }, index) =>
    service(`${namespace}/svc-${index}`, { selector: { app: appOf(name) } }),
  );
  const base = [...resources, ...services, ...renamed(world)];
  const before = compile(clusterOf(...base), declared, options);
  const labels = before.podLabels[(world.foreign?.like ?? 0) % Math.max(before.podLabels.length, 1)]?.labels;
  if (world.foreign === undefined || labels === undefined) {
    const cluster = clusterOf(...base);
    return { cluster, result: compile(cluster, declared, options), foreign: undefined };
  }
  const thief = workload(`${world.foreign.namespace}/thief`, { labels: { app: 'thief', ...labels } });
  const cluster = clusterOf(...base, thief);
  return {
    cluster,
    result: compile(cluster, declared, options),
    foreign: cluster.workloads.find(({ name }) => name === 'thief'),
  };
}

function resourceOf({ thing: [name, namespace, annotated], kind }: Thing): Resource {
  return workload(`${namespace}/${name}`, {
    kind,
    labels: { app: appOf(name), kind },
    ...(annotated === undefined ? {} : { annotations: { 'intents.otterize.com/workload-name': annotated } }),
  });
}

/** A Namespace object with the label that the seed profile gives to another namespace. */
function renamed({ renamed: old }: World): Resource[] {
  if (old === undefined) return [];
  const labels = { 'intents.otterize.com/namespace-name': old };
  return [manifest('v1', 'Namespace', { metadata: { name: 'elsewhere', labels } }, 'elsewhere')];
}

function appOf(name: string): string {
  return createHash('md5').update(name).digest('hex');
}

function intentsOf({ things, edges }: World): ClientIntents[] {
  return edges.flatMap(({ from, to, kinds, service: through }) => {
    const client = things[from % things.length];
    const at = to % things.length;
    const server = things[at];
    if (client === undefined || server === undefined) return [];
    const target = through
      ? callsService(`${server.thing[1]}/svc-${at}`)
      : { ...calls('x/x'), server: named(server, kinds === 'server' || kinds === 'both') };
    const whose = named(client, kinds === 'client' || kinds === 'both');
    return [{ ...intents('x/x', target), namespace: whose.namespace, client: whose }];
  });
}

function named(
  { thing: [name, namespace, annotated], kind }: Thing,
  withKind: boolean,
): ClientIntents['client'] {
  return { namespace, name: annotated ?? name.replaceAll('.', '_'), ...(withKind ? { kind } : {}) };
}

function collidingNames(namespace: string, count: number): string[] {
  const byDigest = new Map<string, string>();
  const found: string[] = [];
  for (let index = 0; found.length < count * 2; index += 1) {
    const name = `service-with-a-long-name-${index}`;
    const digest = createHash('md5').update(`${name}-${namespace}`).digest('hex').slice(0, 6);
    const other = byDigest.get(digest);
    if (other !== undefined) found.push(other, name);
    byDigest.set(digest, name);
  }
  return found;
}

function finalLabels({ labels, id }: Workload, { podLabels }: Compilation): Labels {
  return { ...labels, ...podLabels.find(({ workload: other }) => other.id === id)?.labels };
}

const IDENTITIES = ['intents.otterize.com/server', 'intents.otterize.com/service'] as const;
const SHARING = ['ambiguous-identity', 'stale-identity-label', 'stale-access-label', 'stale-namespace-label'];

function said({ findings }: Compilation, ids: readonly string[], severity?: string): boolean {
  return findings.some(
    (finding) => ids.includes(finding.id) && (severity ?? finding.severity) === finding.severity,
  );
}

const fullName = (one: Workload): string => `${one.namespace}/${workloadName(one).name}`;

describe('names under attack', () => {
  it('has names that collide to begin with', () => {
    expect(COLLIDING).toHaveLength(4);
    expect(THINGS.some(([name]) => name.length === 253)).toBe(true);
  });

  it('never gives two policies one name, nor one that the API server refuses', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        const { result } = attack(world);
        const names = result.policies.map(({ namespace, name }) => `${namespace}/${name}`);
        expect(new Set(names).size).toBe(names.length);
        for (const { name } of result.policies) {
          expect(name.length).toBeLessThanOrEqual(253);
          expect(name).toMatch(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('writes no label that the API server refuses without an error', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        const { result } = attack(world);
        const pairs = result.podLabels.flatMap(({ labels }) => Object.entries(labels));
        const bad = pairs.filter(
          ([key, value]) => (labelKeyProblem(key) ?? labelValueProblem(value)) !== undefined,
        );
        if (bad.length > 0 && !said(result, ['invalid-identity'], 'error'))
          throw new Error(`${JSON.stringify(bad[0])} in silence`);
      }),
      { numRuns: 300 },
    );
  });

  it('lets no two workloads of different names share an identity label in silence', () => {
    let shared = 0;
    fc.assert(
      fc.property(worldArb, (world) => {
        const { cluster, result } = attack(world);
        const owners = new Map<string, Workload>();
        for (const one of cluster.workloads) {
          const labels = finalLabels(one, result);
          const value = labels['intents.otterize.com/server'] ?? labels['intents.otterize.com/service'];
          if (value === undefined) continue;
          const other = owners.get(value) ?? one;
          owners.set(value, other);
          if (fullName(other) === fullName(one)) continue;
          shared += 1;
          if (!said(result, ['ambiguous-identity', 'stale-identity-label', 'invalid-identity']))
            throw new Error(`${other.id} and ${one.id} share ${value} in silence`);
        }
      }),
      { numRuns: 400 },
    );
    expect(shared).toBeGreaterThan(20);
  });

  it('lets no two servers share the label that lets pods in, unless an error says so', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        const { cluster, result } = attack(world);
        const oracle = new AdmissionOracle(cluster, result);
        for (const client of cluster.workloads) {
          for (const server of cluster.workloads) {
            const declared = result.declared.some((call) => call.client === client && call.server === server);
            if (declared || !oracle.admits(client, server, 'TCP', 80)) continue;
            if (!said(result, [...SHARING, 'invalid-identity'], 'error'))
              throw new Error(`${client.id} gets in at ${server.id} in silence`);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('lets no two policies about different workloads share the value of the policy label in silence', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        if (world.profile !== 'otterize') return;
        const { cluster, result } = attack(world);
        const seen = new Map<string, string>();
        for (const { namespace, manifest: made } of result.policies) {
          const text = JSON.stringify(made);
          const [, value = ''] = /"intents.otterize.com\/network-policy":"([^"]*)"/.exec(text) ?? [];
          const about = JSON.stringify([namespace, selectorOf(made)]);
          const other = seen.get(value) ?? about;
          seen.set(value, other);
          if (other !== about && !said(result, ['ambiguous-identity']))
            throw new Error(`${other} and ${about} share ${value} in silence`);
        }
        expect(cluster.workloads.length).toBeGreaterThan(0);
      }),
      { numRuns: 400 },
    );
  });

  it('says of a foreign pod that wears the labels of another that it does', () => {
    let worn = 0;
    fc.assert(
      fc.property(worldArb, (world) => {
        const { cluster, result, foreign } = attack(world);
        if (foreign === undefined || world.profile === 'selectors') return;
        if (!wearsOthers(foreign, cluster, result)) return;
        worn += 1;
        const about = result.findings.filter(
          ({ object, message }) =>
            object === `Deployment/${foreign.namespace}/thief` ||
            message.includes(`${foreign.namespace}/thief`),
        );
        expect(about.map(({ id }) => id)).toEqual(
          expect.arrayContaining([expect.stringMatching(/^(stale-|ambiguous-)/)]),
        );
      }),
      { numRuns: 300 },
    );
    expect(worn).toBeGreaterThan(50);
  });

  it('says what to do: another name, the kind, or the profile selectors', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        const { result } = attack(world);
        for (const { id, severity, mend } of result.findings) {
          if (!SHARING.includes(id) && id !== 'invalid-identity') continue;
          if (severity !== 'info') expect(mend).toMatch(/profile selectors|Write the kind/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds nothing shared under the profile selectors, which adds no label', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        const { result } = attack({ ...world, profile: 'selectors', foreign: undefined });
        expect(result.podLabels).toEqual([]);
        expect(said(result, ['ambiguous-identity', 'invalid-identity'], 'error')).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

/** Whether in the end it has an access label, or the identity of another. Under the profile otterize it gets its own. */
function wearsOthers(foreign: Workload, cluster: Cluster, result: Compilation): boolean {
  const labels = finalLabels(foreign, result);
  if (Object.keys(labels).some((key) => key.includes('access-'))) return true;
  const identity = ({ [IDENTITIES[0]]: server, [IDENTITIES[1]]: service }: Labels): string | undefined =>
    server ?? service;
  const others = cluster.workloads
    .filter((other) => other !== foreign)
    .map((other) => identity(finalLabels(other, result)));
  return identity(labels) !== undefined && others.includes(identity(labels));
}

function selectorOf(made: Resource['manifest']): unknown {
  const spec = made['spec'];
  return typeof spec === 'object' && spec !== null && 'podSelector' in spec ? spec['podSelector'] : undefined;
}
