import type { Cidr } from '../../model/cidr';
import { nearest, type FieldReader } from '../../model/field-reader';
import { readAnnotations } from '../../model/read-metadata';
import type { Direction } from '../direction';
import type { CalicoAction, CalicoPort, CalicoRule, EntityRule, IcmpMatch } from './policy';
import { hasPorts, printProtocol, readProtocol, type WrittenProtocol } from './protocol';
import { readEntity, type ServiceNamespace } from './read-entity';
import { readHttp } from './read-http';
import { warnOfVersions } from './version-differences';

const ACTIONS: readonly CalicoAction[] = ['Allow', 'Deny', 'Log', 'Pass'];

/** Reads one rule (calico-policy-model 2.3). What is wrong with it is reported; the policy then is not used. */
export function readRule(
  reader: FieldReader,
  direction: Direction,
  serviceNamespace: ServiceNamespace,
): CalicoRule {
  const action = readAction(reader);
  const protocol = readProtocol(reader, 'protocol');
  const notProtocol = readProtocol(reader, 'notProtocol');
  const ipVersion = readIpVersion(reader, protocol, notProtocol);
  const icmp = readIcmp(reader.object('icmp'));
  const notIcmp = readIcmp(reader.object('notICMP'));
  const source = readEntity(reader.object('source'), serviceNamespace);
  const destination = readEntity(reader.object('destination'), serviceNamespace);
  const httpMatch = readHttp(reader, action, protocol?.number, direction);
  const metadata = reader.object('metadata');
  const annotations = metadata === undefined ? undefined : readAnnotations(metadata);
  metadata?.rejectUnknown();
  reader.rejectUnknown();
  const rule: CalicoRule = {
    action: action ?? 'Deny',
    ...(ipVersion === undefined ? {} : { ipVersion }),
    ...(protocol === undefined ? {} : { protocol: protocol.number }),
    ...(notProtocol === undefined ? {} : { notProtocol: notProtocol.number }),
    ...(icmp === undefined ? {} : { icmp }),
    ...(notIcmp === undefined ? {} : { notIcmp }),
    source,
    destination,
    http: httpMatch !== undefined,
    ...(httpMatch === undefined ? {} : { httpMatch }),
    ...(annotations === undefined ? {} : { annotations }),
    place: reader.resource.place.at(reader.path),
  };
  checkPorts(reader, rule);
  checkIcmp(reader, rule);
  checkFamilies(reader, rule);
  checkServices(reader, rule, direction);
  warnOfVersions(reader, rule);
  return rule;
}

function readAction(reader: FieldReader): CalicoAction | undefined {
  const written = reader.requiredString('action');
  const action = ACTIONS.find((known) => known === written);
  if (written === undefined || action !== undefined) return action;
  const near = nearest(written, ACTIONS);
  reader.problem(
    ['action'],
    `${reader.pathTo(['action'])} is ${JSON.stringify(written)}, which is no action`,
    {
      mend: near === undefined ? `Use one of ${ACTIONS.join(', ')}.` : `Write ${near}, with this spelling.`,
    },
  );
  return undefined;
}

/** The names ICMP and ICMPv6 imply their family; saying the other one beside them is refused (2.3 item 5). */
function readIpVersion(
  reader: FieldReader,
  protocol: WrittenProtocol | undefined,
  notProtocol: WrittenProtocol | undefined,
): 4 | 6 | undefined {
  const written = reader.number('ipVersion');
  if (written !== undefined && written !== 4 && written !== 6) {
    reader.problem(['ipVersion'], `${reader.pathTo(['ipVersion'])} is ${written}`, { mend: 'Write 4 or 6.' });
    return undefined;
  }
  for (const { ipVersion } of [protocol, notProtocol].filter((one) => one !== undefined)) {
    if (written === undefined || ipVersion === undefined || ipVersion === written) continue;
    reader.problem(
      ['ipVersion'],
      `${reader.pathTo(['ipVersion'])} is ${written}, but the protocol is one of IPv${ipVersion}`,
      {
        mend: `Remove ipVersion, or write ICMP for IPv4 and ICMPv6 for IPv6.`,
      },
    );
  }
  return written ?? protocol?.ipVersion;
}

