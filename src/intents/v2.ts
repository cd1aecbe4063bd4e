import { beyondNetwork, checkKeyVaultPolicy, checkSql, readHttp, readKafkaTopics } from './beyond-network';
import type { Target, WorkloadName } from './client-intents';
import { SERVICE_KIND, statedKind } from './identity';
import { readInternet } from './internet';
import { requiredObject } from './required-field';
import { isKubernetesApi, readKind, readTargetName } from './target-name';
import { readTargetPorts } from './target-port';
import { nearest, type FieldReader } from '../model/field-reader';

type ReadTarget = (target: FieldReader, home: string) => Target | undefined;

/** The members a target can have, each with its reader (otterize-operator 1.2). */
const MEMBERS: Readonly<Record<string, ReadTarget>> = {
  kubernetes: readKubernetes,
  service: readService,
  kafka: readKafka,
  sql: readSql,
  aws: readAws,
  gcp: readGcp,
  azure: readAzure,
  internet: (reader) => readInternet(reader),
};
const MEMBER_NAMES = Object.keys(MEMBERS);

/** Reads `spec.workload` of v2alpha1 and v2beta1 (otterize-operator 1.2, 1.6 rules 2 and 3). */
export function readClientV2(spec: FieldReader, namespace: string): WorkloadName | undefined {
  const workload = requiredObject(spec, 'workload');
  const name = workload?.requiredString('name');
  if (workload === undefined) return undefined;
  const kind = statedKind(readKind(workload));
  workload.rejectUnknown();
  if (name?.includes('.') === true) {
    workload.problem(
      ['name'],
      `${workload.pathTo(['name'])} is ${JSON.stringify(name)}, but must not have dots`,
      {
        mend: `Write ${name.replaceAll('.', '_')} if the object is called ${name}; the client is always in the namespace of its intents.`,
      },
    );
  }
  return name === undefined ? undefined : { namespace, name, ...(kind === undefined ? {} : { kind }) };
}

/** Reads one item of `spec.targets` of v2alpha1 and v2beta1: exactly one member (otterize-operator 1.6 rule 4). */
export function readTargetV2(target: FieldReader, home: string): Target | undefined {
  const keys = Object.keys(target.value).filter((key) => target.value[key] !== null);
  const known = keys.filter((key) => MEMBER_NAMES.includes(key));
  for (const key of keys) if (!known.includes(key)) reportStray(target, key);
  const [member] = known;
  if (known.length !== 1 || member === undefined) {
    if (known.length > 1 || keys.length === 0) reportMembers(target, known);
    return undefined;
  }
  const reader = target.object(member);
  return reader === undefined ? undefined : MEMBERS[member]?.(reader, home);
}

function reportMembers(target: FieldReader, known: readonly string[]): void {
  const has = known.length === 0 ? 'is empty' : `has ${known.join(' and ')}`;
  target.problem([], `${target.pathTo([])} ${has}, but a target has exactly one member`, {
    id: known.length === 0 ? 'empty-target' : 'ambiguous-target',
    mend:
      known.length === 0
        ? `Write one of ${MEMBER_NAMES.join(', ')}, or remove the item.`
        : 'Write each as an item of its own in spec.targets.',
  });
}

/** A bare `name` (and `kind`) is the form of v1 that published examples carry over by mistake (intent-systems D10). */
function reportStray(target: FieldReader, key: string): void {
  const bare = key === 'name' || key === 'kind';
  const near = nearest(key, MEMBER_NAMES);
  const name = target.value['name'];
  const example = typeof name === 'string' ? name : 'server';
  target.problem(
    [key],
    `${target.pathTo([key])} is not a member of a target, so this target would be dropped`,
    {
      id: bare ? 'bare-target' : 'unknown-field',
      mend: bare
        ? `Say what it is: kubernetes: {name: ${example}} or service: {name: ${example}}.`
        : near === undefined
          ? `Write one of ${MEMBER_NAMES.join(', ')}.`
          : `Did you mean ${target.pathTo([near])}?`,
    },
  );
}

