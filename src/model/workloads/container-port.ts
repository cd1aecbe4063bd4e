import type { FieldReader } from '../field-reader';
import { portNameProblem } from '../name-syntax';
import type { ContainerPort, TransportProtocol } from './workload';

const PROTOCOLS: readonly TransportProtocol[] = ['TCP', 'UDP', 'SCTP'];
const MAX_PORT = 65535;

/** What the containers of a pod listen on, as far as its manifest says. */
export interface PodPorts {
  /** Of containers, and of init containers that keep running beside them (`restartPolicy: Always`). */
  readonly ports: readonly ContainerPort[];
  /** Those of them that only such init containers have. */
  readonly sidecarPorts: readonly ContainerPort[];
  /** Of init containers that run to their end. */
  readonly initContainerPorts: readonly ContainerPort[];
}

/** Reads the ports of a pod spec. A port that is not valid becomes a finding and is left out. */
export function readPodPorts(spec: FieldReader): PodPorts {
  const containers = spec.objects('containers') ?? [];
  const initContainers = spec.objects('initContainers') ?? [];
  const sidecars = initContainers.filter((container) => container.raw('restartPolicy') === 'Always');
  const others = initContainers.filter((container) => !sidecars.includes(container));
  const sidecarPorts = sidecars.flatMap(readContainerPorts);
  return {
    ports: [...containers.flatMap(readContainerPorts), ...sidecarPorts],
    sidecarPorts,
    initContainerPorts: others.flatMap(readContainerPorts),
  };
}

function readContainerPorts(container: FieldReader): ContainerPort[] {
  return (container.objects('ports') ?? []).flatMap((reader) => {
    const port = readPortNumber(reader, 'containerPort', { required: true });
    const protocol = readProtocol(reader);
    const name = reader.string('name');
    if (name !== undefined && name !== '') checkPortName(reader, name);
    if (port === undefined || protocol === undefined) return [];
    return [name === undefined || name === '' ? { port, protocol } : { name, port, protocol }];
  });
}

/** The name stays: whoever mends it needs the verdicts of before. */
function checkPortName(reader: FieldReader, name: string): void {
  const reason = portNameProblem(name);
  if (reason === undefined) return;
  const field = reader.pathTo(['name']);
  reader.problem(
    ['name'],
    `${field} is ${JSON.stringify(name.slice(0, 80))}, which is no name of a port: ${reason}`,
    {
      mend: 'Choose another name; the API server refuses this one.',
    },
  );
}

/** Reads `protocol`: TCP when there is none or an empty one, undefined with a finding when it is not a transport protocol. */
export function readProtocol(reader: FieldReader): TransportProtocol | undefined {
  const written = reader.raw('protocol') ?? '';
  const protocol = written === '' ? 'TCP' : PROTOCOLS.find((known) => known === written);
  if (protocol !== undefined) return protocol;
  const field = reader.pathTo(['protocol']);
  reader.problem(['protocol'], `${field} is ${JSON.stringify(written)}, but must be TCP, UDP or SCTP`, {
    mend: `Write TCP, UDP or SCTP in ${field}.`,
  });
  return undefined;
}

/** Reads a port number from 1 to 65535; undefined when it is absent, or, with a finding, when it is not one. */
export function readPortNumber(
  reader: FieldReader,
  field: string,
  { required }: { readonly required: boolean },
): number | undefined {
  if (!reader.has(field)) {
    if (required)
      reader.problem([field], `${reader.pathTo([field])} is missing`, {
        mend: `Set ${reader.pathTo([field])}.`,
      });
    return undefined;
  }
  const port = reader.integer(field);
  if (port === undefined || (port >= 1 && port <= MAX_PORT)) return port;
  reader.problem(
    [field],
    `${reader.pathTo([field])} is ${port}, but a port is a number from 1 to ${MAX_PORT}`,
    {
      mend: `Write a number from 1 to ${MAX_PORT} in ${reader.pathTo([field])}.`,
    },
  );
  return undefined;
}

/**
 * Reads a port that is a number or a name. A string of digits is neither: the API server refuses a port name without
 * a letter (IANA service names, RFC 6335), and nothing would look it up as a number.
 */
export function readPortNumberOrName(reader: FieldReader, field: string): number | string | undefined {
  const value = reader.raw(field);
  if (typeof value !== 'string') return readPortNumber(reader, field, { required: false });
  const reason = portNameProblem(value);
  if (reason === undefined) return value;
  reader.problem(
    [field],
    `${reader.pathTo([field])} is the string ${JSON.stringify(value.slice(0, 80))}, which is not a port name: ${reason}`,
    {
      mend: /^[0-9]+$/.test(value)
        ? 'Remove the quotes.'
        : `Write a port number or the name of a container port.`,
    },
  );
  return undefined;
}
