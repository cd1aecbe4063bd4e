import { spawnSync } from 'node:child_process';
import { programOf } from './bridge';
import { DataplaneEngine, withPackets } from './engine';
import type { Manifest, Probe } from './protocol';

const TCP = 6;

function pod(namespace: string, name: string, ips: readonly string[]): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running', podIPs: ips.map((ip) => ({ ip })) },
  };
}

const PODS = [pod('shop', 'a', ['10.244.0.1', 'fd00:10::1']), pod('shop', 'b', ['10.244.0.2', 'fd00:10::2'])];
const DENY: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace: 'shop', name: 'deny' },
  spec: { podSelector: { matchLabels: { app: 'b' } }, policyTypes: ['Ingress'] },
};
const PROBES: readonly Probe[] = [
  { from: '10.244.0.1', to: '10.244.0.2', protocol: TCP, port: 80 },
  { from: 'fd00:10::1', to: 'fd00:10::2', protocol: TCP, port: 80 },
];

withPackets('the engine over packets', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  it('says who it is', async () => {
    expect(await engine.hello()).toBe('calico v3.31.0 (nftables)');
  });

  it('lets packets through that no policy forbids, and no others', async () => {
    expect(await engine.cluster(PODS)).toEqual([]);
    const open = await engine.probe(PROBES);
    expect(await engine.cluster([...PODS, DENY])).toEqual([]);
    const closed = await engine.probe(PROBES);
    expect(open.map(({ verdict }) => verdict)).toEqual(['allow', 'allow']);
    expect(closed.map(({ verdict }) => verdict)).toEqual(['deny', 'deny']);
  });

  it('enforces each cluster when it has answered: fifty changes probed at once', async () => {
    const seen: string[] = [];
    for (let turn = 0; turn < 50; turn += 1) {
      await engine.cluster(turn % 2 === 0 ? PODS : [...PODS, DENY]);
      seen.push(...(await engine.probe(PROBES)).map(({ verdict }) => verdict));
    }
    const expected = Array.from({ length: 50 }, (_, turn) => (turn % 2 === 0 ? 'allow' : 'deny'));
    expect(seen).toEqual(expected.flatMap((verdict) => [verdict, verdict]));
  });

  it('refuses an invalid object in words of its own, and changes nothing', async () => {
    await engine.cluster(PODS);
    const wrong: Manifest = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'wrong' },
      spec: { selector: 'app ==' },
    };
    const refused = await engine.cluster([wrong]);
    expect(refused.map(({ index }) => index)).toEqual([0]);
    expect(refused[0]?.reason).toContain('Selector');
    expect((await engine.probe(PROBES)).map(({ verdict }) => verdict)).toEqual(['allow', 'allow']);
  });

  it('refuses an ICMP code, which would bring down the nftables data plane and open everything', async () => {
    const icmp: Manifest = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'ping' },
      spec: { ingress: [{ action: 'Allow', protocol: 'ICMP', icmp: { type: 8, code: 0 } }] },
    };
    expect(await engine.validate([icmp])).toEqual(['']);
    expect((await engine.cluster([...PODS, icmp])).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('cannot program an ICMP code'),
    ]);
  });

  it('gives no verdict where there is none to give', async () => {
    await engine.cluster(PODS);
    const results = await engine.probe([
      { from: '10.244.0.1', to: '10.244.0.9', protocol: TCP, port: 80 },
      { from: '10.244.0.1', to: '10.244.0.1', protocol: TCP, port: 80 },
    ]);
    expect(results.map(({ verdict }) => verdict)).toEqual(['error', 'error']);
  });
});

/*
 * Nothing comes between the answer of the second engine and its packets, as Calico's barrier does. The kernel makes the
 * route to an IPv6 address some time after the address: without a wait 9 of 2,370 packets vanished on a busy machine.
 */
withPackets('addresses that pods have just been given', () => {
  it('take packets in from the first on', async () => {
    const engine = await DataplaneEngine.connect('nfqueue');
    const lost: string[] = [];
    for (let turn = 0; turn < 150; turn += 1) {
      const ips = [1, 2, 3, 4, 5, 6].map((number) => `fd00:10:${String(turn % 2)}::${String(number)}`);
      await engine.cluster(ips.map((ip, index) => pod('shop', `p${String(index)}`, [ip])));
      const results = await engine.probe(
        ips.map((to, index) => ({ from: ips[(index + 1) % 6] ?? '', to, protocol: 58, port: 128 * 256 })),
      );
      lost.push(...results.flatMap(({ verdict }) => (verdict === 'allow' ? [] : [verdict])));
    }
    expect(lost).toEqual([]);
    await engine.leave();
  });
});

withPackets('the programs that send packets', () => {
  it.each(['calico', 'nfqueue'] as const)('%s does not begin in a network that is in use', (name) => {
    // A namespace with a link that is up stands for the machine, so that nothing is changed even if it did begin.
    const script = `ip link add used type veth peer name other && ip link set used up && exec ${programOf(name)}`;
    const { status, stderr } = spawnSync('unshare', ['-n', '-m', 'sh', '-c', script], {
      encoding: 'utf8',
      input: '',
    });
    expect(stderr).toContain('used is up, so this is a network in use, which would be changed');
    expect(status).toBe(1);
  });
});
