import { readPortNumber, readPortNumberOrName, readProtocol } from '../workloads/container-port';
import type { FieldReader } from '../field-reader';
import { dnsLabelProblem } from '../name-syntax';
import type { ServicePort } from './service';

/** Reads `spec.ports` of a Service with the defaults of the API server; a port that is not valid is left out. */
export function readServicePorts(
  spec: FieldReader,
  { optional }: { /** Whether a Service of this type may do without. */ readonly optional: boolean },
): ServicePort[] {
  const readers = spec.objects('ports') ?? [];
  if (readers.length === 0 && !optional && (spec.list('ports')?.length ?? 0) === 0) {
    spec.problem(
      ['ports'],
      `${spec.pathTo(['ports'])} is empty, so nothing can be reached through this Service`,
      {
        mend: 'List at least one port.',
      },
    );
  }
  reportRepeated(readers);
  return readers.flatMap((reader) => readPort(reader, { named: readers.length > 1 }));
}

function readPort(reader: FieldReader, { named }: { readonly named: boolean }): ServicePort[] {
  const port = readPortNumber(reader, 'port', { required: true });
  const protocol = readProtocol(reader);
  // The API server reads 0 and the empty name as no targetPort (defaults of v1 Service).
  const target = reader.raw('targetPort');
  const hasTarget = target !== undefined && target !== 0 && target !== '';
  const targetPort = hasTarget ? readPortNumberOrName(reader, 'targetPort') : port;
  const name = reader.string('name') || undefined;
  checkName(reader, name, named);
  const nodePort = reader.integer('nodePort') || undefined;
  reader.string('appProtocol');
  reader.rejectUnknown();
  if (port === undefined || protocol === undefined || targetPort === undefined) return [];
  return [{ name, port, protocol, targetPort, nodePort }];
}

/** A name is a DNS label, and may be left out only where it tells no ports apart (v1 Service, field `ports.name`). */
function checkName(reader: FieldReader, name: string | undefined, named: boolean): void {
  const field = reader.pathTo(['name']);
  if (name === undefined) {
    if (named && !(reader.has('name') && reader.raw('name') !== ''))
      reader.problem(['name'], `${field} is missing: a Service with several ports names each`, {
        mend: `Set ${field}.`,
      });
    return;
  }
  const reason = dnsLabelProblem(name);
  if (reason === undefined) return;
  reader.problem(
    ['name'],
    `${field} is ${JSON.stringify(name.slice(0, 80))}, which is no name of a port: ${reason}`,
    { mend: 'Choose another name; the API server refuses this one.' },
  );
}

/** One port and protocol, and one name, stand for one thing to connect to. */
function reportRepeated(readers: readonly FieldReader[]): void {
  const seen = new Set<string>();
  for (const reader of readers) {
    const { name, port, protocol } = reader.value;
    const uses: readonly (readonly [string, string])[] = [
      ...(typeof port === 'number'
        ? [['port', `${typeof protocol === 'string' && protocol !== '' ? protocol : 'TCP'} ${port}`] as const]
        : []),
      ...(typeof name === 'string' && name !== '' ? [['name', name] as const] : []),
    ];
    for (const [key, use] of uses) {
      if (seen.has(`${key} ${use}`))
        reader.problem(
          [key],
          `${reader.pathTo([key])} (${use.slice(0, 80)}) is there twice; the API server refuses that`,
          {
            mend: 'Remove one of the two ports, or change it.',
          },
        );
      seen.add(`${key} ${use}`);
    }
  }
}
