import { DataplaneEngine, withPackets } from '../engine';
import type { Manifest } from '../protocol';

/*
 * Why `forNftables` rewrites clusters. When this fails after an upgrade, Felix has learned it: take the rewriting
 * out, and the line out of docs/cni-differences.md.
 */
withPackets('Calico v3.31.0 ends itself over nftables', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  const pod: Manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'server', labels: { app: 'server' } },
    spec: { containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running', podIPs: [{ ip: '10.244.1.6' }] },
  };
  const allowing = (rule: object): Manifest => ({
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: 'p' },
    spec: { selector: "app == 'server'", types: ['Ingress'], ingress: [{ action: 'Allow', ...rule }] },
  });

  it('because of a type of ICMP with a code', async () => {
    const rule = { protocol: 'ICMP', icmp: { type: 3, code: 1 } };
    await expect(engine.cluster([pod, allowing(rule)])).rejects.toThrow('Failed to program nftables');
    expect(await engine.cluster([pod])).toEqual([]);
  });
});
