import { parseCidr, printCidr, type Cidr } from '../../model/cidr';
import type { FieldReader } from '../../model/field-reader';
import { dnsSubdomainProblem } from '../name-syntax';
import type { EntityRule, ServiceAccountMatch } from './policy';
import { readPorts } from './port';
import { readSelector } from './selector-field';

/** The side of a rule that restricts nothing. */
export const ANY_ENTITY: EntityRule = { nets: [], notNets: [], ports: [], notPorts: [] };

/** Reads `source` or `destination` (calico-policy-model 2.4). */
export function readEntity(reader: FieldReader | undefined): EntityRule {
  if (reader === undefined) return ANY_ENTITY;
  const selector = readSelector(reader, 'selector', 'rule');
  const notSelector = readSelector(reader, 'notSelector', 'rule-negative');
  const namespaceSelector = readSelector(reader, 'namespaceSelector', 'rule-namespaces');
  const serviceAccounts = readServiceAccounts(reader);
  const services = readServices(reader.object('services'));
  const entity: EntityRule = {
    ...(selector === undefined ? {} : { selector }),
    ...(notSelector === undefined ? {} : { notSelector }),
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(serviceAccounts === undefined ? {} : { serviceAccounts }),
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

/** `serviceAccounts: {}` restricts nothing, although it looks as if it did (2.4 item 4). */
function readServiceAccounts(reader: FieldReader): ServiceAccountMatch | undefined {
  const match = reader.object('serviceAccounts');
  if (match === undefined) return undefined;
  const names = match.strings('names') ?? [];
  const selector = readSelector(match, 'selector', 'rule-negative');
  match.rejectUnknown();
  names.forEach((name, index) => {
    const reason = dnsSubdomainProblem(name);
    if (reason === undefined) return;
    match.problem(
      ['names', index],
      `${match.pathTo(['names', index])} is ${JSON.stringify(name)}, which cannot be a service account: ${reason}`,
      {
        mend: 'Write the name of a ServiceAccount; a quote in it would make Calico match everything.',
      },
    );
  });
  if (names.length === 0 && (match.raw('selector') ?? '') === '') {
    match.problem(
      [],
      `${match.pathTo([])} has neither names nor a selector, so it restricts nothing: everyone matches`,
      {
        mend: 'Name the service accounts, or remove the field.',
      },
    );
  }
  return { names: [...new Set(names)].sort(), ...(selector === undefined ? {} : { selector }) };
}

function readServices(reader: FieldReader | undefined): EntityRule['services'] {
  if (reader === undefined) return undefined;
  const name = reader.requiredString('name');
  const namespace = reader.string('namespace');
  reader.rejectUnknown();
  if (namespace === undefined || namespace === '') {
    reader.problem(
      ['namespace'],
      `${reader.pathTo(['namespace'])} is missing; Calico then finds no Service and the rule matches nothing`,
      {
        mend: 'Write the namespace of the Service.',
      },
    );
    return undefined;
  }
  return name === undefined ? undefined : { name, namespace };
}

/** Rules take only blocks with a prefix and without host bits (2.3 item 6). */
function readNets(reader: FieldReader, key: 'nets' | 'notNets'): readonly Cidr[] {
  return (reader.strings(key) ?? []).flatMap((text, index) => {
    const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
    const path = [key, index];
    if (cidr === undefined) {
      reader.problem(path, `${reader.pathTo(path)} is no block of addresses: ${reason}`, {
        mend: 'Write address/prefix, for example 10.0.0.0/8; Calico drops what it cannot read, and a rule without nets matches everything.',
      });
      return [];
    }
    if (key === 'notNets' && cidr.prefix === 0) {
      reader.problem(
        path,
        `${reader.pathTo(path)} is ${printCidr(cidr)}, which excludes everything, so the rule never matches`,
        {
          mend: 'Remove the rule, or exclude smaller blocks.',
        },
      );
      return [];
    }
    return [cidr];
  });
}

/** `services` excludes selectors and nets beside it (2.4 item 3). */
function checkServicesAlone(reader: FieldReader): void {
  if (!reader.has('services')) return;
  const others = ['selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'nets', 'notNets'];
  for (const key of others.filter((other) => reader.has(other))) {
    reader.problem(
      [key],
      `${reader.pathTo([key])} stands beside services; Calico takes services only without selectors and nets`,
      {
        mend: `Remove ${key}, or write a rule of its own for it.`,
      },
    );
  }
}
