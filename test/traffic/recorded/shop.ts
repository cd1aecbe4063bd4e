import { onlineBoutique } from '../../../examples/online-boutique/app';
import { isJsonObject, type JsonObject } from '../../../src/model/json';
import { compile } from '../../../src/compiler/compile';
import { ClientIntents } from '../../../src/constructs/client-intents';
import { readIntents } from '../../../src/intents/read-intents';
import { readManifests } from '../../../src/sources/manifest';
import { cli, folderOf } from '../../cli/cli-run';
import { stageOf, type Stage } from '../../dataplane/stage';

/** The shop on pods with addresses, with what its intents declare. */
export interface RecordedShop {
  readonly manifests: string;
  readonly stage: Stage;
  /** One for each call and port that the intents declare. */
  readonly calls: readonly ShopCall[];
  /** What `kubectl get pods -o json` would say. */
  readonly snapshot: string;
}

/** A declared call, between the IPv4 addresses of the pods. */
export interface ShopCall {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Builds the shop; always the same. */
export function recordedShop(): RecordedShop {
  const app = onlineBoutique();
  const manifests = app.synthYaml();
  const stage = stageOf(readManifests(manifests, { file: 'app.yaml' }).resources);
  const intents = app.node
    .findAll()
    .filter((construct) => ClientIntents.isClientIntents(construct))
    .map((construct) => construct.intents);
  const addresses = new Map(
    [...stage.ends].flatMap(([ip, end]) =>
      end.type === 'workload' && ip.includes('.') ? [[end.workload.id, ip]] : [],
    ),
  );
  const calls = declaredCalls(stage, intents).map(({ name, client, server, port }) => ({
    name,
    from: addresses.get(client) ?? '',
    to: addresses.get(server) ?? '',
    port,
  }));
  return { manifests, stage, calls, snapshot: snapshotOf(stage, addresses) };
}

function declaredCalls({ cluster }: Stage, intents: Parameters<typeof compile>[1]) {
  return compile(cluster, intents)
    .declared.flatMap(({ client, server, ports }) =>
      (ports === 'all' ? server.ports : ports).map(({ protocol, port }) => ({
        name: `${client.id} -> ${server.id} ${protocol} ${String(port)}`,
        client: client.id,
        server: server.id,
        port,
      })),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Every pod with a name that its controller has given, as flow logs write names. */
export function underTheirNames({ stage }: RecordedShop): readonly JsonObject[] {
  const names = new Map(
    [...stage.ends].flatMap(([ip, end]) =>
      end.type === 'workload' ? [[ip, end.workload.name] as const] : [],
    ),
  );
  return stage.objects.map((object) => {
    const { metadata, status } = object;
    if (object['kind'] !== 'Pod' || !isJsonObject(metadata) || !isJsonObject(status)) return object;
    const [first] = Array.isArray(status['podIPs']) ? status['podIPs'].filter(isJsonObject) : [];
    const ip = first?.['ip'];
    const name = (typeof ip === 'string' ? names.get(ip) : undefined) ?? '';
    const generated = { name: `${name}-5d4f8c7b9-x2z4v`, generateName: `${name}-5d4f8c7b9-` };
    return { ...object, metadata: { ...metadata, ...generated } };
  });
}

function snapshotOf({ cluster }: Stage, addresses: ReadonlyMap<string, string>): string {
  const items = cluster.workloads.map(({ id, name, namespace, labels }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-5d4f8c7b9-x2z4v`,
      namespace,
      labels,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${name}-5d4f8c7b9`, uid: 'u', controller: true },
      ],
    },
    spec: { containers: [] },
    status: {
      phase: 'Running',
      startTime: '2026-01-01T00:00:00Z',
      podIP: addresses.get(id),
      podIPs: [{ ip: addresses.get(id) }],
    },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** What `intents import` makes of a recording: the calls by name, and the policies that their intents compile to. */
export async function importedFrom({ manifests, snapshot, stage }: RecordedShop, flows: string) {
  process.chdir(folderOf({ 'app.yaml': manifests, 'snapshot.json': snapshot, 'flows/recorded.log': flows }));
  const words = ['import', 'flows', '--manifests', 'app.yaml', '--snapshot', 'snapshot.json'];
  const { out, err, code } = await cli([...words, '--min-confidence', 'low', '--min-count', '1']);
  const { intents, findings } = readIntents(readManifests(out, { file: 'intents.yaml' }).resources);
  return {
    code,
    err,
    findings,
    calls: declaredCalls(stage, intents).map(({ name }) => name),
    policies: compile(stage.cluster, intents).policies.map(({ manifest }) => manifest),
  };
}

/** What `intents replay` says of a recording under the policies of the shop itself. */
export async function replayed({ manifests, snapshot }: RecordedShop, flows: string) {
  process.chdir(folderOf({ 'app.yaml': manifests, 'snapshot.json': snapshot, 'flows/recorded.log': flows }));
  return cli(['replay', 'flows', '--manifests', 'app.yaml', '--snapshot', 'snapshot.json']);
}

/** Ports of declared calls from every other client; not those of the frontend, to which the world may come. */
export function undeclaredCalls({ calls }: RecordedShop): readonly Omit<ShopCall, 'name'>[] {
  const clients = [...new Set(calls.map(({ from }) => from))];
  const nameOf = ({ from, to, port }: Omit<ShopCall, 'name'>): string => `${from} ${to} ${String(port)}`;
  const known = new Set(calls.map(nameOf));
  const all = calls
    .filter(({ to }) => !isFrontend(calls, to))
    .flatMap(({ to, port }) => clients.map((from) => ({ from, to, port })));
  const distinct = new Map(all.map((call) => [nameOf(call), call]));
  return [...distinct].flatMap(([name, call]) => (call.from === call.to || known.has(name) ? [] : [call]));
}

/** The one that calls most others is the one that the world comes to. */
function isFrontend(calls: readonly ShopCall[], address: string): boolean {
  return calls.filter(({ from }) => from === address).length === 7;
}

/** The policies that the declared intents compile to. */
export function declaredPolicies({ stage }: RecordedShop) {
  const app = onlineBoutique();
  app.synthYaml();
  const intents = app.node
    .findAll()
    .filter((construct) => ClientIntents.isClientIntents(construct))
    .map((construct) => construct.intents);
  return compile(stage.cluster, intents).policies.map(({ manifest }) => manifest);
}
