import type { TargetPort } from './client-intents';
import { nearest, type FieldReader } from '../model/field-reader';
import { isJsonObject, type Json } from '../model/json';
import type { TransportProtocol } from '../model/workloads/workload';

const PROTOCOLS: readonly TransportProtocol[] = ['TCP', 'UDP', 'SCTP'];

/**
 * Reads `ports` of a `kubernetes` or `service` target: numbers, names, or `{port, protocol}`; TCP when nothing is
 * said. The field is an extension of ours (the operator has no such field, otterize-operator 1.2 and issue #485).
 * An empty list is an error: it would read as every port, which is what leaving it out says clearly.
 */
export function readTargetPorts(reader: FieldReader): TargetPort[] {
  const list = reader.list('ports');
  if (list?.length === 0) {
    reader.problem(
      ['ports'],
      `${reader.pathTo(['ports'])} is an empty list, so it is not clear which ports are meant`,
      {
        id: 'empty-list',
        mend: 'Name the ports, or remove the field to call every port.',
      },
    );
  }
  return distinct((list ?? []).flatMap((item, index) => readPort(reader, item, index)));
}

/** Reads `internet.ports`: numbers, TCP (otterize-operator 4.8). An empty list means every port, and is said. */
export function readInternetPorts(reader: FieldReader): TargetPort[] {
  const list = reader.list('ports');
  if (list?.length === 0) {
    reader.problem(
      ['ports'],
      `${reader.pathTo(['ports'])} is an empty list, which means every port and protocol`,
      {
        id: 'empty-list',
        severity: 'warning',
        mend: 'Name the ports, or remove the field if every port is meant.',
      },
    );
  }
  return distinct(
    (list ?? []).flatMap((item, index) => {
      if (checkPort(reader, ['ports', index], item, false)) return [{ port: item, protocol: 'TCP' as const }];
      return [];
    }),
  );
}

function readPort(reader: FieldReader, item: Json, index: number): TargetPort[] {
  if (!isJsonObject(item)) {
    return checkPort(reader, ['ports', index], item, true) ? [{ port: item, protocol: 'TCP' }] : [];
  }
  for (const key of Object.keys(item)) {
    if (key === 'port' || key === 'protocol') continue;
    const near = nearest(key, ['port', 'protocol']);
    const field = reader.pathTo(['ports', index, key]);
    reader.problem(['ports', index, key], `${field} is not a field of a port`, {
      id: 'unknown-field',
      mend: near === undefined ? `Remove ${field}.` : `Did you mean ${near}?`,
    });
  }
  const port = Object.hasOwn(item, 'port') ? (item['port'] ?? null) : null;
  const protocol = readProtocol(
    reader,
    Object.hasOwn(item, 'protocol') ? item['protocol'] : undefined,
    index,
  );
  return protocol !== undefined && checkPort(reader, ['ports', index, 'port'], port, true)
    ? [{ port, protocol }]
    : [];
}

function readProtocol(
  reader: FieldReader,
  value: Json | undefined,
  index: number,
): TransportProtocol | undefined {
  if (value === undefined || value === null) return 'TCP';
  const known = PROTOCOLS.find((protocol) => protocol === value);
  if (known === undefined) {
    const path = ['ports', index, 'protocol'];
    reader.problem(path, `${reader.pathTo(path)} is ${JSON.stringify(value)}, but must be TCP, UDP or SCTP`, {
      mend: 'Write TCP, UDP or SCTP, in capitals.',
    });
  }
  return known;
}

function checkPort<Named extends boolean>(
  reader: FieldReader,
  path: readonly (string | number)[],
  value: Json,
  named: Named,
): value is Named extends true ? number | string : number {
  const good = typeof value === 'number' ? isPortNumber(value) : named && isPortName(value);
  if (!good) {
    const wanted = named
      ? 'a whole number from 1 to 65535 or the name of a port'
      : 'a whole number from 1 to 65535';
    reader.problem(
      path,
      `${reader.pathTo(path)} is ${JSON.stringify(value).slice(0, 80)}, but must be ${wanted}`,
      {
        id: 'invalid-port',
        mend: `Write ${wanted}${typeof value === 'string' && /^[0-9]+$/.test(value) ? ', without quotes' : ''}.`,
      },
    );
  }
  return good;
}

/** Whether a number can be a port: 1 to 65535. */
export function isPortNumber(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

/** Whether a value can be the name of a port: what the API server takes (IANA service name with a letter). */
export function isPortName(value: Json): value is string {
  return (
    typeof value === 'string' &&
    value.length <= 15 &&
    /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value) &&
    /[a-z]/.test(value)
  );
}

function distinct(ports: readonly TargetPort[]): TargetPort[] {
  return [
    ...new Map(ports.map((port) => [`${typeof port.port}/${port.port}/${port.protocol}`, port])).values(),
  ];
}