function readKubernetes(reader: FieldReader, home: string): Target | undefined {
  const kind = statedKind(readKind(reader));
  return readInCluster(reader, home, kind);
}

function readService(reader: FieldReader, home: string): Target | undefined {
  return readInCluster(reader, home, SERVICE_KIND);
}

function readInCluster(reader: FieldReader, home: string, kind: string | undefined): Target | undefined {
  const name = reader.requiredString('name');
  const layer7 = readHttp(reader, 'http') ? 'http' : 'none';
  const ports = readTargetPorts(reader);
  reader.rejectUnknown();
  const target =
    name === undefined ? undefined : readTargetName(reader, 'name', withoutPrefix(reader, name), home);
  if (target === undefined) return undefined;
  const place = reader.resource.place.at(reader.path);
  if (isKubernetesApi(target)) return { type: 'kubernetes-api', place };
  if (kind === SERVICE_KIND) return { type: 'service', ...target, ports, layer7, place };
  const server = { namespace: target.namespace, name: target.name, ...(kind === undefined ? {} : { kind }) };
  return { type: 'workload', server, ports, layer7, place };
}

/** `svc:` means a Service in v1 only (otterize-operator 1.4); kept as written it would name nothing. */
function withoutPrefix(reader: FieldReader, name: string): string {
  if (!name.startsWith('svc:')) return name;
  const bare = name.slice('svc:'.length);
  reader.problem(
    ['name'],
    `${reader.pathTo(['name'])} starts with svc:, which has no meaning in ${reader.resource.apiVersion}`,
    {
      mend: `Write service: {name: ${bare}}.`,
    },
  );
  return bare;
}

function readKafka(reader: FieldReader, home: string): Target | undefined {
  const name = reader.requiredString('name');
  const layer7 = readKafkaTopics(reader, 'topics') ? 'kafka' : 'none';
  reader.rejectUnknown();
  const server = name === undefined ? undefined : readTargetName(reader, 'name', name, home);
  if (server === undefined) return undefined;
  return { type: 'workload', server, ports: [], layer7, place: reader.resource.place.at(reader.path) };
}

function readSql(reader: FieldReader): Target | undefined {
  const name = reader.requiredString('name');
  checkSql(reader, 'privileges');
  reader.rejectUnknown();
  return name === undefined ? undefined : beyondNetwork(reader, 'sql', name);
}

function readAws(reader: FieldReader): Target | undefined {
  const arn = reader.requiredString('arn');
  reader.strings('actions');
  reader.rejectUnknown();
  return arn === undefined ? undefined : beyondNetwork(reader, 'aws', arn);
}

function readGcp(reader: FieldReader): Target | undefined {
  const resource = reader.requiredString('resource');
  reader.strings('permissions');
  reader.rejectUnknown();
  return resource === undefined ? undefined : beyondNetwork(reader, 'gcp', resource);
}

/** Rule 9 of otterize-operator 1.6: something must be granted, and roles exclude actions. */
function readAzure(reader: FieldReader): Target | undefined {
  const scope = reader.requiredString('scope');
  const roles = reader.strings('roles') ?? [];
  const actions = [...(reader.strings('actions') ?? []), ...(reader.strings('dataActions') ?? [])];
  checkKeyVaultPolicy(reader, 'keyVaultPolicy');
  reader.rejectUnknown();
  if (roles.length + actions.length === 0 && !reader.has('keyVaultPolicy')) {
    reader.problem([], `${reader.pathTo([])} grants nothing`, {
      mend: 'Name roles, actions, dataActions or a keyVaultPolicy.',
    });
  }
  if (roles.length > 0 && actions.length > 0) {
    reader.problem(
      ['roles'],
      `${reader.pathTo(['roles'])} cannot be given together with actions or dataActions`,
      {
        mend: 'Keep either the roles or the actions.',
      },
    );
  }
  return scope === undefined ? undefined : beyondNetwork(reader, 'azure', scope);
}
