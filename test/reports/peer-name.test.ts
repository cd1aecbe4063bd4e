import { parseAddress } from '../../src/model/cidr';
import type { AddressPeer } from '../../src/reachability/reachability';
import { peerId, peerLabel, printBlocks } from '../../src/reports/peer-name';

function range(first: string, last: string): AddressPeer {
  const [a, b] = [parseAddress(first).address!, parseAddress(last).address!];
  return { type: 'addresses', version: a.version, first: a.value, last: b.value };
}

describe('names of peers', () => {
  it.each([
    ['0.0.0.0', '255.255.255.255', '0.0.0.0/0'],
    ['10.0.0.0', '10.255.255.255', '10.0.0.0/8'],
    ['10.0.0.1', '10.0.0.1', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.2', '10.0.0.1-10.0.0.2'],
    ['10.0.0.0', '10.0.0.2', '10.0.0.0-10.0.0.2'],
    ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::/0'],
  ])('prints %s to %s for people as %s', (first, last, text) => {
    expect(peerLabel(range(first, last))).toBe(text);
  });

  it('joins ranges that touch', () => {
    expect(
      printBlocks([range('10.0.0.0', '10.0.0.127'), range('10.0.0.128', '10.0.0.255'), range('::', '::1')]),
    ).toBe('10.0.0.0/24, ::/127');
  });

  it('prints ranges in ids from first to last, and one address as itself', () => {
    expect(peerId(range('0.0.0.0', '255.255.255.255'))).toBe('0.0.0.0-255.255.255.255');
    expect(peerId(range('8.8.8.8', '8.8.8.8'))).toBe('8.8.8.8');
  });
});
