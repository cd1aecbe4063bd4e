import type { JsonObject } from '../../src/model/json';
import { compareOn } from './compare';
import { DataplaneEngine, withPackets } from './engine';
import { gridWith } from './grid';
import { DEFAULT_NODE } from './protocol';

const [NODE4, NODE6] = DEFAULT_NODE.addresses;
const WEB = '10.244.0.1';
const WEB6 = 'fd00:10:244::1';
const HOST: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name: 'agent', labels: { app: 'web' } },
  spec: { hostNetwork: true, containers: [{ name: 'main', image: 'x' }] },
  status: { phase: 'Running', podIPs: [{ ip: NODE4 }, { ip: NODE6 }] },
};
const DENY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress] }
`;
const BY_BLOCK = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: node, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: ${NODE4}/32 } }], ports: [{ port: 10250 }] }] }
`;
const BY_LABEL = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }] }] }
`;

/** Every probe between the node and the pod, both ways and of both IP versions. */
const PROBES = [
  { from: NODE4, to: WEB, protocol: 6, port: 8080 },
  { from: NODE6, to: WEB6, protocol: 6, port: 8080 },
  { from: WEB, to: NODE4, protocol: 6, port: 10250 },
  { from: WEB6, to: NODE6, protocol: 17, port: 53 },
  { from: WEB, to: NODE4, protocol: 1, port: 8 * 256 },
];

withPackets('a node, its addresses and pods on its network', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  const verdicts = async (policies: string): Promise<string[]> => {
    const asAddress = await compareOn(engine, gridWith(policies, { added: [HOST] }), PROBES);
    const asPod = await compareOn(engine, gridWith(`${policies}\n---\n${JSON.stringify(HOST)}`), PROBES);
    expect([...asAddress.differing, ...asPod.differing]).toEqual([]);
    expect([...asAddress.unexplained, ...asPod.unexplained]).toEqual([]);
    return (await engine.probe(PROBES)).map(({ verdict }) => verdict);
  };

  it('without policies everything passes', async () => {
    expect(await verdicts('')).toEqual(['allow', 'allow', 'allow', 'allow', 'allow']);
  });

  it('the node reaches its pods whatever their policies say, and they do not reach it (2.1 item 13)', async () => {
    expect(await verdicts(DENY)).toEqual(['allow', 'allow', 'deny', 'deny', 'deny']);
  });

  it('is met by its address', async () => {
    expect(await verdicts(BY_BLOCK)).toEqual(['allow', 'allow', 'allow', 'deny', 'deny']);
  });

  it('and never by the labels of a pod on its network', async () => {
    expect(await verdicts(BY_LABEL)).toEqual(['allow', 'allow', 'deny', 'deny', 'deny']);
  });
});
