import { TRANSPORT } from '../../src/compiler/resolution/declared-ports';
import { lastAddress } from '../../src/model/cidr';
import { addressWords, onConnections, outsideAddresses } from '../../src/proof/wording';
import { ConnectionSet } from '../../src/reachability/sets/connection-set';
import { TUNNELS } from '../../src/reachability/sets/tunnels';
import type { AddressPeer } from '../../src/reachability/reachability';

const range = (version: 4 | 6, first: bigint, last: bigint): AddressPeer => ({
  type: 'addresses',
  version,
  first,
  last,
});
const V4 = range(4, 0n, lastAddress(4));
const V6 = range(6, 0n, lastAddress(6));

describe('words of the proof', () => {
  it('say any port, and every port and protocol', () => {
    expect(onConnections(TRANSPORT)).toBe('on any port');
    expect(onConnections(ConnectionSet.ALL)).toBe('on every port and protocol');
    expect(onConnections(ConnectionSet.of(6, 80, 80))).toBe('on TCP 80');
    expect(onConnections(ConnectionSet.allPorts(6))).toBe('on TCP');
  });

  it('say that tunnels are missing', () => {
    expect(onConnections(ConnectionSet.ALL.subtract(TUNNELS))).toBe('on every port and protocol but tunnels');
    expect(onConnections(TRANSPORT.subtract(TUNNELS))).toBe('on any port but UDP 4789');
  });

  it('say any address for whole families, touching ranges as one', () => {
    expect(addressWords([V6, V4])).toEqual(['any address']);
    expect(addressWords([range(4, 8n, lastAddress(4)), range(4, 0n, 7n)])).toEqual(['any IPv4 address']);
    expect(outsideAddresses([V4, V6])).toBe('any address outside the cluster');
    expect(outsideAddresses([V4, range(6, 1n, 2n)])).toBe(
      'addresses outside the cluster (any IPv4 address, ::1-::2)',
    );
    expect(outsideAddresses([range(4, 1n, 2n), range(4, 4n, 5n)])).toBe(
      'addresses outside the cluster (0.0.0.1-0.0.0.2, 0.0.0.4-0.0.0.5)',
    );
  });
});
