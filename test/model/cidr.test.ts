import fc from 'fast-check';
import {
  containsAddress,
  containsCidr,
  firstOf,
  lastAddress,
  lastOf,
  overlaps,
  parseAddress,
  parseCidr,
  printAddress,
  printCidr,
  type Cidr,
} from '../../src/model/cidr';

const STRICT = { hostBits: 'error' } as const;
const MASK = { hostBits: 'mask' } as const;

function cidr(text: string): Cidr {
  const { cidr: parsed, reason } = parseCidr(text, STRICT);
  if (parsed === undefined) throw new Error(reason);
  return parsed;
}

const anyCidr = fc.constantFrom<4 | 6>(4, 6).chain((version) =>
  fc.record({
    version: fc.constant(version),
    value: fc.bigInt({ min: 0n, max: lastAddress(version) }),
    prefix: fc.nat({ max: version === 4 ? 32 : 128 }),
  }),
);

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/8', 4, 0x0a000000n, 8],
    ['0.0.0.0/0', 4, 0n, 0],
    ['192.168.1.1/32', 4, 0xc0a80101n, 32],
    ['::/0', 6, 0n, 0],
    ['2001:db8::/32', 6, 0x20010db8n << 96n, 32],
    ['::1/128', 6, 1n, 128],
    ['64:ff9b::192.0.2.33/128', 6, (0x64ff9bn << 96n) | 0xc0000221n, 128],
  ] as const)('reads %s', (text, version, base, prefix) => {
    expect(parseCidr(text, STRICT)).toEqual({ cidr: { version, base, prefix } });
  });

  it.each([
    ['10.1/16', 'not a CIDR'],
    ['10.0.0.0', 'write 10.0.0.0/32'],
    ['fd00::', 'write fd00::/128'],
    ['cart', 'has no prefix length'],
    ['010.0.0.0/8', 'not a CIDR'],
    ['10.0.0.0/08', 'prefix length from 0 to 32'],
    ['10.0.0.0/33', 'prefix length from 0 to 32'],
    ['10.0.0.0/-1', 'prefix length'],
    ['10.0.0.0/', 'prefix length'],
    ['10.0.0.0/8/8', 'prefix length'],
    ['10.0.0.0/255.0.0.0', 'prefix length'],
    [' 10.0.0.0/8', 'not a CIDR'],
    ['fe80::%eth0/64', 'network interface'],
    ['fe80::/129', 'prefix length from 0 to 128'],
    ['::ffff:10.0.0.0/104', 'write it as 10.0.0.0'],
    ['::ffff:a00:1/128', 'write it as 10.0.0.1'],
    ['', 'has no prefix length'],
  ])('refuses %s and says why', (text, reason) => {
    expect(parseCidr(text, MASK).cidr).toBeUndefined();
    expect(parseCidr(text, MASK).reason).toContain(reason);
  });

  it('clears or refuses host bits as asked (network-policy-semantics 2.1 item 7)', () => {
    expect(parseCidr('192.168.242.213/24', MASK)).toEqual({ cidr: cidr('192.168.242.0/24') });
    expect(parseCidr('192.168.242.213/24', STRICT).reason).toContain('the block is 192.168.242.0/24');
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(anyCidr, ({ version, value, prefix }) => {
        const text = `${printAddress(version, value)}/${prefix}`;
        // The only addresses that are printed and not read: IPv4 inside IPv6.
        fc.pre(version === 4 || value >> 32n !== 0xffffn);
        const parsed = parseCidr(text, MASK).cidr;
        expect(parsed).toBeDefined();
        if (parsed !== undefined && (version === 4 || parsed.base >> 32n !== 0xffffn))
          expect(cidr(printCidr(parsed))).toEqual(parsed);
      }),
    );
  });
});

describe('printAddress', () => {
  it.each([
    [1n, '::1'],
    [0n, '::'],
    [0x20010db8000000000000000000000001n, '2001:db8::1'],
    [0x20010db8000000010001000100010001n, '2001:db8:0:1:1:1:1:1'],
    [0x20010000000000010000000000000001n, '2001:0:0:1::1'],
    [0x20010db8000000000001000000000001n, '2001:db8::1:0:0:1'],
    [0xfe800000000000000000000000000000n, 'fe80::'],
  ])('writes IPv6 as RFC 5952 section 4: %s', (value, text) => {
    expect(printAddress(6, value)).toBe(text);
  });

  it('is the inverse of parseAddress', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: lastAddress(6) }), (value) => {
        fc.pre(value >> 32n !== 0xffffn);
        expect(parseAddress(printAddress(6, value))).toEqual({ address: { version: 6, value } });
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const address = parseAddress(text).address;
        expect(address === undefined ? undefined : printAddress(4, address.value)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text).address;
        if (address !== undefined) expect(parseAddress(printAddress(6, address.value))).toEqual({ address });
        else expect(parseAddress(text).reason).toContain('inside IPv6');
      }),
    );
  });
});

describe('relations of blocks', () => {
  it('agree with a walk over every address of a small space', () => {
    const small = fc.record({ last: fc.nat({ max: 63 }), prefix: fc.integer({ min: 26, max: 32 }) });
    fc.assert(
      fc.property(small, small, (left, right) => {
        const [a, b] = [left, right].map(
          ({ last, prefix }) => parseCidr(`10.0.0.${last}/${prefix}`, MASK).cidr,
        );
        if (a === undefined || b === undefined) throw new Error('unreadable');
        const inBlock = ({ last, prefix }: { last: number; prefix: number }, octet: number): boolean =>
          Math.floor(last / 2 ** (32 - prefix)) === Math.floor(octet / 2 ** (32 - prefix));
        const octets = Array.from({ length: 256 }, (_, octet) => octet);
        const inA = octets.filter((octet) => inBlock(left, octet));
        const inB = octets.filter((octet) => inBlock(right, octet));
        const address = (octet: number) => ({ version: 4 as const, value: 0x0a000000n + BigInt(octet) });
        expect(octets.filter((octet) => containsAddress(a, address(octet)))).toEqual(inA);
        expect(firstOf(a)).toBe(address(Math.min(...inA)).value);
        expect(lastOf(a)).toBe(address(Math.max(...inA)).value);
        expect(containsCidr(a, b)).toBe(inB.every((octet) => inA.includes(octet)));
        expect(overlaps(a, b)).toBe(inB.some((octet) => inA.includes(octet)));
      }),
    );
  });

  it('never hold across families', () => {
    expect(containsCidr(cidr('0.0.0.0/0'), cidr('::/0'))).toBe(false);
    expect(overlaps(cidr('::/0'), cidr('10.0.0.0/8'))).toBe(false);
    expect(containsAddress(cidr('::/0'), { version: 4, value: 1n })).toBe(false);
  });
});
