import fc from 'fast-check';
import { applied } from './applied';
import { calls, callsService, clusterOf, intents, manifest, service, workload } from './cluster-fixture';
import { compile } from '../../src/compiler/compile';
import type { Automatic, Compilation, CompileOptions, ProfileName } from '../../src/compiler/compilation';
import { presentReachability } from '../../src/compiler/present-policies';
import type { Target } from '../../src/intents/client-intents';
import type { Cluster } from '../../src/model/cluster';
import type { JsonObject } from '../../src/model/json';
import { constructPlace } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';
import { prove } from '../../src/proof/prove';
import type { Peer } from '../../src/reachability/reachability';

/*
 * Small worlds with ways in from outside and with policies of somebody else: two namespaces, Services that share
 * pods, default denies in one direction or both, and a policy that admits some.
 */
const IDS = ['c/a', 'c/b', 'b-c/a', 'b-c/web'];
const NAMESPACES = ['c', 'b-c'];

const kindArb = fc.constantFrom('Deployment', 'StatefulSet');
const workloadArb = fc.record({ id: fc.constantFrom(...IDS), kind: kindArb, shared: fc.boolean() });
const internet: Target = {
  type: 'internet',
  domains: [],
  ips: ['203.0.113.0/24', '0.0.0.0/0'],
  ports: [{ port: 443, protocol: 'TCP' }],
  place: constructPlace('internet'),
};
const targetArb: fc.Arbitrary<Target> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...IDS), fc.constantFrom('', '[Deployment]'), fc.constantFrom([], [80], ['http']))
    .map(([id, kind, ports]) => calls(`${id}${kind}`, ...ports)),
  fc.constantFrom(...NAMESPACES).map((namespace) => callsService(`${namespace}/shared`)),
  fc.constant(internet),
);
const intentsArb = fc
  .tuple(
    fc.constantFrom(...IDS),
    fc.constantFrom('', '[StatefulSet]'),
    fc.array(targetArb, { minLength: 1, maxLength: 3 }),
  )
  .map(([id, kind, targets]) => intents(`${id}${kind}`, ...targets));

const policyArb = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  types: fc.constantFrom<readonly string[]>(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  shape: fc.constantFrom<JsonObject>(
    { podSelector: {} },
    { podSelector: { matchLabels: { part: 'all' } } },
    { podSelector: { matchLabels: { part: 'all' } }, ingress: [{ from: [{ podSelector: {} }] }] },
    { podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] },
    { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }] },
  ),
});
/** Rules of a Calico policy for the whole cluster, and the tier that it is in. */
const globalArb = fc.record({
  tier: fc.constantFrom('default', 'default', 'first', 'last'),
  order: fc.constantFrom(undefined, 10),
  rules: fc.constantFrom<JsonObject>(
    { types: ['Ingress'] },
    { types: ['Egress'] },
    { types: ['Ingress', 'Egress'] },
    { types: ['Egress'], egress: [{ action: 'Allow', destination: { namespaceSelector: 'all()' } }] },
    { types: ['Ingress'], ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [8443] } }] },
    { types: ['Ingress', 'Egress'], ingress: [{ action: 'Pass' }], egress: [{ action: 'Pass' }] },
  ),
});
type WorldGlobal = typeof globalArb extends fc.Arbitrary<infer T> ? T : never;
const serviceArb = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  type: fc.constantFrom('LoadBalancer', 'NodePort', 'ClusterIP'),
  ranges: fc.boolean(),
  ingress: fc.boolean(),
  route: fc.boolean(),
  webhook: fc.boolean(),
  scraped: fc.boolean(),
});
const worldArb = fc.record({
  workloads: fc.uniqueArray(workloadArb, { maxLength: 6, selector: ({ id, kind }) => `${id} ${kind}` }),
  intents: fc.array(intentsArb, { maxLength: 4 }),
  policies: fc.array(policyArb, { maxLength: 3 }),
  globals: fc.oneof(fc.constant<readonly WorldGlobal[]>([]), fc.array(globalArb, { maxLength: 2 })),
  services: fc.uniqueArray(serviceArb, { maxLength: 2, selector: ({ namespace }) => namespace }),
  controlPlane: fc.constantFrom<readonly string[]>([], ['203.0.113.0/24']),
  profile: fc.constantFrom<ProfileName>('seed', 'otterize', 'selectors'),
});
type World = typeof worldArb extends fc.Arbitrary<infer T> ? T : never;

