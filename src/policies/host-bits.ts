import { addressBits, printAddress, printCidr, parseAddress, type Cidr } from '../model/cidr';
import type { FieldReader } from '../model/field-reader';
import type { FieldPath } from '../model/json';

/**
 * Warns of a block with bits beyond its prefix, which the API server takes and masks away (network-policy-semantics 2.1
 * item 7): whoever writes `10.0.0.1/8` may mean the one address, and gets sixteen million.
 */
export function reportHostBits(reader: FieldReader, path: FieldPath, text: string, cidr: Cidr): void {
  const { address } = parseAddress(text.split('/')[0] ?? '');
  if (address === undefined || address.value === cidr.base) return;
  const one = `${printAddress(address.version, address.value)}/${addressBits(address.version)}`;
  reader.problem(
    path,
    `${reader.pathTo(path)} is ${text}, which has bits set beyond its prefix: it stands for all of ${printCidr(cidr)}`,
    {
      id: 'cidr-host-bits',
      severity: 'warning',
      mend: `Write ${printCidr(cidr)} for the block, or ${one} for the one address.`,
      // What it stands for already, so nothing changes but the reading of it.
      fix: [{ type: 'replace', at: reader.placeOf(path), value: printCidr(cidr) }],
    },
  );
}
