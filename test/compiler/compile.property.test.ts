import fc from 'fast-check';
import { AdmissionOracle } from './admission-oracle';
import { calls, callsService, clusterOf, intents, service, workload } from './cluster-fixture';
import { compile } from '../../src/compiler/compile';
import type { Compilation, ProfileName } from '../../src/compiler/compilation';
import type { ClientIntents, Target, TargetPort } from '../../src/intents/client-intents';
import type { Resource } from '../../src/model/resource';
import type { Workload } from '../../src/model/workloads/workload';

/*
 * Small worlds in which everything clashes: few names, two kinds, two namespaces whose names make identity strings
 * collide ((a-b, c) and (a, b-c)), and labels that several workloads share.
 */
const NAMES = ['a', 'a-b', 'web', 'a-deployment'];
const NAMESPACES = ['c', 'b-c'];
const KINDS = ['Deployment', 'StatefulSet'];
const PORTS = [80, 90];
const PROFILES: readonly ProfileName[] = ['seed', 'otterize', 'selectors'];

const workloadArb = fc.record({
  name: fc.constantFrom(...NAMES),
  namespace: fc.constantFrom(...NAMESPACES),
  kind: fc.constantFrom(...KINDS),
  shared: fc.boolean(),
  named: fc.constantFrom(undefined, 8080, 9090),
});
type WorldWorkload = typeof workloadArb extends fc.Arbitrary<infer T> ? T : never;

const portArb: fc.Arbitrary<TargetPort> = fc.record({
  port: fc.constantFrom<number | string>(...PORTS, 'http'),
  protocol: fc.constantFrom('TCP', 'UDP'),
});
const nameArb = fc
  .tuple(
    fc.constantFrom(...NAMESPACES),
    fc.constantFrom(...NAMES),
    fc.constantFrom('', '[Deployment]', '[StatefulSet]'),
  )
  .map(([namespace, name, kind]) => `${namespace}/${name}${kind}`);
const targetArb: fc.Arbitrary<Target> = fc.oneof(
  fc.tuple(nameArb, fc.array(portArb, { maxLength: 2 })).map(([server, ports]) => calls(server, ...ports)),
  fc.constantFrom(...NAMESPACES).map((namespace) => callsService(`${namespace}/svc`)),
);
const intentsArb = fc
  .tuple(nameArb, fc.array(targetArb, { minLength: 1, maxLength: 3 }))
  .map(([client, targets]) => intents(client, ...targets));

const worldArb = fc.record({
  workloads: fc.uniqueArray(workloadArb, {
    maxLength: 7,
    selector: ({ name, namespace, kind }) => `${namespace}/${name}/${kind}`,
  }),
  intents: fc.array(intentsArb, { maxLength: 6 }),
  profile: fc.constantFrom(...PROFILES),
});

function resourcesOf(workloads: readonly WorldWorkload[]): Resource[] {
  const made = workloads.map(({ name, namespace, kind, shared, named }) =>
    workload(`${namespace}/${name}`, {
      kind,
      labels: { app: shared ? 'shared' : `${name}-${kind}`, part: shared ? 'all' : 'own' },
      ports: named === undefined ? [] : [{ name: 'http', containerPort: named }],
    }),
  );
  const services = NAMESPACES.map((namespace) =>
    service(`${namespace}/svc`, {
      selector: { part: 'all' },
      ports: [
        { port: 80, targetPort: 'http' },
        { port: 81, targetPort: 90 },
      ],
    }),
  );
  return [...made, ...services];
}

const PACKETS = [80, 90, 8080, 9090, 1].flatMap((port) =>
  ['TCP', 'UDP'].map((protocol) => ({ protocol, port })),
);

function declares(
  { declared }: Compilation,
  client: Workload,
  server: Workload,
  protocol: string,
  port: number,
): boolean {
  return declared.some(
    (call) =>
      call.client === client &&
      call.server === server &&
      (call.ports === 'all' || call.ports.some((open) => open.protocol === protocol && open.port === port)),
  );
}

/** `protocol/port client -> server` of every packet that policies admit. */
function admitted(cluster: ReturnType<typeof clusterOf>, result: Compilation): Set<string> {
  const oracle = new AdmissionOracle(cluster, result);
  const open = new Set<string>();
  for (const client of cluster.workloads) {
    for (const server of cluster.workloads) {
      for (const { protocol, port } of PACKETS) {
        if (oracle.admits(client, server, protocol, port))
          open.add(`${protocol}/${port} ${client.id} -> ${server.id}`);
      }
    }
  }
  return open;
}

function printed(result: Compilation): string {
  return JSON.stringify({
    policies: result.policies.map(({ manifest }) => manifest),
    pods: result.podLabels.map(({ workload: { id }, labels }) => [id, labels]),
    namespaces: result.namespaceLabels.map(({ namespace, labels }) => [namespace, labels]),
    declared: result.declared.map(({ client, server, ports }) => [client.id, server.id, ports]),
    findings: result.findings.map(({ id, severity, message, mend }) => [id, severity, message, mend]),
  });
}

