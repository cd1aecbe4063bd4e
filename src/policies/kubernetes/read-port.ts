import type { FieldReader } from '../../model/field-reader';
import type { TransportProtocol } from '../../model/workloads/workload';
import { portNameProblem } from '../../model/name-syntax';
import { readTransportProtocol } from '../transport-protocol';
import type { NetworkPolicyPort } from './network-policy';

const MAX_PORT = 65535;

/** Reads one item of `ports`; undefined when it has an error (network-policy-semantics 2.1 items 9 and 10). */
export function readPort(reader: FieldReader): NetworkPolicyPort | undefined {
  const before = reader.errorCount;
  const protocol: TransportProtocol = readTransportProtocol(reader) ?? 'TCP';
  const port = readPortValue(reader);
  const endPort = reader.integer('endPort');
  reader.rejectUnknown();
  if (endPort !== undefined && reader.errorCount === before) checkEndPort(reader, port, endPort);
  if (reader.errorCount > before) return undefined;
  return { protocol, ...(port === undefined ? {} : { port }), ...(endPort === undefined ? {} : { endPort }) };
}

function readPortValue(reader: FieldReader): number | string | undefined {
  const value = reader.raw('port');
  if (typeof value === 'string') {
    const reason = portNameProblem(value);
    if (reason === undefined) return value;
    const field = reader.pathTo(['port']);
    const number = /^[0-9]+$/.test(value) ? Number(value) : undefined;
    reader.problem(['port'], `${field} is ${JSON.stringify(value)}: ${reason}`, {
      mend:
        number === undefined
          ? 'Write a port number or the name of a container port.'
          : `Write port: ${number} without quotes.`,
      ...(number === undefined || number < 1 || number > MAX_PORT
        ? {}
        : { fix: [{ type: 'replace', at: reader.placeOf(['port']), value: number }] }),
    });
    return undefined;
  }
  const port = reader.integer('port');
  if (port !== undefined) checkNumber(reader, 'port', port);
  return port;
}

function checkNumber(reader: FieldReader, key: string, port: number): void {
  if (port >= 1 && port <= MAX_PORT) return;
  reader.problem([key], `${reader.pathTo([key])} is ${port}; ports go from 1 to ${MAX_PORT}`, {
    mend: 'Write a port of that range; leave the field out for every port of the protocol.',
  });
}

function checkEndPort(reader: FieldReader, port: number | string | undefined, endPort: number): void {
  checkNumber(reader, 'endPort', endPort);
  const field = reader.pathTo(['endPort']);
  if (typeof port !== 'number') {
    reader.problem(['endPort'], `${field} needs a numeric port as the first of the range`, {
      mend:
        port === undefined
          ? 'Set port to the first port of the range.'
          : 'Write port as a number, or remove endPort.',
    });
  } else if (endPort < port) {
    reader.problem(['endPort'], `${field} is ${endPort}, below the first port ${port}`, {
      mend: 'Make endPort the last port of the range.',
    });
  }
}
