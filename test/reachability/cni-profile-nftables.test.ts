import { givenCidr } from '../../src/model/given-cidr';
import type { CniProfileName } from '../../src/reachability/reachability';
import { netpol, object, pod, World } from './world';

/** What docs/cni-differences.md shows with packets: engines that do not follow the texts of the APIs. */
describe('a network plugin', () => {
  const client = pod('shop', 'client', 'app: client');

  describe('with a data plane that cannot hold a rule (Calico 3.31, nftables, an ICMP code)', () => {
    const server = pod('shop', 'server', 'app: server');
    const deny = netpol(
      'shop',
      'deny',
      'podSelector: { matchLabels: { app: server } }, ingress: [{ ports: [{ port: 80 }] }]',
    );
    const ping = (kind: string, code: string, namespace?: string): string =>
      object(
        'projectcalico.org/v3',
        kind,
        'ping',
        `selector: "app == 'nobody'", types: [Ingress], ingress: [{ action: Allow, protocol: ICMP, icmp: { type: 8${code} } }]`,
        namespace === undefined ? '' : `namespace: ${namespace}`,
      );
    const said = (policies: string, cni?: CniProfileName): World =>
      new World(client + server + deny + policies, cni === undefined ? {} : { cni });
    const verdicts = (world: World): string[] =>
      ['TCP 80', 'TCP 81'].map((connection) => world.ask('shop/client', 'shop/server', connection));

    it('is sure of nothing that policies deny, and says so', () => {
      const world = said(ping('GlobalNetworkPolicy', ', code: 0'), 'calico-nftables');
      expect(verdicts(world)).toEqual(['allow', 'unknown']);
      expect(world.findingIds).toContain('nftables-fails-open');
    });

    it('does not drop tunnels for certain either: nothing of Calico is left in the kernel', () => {
      const [down, up] = [', code: 0', ''].map((code) =>
        said(ping('GlobalNetworkPolicy', code), 'calico-nftables'),
      );
      expect(down?.ask('shop/client', '203.0.113.9', 'UDP 4789')).toBe('unknown');
      expect(up?.ask('shop/client', '203.0.113.9', 'UDP 4789')).toBe('deny');
    });

    it('is so when one rule of many is such, and names that policy alone', () => {
      const other = object(
        'projectcalico.org/v3',
        'GlobalNetworkPolicy',
        'other',
        `selector: "app == 'nobody'", types: [Ingress], ingress: [{ action: Allow }]`,
      );
      for (const policies of [
        other + ping('GlobalNetworkPolicy', ', code: 0'),
        ping('GlobalNetworkPolicy', ', code: 0') + other,
      ]) {
        const world = said(policies, 'calico-nftables');
        expect(verdicts(world)).toEqual(['allow', 'unknown']);
        const found = world.reachability.findings.filter(({ id }) => id === 'nftables-fails-open');
        expect(found.map(({ message }) => message)).toEqual([
          expect.stringMatching(/^Rules of GlobalNetworkPolicy\/ping name/),
        ]);
      }
    });

    it('leaves egress open as well, and what pods outside of the manifests do', () => {
      const egress = netpol(
        'shop',
        'out',
        'podSelector: { matchLabels: { app: client } }, policyTypes: [Egress]',
      );
      const world = said(ping('NetworkPolicy', ', code: 0', 'elsewhere') + egress, 'calico-nftables');
      expect(verdicts(world)).toEqual(['unknown', 'unknown']);
      const stranger = { type: 'pod', namespace: 'shop', labels: {} } as const;
      expect(world.ask(stranger, 'shop/server', 'TCP 81')).toBe('unknown');
    });

    it.each([
      ['iptables, the default', ping('GlobalNetworkPolicy', ', code: 0'), undefined],
      ['iptables, by its name', ping('GlobalNetworkPolicy', ', code: 0'), 'calico'],
      ['nftables, but a type alone', ping('GlobalNetworkPolicy', ''), 'calico-nftables'],
      ['nftables, but a staged policy', ping('StagedGlobalNetworkPolicy', ', code: 0'), 'calico-nftables'],
    ] as const)('holds with %s', (_, policies, cni) => {
      const world = said(policies, cni);
      expect(verdicts(world)).toEqual(['allow', 'deny']);
      expect(world.findingIds).not.toContain('nftables-fails-open');
    });
  });

  describe('rules that end nft 1.0.6, and Calico with nftables (docs/cni-differences.md)', () => {
    const server = pod('shop', 'server', 'app: server');
    const listed = netpol(
      'shop',
      'p',
      'podSelector: {}, ingress: [{ ports: [{ port: 80 }, { port: 100, endPort: 110 }] }]',
    );
    const rule = object(
      'projectcalico.org/v3',
      'GlobalNetworkPolicy',
      'g',
      'types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { ports: [80, "100:110"] } }]',
    );
    const found = (yaml: string, cni: CniProfileName): string[] =>
      new World(server + yaml, { cni }).reachability.findings
        .filter(({ id }) => id === 'nftables-old-nft')
        .map(({ message }) => message);

    it('are a finding that names the policies, of Kubernetes and of Calico', () => {
      expect(found(listed + rule, 'calico-nftables')).toEqual([
        expect.stringMatching(/^Rules of GlobalNetworkPolicy\/g, NetworkPolicy\/shop\/p have several ports/),
      ]);
    });

    it('are none with iptables, nor where each range has a rule of its own', () => {
      expect(found(listed + rule, 'calico')).toEqual([]);
      const apart = netpol(
        'shop',
        'p',
        'podSelector: {}, ingress: [{ ports: [{ port: 80 }] }, { ports: [{ port: 100, endPort: 110 }] }]',
      );
      expect(found(apart, 'calico-nftables')).toEqual([]);
    });
  });

  describe('sets with overlapping members and Calico with nftables (docs/cni-differences.md)', () => {
    const set = (name: string, ...nets: string[]): string =>
      object('projectcalico.org/v3', 'GlobalNetworkSet', name, `nets: [${nets.join(', ')}]`);
    const rule = (source: string, kind = 'GlobalNetworkPolicy'): string =>
      object(
        'projectcalico.org/v3',
        kind,
        'p',
        `types: [Ingress], ingress: [{ action: Allow, source: { ${source} } }]`,
      );
    const selecting = rule('selector: "a == \'b\'"');
    const ids = (yaml: string, options: ConstructorParameters<typeof World>[1] = {}): readonly string[] =>
      new World(yaml, { cni: 'calico-nftables', ...options }).findingIds;

    it.each([
      ['of two sets', set('s', '10.0.0.0/8') + set('t', '10.1.0.0/16'), {}],
      ['of one, whatever stands between', set('s', '10.1.0.0/16', '10.0.0.0/7', '10.0.0.0/8'), {}],
      ['of a set and pods', set('s', '10.0.0.0/8'), { podCidrs: [givenCidr('10.244.0.0/16', 'podCidrs')] }],
      ['of IPv6', set('s', 'fd00::/8', 'fd00::1/128'), {}],
    ])('are a finding: %s', (_, sets, options) => {
      expect(ids(sets + selecting, options)).toContain('nftables-overlaps');
    });

    it.each([
      ['blocks apart', set('s', '10.0.0.0/9', '10.128.0.0/9'), selecting, {}],
      ['one block twice', set('s', '10.0.0.0/8') + set('t', '10.0.0.0/8'), selecting, {}],
      ['rules that name blocks', set('s', '10.0.0.0/8', '10.1.0.0/16'), rule('nets: [10.0.0.0/8]'), {}],
      [
        'staged policies',
        set('s', '10.0.0.0/8', '10.1.0.0/16'),
        rule('selector: "a == \'b\'"', 'StagedGlobalNetworkPolicy'),
        {},
      ],
      ['iptables', set('s', '10.0.0.0/8', '10.1.0.0/16'), selecting, { cni: 'calico' }],
    ] as const)('are none: %s', (_, sets, policy, options) => {
      expect(ids(sets + policy, options)).not.toContain('nftables-overlaps');
    });
  });
});
