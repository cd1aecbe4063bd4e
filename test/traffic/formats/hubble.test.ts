import { flowLabels } from '../../../src/traffic/flow-labels';
import type { FlowItem, FlowRecord } from '../../../src/traffic/flow-record';
import { HUBBLE } from '../../../src/traffic/formats/hubble';
import { plain, readFixture } from './read-fixture';

const place = { file: 'f', line: 1 };

function read(flow: object): FlowRecord {
  const found = HUBBLE.open()(JSON.parse(JSON.stringify(flow)), place);
  const [item] = 'kind' in found ? [found] : found;
  if (item?.kind !== 'flow') throw new Error('no flow');
  return item;
}

const PACKET = {
  IP: { source: '10.0.0.1', destination: '10.0.0.2' },
  l4: { TCP: { source_port: 40000, destination_port: 80 } },
  source: {},
  destination: {},
};

describe('Hubble JSON', () => {
  it('is known by its content, as a bare flow and in the envelope of the observer', async () => {
    const { format, at } = await readFixture('hubble-flows.json');
    expect(format).toBe('Cilium Hubble JSON');
    expect(at(1)).toMatchObject([{ kind: 'flow' }]);
    expect(at(3)).toMatchObject([{ kind: 'flow' }]);
  });

  it('gives both ends with pods, workloads, labels and the Service that was called', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(1)[0]).toMatchObject({
      time: Date.UTC(2026, 0, 31, 12, 0, 0, 123),
      count: 1,
      protocol: 'TCP',
      source: {
        ip: '10.244.1.5',
        port: 45678,
        kind: 'pod',
        namespace: 'shop',
        pod: 'frontend-6d5f7c9b8-x2x4z',
        workload: { name: 'frontend', kind: 'Deployment' },
      },
      destination: { ip: '10.244.2.7', port: 7070, service: { name: 'cart', namespace: 'shop' } },
      isReply: false,
      opens: true,
      verdict: 'allowed',
      layer: 'l4',
      seenAt: 'TO_STACK EGRESS',
    });
    expect([...flowLabels(at(1)[0]?.['source'])]).toEqual([['app', 'frontend']]);
  });

  it('takes replies for what they are', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(2)[0]).toMatchObject({ isReply: true, opens: false, source: { port: 7070 } });
  });

  it('tells what a policy has denied from what was lost for another reason', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(3)[0]).toMatchObject({ verdict: 'denied', isReply: false });
    expect(read({ ...PACKET, verdict: 'DROPPED', drop_reason_desc: 'INVALID_SOURCE_IP' }).verdict).toBe(
      'lost',
    );
    expect(read({ ...PACKET, verdict: 'DROPPED', drop_reason: 181 }).verdict).toBe('denied');
    expect(read({ ...PACKET, verdict: 'AUDIT' }).verdict).toBe('allowed');
    expect(read({ ...PACKET, verdict: 'TRACED' }).verdict).toBeUndefined();
  });

  it('gives the addresses in an answer of DNS to who asked', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(4)).toMatchObject([
      { kind: 'flow', layer: 'l7', isReply: true },
      {
        kind: 'dns',
        name: 'api.stripe.com',
        type: 'A',
        addresses: ['54.187.174.169', '2600:1f18::1'],
        ttl: 60,
        code: 'NOERROR',
        client: { pod: 'frontend-6d5f7c9b8-x2x4z' },
        server: { pod: 'coredns-1' },
      },
    ]);
  });

  it('knows the world, nodes and the API server by their reserved labels or identities', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(5)[0]).toMatchObject({
      opens: false,
      destination: { kind: 'outside', domains: ['api.stripe.com'] },
    });
    expect(at(6)[0]).toMatchObject({ source: { kind: 'node', node: 'kind-worker' } });
    const kindOf = (end: object): unknown => read({ ...PACKET, destination: end }).destination.kind;
    expect(kindOf({ identity: 7 })).toBe('api-server');
    expect(kindOf({ labels: ['reserved:host', 'reserved:kube-apiserver'] })).toBe('api-server');
    expect(kindOf({ identity: 4 })).toBe('health');
    expect(kindOf({ identity: 16777300 })).toBeUndefined();
  });

  it('says that Hubble has lost events, and passes over events of the agent', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(7)).toMatchObject([{ kind: 'skipped', reason: 'Hubble says that it lost events here' }]);
    expect(at(8)).toMatchObject([{ kind: 'skipped', reason: 'an event of the Cilium agent' }]);
  });

  it('cannot read a port that is none, and says where', async () => {
    const { at } = await readFixture('hubble-flows.json');
    expect(at(9)).toEqual([
      {
        kind: 'unreadable',
        reason: '"destination_port" is no port (0 to 65535)',
        place: { file: 'test/traffic/fixtures/hubble-flows.json', line: 9 },
      },
    ]);
  });

  it('finds out about replies where the agent does not write is_reply', () => {
    expect(read({ ...PACKET, reply: true }).isReply).toBe(true);
    expect(read({ ...PACKET, is_reply: null }).isReply).toBeUndefined();
    const flags = (flags: object): FlowRecord =>
      read({ ...PACKET, l4: { TCP: { source_port: 1, destination_port: 2, flags } } });
    expect(flags({ SYN: true })).toMatchObject({ isReply: false, opens: true });
    expect(flags({ SYN: true, ACK: true })).toMatchObject({ isReply: true, opens: false });
    expect(flags({ ACK: true })).toMatchObject({ isReply: undefined, opens: false });
    expect(read({ ...PACKET, l7: { type: 'RESPONSE' } }).isReply).toBe(true);
  });

  it('takes the names of the JSON mapping of protobuf as well', () => {
    const camel = {
      ...PACKET,
      l4: { UDP: { sourcePort: 40000, destinationPort: 53 } },
      source: { podName: 'a', namespace: 'x' },
      destinationNames: ['Example.com.'],
      destinationService: { name: 's', namespace: 'x' },
      trafficDirection: 'INGRESS',
      traceObservationPoint: 'TO_ENDPOINT',
      isReply: false,
    };
    expect(plain(read(camel))).toMatchObject({
      protocol: 'UDP',
      source: { pod: 'a', port: 40000 },
      destination: { port: 53, domains: ['example.com'], service: { name: 's' } },
      seenAt: 'TO_ENDPOINT INGRESS',
      isReply: false,
    });
  });

  it('reads SCTP, ICMP, source NAT and the time of protobuf', () => {
    expect(read({ ...PACKET, l4: { SCTP: { source_port: 1, destination_port: 2 } } }).protocol).toBe('SCTP');
    expect(read({ ...PACKET, l4: { ICMPv6: { type: 128 } } })).toMatchObject({
      protocol: 'ICMPv6',
      layer: 'l3',
    });
    expect(read({ ...PACKET, IP: { ...PACKET.IP, source_xlated: '192.0.2.1' } }).translated).toEqual({
      source: { ip: '192.0.2.1' },
    });
    expect(read({ ...PACKET, time: { seconds: '1769860800', nanos: 5_000_000 } }).time).toBe(1769860800005);
  });

  it('gives a verdict of a policy a point of its own, so that it is not counted twice', () => {
    const verdict = read({ ...PACKET, event_type: { type: 5 }, traffic_direction: 'INGRESS' });
    expect(verdict).toMatchObject({ seenAt: 'policy INGRESS', opens: true });
  });

  it('skips a flow that names nobody', () => {
    const found = HUBBLE.open()({ source: {}, destination: {}, l4: {} }, place) as FlowItem;
    expect(found).toMatchObject({ kind: 'skipped' });
  });
});
