import { parseCidr, type Cidr } from '../../model/cidr';
import type { FieldReader } from '../../model/field-reader';
import { readLabelSelector } from '../../model/label-selector';
import type { ClusterWidePeer, ClusterWidePods } from './policy';
import { reportHostBits } from '../host-bits';

const MAX_ITEMS = 25;
const DOMAIN =
  /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

/** Which peers a rule may name, besides namespaces and pods. */
export type PeerField = 'nodes' | 'networks' | 'domainNames';

/** Reads a subject: exactly one of `namespaces` and `pods`. */
export function readSubject(reader: FieldReader): ClusterWidePods | undefined {
  const pods = readPods(reader);
  reader.rejectUnknown();
  checkExactlyOne(reader, ['namespaces', 'pods']);
  return pods;
}

/** Reads one item of `from` or `to`: exactly one of its fields. Undefined when it has an error. */
export function readPeer(reader: FieldReader, allowed: readonly PeerField[]): ClusterWidePeer | undefined {
  const before = reader.errorCount;
  const pods = readPods(reader);
  const nodes = allowed.includes('nodes') ? reader.object('nodes') : undefined;
  const networks = allowed.includes('networks') ? readNetworks(reader) : undefined;
  const domains = allowed.includes('domainNames') ? readDomains(reader) : undefined;
  const nodeSelector = nodes === undefined ? undefined : readLabelSelector(nodes);
  reader.rejectUnknown();
  checkExactlyOne(reader, ['namespaces', 'pods', ...allowed]);
  if (reader.errorCount > before) return undefined;
  if (nodeSelector !== undefined) return { type: 'nodes', selector: nodeSelector };
  if (networks !== undefined) return { type: 'networks', cidrs: networks };
  if (domains !== undefined) return { type: 'domains', domains };
  return pods === undefined ? undefined : { type: 'pods', pods };
}

function readPods(reader: FieldReader): ClusterWidePods | undefined {
  const namespaces = reader.object('namespaces');
  const pods = reader.object('pods');
  if (namespaces !== undefined) {
    const namespaceSelector = readLabelSelector(namespaces);
    return namespaceSelector === undefined ? undefined : { namespaceSelector };
  }
  if (pods === undefined) return undefined;
  const namespaceSelector = requiredSelector(pods, 'namespaceSelector');
  const podSelector = requiredSelector(pods, 'podSelector');
  pods.rejectUnknown();
  if (namespaceSelector === undefined || podSelector === undefined) return undefined;
  return { namespaceSelector, podSelector };
}

function requiredSelector(reader: FieldReader, key: string): ReturnType<typeof readLabelSelector> {
  const selector = reader.object(key);
  if (selector !== undefined) return readLabelSelector(selector);
  if (!reader.has(key)) {
    reader.problem([key], `${reader.pathTo([key])} is missing`, {
      mend: `Write ${key}: {} when all are meant.`,
    });
  }
  return undefined;
}

function readNetworks(reader: FieldReader): readonly Cidr[] | undefined {
  const written = reader.strings('networks');
  if (written === undefined) return undefined;
  checkLength(reader, 'networks', written);
  return written.flatMap((text, index) => {
    const { cidr, reason } = parseCidr(text, { hostBits: 'mask' });
    if (cidr !== undefined) {
      reportHostBits(reader, ['networks', index], text, cidr);
      return [cidr];
    }
    reader.problem(
      ['networks', index],
      `${reader.pathTo(['networks', index])} is no block of addresses: ${reason}`,
      {
        mend: 'Write address/prefix, for example 10.0.0.0/8 or fd00::/8.',
      },
    );
    return [];
  });
}

function readDomains(reader: FieldReader): readonly string[] | undefined {
  const written = reader.strings('domainNames');
  if (written === undefined) return undefined;
  checkLength(reader, 'domainNames', written);
  written.forEach((domain, index) => {
    if (DOMAIN.test(domain)) return;
    reader.problem(
      ['domainNames', index],
      `${reader.pathTo(['domainNames', index])} is ${JSON.stringify(domain)}, which is no domain name`,
      {
        mend: 'Write a name with a dot, or *. and a name for its subdomains.',
      },
    );
  });
  return written;
}

/** Lists of a peer have 1 to 25 items without repeats. */
function checkLength(reader: FieldReader, key: string, items: readonly string[]): void {
  const field = reader.pathTo([key]);
  if (items.length === 0 || items.length > MAX_ITEMS) {
    reader.problem([key], `${field} has ${items.length} items; 1 to ${MAX_ITEMS} are possible`, {
      mend: items.length === 0 ? `Name at least one, or remove the peer.` : 'Use several peers.',
    });
  }
  if (new Set(items).size < items.length) {
    reader.problem([key], `${field} names an item twice`, { mend: 'List each item once.' });
  }
}

/** Reports an object that has none or several of the fields. */
export function checkExactlyOne(reader: FieldReader, keys: readonly string[]): void {
  const given = keys.filter((key) => reader.has(key));
  if (given.length === 1) return;
  const where = reader.pathTo([]);
  reader.problem(
    [],
    given.length === 0
      ? `${where} has none of ${keys.join(', ')}`
      : `${where} has ${given.join(' and ')}; only one may stand in an item`,
    { mend: given.length === 0 ? `Give exactly one of ${keys.join(', ')}.` : 'Write one item for each.' },
  );
}
