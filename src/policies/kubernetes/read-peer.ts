import { containsCidr, parseCidr, printCidr, type Cidr } from '../../model/cidr';
import type { FieldReader } from '../../model/field-reader';
import { readLabelSelector } from '../../model/label-selector';
import type { IpBlock, NetworkPolicyPeer, PodPeer } from './network-policy';
import { reportHostBits } from '../host-bits';

/** Reads one item of `from` or `to`; undefined when it has an error (network-policy-semantics 2.1 items 6 and 7). */
export function readPeer(reader: FieldReader): NetworkPolicyPeer | undefined {
  const before = reader.errorCount;
  const ipBlock = reader.object('ipBlock');
  const podPeer = readPodPeer(reader);
  reader.rejectUnknown();
  if (reader.has('ipBlock') && podPeer !== undefined) {
    reader.problem(
      [],
      `${reader.pathTo([])} has an ipBlock beside a selector; the API server takes an ipBlock only alone`,
      {
        mend: 'Write the ipBlock as a list item of its own.',
      },
    );
  }
  if (!reader.has('ipBlock') && podPeer === undefined) {
    reader.problem(
      [],
      `${reader.pathTo([])} names nobody: it has none of podSelector, namespaceSelector and ipBlock`,
      {
        mend: 'Give one of them. For every pod of every namespace write namespaceSelector: {}.',
      },
    );
  }
  const block = ipBlock === undefined ? undefined : readIpBlock(ipBlock);
  return reader.errorCount > before ? undefined : (block ?? podPeer);
}

function readPodPeer(reader: FieldReader): PodPeer | undefined {
  const namespaces = reader.object('namespaceSelector');
  const pods = reader.object('podSelector');
  if (!reader.has('namespaceSelector') && !reader.has('podSelector')) return undefined;
  const namespaceSelector = namespaces === undefined ? undefined : readLabelSelector(namespaces);
  const podSelector = pods === undefined ? undefined : readLabelSelector(pods);
  return {
    type: 'pods',
    ...(namespaceSelector === undefined ? {} : { namespaceSelector }),
    ...(podSelector === undefined ? {} : { podSelector }),
  };
}

function readIpBlock(reader: FieldReader): IpBlock | undefined {
  const text = reader.requiredString('cidr');
  const written = reader.strings('except') ?? [];
  reader.rejectUnknown();
  const cidr = text === undefined ? undefined : readBlock(reader, ['cidr'], text);
  const except = written.flatMap((item, index) => {
    const inner = readBlock(reader, ['except', index], item);
    if (inner !== undefined && cidr !== undefined) checkInside(reader, index, cidr, inner);
    return inner === undefined ? [] : [inner];
  });
  return cidr === undefined ? undefined : { type: 'ipBlock', cidr, except };
}

/** Bits beyond the prefix are legal and mean nothing (item 7), which is worth a word. */
function readBlock(reader: FieldReader, path: readonly (string | number)[], text: string): Cidr | undefined {
  const { cidr, reason } = parseCidr(text, { hostBits: 'mask' });
  if (cidr === undefined) {
    reader.problem(path, `${reader.pathTo(path)} is no block of addresses: ${reason}`, {
      mend: 'Write address/prefix, for example 10.0.0.0/8 or fd00::/8.',
    });
  } else {
    reportHostBits(reader, path, text, cidr);
  }
  return cidr;
}

function checkInside(reader: FieldReader, index: number, outer: Cidr, inner: Cidr): void {
  if (containsCidr(outer, inner) && inner.prefix > outer.prefix) return;
  reader.problem(
    ['except', index],
    `${reader.pathTo(['except', index])} is ${printCidr(inner)}, which does not lie strictly inside ${printCidr(outer)}`,
    { mend: 'Except only a part of the cidr, of the same address family.' },
  );
}
