import { printConnections } from '../../../src/reachability/sets/connection-print';
import { ConnectionSet, PROTOCOL } from '../../../src/reachability/sets/connection-set';
import { isAllButTunnels, isOpen, TUNNELS, withVxlanGap } from '../../../src/reachability/sets/tunnels';

const { tcp, udp } = PROTOCOL;
const ALL_UDP = ConnectionSet.allPorts(udp);
const TCP_22 = ConnectionSet.of(tcp, 22, 22);

describe('tunnels', () => {
  it('are UDP 4789 and protocol 4 (endpointIptablesChain of felix/rules/endpoints.go)', () => {
    expect(printConnections(TUNNELS)).toBe('UDP 4789; protocol 4');
  });

  it.each([
    [ConnectionSet.ALL.subtract(TUNNELS), 'all but tunnels', true],
    [ConnectionSet.ALL, 'all', false],
    // Only what lacks both and nothing else.
    [ConnectionSet.ALL.subtract(ConnectionSet.allPorts(4)), 'all but protocol 4', false],
    [ConnectionSet.ALL.subtract(ConnectionSet.of(udp, 4789, 4789)), 'all but UDP 4789', false],
    [ConnectionSet.ALL.subtract(TUNNELS).subtract(TCP_22), 'all but TCP 22; UDP 4789; protocol 4', false],
    [ConnectionSet.ALL.subtract(ConnectionSet.of(udp, 4788, 4789)), 'all but UDP 4788-4789', false],
    [TUNNELS, 'UDP 4789; protocol 4', false],
  ])('%#: have a word where nothing else is missing', (set, text, but) => {
    expect([printConnections(set), isAllButTunnels(set)]).toEqual([text, but]);
    expect(isOpen(set)).toBe(but || set.isAll);
  });

  it.each([
    [ALL_UDP.subtract(TUNNELS), 'UDP but 4789'],
    [ConnectionSet.allPorts(tcp).union(ALL_UDP.subtract(TUNNELS)), 'TCP; UDP but 4789'],
    [ConnectionSet.of(udp, 1, 65535).subtract(TUNNELS), 'UDP 1-4788, 4790-65535'],
    [ALL_UDP.subtract(ConnectionSet.of(udp, 53, 53)), 'UDP 0-52, 54-65535'],
    [ALL_UDP.subtract(TUNNELS).subtract(ConnectionSet.of(udp, 53, 53)), 'UDP 0-52, 54-4788, 4790-65535'],
    [ConnectionSet.allPorts(tcp).subtract(ConnectionSet.of(tcp, 4789, 4789)), 'TCP 0-4788, 4790-65535'],
  ])('%#: of UDP, too', (set, text) => {
    expect(printConnections(set)).toBe(text);
  });

  it('are put back only where every other port of UDP is there', () => {
    expect(withVxlanGap(ALL_UDP.subtract(TUNNELS)).contains(udp, 4789)).toBe(true);
    expect(withVxlanGap(ConnectionSet.ALL.subtract(TUNNELS))).toBe(ConnectionSet.ALL);
    const some = ConnectionSet.of(udp, 1, 4788);
    expect(withVxlanGap(some)).toBe(some);
  });
});
