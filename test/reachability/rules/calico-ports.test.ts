import { calicoPorts, namesOf } from '../../../src/reachability/rules/calico-ports';
import { printConnections } from '../../../src/reachability/sets/connection-print';
import { ConnectionSet } from '../../../src/reachability/sets/connection-set';
import { connectionsAt, usesNames } from '../../../src/reachability/rules/port-match';
import type { ContainerPort } from '../../../src/model/workloads/workload';
import { good, ingress } from '../../policies/calico/policy-fixture';

/** What the first rule of the text speaks of at a destination that declares these ports. */
function connections(rule: string, declared: readonly ContainerPort[] = []): string {
  const [read] = good(ingress(`{ action: Allow, ${rule} }`)).ingress;
  if (read === undefined) throw new Error('not read');
  return printConnections(connectionsAt(calicoPorts(read), declared));
}

describe('the connections of a Calico rule (calico-policy-model 5.5)', () => {
  it.each([
    ['protocol: TCP', 'TCP'],
    ['protocol: 47', 'protocol 47'],
    ['notProtocol: TCP', 'all but TCP'],
    ['protocol: ICMP', 'ICMP'],
    ['protocol: ICMP, icmp: {}', 'ICMP'],
    ['protocol: ICMP, icmp: { type: 8 }', 'ICMP type 8'],
    ['protocol: ICMP, icmp: { type: 0 }', 'ICMP type 0'],
    ['protocol: ICMP, icmp: { type: 3, code: 4 }', 'ICMP type 3 code 4'],
    ['protocol: ICMP, icmp: { type: 3, code: 0 }', 'ICMP type 3 code 0'],
    ['protocol: ICMPv6, icmp: { type: 128, code: 0 }', 'ICMPv6 type 128 code 0'],
    ['protocol: ICMP, notICMP: { type: 0 }', 'ICMP type 1-255'],
    ['protocol: ICMPv6, notICMP: { type: 0, code: 0 }', 'ICMPv6 type 0 code 1 to type 255 code 255'],
    ['protocol: ICMP, notICMP: {}', 'ICMP'],
    ['protocol: UDP, destination: { ports: [53, "80:81"] }', 'UDP 53, 80-81'],
    ['protocol: SCTP, destination: { ports: [1] }', 'SCTP 1'],
    ['protocol: TCP, destination: { notPorts: [22] }', 'TCP 0-21, 23-65535'],
    ['protocol: TCP, destination: { ports: ["1:9"], notPorts: ["3:4", 9] }', 'TCP 1-2, 5-8'],
  ])('%s', (rule, text) => {
    expect(connections(rule)).toBe(text);
  });

  const declared: ContainerPort[] = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns', port: 54, protocol: 'TCP' },
    { name: 'web', port: 80, protocol: 'TCP' },
    { port: 90, protocol: 'TCP' },
  ];

  it.each([
    ['protocol: TCP, destination: { ports: [dns] }', 'TCP 54'],
    ['protocol: UDP, destination: { ports: [dns] }', 'UDP 53'],
    ['protocol: SCTP, destination: { ports: [dns] }', 'none'],
    ['protocol: TCP, destination: { ports: [web, 443] }', 'TCP 80, 443'],
    ['protocol: TCP, destination: { ports: [nobody] }', 'none'],
    ['protocol: TCP, destination: { notPorts: [web] }', 'TCP 0-79, 81-65535'],
    ['protocol: TCP, destination: { ports: [dns, web], notPorts: [web] }', 'TCP 54'],
  ])('looks up the names of %s', (rule, text) => {
    expect(connections(rule, declared)).toBe(text);
  });

  it('reads a name without protocol as every port of that name', () => {
    const names = namesOf([{ name: 'dns' }, { first: 1, last: 2 }], undefined);
    const match = { within: ConnectionSet.ALL, names, notNames: [] };
    expect(printConnections(connectionsAt(match, declared))).toBe('TCP 54; UDP 53');
    expect(usesNames(match)).toBe(true);
    expect(namesOf([{ name: 'dns' }], 47)).toEqual([]);
    expect(usesNames({ ...match, names: [] })).toBe(false);
    expect(usesNames({ ...match, names: [], notNames: names })).toBe(true);
  });
});
