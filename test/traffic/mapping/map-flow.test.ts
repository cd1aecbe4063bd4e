import { CART, DB, flow, FRONTEND, inventoryOf, mapped, NODE, SHOP } from './mapping-fixture';

const CALL = 'call shop/frontend[Deployment] -> shop/cart[Deployment] 7070';

describe('which way a record speaks', () => {
  it('is what the source says, whatever the ports are', () => {
    expect(mapped(flow('10.1.0.2:7070 10.1.0.1:40000', { isReply: true }))).toBe('reply');
    expect(mapped(flow('10.1.0.2:7070 10.1.0.1:40000', { isReply: false }))).toBe(
      'call shop/cart[Deployment] -> shop/frontend[Deployment] 40000',
    );
    expect(mapped(flow('10.1.0.2:7070 10.1.0.1:40000', { opens: true }))).toMatch(/^call shop\/cart/);
  });

  it('is told by who declares its port, in both directions, without a doubt', () => {
    expect(mapped(flow('10.1.0.1:40000 10.1.0.2:7070'))).toBe(CALL);
    expect(mapped(flow('10.1.0.2:7070 10.1.0.1:40000'))).toBe('reply');
  });

  it('is told by the declared port also where the client has a low port, as before NAT gives it another one', () => {
    expect(mapped(flow('10.1.0.1:1025 10.1.0.2:7070'))).toBe(CALL);
    expect(mapped(flow('10.1.0.2:7070 10.1.0.1:1025'))).toBe('reply');
  });

  it('is told by the port of a moment where nobody declares one, and that is a doubt', () => {
    expect(mapped(flow('10.1.0.1:40000 10.1.0.2:9999'))).toBe(
      'call shop/frontend[Deployment] -> shop/cart[Deployment] 9999 doubts 4',
    );
    expect(mapped(flow('10.1.0.2:9999 10.1.0.1:40000'))).toBe('reply');
    expect(mapped(flow('10.1.0.1:32768 10.1.0.2:32767'))).toMatch(/^call/);
  });

  it('is not guessed between two ports of a moment, or two that are not', () => {
    expect(mapped(flow('10.1.0.1:40000 10.1.0.2:50000'))).toMatch(/^direction-unknown: .*40000.*50000 TCP$/);
    expect(mapped(flow('10.1.0.1:1000 10.1.0.2:2000'))).toMatch(/^direction-unknown: /);
  });

  it('is that of a request where the log leaves out the port of the client, of a reply where that of the other end', () => {
    expect(mapped(flow('10.1.0.1 10.1.0.2:7070'))).toBe(CALL);
    expect(mapped(flow('10.1.0.2:7070 10.1.0.1'))).toBe('reply');
  });

  it('is told by the Service that is called, although its port is one that clients get as well', () => {
    expect(mapped(flow('10.1.0.1:40000 10.96.0.11:50051'))).toBe(
      'call shop/frontend[Deployment] -> shop/db[StatefulSet] 5432 through db',
    );
    expect(mapped(flow('10.96.0.11:50051 10.1.0.1:40000'))).toBe('reply');
  });

  it('makes no edge of a reply whose client is not known', () => {
    expect(mapped(flow('10.1.0.2:7070 10.1.0.99:40000'))).toBe('reply');
    expect(mapped(flow('10.1.0.99:40000 10.1.0.2:7070'))).toBe('unknown-pod-address: 10.1.0.99');
  });
});

