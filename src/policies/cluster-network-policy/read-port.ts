import type { FieldReader } from '../../model/field-reader';
import type { TransportProtocol } from '../../model/workloads/workload';
import { portNameProblem } from '../../model/name-syntax';
import { readTransportProtocol } from '../transport-protocol';
import type { ClusterWidePort } from './policy';
import { checkExactlyOne } from './read-peer';

const MAX_PORT = 65535;
const PROTOCOLS: readonly (readonly ['tcp' | 'udp' | 'sctp', TransportProtocol])[] = [
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
];

/** Reads one item of `protocols` of v1alpha2: exactly one of tcp, udp, sctp and destinationNamedPort. */
export function readProtocolItem(reader: FieldReader): ClusterWidePort | undefined {
  const before = reader.errorCount;
  const name = readPortName(reader, 'destinationNamedPort');
  const ranges = PROTOCOLS.flatMap(([key, protocol]): ClusterWidePort[] => {
    const inner = reader.object(key);
    const range = inner === undefined ? undefined : readDestinationPort(inner);
    return range === undefined ? [] : [{ type: 'range', protocol, ...range }];
  });
  reader.rejectUnknown();
  checkExactlyOne(reader, ['tcp', 'udp', 'sctp', 'destinationNamedPort']);
  if (reader.errorCount > before) return undefined;
  return name === undefined ? ranges[0] : { type: 'name', name };
}

/** Reads one item of `ports` of v1alpha1: exactly one of portNumber, portRange and namedPort. */
export function readPortItem(reader: FieldReader): ClusterWidePort | undefined {
  const before = reader.errorCount;
  const name = readPortName(reader, 'namedPort');
  const number = reader.object('portNumber');
  const range = reader.object('portRange');
  const read =
    number !== undefined
      ? { protocol: readTransportProtocol(number) ?? 'TCP', ...readNumber(number, 'port') }
      : range !== undefined
        ? { protocol: readTransportProtocol(range) ?? 'TCP', ...readRange(range, false) }
        : undefined;
  number?.rejectUnknown();
  range?.rejectUnknown();
  reader.rejectUnknown();
  checkExactlyOne(reader, ['portNumber', 'portRange', 'namedPort']);
  if (reader.errorCount > before) return undefined;
  if (name !== undefined) return { type: 'name', name };
  return read === undefined ? undefined : { type: 'range', ...read };
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function readDestinationPort(reader: FieldReader): Range | undefined {
  const port = reader.object('destinationPort');
  reader.rejectUnknown();
  if (port === undefined) {
    if (!reader.has('destinationPort')) {
      reader.problem(
        ['destinationPort'],
        `${reader.pathTo(['destinationPort'])} is missing, and the API refuses a protocol without it`,
        {
          mend: 'Give a number or a range; for every port the range 1 to 65535.',
        },
      );
    }
    return undefined;
  }
  const range = port.object('range');
  const read =
    range === undefined
      ? port.has('number')
        ? readNumber(port, 'number')
        : undefined
      : readRange(range, true);
  range?.rejectUnknown();
  port.has('number');
  port.rejectUnknown();
  checkExactlyOne(port, ['number', 'range']);
  return read;
}

function readNumber(reader: FieldReader, key: string): Range {
  const port = requiredPort(reader, key);
  return { first: port, last: port };
}

/** @param strict whether the API refuses a range of one port, as v1alpha2 does */
function readRange(reader: FieldReader, strict: boolean): Range {
  const before = reader.errorCount;
  const first = requiredPort(reader, 'start');
  const last = requiredPort(reader, 'end');
  if (reader.errorCount === before && (strict ? first >= last : first > last)) {
    reader.problem([], `${reader.pathTo([])} goes from ${first} to ${last}`, {
      mend: first === last ? 'Write a single port as number.' : 'Make start the lower port.',
    });
  }
  return { first, last };
}

function requiredPort(reader: FieldReader, key: string): number {
  const port = reader.integer(key);
  if (port !== undefined && port >= 1 && port <= MAX_PORT) return port;
  if (port !== undefined || !reader.has(key)) {
    reader.problem([key], `${reader.pathTo([key])} is ${port ?? 'missing'}; ports go from 1 to ${MAX_PORT}`, {
      mend: 'Write a port of that range.',
    });
  }
  return 1;
}

function readPortName(reader: FieldReader, key: string): string | undefined {
  const name = reader.string(key);
  if (name === undefined) return undefined;
  const reason = portNameProblem(name);
  if (reason === undefined) return name;
  reader.problem([key], `${reader.pathTo([key])} is ${JSON.stringify(name)}: ${reason}`, {
    mend: 'Write the name of a container port.',
  });
  return undefined;
}