function resourcesOf({ workloads, policies, globals, services }: World): Resource[] {
  const made = workloads.map(({ id, kind, shared }) =>
    workload(id, {
      kind,
      labels: { app: `${id.replace('/', '-')}-${kind}`, part: shared ? 'all' : 'own' },
      ports: [{ name: 'http', containerPort: 8080 }],
    }),
  );
  const inside = NAMESPACES.map((namespace) =>
    service(`${namespace}/shared`, { selector: { part: 'all' }, ports: [{ port: 80, targetPort: 'http' }] }),
  );
  const outside = services.flatMap(({ namespace, type, ranges, ingress, route, webhook, scraped }) => [
    service(`${namespace}/external`, {
      selector: { part: 'all' },
      ports: [{ port: 443, targetPort: 8443 }],
      more: {
        type,
        ...(ranges && type === 'LoadBalancer' ? { loadBalancerSourceRanges: ['203.0.113.0/24'] } : {}),
      },
    }),
    ...(ingress ? [ingressTo(namespace)] : []),
    ...(route ? [routeTo(namespace)] : []),
    ...(webhook ? [webhookAt(namespace)] : []),
    ...(scraped ? [monitorOf(namespace)] : []),
  ]);
  const foreign = policies.map(({ namespace, types, shape }, index) => {
    const { ingress, egress, ...selector } = shape;
    const spec: JsonObject = {
      ...selector,
      policyTypes: [...types],
      ...(types.includes('Ingress') && ingress !== undefined ? { ingress } : {}),
      ...(types.includes('Egress') && egress !== undefined ? { egress } : {}),
    };
    const name = `foreign-${index}`;
    return manifest(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      { metadata: { name, namespace }, spec },
      name,
      namespace,
    );
  });
  return [...made, ...inside, ...outside, ...foreign, ...globalPolicies(globals)];
}

function globalPolicies(globals: readonly WorldGlobal[]): Resource[] {
  const tiers = [
    { name: 'first', order: 10 },
    { name: 'last', order: 2_000_000 },
  ].map(({ name, order }) => calico('Tier', name, { order }));
  const policies = globals.map(({ tier, order, rules }, index) =>
    calico('GlobalNetworkPolicy', `${tier}.global-${index}`, {
      tier,
      ...(order === undefined ? {} : { order }),
      namespaceSelector: 'all()',
      ...rules,
    }),
  );
  return globals.length === 0 ? [] : [...tiers, ...policies];
}

function calico(kind: string, name: string, spec: JsonObject): Resource {
  return manifest('projectcalico.org/v3', kind, { metadata: { name }, spec }, name);
}

function ingressTo(namespace: string): Resource {
  const spec = { defaultBackend: { service: { name: 'external', port: { number: 443 } } } };
  return manifest(
    'networking.k8s.io/v1',
    'Ingress',
    { metadata: { name: 'web', namespace }, spec },
    'web',
    namespace,
  );
}

function routeTo(namespace: string): Resource {
  const spec = {
    parentRefs: [{ name: 'public', namespace: 'c' }],
    rules: [{ backendRefs: [{ name: 'external', port: 443 }] }],
  };
  const metadata = { name: 'web', namespace };
  return manifest('gateway.networking.k8s.io/v1', 'HTTPRoute', { metadata, spec }, 'web', namespace);
}

function webhookAt(namespace: string): Resource {
  const name = `check-${namespace}`;
  const webhooks = [{ name, clientConfig: { service: { name: 'shared', namespace, port: 80 } } }];
  const kind = 'ValidatingWebhookConfiguration';
  return manifest('admissionregistration.k8s.io/v1', kind, { metadata: { name }, webhooks }, name);
}

function monitorOf(namespace: string): Resource {
  const spec = { selector: { matchLabels: { part: 'all' } }, podMetricsEndpoints: [{ port: 'http' }] };
  const metadata = { name: 'all', namespace };
  return manifest('monitoring.coreos.com/v1', 'PodMonitor', { metadata, spec }, 'all', namespace);
}

interface Modes {
  readonly external: Automatic;
  readonly egress: Automatic;
}

function optionsOf({ profile, controlPlane }: World, { external, egress }: Modes): CompileOptions {
  return {
    profile,
    externalTraffic: external,
    webhookTraffic: external,
    gateways: ['c/public=c/a'],
    metricsScrapers: ['b-c/web'],
    controlPlaneCidrs: controlPlane,
    egress,
  };
}

function build(world: World, modes: Modes): { cluster: Cluster; result: Compilation } {
  const cluster = clusterOf(...resourcesOf(world));
  const options = { ...optionsOf(world, modes), present: presentReachability(cluster) };
  return { cluster, result: compile(cluster, world.intents, options) };
}

/** Whether two workloads of the world cannot be told apart, which errors say. */
function isMuddled({ findings }: Compilation): boolean {
  return findings.some(
    ({ severity, id }) => severity === 'error' && (id === 'ambiguous-identity' || id === 'indistinct-labels'),
  );
}

const OUTSIDE: readonly Peer[] = [
  { type: 'addresses', version: 4, first: 0xcb007101n, last: 0xcb007101n },
  { type: 'addresses', version: 4, first: 0xc6336401n, last: 0xc6336401n },
  { type: 'addresses', version: 6, first: 1n, last: 1n },
];

