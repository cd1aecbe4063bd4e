import type { DraftBlock } from '../policy-draft';
import type { InternetTarget } from '../../intents/client-intents';
import {
  addressBits,
  compareCidrs,
  containsCidr,
  parseAddress,
  parseCidr,
  type Cidr,
} from '../../model/cidr';

/** Where clouds hand out credentials to whoever asks; AWS has the second one too. */
const METADATA: readonly Cidr[] = ['169.254.169.254/32', 'fd00:ec2::254/128'].flatMap(
  (text) => parseCidr(text, { hostBits: 'error' }).cidr ?? [],
);

/**
 * The addresses of an internet target as blocks: one address is a block of one, host bits are cleared
 * (otterize-operator 4.8). A range such as `0.0.0.0/0` leaves out the metadata address, unless that is named too.
 */
export function internetBlocks({ ips }: Pick<InternetTarget, 'ips'>): DraftBlock[] {
  const cidrs = ips.flatMap((text) => readBlock(text) ?? []).sort(compareCidrs);
  return cidrs.map((cidr) => ({
    cidr,
    except: METADATA.filter(
      (address) => containsCidr(cidr, address) && cidr.prefix < addressBits(cidr.version),
    ),
  }));
}

function readBlock(text: string): Cidr | undefined {
  if (text.includes('/')) return parseCidr(text, { hostBits: 'mask' }).cidr;
  const { address } = parseAddress(text);
  return address && { version: address.version, base: address.value, prefix: addressBits(address.version) };
}
