import { parseBlock } from './address';
import type { Random } from './random';
import type { Options } from './packet';

const BLOCKS_4 = [
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '10.0.0.0/8',
  '10.244.0.0/16',
  '10.244.0.0/17',
  '10.244.1.0/24',
  '10.244.1.6/32',
  '192.168.0.0/24',
  '192.168.0.128/25',
  '192.168.0.10/32',
  '8.8.8.0/24',
  '8.8.8.8/32',
  '255.255.255.255/32',
] as const;
const BLOCKS_6 = [
  '::/0',
  'fd00::/8',
  'fd00:10::/64',
  'fd00:10::6/128',
  'fd00:20::/64',
  '2001:db8::/32',
  '2001:db8::1/128',
] as const;

/** A masked block of the family, or of either. */
export function block(random: Random, family: 4 | 6 = random.chance(0.8) ? 4 : 6): string {
  return random.pick<string>(family === 4 ? BLOCKS_4 : BLOCKS_6);
}

/** Blocks of one family; none of them the whole of it when asked (Calico refuses that in `notNets`). */
export function blocks(random: Random, family: 4 | 6, whole: boolean): string[] {
  const pool: readonly string[] = family === 4 ? BLOCKS_4 : BLOCKS_6;
  return random.some(whole ? pool : pool.filter((cidr) => !cidr.endsWith('/0')), 1, 2);
}

/** An `ipBlock`, some with host bits, with exceptions strictly inside. */
export function ipBlock(random: Random): { readonly cidr: string; readonly except?: readonly string[] } {
  if (random.chance(0.1)) return { cidr: '10.244.1.99/24' };
  const cidr = block(random);
  const outer = parseBlock(cidr);
  const inner = [...BLOCKS_4, ...BLOCKS_6].filter((candidate) => {
    const { family, first, last } = parseBlock(candidate);
    return (
      family === outer.family &&
      first >= outer.first &&
      last <= outer.last &&
      !(first === outer.first && last === outer.last)
    );
  });
  if (inner.length === 0 || random.chance(0.5)) return { cidr };
  return { cidr, except: random.some(inner, 1, 2) };
}

/** What is known of the addresses of pods and nodes. */
export function addressOptions(random: Random): Options {
  const pods = random.pick([
    undefined,
    undefined,
    ['10.244.0.0/16'],
    ['10.244.0.0/16', 'fd00:10::/64'],
    ['10.244.0.0/17', '10.244.128.0/17'],
    ['10.244.0.0/16', '10.9.0.0/16', 'fd00:10::/64'],
  ]);
  const nodes = random.pick([undefined, undefined, ['192.168.0.0/24'], ['192.168.0.0/24', 'fd00:20::/64']]);
  return {
    ...(pods === undefined ? {} : { podCidrs: pods }),
    ...(nodes === undefined ? {} : { nodeCidrs: nodes }),
  };
}