describe('compile', () => {
  it('admits exactly what is declared, unless an error says otherwise', () => {
    let clean = 0;
    fc.assert(
      fc.property(worldArb, ({ workloads, intents: declared, profile }) => {
        const cluster = clusterOf(...resourcesOf(workloads));
        const result = compile(cluster, declared, { profile });
        const oracle = new AdmissionOracle(cluster, result);
        const blocking = result.findings.some(
          ({ id }) => id === 'ambiguous-identity' || id === 'indistinct-labels',
        );
        if (result.findings.some(({ severity }) => severity === 'error') && blocking) return;
        clean += result.policies.length > 0 ? 1 : 0;
        for (const client of cluster.workloads) {
          for (const server of cluster.workloads) {
            for (const { protocol, port } of PACKETS) {
              const wanted = declares(result, client, server, protocol, port);
              const open = oracle.admits(client, server, protocol, port);
              if (wanted !== open)
                throw new Error(
                  `${protocol}/${port} ${client.id} -> ${server.id}: declared ${wanted}, admitted ${open}`,
                );
            }
          }
        }
      }),
      { numRuns: 1500 },
    );
    expect(clean).toBeGreaterThan(100);
  });

  it('isolates only workloads that are called', () => {
    fc.assert(
      fc.property(worldArb, ({ workloads, intents: declared, profile }) => {
        const cluster = clusterOf(...resourcesOf(workloads));
        const result = compile(cluster, declared, { profile });
        if (result.findings.some(({ id, severity }) => severity === 'error' && id === 'ambiguous-identity'))
          return;
        // A target of which only some workloads have the named port isolates the others too; a warning says so.
        if (result.findings.some(({ id }) => id === 'port-not-found')) return;
        const oracle = new AdmissionOracle(cluster, result);
        const called = new Set(result.declared.map(({ server }) => server));
        // A Service's policy selects every pod behind it, also one without the named port.
        const behind = (server: Workload): boolean =>
          server.labels['part'] === 'all' && profile !== 'selectors';
        for (const server of cluster.workloads) {
          if (oracle.isolated(server) && !called.has(server) && !behind(server))
            throw new Error(`${server.id} is isolated`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same bytes for the same input in any order, and again', () => {
    fc.assert(
      fc.property(
        worldArb,
        fc.infiniteStream(fc.nat()),
        ({ workloads, intents: declared, profile }, random) => {
          const shuffled = <Item>(items: readonly Item[]): Item[] =>
            items
              .map((item) => ({ item, key: Number(random.next().value) }))
              .sort((a, b) => a.key - b.key)
              .map(({ item }) => item);
          const once = compile(clusterOf(...resourcesOf(workloads)), declared, { profile });
          const again = compile(clusterOf(...resourcesOf(workloads)), declared, { profile });
          const other = compile(clusterOf(...shuffled(resourcesOf(workloads))), shuffled(declared), {
            profile,
          });
          expect(printed(again)).toBe(printed(once));
          expect(printed(other)).toBe(printed(once));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes no connection away when intents are added', () => {
    fc.assert(
      fc.property(worldArb, intentsArb, ({ workloads, intents: declared, profile }, more) => {
        const cluster = clusterOf(...resourcesOf(workloads));
        const before = compile(cluster, declared, { profile });
        const after = compile(cluster, [...declared, more], { profile });
        // What an error takes out, it names; without one, everything stays.
        if (
          after.findings.some(
            ({ severity, id }) =>
              severity === 'error' && (id === 'ambiguous-identity' || id === 'indistinct-labels'),
          )
        )
          return;
        if (
          before.findings.some(
            ({ severity, id }) =>
              severity === 'error' && (id === 'ambiguous-identity' || id === 'indistinct-labels'),
          )
        )
          return;
        const open = admitted(cluster, after);
        for (const connection of admitted(cluster, before)) {
          if (!open.has(connection)) throw new Error(`${connection} is cut`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('lets no two identities share a label value in silence', () => {
    fc.assert(
      fc.property(worldArb, ({ workloads, intents: declared, profile }) => {
        const result = compile(clusterOf(...resourcesOf(workloads)), declared, { profile });
        const owners = new Map<string, string>();
        for (const {
          workload: { name, namespace },
          labels,
        } of result.podLabels) {
          const value = labels['intents.otterize.com/server'] ?? labels['intents.otterize.com/service'] ?? '';
          const owner = owners.get(value) ?? `${namespace}/${name}`;
          owners.set(value, owner);
          if (owner === `${namespace}/${name}`) continue;
          expect(result.findings.map(({ id }) => id)).toContain('ambiguous-identity');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never gives two objects one name', () => {
    fc.assert(
      fc.property(worldArb, ({ workloads, intents: declared, profile }) => {
        const { policies } = compile(clusterOf(...resourcesOf(workloads)), declared, { profile });
        expect(new Set(policies.map(({ namespace, name }) => `${namespace}/${name}`)).size).toBe(
          policies.length,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('compile', () => {
  it('gets along with names as long as Kubernetes allows', () => {
    const long = `${'n'.repeat(240)}.example`;
    const home = 's'.repeat(63);
    const resources = [
      workload(`${home}/${long}`, { labels: { app: 'x' } }),
      workload(`${home}/${long}x`, { labels: { app: 'y' } }),
    ];
    const declared: ClientIntents[] = [
      intents(`${home}/${long}`, calls(`${home}/${long}x`)),
      intents(`${home}/${long}x`, calls(`${home}/${long}`)),
    ];
    for (const profile of PROFILES) {
      const { policies, podLabels } = compile(clusterOf(...resources), declared, { profile });
      expect(new Set(policies.map(({ name }) => name)).size).toBe(2);
      for (const { name } of policies) expect(name).toMatch(/^[a-z0-9][-a-z0-9.]{0,251}[a-z0-9]$/);
      for (const { labels } of podLabels) {
        for (const [key, value] of Object.entries(labels)) {
          expect((key.split('/')[1] ?? '').length).toBeLessThanOrEqual(63);
          expect(value.length).toBeLessThanOrEqual(63);
        }
      }
    }
  });
});
