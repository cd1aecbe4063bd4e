import { cidrs, netpol, pod, World } from './world';
import { printAddressPeer } from '../../src/reachability/ends/address-peer';

/** network-policy-semantics section 2.1, items 7, 8 and 13. */
describe('addresses in a NetworkPolicy', () => {
  const ab = pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('other', 'c', 'app: c');

  it('item 7: an ipBlock is masked, and except is cut out of it', () => {
    const world = new World(
      ab +
        netpol(
          'app',
          'p',
          'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 192.168.242.213/24, except: [192.168.242.128/25] } }] }]',
        ),
    );
    expect(world.ask('192.168.242.0', 'app/a')).toBe('allow');
    expect(world.ask('192.168.242.127', 'app/a')).toBe('allow');
    expect(world.ask('192.168.242.128', 'app/a')).toBe('deny');
    expect(world.ask('192.168.241.255', 'app/a')).toBe('deny');
  });

  it('item 8: live pods that differ in nothing but their address are told apart by it', () => {
    const live = (name: string, address: string): string =>
      `${pod('app', name, 'app: web')}status: { podIP: ${address}, podIPs: [{ ip: ${address} }] }\n`;
    const target = pod('app', 'b', 'app: b');
    const rule =
      'podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ ipBlock: { cidr: 10.0.1.0/24 } }] }]';
    const world = new World(
      live('one', '10.0.1.7') + live('two', '10.0.2.7') + target + netpol('app', 'p', rule),
    );
    expect([world.ask('app/one', 'app/b'), world.ask('app/two', 'app/b')]).toEqual(['allow', 'deny']);
  });

  describe('item 8: ipBlock against pods', () => {
    const block = (cidr: string): string =>
      netpol('app', 'p', `podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: ${cidr} } }] }]`);

    it('nothing is said of addresses that leave nothing open', () => {
      const ids = (cidr: string, podCidr?: string, more = ''): string[] =>
        new World(ab + more + block(cidr), podCidr === undefined ? {} : { podCidrs: cidrs(podCidr) })
          .findingIds;
      const host = pod('app', 'h', 'app: h', 'hostNetwork: true');
      expect(ids('10.0.0.0/8', '10.244.0.0/16')).toEqual([]);
      expect(ids('11.0.0.0/8', '10.244.0.0/16')).toEqual([]);
      expect(ids('10.244.0.0/24', '10.244.0.0/16')).toEqual(['pod-addresses-open']);
      expect(ids('10.0.0.0/8')).toEqual(['pod-addresses-assumed']);
      expect(ids('10.0.0.0/8', '10.244.0.0/16', host)).toEqual(['node-addresses-open', 'own-node-open']);
    });
    const known = `---
apiVersion: v1
kind: Pod
metadata: { namespace: app, name: known }
spec: { containers: [{ name: main, image: registry.example/app:1 }] }
status: { phase: Running, podIPs: [{ ip: 10.1.2.3 }] }
`;

    it('matches by a known address, and else never, and says so', () => {
      const world = new World(ab + known + block('10.0.0.0/8'));
      expect(world.ask('app/known', 'app/a')).toBe('allow');
      expect(world.ask('app/b', 'app/a')).toBe('deny');
      expect(world.findingIds).toContain('pod-addresses-assumed');
    });

    it('matches no pod of unknown address even with the whole family', () => {
      expect(new World(ab + block('0.0.0.0/0')).ask('app/b', 'app/a')).toBe('deny');
    });

    it.each([
      ['covers all pod ranges', '10.0.0.0/8', 'allow'],
      ['is apart from all of them', '192.168.0.0/16', 'deny'],
      ['covers a part', '10.244.7.0/24', 'unknown'],
    ])('with podCidrs, a block that %s', (_, cidr, expected) => {
      const world = new World(ab + block(cidr), { podCidrs: cidrs('10.244.0.0/16') });
      expect(world.ask('app/b', 'app/a')).toBe(expected);
      expect(world.findingIds.includes('pod-addresses-open')).toBe(expected === 'unknown');
    });

    it('takes the blocks of one rule together', () => {
      const world = new World(
        ab +
          netpol(
            'app',
            'p',
            'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.244.0.0/17 } }, { ipBlock: { cidr: 10.244.128.0/17 } }] }]',
          ),
        { podCidrs: cidrs('10.244.0.0/16') },
      );
      expect(world.ask('app/b', 'app/a')).toBe('allow');
    });
  });

  describe('item 13: host-network pods and nodes', () => {
    const host = pod('app', 'host', 'app: host', 'hostNetwork: true');

    it('are not isolated, and no selector of a peer finds them', () => {
      const world = new World(
        ab + host + netpol('app', 'p', 'podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }]'),
      );
      expect(world.ask('other/c', 'app/host')).toBe('allow');
      // Denied by the policy, but processes of a pod's own node always reach it.
      expect(world.ask('app/host', 'app/a')).toBe('unknown');
      expect(world.findingIds).toContain('own-node-open');
    });

    it('have the addresses of nodes, from which a pod of the node is always reached', () => {
      const policy = netpol(
        'app',
        'p',
        'podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: {} }] }]',
      );
      const world = new World(ab + policy, { nodeCidrs: cidrs('192.168.7.0/24', 'fd00:20::/64') });
      expect(['192.168.7.0', '192.168.7.255', 'fd00:20::1'].map((ip) => world.ask(ip, 'app/a'))).toEqual([
        'unknown',
        'unknown',
        'unknown',
      ]);
      expect(['192.168.6.255', '192.168.8.0', 'fd00:21::1'].map((ip) => world.ask(ip, 'app/a'))).toEqual([
        'deny',
        'deny',
        'deny',
      ]);
      expect([world.ask('192.168.7.1', 'app/b'), world.ask('app/a', '192.168.7.1')]).toEqual([
        'allow',
        'allow',
      ]);
      expect(world.severities).toEqual({ 'own-node-open': 'info' });
    });

    it('stay with their egress policies on the way to a node (calico-policy-model 5.4)', () => {
      const policy = netpol('app', 'p', 'podSelector: {}, policyTypes: [Egress]');
      const world = new World(ab + policy, { nodeCidrs: cidrs('192.168.7.0/24') });
      expect(world.ask('app/a', '192.168.7.1')).toBe('deny');
    });

    it('split outside addresses at their borders where a policy isolates, and only there', () => {
      const options = { nodeCidrs: cidrs('192.168.7.0/24') };
      const ranges = (yaml: string): string[] =>
        new World(yaml, options).reachability.addresses
          .filter(({ version }) => version === 4)
          .map(printAddressPeer);
      expect(ranges(ab + netpol('app', 'p', 'podSelector: {}'))).toEqual([
        '0.0.0.0-192.168.6.255',
        '192.168.7.0-192.168.7.255',
        '192.168.8.0-255.255.255.255',
      ]);
      expect(ranges(ab)).toEqual(['0.0.0.0-255.255.255.255']);
    });

    it('an empty list of node or pod ranges says nothing, as no list', () => {
      const block =
        'podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.168.0.0/16 } }] }]';
      const world = new World(ab + host + netpol('app', 'p', block), { nodeCidrs: [], podCidrs: [] });
      expect(world.ask('app/a', 'app/host')).toBe('unknown');
      expect(world.findingIds).toEqual(
        expect.arrayContaining(['node-addresses-open', 'pod-addresses-assumed']),
      );
    });

    it('are met by the addresses of nodes', () => {
      const policy = netpol(
        'app',
        'p',
        'podSelector: { matchLabels: { app: a } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.168.0.0/16 } }] }]',
      );
      expect(new World(ab + host + policy).ask('app/a', 'app/host')).toBe('unknown');
      expect(
        new World(ab + host + policy, { nodeCidrs: cidrs('192.168.7.0/24') }).ask('app/a', 'app/host'),
      ).toBe('allow');
      expect(
        new World(ab + host + policy, { nodeCidrs: cidrs('172.16.0.0/16') }).ask('app/a', 'app/host'),
      ).toBe('deny');
    });
  });
});
