import { printCalicoPolicy } from '../../../src/policies/calico/print-policy';
import { fromYaml } from '../resource-fixture';
import { egress, good, ingress, read, type Kind } from './policy-fixture';

const rule = (text: string): string => `{ tier: default, types: [Ingress], ingress: [{ ${text} }] }`;

describe('printCalicoPolicy prints each field as it was written', () => {
  it.each<[string, Kind?]>([
    ['{ tier: default, types: [Ingress] }'],
    ['{ tier: default, types: [Ingress] }', 'NetworkPolicy'],
    [
      '{ tier: default, order: 5.5, selector: all(), namespaceSelector: has(a), serviceAccountSelector: has(b), types: [Ingress, Egress] }',
    ],
    ['{ tier: default, types: [Ingress], doNotTrack: true, applyOnForward: true }'],
    ['{ tier: default, types: [Ingress], performanceHints: [AssumeNeededOnEveryNode] }'],
    [rule('metadata: { annotations: { a: b } }, action: Deny')],
    [rule('action: Allow, protocol: TCP')],
    [rule('action: Allow, protocol: 47')],
    [rule('action: Allow, ipVersion: 4, protocol: TCP')],
    [rule('action: Allow, ipVersion: 6, notProtocol: UDPLite')],
    [rule('action: Allow, protocol: ICMP, icmp: { type: 8 }')],
    [rule('action: Allow, protocol: ICMPv6, icmp: { type: 1, code: 2 }, notICMP: { type: 3, code: 4 }')],
    [rule('action: Allow, protocol: 1')],
    [rule('action: Allow, protocol: 58')],
    [rule('action: Allow, ipVersion: 6, protocol: 1')],
    [rule('action: Allow, ipVersion: 4, protocol: 58')],
    [rule('action: Allow, notProtocol: 1')],
    [rule('action: Allow, notProtocol: 58')],
    [rule('action: Allow, ipVersion: 4, notProtocol: SCTP')],
    [rule('action: Pass, source: { selector: has(a), notSelector: has(b), namespaceSelector: global() }')],
    [
      rule(
        'action: Log, source: { serviceAccounts: { names: [a] } }, destination: { serviceAccounts: { selector: has(x) } }',
      ),
    ],
    [
      rule(
        'action: Allow, protocol: SCTP, source: { nets: [10.0.0.0/8], notNets: [10.1.0.0/16] }, destination: { ports: [80, "81:82", http], notPorts: [1] }',
      ),
    ],
    [
      '{ tier: default, types: [Egress], egress: [{ action: Allow, destination: { services: { name: a, namespace: b } } }] }',
    ],
    ['{ stagedAction: Set, tier: default, types: [Ingress] }', 'StagedGlobalNetworkPolicy'],
    ['{ stagedAction: Learn, tier: default, types: [Ingress] }', 'StagedNetworkPolicy'],
    ['{ stagedAction: Delete, tier: default }', 'StagedNetworkPolicy'],
  ])('%s', (spec, kind = 'GlobalNetworkPolicy') => {
    const printed = printCalicoPolicy(good(spec, kind));
    expect(printed.kind).toBe(kind);
    expect(printed.spec).toStrictEqual(fromYaml(spec));
    expect(printed.metadata).toStrictEqual({
      name: 'p',
      ...(kind.includes('Global') ? {} : { namespace: 'shop' }),
    });
  });

  it('prints http as written', () => {
    const { policy } = read(ingress('{ action: Allow, http: { methods: [GET] } }'));
    if (policy === undefined) throw new Error('not read');
    expect(printCalicoPolicy(policy).spec).toMatchObject({
      ingress: [{ action: 'Allow', http: { methods: ['GET'] } }],
    });
  });

  it('prints what is written in two ways in one', () => {
    const printed = (text: string): unknown => printCalicoPolicy(good(text)).spec;
    expect(printed(ingress('{ action: Allow, protocol: ICMP, ipVersion: 4 }'))).toStrictEqual(
      fromYaml(rule('action: Allow, protocol: ICMP')),
    );
    expect(printed(ingress('{ action: Allow, protocol: 6 }'))).toStrictEqual(
      fromYaml(rule('action: Allow, protocol: TCP')),
    );
    expect(printed(egress('{ action: Allow, protocol: "17", destination: { ports: ["7"] } }'))).toStrictEqual(
      fromYaml(
        '{ tier: default, types: [Egress], egress: [{ action: Allow, protocol: UDP, destination: { ports: [7] } }] }',
      ),
    );
  });
});
