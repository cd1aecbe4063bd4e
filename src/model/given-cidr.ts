import { parseCidr, type Cidr } from './cidr';

/**
 * Reads a block that somebody gave as an option, without host bits.
 *
 * @param option whose option it is, as its writer knows it, for example `IntentsCompiler: podCidrs`
 * @throws Error that names the option, when the text is no block
 */
export function givenCidr(text: string, option: string): Cidr {
  const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
  if (cidr !== undefined) return cidr;
  throw new Error(`${option}: ${reason}. Write a block, for example 10.244.0.0/16.`);
}
