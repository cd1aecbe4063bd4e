import { DataplaneEngine, withPackets } from './engine';
import { verdictOf } from './compare';
import { expectations, gridWith } from './grid';
import type { JsonObject } from '../../src/model/json';
import { calico, type RuleCase } from './rules/rule-case';

const GLOBAL = 'GlobalNetworkPolicy';
const labelled = (kind: string, name: string, nets: string, namespace?: string): string =>
  calico(kind, name, `{ nets: [${nets}] }`, namespace).replace(
    `name: ${name}`,
    `name: ${name}, labels: { who: near }`,
  );
const fromNear = (selector: string): string =>
  calico(
    GLOBAL,
    'near',
    `{ selector: "app == 'api'", types: [Ingress], ingress: [{ action: Allow, source: { selector: "${selector}" } }] }`,
  );

/** What nftables cannot hold: docs/cni-differences.md, "What Calico's nftables tables cannot hold". */
const CASES: readonly RuleCase[] = [
  {
    name: 'ICMP by type and code, and all but one',
    policies:
      calico(
        GLOBAL,
        'p',
        '{ selector: "app == \'api\'", types: [Ingress], ingress: [{ action: Allow, protocol: ICMP, icmp: { type: 8, code: 0 } }, { action: Allow, protocol: ICMPv6, icmp: { type: 128, code: 1 } }] }',
      ) +
      calico(
        GLOBAL,
        'q',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow, protocol: ICMP, notICMP: { type: 8, code: 1 } }] }',
      ),
    expect: [
      'shop/web -> shop/api ICMP 8/0 allow',
      'shop/web -> shop/api ICMP 8/1 deny',
      'shop/web -> shop/api ICMP 13/0 deny',
      'shop/web -> shop/api ICMPv6 128/1 allow',
      'shop/web -> shop/api ICMPv6 128/0 deny',
      'shop/web -> shop/api TCP 1 deny',
      'shop/web -> shop/db ICMP 8/0 allow',
      'shop/web -> shop/db ICMP 8/1 deny',
      'shop/web -> shop/db TCP 1 deny',
    ],
  },
  {
    name: 'a set around the address of a pod that the selector meets as well, and sets that overlap',
    policies:
      labelled('GlobalNetworkSet', 'wide', '203.0.113.0/24, 10.244.0.0/29') +
      labelled('NetworkSet', 'narrow', '203.0.113.128/25', 'shop') +
      fromNear("who == 'near' || app == 'web'"),
    expect: [
      'partner -> shop/api TCP 1 allow',
      'bad -> shop/api TCP 1 allow',
      'shop/web -> shop/api TCP 1 allow',
      'shop/db -> shop/api TCP 1 allow',
      'other/web -> shop/api TCP 1 allow',
      'other/tool -> shop/api TCP 1 deny',
      'world -> shop/api TCP 1 deny',
    ],
  },
];

withPackets("Calico's data plane of iptables holds what that of nftables cannot", () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico-iptables');
  });
  afterAll(() => engine.leave());

  const enforce = async (policies: string, added: readonly JsonObject[] = []): Promise<void> => {
    const { objects, outside } = gridWith(policies, { added });
    expect(await engine.cluster(objects, outside)).toEqual([]);
  };
  const seen = async (lines: readonly string[]): Promise<string[]> => {
    const expected = expectations(lines);
    const results = await engine.probe(expected.map(({ probe }) => probe));
    return expected.map(({ line }, index) => line.replace(/\S+$/, results[index]?.verdict ?? ''));
  };

  it('is another data plane', async () => {
    expect(await engine.hello()).toBe('calico v3.31.0 (iptables)');
  });

  it.each(CASES)('$name, as the evaluator says', async ({ policies, expect: lines }) => {
    await enforce(policies);
    expect(await seen(lines)).toEqual(lines);
    const ours = expectations(lines).map(({ probe, line }) => {
      const { ends, reachability } = gridWith(policies, { version: probe.from.includes(':') ? 6 : 4 });
      const [from, to] = [ends.get(probe.from), ends.get(probe.to)];
      if (from === undefined || to === undefined) throw new Error(`nobody is at an end of ${line}`);
      return line.replace(/\S+$/, verdictOf(reachability, from, to, probe));
    });
    expect(ours).toEqual(lines);
  });

  it('sets that come to overlap, and no longer do, one change after the other', async () => {
    for (const nets of ['203.0.113.0/24', '203.0.113.0/25', '203.0.112.0/23', '198.51.100.0/24']) {
      await enforce(
        labelled('GlobalNetworkSet', 'a', nets) +
          labelled('GlobalNetworkSet', 'b', '203.0.113.200/32') +
          fromNear("who == 'near'"),
      );
      const partner = nets.startsWith('203') ? 'allow' : 'deny';
      const lines = [`partner -> shop/api TCP 1 ${partner}`, 'bad -> shop/api TCP 1 allow'];
      expect(await seen(lines)).toEqual(lines);
    }
  });

  it('a policy changed in place, to and from a list of port ranges', async () => {
    const ports = (list: string): string =>
      calico(
        GLOBAL,
        'ports',
        `{ selector: "app == 'api'", types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { ports: [${list}] } }] }`,
      );
    for (const [list, verdict] of [
      ['80', 'deny'],
      ['80, "100:110"', 'allow'],
      ['80, "100:104"', 'deny'],
      ['"90:120"', 'allow'],
    ] as const) {
      await enforce(ports(list));
      const lines = [`shop/web -> shop/api TCP 105 ${verdict}`];
      expect(await seen(lines)).toEqual(lines);
    }
  });

  it('a rule on a Service with a protocol without ports', async () => {
    const policy = calico(
      'NetworkPolicy',
      'by-service',
      '{ selector: "app == \'web\'", types: [Egress], egress: [{ action: Allow, protocol: 47, destination: { services: { name: api, namespace: shop } } }, { action: Allow, protocol: TCP, destination: { nets: [198.51.100.0/24] } }] }',
      'shop',
    );
    await enforce(policy, SERVICE);
    // Endpoints are met with their ports (calico-policy-model 5.5), and this protocol has none.
    const lines = ['shop/web -> shop/api 47 deny', 'shop/web -> world TCP 1 allow'];
    expect(await seen(lines)).toEqual(lines);
  });
});

const SERVICE: readonly JsonObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ name: 'http', port: 80 }] },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'api-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'api' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.0.2'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 9090, protocol: 'TCP' }],
  },
];