describe('where a call of a Service gets to', () => {
  it('is the pod that answered, at its own port, where the record has the translation', () => {
    const translated = { destination: { ip: '10.1.0.2', port: 7070 } };
    expect(mapped(flow('10.1.0.1:40000 10.96.0.10:80', { translated }))).toBe(`${CALL} through cart`);
  });

  it('is the only workload behind it, at the port that the Service translates to', () => {
    expect(mapped(flow('10.1.0.1:40000 10.96.0.10:80'))).toBe(`${CALL} through cart`);
  });

  it('is not known where the Service has no such port', () => {
    expect(mapped(flow('10.1.0.1:40000 10.96.0.10:81', { isReply: false }))).toBe(
      'service-port-unknown: Service shop/cart TCP 81',
    );
  });

  it('is behind the node port of a node', () => {
    expect(mapped(flow('10.1.0.1:40000 192.168.0.2:30080'))).toBe(`${CALL} through cart`);
    expect(mapped(flow('10.1.0.1:40000 192.168.0.2:30081'))).toMatch(
      /^to-node .* -> node 192\.168\.0\.2 30081/,
    );
  });

  it('is the Service as such where several workloads are behind it', () => {
    const many = `apiVersion: apps/v1
kind: Deployment
metadata: { name: canary, namespace: shop }
spec: { template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: c, ports: [{ name: grpc, containerPort: 7071 }] }] } } }
`;
    const shared = inventoryOf(undefined, {}, `${SHOP}---\n${many}`);
    expect(mapped(flow('10.1.0.1:40000 10.96.0.10:80'), shared)).toBe(
      'call shop/frontend[Deployment] -> Service shop/cart 80 through cart doubts 8',
    );
  });
});

describe('traffic that is nobody’s call', () => {
  it('is a probe where a node asks on the port of a probe, and not on another one', () => {
    expect(mapped(flow('192.168.0.2:40000 10.1.0.1:8081'))).toMatch(
      /^probe node 192\.168\.0\.2 -> shop\/frontend/,
    );
    expect(mapped(flow('192.168.0.2:40000 10.1.0.1:8080'))).toMatch(/^from-node /);
    expect(mapped(flow('10.1.0.2:40000 10.1.0.1:8081'))).toMatch(/^call /);
  });

  it('is from a node at the address of its tunnel, and at the first addresses of its pods', () => {
    for (const ip of ['10.1.7.0', '10.1.0.0', '192.168.0.2'])
      expect(mapped(flow(`${ip}:40000 10.1.0.2:7070`))).toMatch(/^from-node /);
  });

  it('is from outside, or with a machine itself, or to many', () => {
    expect(mapped(flow('203.0.113.9:40000 10.1.0.1:8080'))).toMatch(/^from-outside 203\.0\.113\.9 -> /);
    expect(mapped(flow('127.0.0.1:40000 127.0.0.1:8080'))).toBe('loopback');
    expect(mapped(flow('10.1.0.1:40000 224.0.0.1:5353', { protocol: 'UDP' }))).toBe('group-address');
  });

  it('is of no protocol, or no connection', () => {
    expect(mapped(flow('10.1.0.1:40000 10.1.0.2:7070', { protocol: undefined }))).toMatch(/^no-protocol: /);
    expect(mapped(flow('10.1.0.1:40000 10.1.0.2:7070', { count: 0 }))).toBe('no-connection');
  });
});

describe('an API server on a node', () => {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.168.0.2'] }],
    ports: [{ port: 6443 }],
  };
  const inventory = inventoryOf([FRONTEND, CART, DB, NODE, slice]);

  it('is called on its own port', () => {
    expect(mapped(flow('10.1.0.1:40000 192.168.0.2:6443'), inventory)).toBe(
      'call shop/frontend[Deployment] -> the Kubernetes API 6443',
    );
  });

  it('is not what answers on other ports of the node', () => {
    expect(mapped(flow('10.1.0.1:40000 192.168.0.2:10250'), inventory)).toMatch(/^to-node /);
    expect(mapped(flow('10.1.0.1:40000 192.168.0.2:30080'), inventory)).toBe(`${CALL} through cart`);
  });

  it('is not who probes pods from there', () => {
    expect(mapped(flow('192.168.0.2:40000 10.1.0.1:8081'), inventory)).toMatch(/^probe /);
    expect(mapped(flow('192.168.0.2:40000 10.1.0.1:8080'), inventory)).toMatch(/^from-api-server /);
  });
});
