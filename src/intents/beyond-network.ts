import type { BeyondNetworkTarget } from './client-intents';
import { requireField } from './required-field';
import { HTTP_METHODS, KAFKA_OPERATIONS, SQL_OPERATIONS, readWords } from './word-list';
import type { FieldReader } from '../model/field-reader';

/**
 * Reads a list of HTTP resources (`path`, `methods`); whether there are any. A network policy opens the port for
 * every path, which is wider than what is written, so a warning says so.
 */
export function readHttp(reader: FieldReader, key: string): boolean {
  const resources = reader.objects(key) ?? [];
  for (const resource of resources) {
    resource.requiredString('path');
    requireField(resource, 'methods');
    readWords(resource, 'methods', HTTP_METHODS);
    resource.rejectUnknown();
  }
  if (resources.length > 0) {
    reportNetworkLevel(reader, key, 'HTTP paths and methods', 'every path and method');
  }
  return resources.length > 0;
}

/** Reads a list of Kafka topics (`name`, `operations`); whether there are any, with a warning as for HTTP. */
export function readKafkaTopics(reader: FieldReader, key: string): boolean {
  const topics = reader.objects(key) ?? [];
  for (const topic of topics) {
    topic.requiredString('name');
    readWords(topic, 'operations', KAFKA_OPERATIONS);
    topic.rejectUnknown();
  }
  if (topics.length > 0) {
    reportNetworkLevel(reader, key, 'Kafka topics and operations', 'every topic and operation');
  }
  return topics.length > 0;
}

/** Checks a list of database resources (`databaseName`, `table`, `operations`); whether there are any. */
export function checkSql(reader: FieldReader, key: string): boolean {
  const privileges = reader.objects(key) ?? [];
  for (const privilege of privileges) {
    privilege.requiredString('databaseName');
    privilege.string('table');
    readWords(privilege, 'operations', SQL_OPERATIONS);
    privilege.rejectUnknown();
  }
  return privileges.length > 0;
}

/** Checks `keyVaultPolicy` of an Azure target (otterize-operator 1.2). */
export function checkKeyVaultPolicy(reader: FieldReader, key: string): void {
  const policy = reader.object(key);
  if (policy === undefined) return;
  for (const what of ['certificate', 'key', 'secret', 'storage']) policy.strings(`${what}Permissions`);
  policy.rejectUnknown();
}

const WHAT = {
  sql: 'Privileges inside a database',
  aws: 'AWS permissions',
  gcp: 'GCP permissions',
  azure: 'Azure permissions',
} as const;

/**
 * The target, and a finding that nothing enforces it. It is information only: such a target opens nothing, so
 * nothing is wider than written.
 */
export function beyondNetwork(
  reader: FieldReader,
  what: BeyondNetworkTarget['what'],
  name: string,
): BeyondNetworkTarget {
  reader.problem(
    [],
    `${WHAT[what]} (${name}) cannot be expressed by a network policy: this target opens and restricts nothing`,
    {
      id: 'not-enforced',
      severity: 'info',
      mend: `Grant them where they live; if the client's egress is restricted, add an internet or workload target for the way there.`,
    },
  );
  return { type: 'beyond-network', what, name, place: reader.resource.place.at(reader.path) };
}

function reportNetworkLevel(reader: FieldReader, key: string, what: string, opened: string): void {
  reader.problem(
    [key],
    `${what} cannot be expressed by a network policy: the client can reach ${opened} of this target`,
    {
      id: 'network-level-only',
      severity: 'warning',
      mend: 'Enforce them in the server or a service mesh; the network policy limits who may connect.',
    },
  );
}
