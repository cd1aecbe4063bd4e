import { beyondNetwork, checkKeyVaultPolicy, checkSql, readHttp, readKafkaTopics } from './beyond-network';
import type { Target, WorkloadName } from './client-intents';
import { SERVICE_KIND, statedKind } from './identity';
import { readInternet } from './internet';
import { requiredObject } from './required-field';
import { isKubernetesApi, readKind, readTargetName } from './target-name';
import { SHAPES, type Shape, type V1Version } from './v1-shapes';
import { checkWord } from './word-list';
import type { FieldReader } from '../model/field-reader';

/** Reads `spec.service` (otterize-operator 1.3). */
export function readClientV1(
  spec: FieldReader,
  namespace: string,
  version: V1Version,
): WorkloadName | undefined {
  const service = requiredObject(spec, 'service');
  const name = service?.requiredString('name');
  if (service === undefined) return undefined;
  const kind = SHAPES[version].kinds ? statedKind(readKind(service)) : undefined;
  service.rejectUnknown();
  return name === undefined ? undefined : { namespace, name, ...(kind === undefined ? {} : { kind }) };
}

/** Reads one item of `spec.calls` (otterize-operator 1.3 to 1.6). */
export function readCallV1(call: FieldReader, home: string, version: V1Version): Target | undefined {
  const shape: Shape = SHAPES[version];
  const type = call.string('type') ?? '';
  const fields = fieldsOf(shape);
  const read = type === '' || checkWord(call, ['type'], type, shape.types);
  const name = type === 'internet' ? call.string('name') : call.requiredString('name');
  const kind = shape.kinds ? statedKind(readKind(call)) : undefined;
  call.rejectUnknown(fields);
  reportIgnored(call, type, fields, shape);
  if (!read) return undefined;
  if (type === 'internet') {
    const internet = requiredObject(call, 'internet');
    return internet === undefined ? undefined : readInternet(internet);
  }
  return name === undefined ? undefined : readNamedCall(call, { type, name, kind, home, shape });
}

function fieldsOf(shape: Shape): string[] {
  const early = [shape.kafka, shape.http, 'databaseResources'];
  if (!shape.kinds) return early;
  const cloud = ['awsActions', 'gcpPermissions', 'azureRoles', 'azureKeyVaultPolicy', 'internet'];
  return [...early, ...cloud, ...(shape.azureActions ? ['azureActions', 'azureDataActions'] : [])];
}

/** Where names that are no names of workloads stand in the v2 family, which takes them whole (otterize-operator 1.4). */
const CLOUD_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['aws', 'aws.arn'],
  ['gcp', 'gcp.resource'],
  ['azure', 'azure.scope'],
]);

interface NamedCall {
  readonly type: string;
  readonly name: string;
  readonly kind: string | undefined;
  readonly home: string;
  readonly shape: Shape;
}

function readNamedCall(call: FieldReader, given: NamedCall): Target | undefined {
  const { type, name, shape, home } = given;
  // The webhook counts dots for every type, cloud resources included (otterize-operator 1.6).
  const mend = CLOUD_MEMBERS.get(type);
  const target = readTargetName(
    call,
    'name',
    name.replace(/^svc:/, ''),
    home,
    ...(mend === undefined
      ? []
      : [`Write the object in k8s.otterize.com/v2beta1, where the name is ${mend} and may have dots.`]),
  );
  if (target === undefined) return undefined;
  const place = call.resource.place.at(call.path);
  switch (type) {
    case 'kafka': {
      const layer7 = readKafkaTopics(call, shape.kafka) ? 'kafka' : 'none';
      if (layer7 === 'none') reportLoss(call, 'kafka', shape.kafka);
      return { type: 'workload', server: target, ports: [], layer7, place };
    }
    case 'database':
      if (!checkSql(call, 'databaseResources')) reportLoss(call, 'database', 'databaseResources');
      return beyondNetwork(call, 'sql', name);
    case 'aws':
      call.strings('awsActions');
      return beyondNetwork(call, 'aws', name);
    case 'gcp':
      call.strings('gcpPermissions');
      return beyondNetwork(call, 'gcp', name);
    case 'azure':
      for (const key of ['azureRoles', 'azureActions', 'azureDataActions']) call.strings(key);
      checkKeyVaultPolicy(call, 'azureKeyVaultPolicy');
      return beyondNetwork(call, 'azure', name);
    default:
      return readInCluster(call, given, target);
  }
}

function readInCluster(
  call: FieldReader,
  { type, name, kind, shape }: NamedCall,
  target: { readonly name: string; readonly namespace: string },
): Target {
  const layer7 = type === 'http' && readHttp(call, shape.http) ? 'http' : 'none';
  const place = call.resource.place.at(call.path);
  if (isKubernetesApi(target)) return { type: 'kubernetes-api', place };
  if (kind === SERVICE_KIND || name.startsWith('svc:'))
    return { type: 'service', ...target, ports: [], layer7, place };
  const server = { ...target, ...(kind === undefined ? {} : { kind }) };
  return { type: 'workload', server, ports: [], layer7, place };
}

const OWNER_TYPES: Readonly<Record<string, readonly string[]>> = {
  http: ['HTTPResources', 'resources'],
  kafka: ['kafkaTopics', 'topics'],
  database: ['databaseResources'],
  aws: ['awsActions'],
  gcp: ['gcpPermissions'],
  azure: ['azureRoles', 'azureKeyVaultPolicy', 'azureActions', 'azureDataActions'],
  internet: ['internet'],
};

/** Fields that belong to another type: refused for topics of an http call (1.6), otherwise dropped in conversion. */
function reportIgnored(call: FieldReader, type: string, fields: readonly string[], shape: Shape): void {
  const own = type === '' ? [] : (OWNER_TYPES[type] ?? []);
  for (const field of fields) {
    if (!call.has(field) || own.includes(field)) continue;
    const refused = type === 'http' && field === shape.kafka;
    const owner = Object.keys(OWNER_TYPES).find((key) => OWNER_TYPES[key]?.includes(field) === true) ?? '';
    call.problem(
      [field],
      `${call.pathTo([field])} belongs to calls of type ${owner}, so it has no effect here`,
      {
        id: 'ignored-field',
        severity: refused ? 'error' : 'warning',
        mend: `Set ${call.pathTo(['type'])} to ${owner}, or remove ${call.pathTo([field])}.`,
      },
    );
  }
}

/** The conversion to v2 turns such a call into an empty target (otterize-operator 1.5 and 10.2 W-3). */
function reportLoss(call: FieldReader, type: string, field: string): void {
  call.problem(
    [],
    `${call.pathTo([])} has type ${type} but no ${field}: a cluster with the Otterize operator loses this call in conversion`,
    {
      id: 'lossy-conversion',
      severity: 'warning',
      mend: `Name the ${field}, or write it in k8s.otterize.com/v2beta1.`,
    },
  );
}
