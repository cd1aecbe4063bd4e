import { printCidr, type Cidr } from '../../model/cidr';
import type { FieldReader } from '../../model/field-reader';
import type { Json } from '../../model/json';
import { referenceProblem } from './names';
import { parseNet } from './net';
import type { EntityRule } from './policy';
import { readPorts } from './port';
import { readServiceAccounts } from './read-service-accounts';
import { readSelector, refuseBlankBeside } from './selector-field';
import { allOf } from './selector-rewrite';

/** The side of a rule that restricts nothing. */
export const ANY_ENTITY: EntityRule = { nets: [], notNets: [], ports: [], notPorts: [] };

/** Who decides whether a Service may be named without its namespace: the API server, by the kind of the policy. */
export type ServiceNamespace = 'required' | 'optional';

/** Reads `source` or `destination` (calico-policy-model 2.4). */
export function readEntity(reader: FieldReader | undefined, serviceNamespace: ServiceNamespace): EntityRule {
  if (reader === undefined) return ANY_ENTITY;
  const { match, spliced } = readServiceAccounts(reader);
  const selector = allOf(spliced, readSelector(reader, 'selector', 'rule'));
  refuseBlankBeside(reader, ['namespaceSelector', 'serviceAccounts']);
  const notSelector = readSelector(reader, 'notSelector', 'rule-negative');
  const namespaceSelector = readSelector(reader, 'namespaceSelector', 'rule-namespaces');
  const services = readServices(reader.object('services'), serviceNamespace);
  const entity: EntityRule = {
    ...(selector === undefined ? {} : { selector }),
    ...(notSelector === undefined ? {} : { notSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(match === undefined ? {} : { serviceAccounts: match }),
    ...(services === undefined ? {} : { services }),
    nets: readNets(reader, 'nets'),
    notNets: readNets(reader, 'notNets'),
    ports: readPorts(reader, 'ports'),
    notPorts: readPorts(reader, 'notPorts'),
  };
  reader.rejectUnknown();
  checkServicesAlone(reader);
  return entity;
}

/** Without a namespace the API server takes a namespaced policy, and Calico then finds no Service (2.6). */
function readServices(
  reader: FieldReader | undefined,
  serviceNamespace: ServiceNamespace,
): EntityRule['services'] {
  if (reader === undefined) return undefined;
  const name = reader.requiredString('name');
  const namespace = reader.string('namespace') ?? '';
  reader.rejectUnknown();
  checkReference(reader, 'name', name);
  checkReference(reader, 'namespace', namespace);
  const isWritten = reader.has('namespace') && reader.raw('namespace') !== '';
  if (isWritten) return name === undefined || namespace === '' ? undefined : { name, namespace };
  reader.problem(
    ['namespace'],
    `${reader.pathTo(['namespace'])} is missing, and Calico does not take that of the policy: it finds no Service and the rule matches nothing`,
    {
      ...(serviceNamespace === 'required'
        ? {}
        : { id: 'service-without-namespace', severity: 'warning' as const }),
      mend: 'Write the namespace of the Service.',
    },
  );
  return name === undefined ? undefined : { name };
}

/** What the API server refuses as the name of anything (ServiceMatch, tag `name`). */
function checkReference(reader: FieldReader, key: 'name' | 'namespace', text = ''): void {
  const reason = text === '' ? undefined : referenceProblem(text);
  if (reason === undefined) return;
  const what = key === 'name' ? 'a Service' : 'a namespace';
  reader.problem(
    [key],
    `${reader.pathTo([key])} is ${JSON.stringify(text)}, which is no name of ${what}: ${reason}`,
    {
      mend: `Write the name of ${what} as it is in the cluster.`,
    },
  );
}

/** Rules take only blocks with a prefix and without host bits (2.3 item 6). */
function readNets(reader: FieldReader, key: 'nets' | 'notNets'): readonly Cidr[] {
  return (reader.strings(key) ?? []).flatMap((text, index) => {
    const { cidr, reason } = parseNet(text, { hostBits: 'error' });
    const path = [key, index];
    if (cidr === undefined) {
      reader.problem(path, `${reader.pathTo(path)} is no block of addresses: ${reason}`, {
        mend: 'Write address/prefix, for example 10.0.0.0/8; Calico drops what it cannot read, and a rule without nets matches everything.',
      });
      return [];
    }
    if (key === 'notNets' && cidr.prefix === 0) reportExcludedFamily(reader, path, text, cidr);
    return [cidr];
  });
}

/** The validator refuses 0.0.0.0/0 in this spelling only, ::/0 in all (2.3 item 8). */
function reportExcludedFamily(
  reader: FieldReader,
  path: readonly (string | number)[],
  text: string,
  cidr: Cidr,
): void {
  const taken = cidr.version === 4 && text !== '0.0.0.0/0';
  reader.problem(
    path,
    `${reader.pathTo(path)} is ${printCidr(cidr)}, which excludes everything, so the rule never matches`,
    {
      ...(taken ? { id: 'excludes-everything', severity: 'warning' as const } : {}),
      mend: 'Remove the rule, or exclude smaller blocks.',
    },
  );
}

/** `services` excludes selectors and nets beside it (2.4 item 3). */
function checkServicesAlone(reader: FieldReader): void {
  if (!reader.has('services')) return;
  const others = ['selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'nets', 'notNets'];
  for (const key of others.filter((other) => isGiven(reader.raw(other)))) {
    reader.problem(
      [key],
      `${reader.pathTo([key])} stands beside services; Calico takes services only without selectors and nets`,
      {
        mend: `Remove ${key}, or write a rule of its own for it.`,
      },
    );
  }
}

/** Empty texts and lists count as absent to the API server. */
function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
