import type { JsonObject } from '../../src/model/json';
import { DataplaneEngine, withPackets } from './engine';
import { gridWith } from './grid';
import { DEFAULT_NODE } from './protocol';

const API = '10.244.0.2';
const SERVICE_IP = '10.96.0.10';
const SERVICE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'api', namespace: 'shop' },
  spec: {
    clusterIP: SERVICE_IP,
    clusterIPs: [SERVICE_IP],
    selector: { app: 'api' },
    ports: [{ name: 'http', port: 80, targetPort: 9090 }],
  },
};
const SLICE: JsonObject = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'api-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'api' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [API], conditions: { ready: true } }],
  ports: [{ name: 'http', port: 9090, protocol: 'TCP' }],
};
const POOL: JsonObject = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'IPPool',
  metadata: { name: 'pods' },
  spec: { cidr: '10.244.0.0/16', natOutgoing: true, vxlanMode: 'Never', ipipMode: 'Never' },
};
const ingress = (port: number): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ports, namespace: shop }
spec: { podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: ${String(port)} }] }] }
`;
const egress = (cidr: string, port: number): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: out, namespace: shop }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: ${cidr} } }], ports: [{ port: ${String(port)} }] }] }
`;
const BY_SERVICE = `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: by-service, namespace: shop }
spec: { selector: "app == 'web'", types: [Egress], egress: [{ action: Allow, destination: { services: { name: api, namespace: shop } } }] }
`;

withPackets('policies and addresses that change on the way', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  const send = async (policies: string, to: string, port: number, added: readonly JsonObject[] = []) => {
    const { objects, outside } = gridWith(policies, { added: [SERVICE, SLICE, ...added] });
    expect(await engine.cluster(objects, outside)).toEqual([]);
    const [result] = await engine.probe([{ from: '10.244.0.1', to, protocol: 6, port }]);
    return result;
  };

  it('the destination of a Service is a pod before any policy looks at it (network-policy-semantics 2.1 item 15)', async () => {
    expect(await send(ingress(9090), SERVICE_IP, 80)).toEqual({
      verdict: 'allow',
      seenFrom: '10.244.0.1',
      answeredBy: `${API}:9090`,
    });
    expect((await send(ingress(80), SERVICE_IP, 80))?.verdict).toBe('deny');
  });

  it('on the way out, too: a rule about the address of the Service meets nothing', async () => {
    expect((await send(egress(`${SERVICE_IP}/32`, 80), SERVICE_IP, 80))?.verdict).toBe('deny');
    expect((await send(egress(`${API}/32`, 9090), SERVICE_IP, 80))?.verdict).toBe('allow');
  });

  it("a rule of Calico's about a Service lets its endpoints through on their ports only (calico-policy-model 5.5)", async () => {
    expect((await send(BY_SERVICE, SERVICE_IP, 80))?.verdict).toBe('allow');
    expect((await send(BY_SERVICE, API, 9090))?.verdict).toBe('allow');
    expect((await send(BY_SERVICE, API, 9091))?.verdict).toBe('deny');
  });

  it("hosts outside see the node's address where the pool says so, and policies still see the pod (7.2)", async () => {
    expect((await send('', '198.51.100.1', 443))?.seenFrom).toBe('10.244.0.1');
    expect((await send('', '198.51.100.1', 443, [POOL]))?.seenFrom).toBe(DEFAULT_NODE.addresses[0]);
    expect((await send('', API, 9090, [POOL]))?.seenFrom).toBe('10.244.0.1');
    expect((await send(egress('198.51.100.0/24', 443), '198.51.100.1', 443, [POOL]))?.verdict).toBe('allow');
  });

  it('and of IPv6, over UDP, on the way to the node too, but not inside of any pool (7.2)', async () => {
    const pools = [
      POOL,
      poolOf('pods-six', 'fd00:10:244::/48', true),
      poolOf('partners', '198.51.100.0/24', false),
    ];
    const { objects, outside } = gridWith('', { added: pools });
    expect(await engine.cluster(objects, outside)).toEqual([]);
    const [four, six] = DEFAULT_NODE.addresses;
    const seen = await engine.probe(
      [
        ['10.244.0.1', '203.0.113.7', 17],
        ['fd00:10:244::1', '2001:db8:51::1', 6],
        ['fd00:10:244::1', 'fd00:10:244::2', 6],
        ['10.244.0.1', '198.51.100.1', 6],
        ['203.0.113.7', '10.244.0.1', 6],
      ].map(([from, to, protocol]) => ({
        from: String(from),
        to: String(to),
        protocol: Number(protocol),
        port: 443,
      })),
    );
    expect(seen.map(({ verdict }) => verdict)).toEqual(seen.map(() => 'allow'));
    expect(seen.map(({ seenFrom }) => seenFrom)).toEqual([
      four,
      six,
      'fd00:10:244::1',
      '10.244.0.1',
      '203.0.113.7',
    ]);
  });

  it('a policy of the pod that is called sees the pod that calls, whatever the pool says', async () => {
    const fromWeb = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec: { podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }
`;
    expect((await send(fromWeb, API, 9090, [POOL]))?.verdict).toBe('allow');
    expect((await send(fromWeb, SERVICE_IP, 80, [POOL]))?.seenFrom).toBe('10.244.0.1');
  });
});

function poolOf(name: string, cidr: string, natOutgoing: boolean): JsonObject {
  const modes = { vxlanMode: 'Never', ipipMode: 'Never' };
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'IPPool',
    metadata: { name },
    spec: { cidr, natOutgoing, ...modes },
  };
}