function readIcmp(reader: FieldReader | undefined): IcmpMatch | undefined {
  if (reader === undefined) return undefined;
  const type = reader.integer('type');
  const code = reader.integer('code');
  reader.rejectUnknown();
  if (type !== undefined && (type < 0 || type > 254)) {
    reader.problem(['type'], `${reader.pathTo(['type'])} is ${type}; it goes from 0 to 254`, {
      mend: 'Write an ICMP type.',
    });
  }
  if (code !== undefined && (code < 0 || code > 255)) {
    reader.problem(['code'], `${reader.pathTo(['code'])} is ${code}; it goes from 0 to 255`, {
      mend: 'Write an ICMP code.',
    });
  }
  if (code !== undefined && type === undefined) {
    reader.problem(['code'], `${reader.pathTo(['code'])} needs the type beside it`, {
      mend: 'Write the ICMP type too.',
    });
  }
  return { ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }) };
}

function checkIcmp(reader: FieldReader, { icmp, protocol }: CalicoRule): void {
  if (icmp === undefined || protocol === 1 || protocol === 58) return;
  reader.problem(['icmp'], `${reader.pathTo(['icmp'])} needs protocol ICMP or ICMPv6`, {
    mend: 'Set protocol: ICMP (IPv4) or ICMPv6.',
  });
}

/** Numbers need a protocol with ports; without a protocol only names may stand, and not in all versions (2.3 item 3). */
function checkPorts(reader: FieldReader, rule: CalicoRule): void {
  if (hasPorts(rule.protocol)) return;
  for (const side of ['source', 'destination'] as const) {
    for (const key of ['ports', 'notPorts'] as const) {
      const ports: readonly CalicoPort[] = rule[side][key];
      const bad = rule.protocol === undefined ? ports.some((port) => 'first' in port) : ports.length > 0;
      if (!bad) continue;
      const why =
        rule.protocol === undefined
          ? 'has port numbers, but the rule has no protocol'
          : `has ports, but ${printProtocol(rule.protocol)} has none`;
      reader.problem([side, key], `${reader.pathTo([side, key])} ${why}; Calico ignores the whole policy`, {
        mend: 'Set protocol: TCP, UDP or SCTP; write one rule for each.',
      });
    }
  }
}

/**
 * One rule speaks of one address family only (2.3 item 7). What the protocol implies is not compared with the blocks
 * (validateRule of v3.31 looks at `ipVersion` only): such a rule is taken, and no packet is like that.
 */
function checkFamilies(reader: FieldReader, rule: CalicoRule): void {
  const nets: readonly Cidr[] = [rule.source, rule.destination].flatMap((side: EntityRule) => [
    ...side.nets,
    ...side.notNets,
  ]);
  const families = new Set(nets.map(({ version }) => version));
  if (families.size > 1) {
    reader.problem([], `${reader.pathTo([])} mixes IPv4 and IPv6 blocks, which Calico refuses`, {
      mend: 'Write one rule for each address family.',
    });
  } else if (rule.ipVersion !== undefined && families.size === 1 && !families.has(rule.ipVersion)) {
    const implied = reader.number('ipVersion') === undefined;
    reader.problem(
      [],
      `${reader.pathTo([])} is about IPv${rule.ipVersion}, but its blocks are of the other family${
        implied ? ', so the rule never matches' : ''
      }`,
      {
        ...(implied ? { id: 'opposed-families', severity: 'warning' as const } : {}),
        mend: 'Make ipVersion, protocol and blocks agree.',
      },
    );
  }
}

/** Services only where the far end is: destination of egress, source of ingress (2.2 item 5, 2.3 item 10). */
function checkServices(reader: FieldReader, rule: CalicoRule, direction: Direction): void {
  const near = direction === 'ingress' ? 'destination' : 'source';
  if (rule[near].services !== undefined) {
    reader.problem(
      [near, 'services'],
      `${reader.pathTo([near, 'services'])} is not possible in an ${direction} rule`,
      {
        mend: `Use services as the ${near === 'source' ? 'destination' : 'source'}, or write selectors.`,
      },
    );
  }
  const { services, ports, notPorts } = rule.destination;
  if (services === undefined || ports.length + notPorts.length === 0) return;
  reader.problem(
    ['destination', 'ports'],
    `${reader.pathTo(['destination'])} has ports beside services; the ports are those of the Service`,
    {
      mend: 'Remove ports and notPorts.',
    },
  );
}