/** Connections between peers of the world that were allowed and are not any more. */
function cut(before: ReturnType<typeof applied>, after: ReturnType<typeof applied>): string[] {
  const peersOf = ({ cluster }: typeof before): Peer[] => [
    ...cluster.workloads.map((workload): Peer => ({ type: 'workload', workload })),
    ...OUTSIDE,
  ];
  const [old, now] = [peersOf(before), peersOf(after)];
  return old.flatMap((from, i) =>
    old.flatMap((to, j) => {
      const [newFrom, newTo] = [now[i], now[j]];
      if (i === j || newFrom === undefined || newTo === undefined) return [];
      const lost = before.reachability
        .connection(from, to)
        .allowed.subtract(after.reachability.connection(newFrom, newTo).allowed);
      return lost.isEmpty ? [] : [`${describePeer(from)} -> ${describePeer(to)}`];
    }),
  );
}

function describePeer(peer: Peer): string {
  return peer.type === 'workload' ? peer.workload.id : peer.type === 'addresses' ? String(peer.first) : 'pod';
}

function printed({ policies, podLabels, external, findings }: Compilation): string {
  return JSON.stringify([
    policies.map(({ manifest: written }) => written),
    podLabels.map(({ workload: { id }, labels }) => [id, labels]),
    external.map(({ server, service: behind, ports, callers, origin }) => [
      server.id,
      behind?.name,
      ports,
      callers?.ranges.length,
      origin?.object,
    ]),
    findings.map(({ id, severity, message }) => [id, severity, message]),
  ]);
}

const OFF = { external: 'off', egress: 'off' } as const;
const IF_BLOCKED = { external: 'if-blocked', egress: 'if-blocked' } as const;
const ALWAYS = { external: 'always', egress: 'always' } as const;

describe('external traffic and egress', () => {
  it('if-blocked takes no connection from anybody: it only opens what is closed', () => {
    let opened = 0;
    fc.assert(
      fc.property(worldArb, (world) => {
        const [before, after] = [build(world, OFF), build(world, IF_BLOCKED)];
        if (isMuddled(before.result) || isMuddled(after.result)) return;
        opened += after.result.policies.length > before.result.policies.length ? 1 : 0;
        expect(cut(applied(before.cluster, before.result), applied(after.cluster, after.result))).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(opened).toBeGreaterThan(30);
  });

  it('always takes no declared call from anybody', () => {
    fc.assert(
      fc.property(worldArb, (world) => {
        const [before, after] = [build(world, OFF), build(world, ALWAYS)];
        if (isMuddled(before.result) || isMuddled(after.result)) return;
        const declared = new Set(
          after.result.declared.map(({ client, server }) => `${client.id} -> ${server.id}`),
        );
        const proofs = [before, after].map(({ cluster, result }) =>
          prove({
            ...applied(cluster, result),
            compilation: { ...result, external: [] },
            denies: [],
          }).findings.filter(({ id }) => id === 'declared-call-denied'),
        );
        expect(proofs[1]?.length).toBeLessThanOrEqual(proofs[0]?.length ?? 0);
        const outside = after.result.outside ?? [];
        if (declared.size + outside.length === 0) expect(proofs).toEqual([[], []]);
      }),
      { numRuns: 200 },
    );
  });

  it('under NetworkPolicies, and Calico policies beside them without deny rules, the proof finds no declared call and no way in that is closed', () => {
    let proved = 0;
    fc.assert(
      fc.property(worldArb, (world) => {
        const { cluster, result } = build(world, IF_BLOCKED);
        if (isMuddled(result) || world.globals.some(({ tier }) => tier !== 'default')) return;
        proved += result.external.length > 0 && result.policies.length > 0 ? 1 : 0;
        const { findings } = prove({ ...applied(cluster, result), compilation: result, denies: [] });
        expect(
          findings
            // A gateway or a scraper may be kept in by policies on its egress, which ways in do not touch.
            .filter(({ severity, mend }) => severity === 'error' && !mend.startsWith('Let '))
            .map(({ id, message }) => `${id} ${message}`),
        ).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(proved).toBeGreaterThan(30);
  });

  it('gives the same bytes in any order, and again from its own output', () => {
    fc.assert(
      fc.property(worldArb, fc.constantFrom(IF_BLOCKED, ALWAYS), (world, modes) => {
        const once = build(world, modes);
        const reversed: World = {
          ...world,
          workloads: [...world.workloads].reverse(),
          intents: [...world.intents].reverse(),
          services: [...world.services].reverse(),
        };
        expect(printed(build(reversed, modes).result)).toBe(printed(once.result));
        const { cluster } = applied(once.cluster, once.result);
        const again = compile(cluster, world.intents, {
          ...optionsOf(world, modes),
          present: presentReachability(cluster),
        });
        expect(again.policies.map(({ manifest: written }) => written)).toEqual(
          once.result.policies.map(({ manifest: written }) => written),
        );
      }),
      { numRuns: 200 },
    );
  });
});
