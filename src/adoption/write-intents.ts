import type { DerivedCalls } from './derive-calls';
import type { Evaluated } from './evaluated';
import type { Residue, SystemName } from './residue';
import type { StatedTarget } from './system-reading';
import { internetTarget, targetsOf } from './target-words';
import { groupBy } from '../model/group-by';
import { workloadName } from '../intents/identity';
import { INTENTS_GROUP } from '../intents/read-intents';
import { isJsonObject, type Json, type JsonObject } from '../model/json';
import { resourceId, type Resource } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import { printConnections } from '../reachability/sets/connection-print';

/** ClientIntents that say what policies allow. */
export interface WrittenIntents {
  /** Those of the input, with further targets where their client has some, then new ones, sorted. */
  readonly objects: readonly JsonObject[];
  readonly residue: readonly Residue[];
  /** Servers that are a target of some intent written here. */
  readonly called: ReadonlySet<Workload>;
}

/** Writes one ClientIntents for each client, or adds to the one that is there. */
export function writeIntents(
  calls: DerivedCalls,
  stated: readonly StatedTarget[],
  { cluster, index }: Evaluated,
  present: readonly Resource[],
): WrittenIntents {
  const residue: Residue[] = [];
  const extra = groupBy(stated, ({ client }) => client);
  const written = new Map<Workload, JsonObject[]>();
  const called = new Set<Workload>();
  for (const client of cluster.workloads) {
    const inside = targetsOf(calls.inside.get(client) ?? new Map(), client.namespace, index);
    const outside = [...(calls.outside.get(client) ?? [])].flatMap(([connections, ranges]) => {
      const target = internetTarget(ranges, connections);
      if (target !== undefined) return [target];
      residue.push(noWord(client, 'addresses outside the cluster', printConnections(connections)));
      return [];
    });
    const targets = [
      ...inside.keys(),
      ...outside,
      ...(extra.get(`${client.namespace}/${client.name}`) ?? []).map(({ target }) => target),
    ];
    for (const servers of inside.values()) for (const server of servers) called.add(server);
    for (const [server, connections] of unsaid(calls, client, inside))
      residue.push(noWord(client, server.id, printConnections(connections)));
    if (targets.length > 0) written.set(client, sorted(targets));
  }
  return { objects: merged(written, present, residue), residue, called };
}

function unsaid(
  { inside }: DerivedCalls,
  client: Workload,
  targets: ReadonlyMap<JsonObject, readonly Workload[]>,
): [Workload, Parameters<typeof printConnections>[0]][] {
  const said = new Set([...targets.values()].flat());
  return [...(inside.get(client) ?? [])].filter(([server]) => !said.has(server));
}

function merged(
  written: Map<Workload, JsonObject[]>,
  present: readonly Resource[],
  residue: Residue[],
): JsonObject[] {
  const taken = new Set(present.map(({ namespace = 'default', name }) => `${namespace}/${name}`));
  const kept = present.map((resource): JsonObject => {
    const own = [...written].find(([client]) => isClient(resource, client));
    if (own === undefined) return resource.manifest;
    const [client, targets] = own;
    written.delete(client);
    if (resource.version.startsWith('v2')) return withTargets(resource.manifest, targets);
    residue.push(olderVersion(resource, targets));
    return resource.manifest;
  });
  const made = [...written].map(([client, targets]) => clientIntents(client, targets, taken));
  return [...kept, ...made];
}

function isClient({ namespace = 'default', manifest }: Resource, client: Workload): boolean {
  const { spec } = manifest;
  const workload = isJsonObject(spec) ? (spec['workload'] ?? spec['service']) : undefined;
  if (!isJsonObject(workload) || namespace !== client.namespace) return false;
  const { name, kind } = workloadName(client);
  return workload['name'] === name && (workload['kind'] === undefined || workload['kind'] === kind);
}

function withTargets(manifest: JsonObject, targets: readonly JsonObject[]): JsonObject {
  const { spec } = manifest;
  const before = isJsonObject(spec) && Array.isArray(spec['targets']) ? spec['targets'] : [];
  const known = new Set(before.map((target) => JSON.stringify(target)));
  const more: Json[] = targets.filter((target) => !known.has(JSON.stringify(target)));
  return { ...manifest, spec: { ...(isJsonObject(spec) ? spec : {}), targets: [...before, ...more] } };
}

function clientIntents(client: Workload, targets: readonly JsonObject[], taken: Set<string>): JsonObject {
  const { namespace } = client;
  const { name, kind } = workloadName(client);
  const plain = client.name;
  const free = taken.has(`${namespace}/${plain}`) ? `${plain}-${client.kind.toLowerCase()}` : plain;
  taken.add(`${namespace}/${free}`);
  return {
    apiVersion: `${INTENTS_GROUP}/v2beta1`,
    kind: 'ClientIntents',
    metadata: { name: free, namespace },
    spec: { workload: { name, ...(kind === undefined ? {} : { kind }) }, targets: [...targets] },
  };
}

function sorted(targets: readonly JsonObject[]): JsonObject[] {
  const byText = new Map(targets.map((target) => [JSON.stringify(target), target]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, target]) => target);
}

const PLAIN: SystemName = 'NetworkPolicy';

function noWord(client: Workload, server: string, connections: string): Residue {
  return {
    kind: 'kept',
    system: PLAIN,
    object: resourceId(client.resource),
    place: client.place,
    message: `${client.id} may call ${server} on ${connections}, for which a target has no word: targets list single ports of TCP, UDP and SCTP`,
    mend: 'Leave the policy that says so beside the intents, or declare every port.',
  };
}

function olderVersion(resource: Resource, targets: readonly JsonObject[]): Residue {
  return {
    kind: 'lost',
    system: 'otterize',
    object: resourceId(resource),
    place: resource.place,
    message: `${resource.apiVersion} has no words for ${targets.length === 1 ? 'a further target' : `${targets.length} further targets`} of this client: ${JSON.stringify(targets)}`,
    mend: 'Convert it to v2beta1 first (intents convert), and adopt again.',
  };
}
