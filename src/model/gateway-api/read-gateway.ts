import { readPortNumber } from '../workloads/container-port';
import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import { GATEWAY_GROUP, type Gateway, type GatewayListener } from './gateway-api';
import { readLabelSelector } from '../label-selector';
import type { Resource } from '../resource';

const FROM = ['Same', 'All', 'None', 'Selector'] as const;
const TLS_MODES = ['Terminate', 'Passthrough'] as const;

/** Reads a Gateway with the defaults of its CRD. A listener that is not valid becomes a finding and is left out. */
export function readGateway(resource: Resource, namespace: string, findings: Finding[]): Gateway {
  const spec = FieldReader.of(resource, findings).objectOrEmpty('spec');
  return {
    namespace,
    name: resource.name,
    className: spec.requiredString('gatewayClassName'),
    hostnames: readHostnames(spec),
    listeners: (spec.objects('listeners') ?? []).flatMap(readListener),
    resource,
    place: resource.place,
  };
}

function readHostnames(spec: FieldReader): string[] {
  return (spec.objects('addresses') ?? []).flatMap((address) => {
    const value = address.string('value');
    return address.string('type') === 'Hostname' && value !== undefined && value !== '' ? [value] : [];
  });
}

function readListener(reader: FieldReader): GatewayListener[] {
  const name = reader.requiredString('name');
  const port = readPortNumber(reader, 'port', { required: true });
  const protocol = reader.requiredString('protocol');
  const hostname = reader.string('hostname') || undefined;
  const tls = reader.object('tls');
  const tlsMode = (tls === undefined ? undefined : readWord(tls, 'mode', TLS_MODES)) ?? 'Terminate';
  const allowed = reader.object('allowedRoutes');
  const namespaces = allowed === undefined ? 'Same' : readNamespaces(allowed);
  // One that cannot be read must not leave an empty list, which would mean every kind.
  const written = allowed?.objects('kinds') ?? [];
  const kinds = written.length === 0 ? {} : { kinds: written.flatMap(readKind) };
  allowed?.rejectUnknown();
  reader.rejectUnknown();
  if (name === undefined || port === undefined || protocol === undefined || namespaces === undefined)
    return [];
  return [{ name, port, protocol, hostname, tlsMode, namespaces, ...kinds }];
}

/** `undefined`, with a finding, where it cannot be told which namespaces are meant. */
function readNamespaces(allowed: FieldReader): GatewayListener['namespaces'] | undefined {
  const reader = allowed.object('namespaces');
  if (reader === undefined) return allowed.has('namespaces') ? undefined : 'Same';
  const selector = reader.object('selector');
  const from = reader.has('from') ? readWord(reader, 'from', FROM) : 'Same';
  reader.rejectUnknown();
  if (from !== 'Selector') return from;
  if (selector !== undefined) return readLabelSelector(selector);
  const field = reader.pathTo(['selector']);
  reader.problem(['selector'], `${field} is missing, so no route may attach to this listener`, {
    mend: `Set ${field}, or from: Same.`,
  });
  return undefined;
}

function readKind(reader: FieldReader): string[] {
  const kind = reader.requiredString('kind');
  const group = reader.string('group') ?? GATEWAY_GROUP;
  reader.rejectUnknown();
  return kind === undefined ? [] : [`${group}/${kind}`];
}

function readWord<T extends string>(reader: FieldReader, field: string, words: readonly T[]): T | undefined {
  const written = reader.string(field);
  if (written === undefined) return undefined;
  const word = words.find((known) => known === written);
  if (word !== undefined) return word;
  const path = reader.pathTo([field]);
  reader.problem([field], `${path} is "${written}", but must be one of ${words.join(', ')}`, {
    mend: `Write one of ${words.join(', ')} in ${path}.`,
  });
  return undefined;
}
