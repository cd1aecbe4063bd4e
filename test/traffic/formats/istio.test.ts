import { envoyRecord } from '../../../src/traffic/formats/envoy-fields';
import { ISTIO_METRICS } from '../../../src/traffic/formats/istio-metrics';
import { readFixture } from './read-fixture';

const place = { file: 'f', line: 1 };

describe('access logs of Istio as text', () => {
  it('give the Service and the pod behind it on the side of the client', async () => {
    const { format, at } = await readFixture('istio-access.log');
    expect(format).toBe('Istio/Envoy access logs as text');
    expect(at(1)).toMatchObject([{ kind: 'skipped', reason: 'another message of the proxy' }]);
    expect(at(2)[0]).toMatchObject({
      time: Date.UTC(2026, 0, 31, 12, 0, 0, 123),
      protocol: 'TCP',
      source: { ip: '10.244.1.5', port: 45678 },
      destination: { ip: '10.96.0.20', port: 7070, service: { name: 'cart', namespace: 'shop' } },
      translated: { destination: { ip: '10.244.2.7', port: 7070 } },
      layer: 'l7',
      seenAt: 'outbound',
      isReply: false,
    });
  });

  it('give the pod itself on the side of the server', async () => {
    const { at } = await readFixture('istio-access.log');
    expect(at(3)[0]).toMatchObject({
      source: { ip: '10.244.1.5' },
      destination: { ip: '10.244.2.7', port: 7070 },
      seenAt: 'inbound',
    });
    expect(at(3)[0]?.['translated']).toBeUndefined();
  });

  it('do not take the address of X-Forwarded-For, which has port 0, for the one that connected', async () => {
    const { at } = await readFixture('istio-access.log');
    expect(at(4)[0]).toMatchObject({ source: {}, destination: { ip: '10.244.1.5', port: 8080 } });
    expect(at(4)[0]?.['source']).toEqual({});
  });

  it('name hosts outside, denials, and what nobody has answered', async () => {
    const { at } = await readFixture('istio-access.log');
    expect(at(5)[0]).toMatchObject({ layer: 'l4', destination: { domains: ['api.stripe.com'], port: 443 } });
    expect(at(6)[0]).toMatchObject({ verdict: 'denied', source: { ip: '10.244.3.9' } });
    expect(at(7)[0]).toMatchObject({ answered: false, destination: { ip: '198.51.100.7', port: 5432 } });
  });

  it('have no client in the format of Envoy itself', async () => {
    const { at } = await readFixture('envoy-access.log');
    expect(at(1)[0]).toMatchObject({
      source: {},
      destination: { ip: '10.0.2.1', port: 80, domains: ['locations.example.com'] },
    });
  });

  it('cannot be read with an address that is none', () => {
    expect(() => envoyRecord({ upstreamHost: 'nonsense' }, place)).toThrow('"upstream_host" is no address');
    expect(envoyRecord({ upstreamHost: '/var/run/app.sock' }, place).destination.ip).toBeUndefined();
  });
});

describe('access logs of Istio as JSON', () => {
  it('say the same as the text, with other messages of the proxy between them', async () => {
    const { format, at } = await readFixture('istio-access.json');
    expect(format).toBe('Istio/Envoy access logs as JSON');
    expect(at(1)).toMatchObject([{ kind: 'skipped' }]);
    expect(at(2)[0]).toMatchObject({
      source: { ip: '10.244.1.5', port: 45678 },
      destination: { ip: '10.96.0.20', port: 7070, service: { name: 'cart', namespace: 'shop' } },
      translated: { destination: { ip: '10.244.2.7', port: 7070 } },
    });
  });
});

describe('telemetry of Istio from Prometheus', () => {
  it('gives workloads, Services and counts, and no ports', async () => {
    const { format, items } = await readFixture('istio-vector.json');
    expect(format).toBe('Istio telemetry from Prometheus');
    expect(items[0]).toMatchObject({
      count: 41,
      time: 1769860800500,
      source: { namespace: 'shop', workload: { name: 'frontend' } },
      destination: { workload: { name: 'cart' }, service: { name: 'cart', namespace: 'shop' } },
      layer: 'l7',
      seenAt: 'source',
    });
    expect(items[0]?.['destination'].port).toBeUndefined();
  });

  it('gives hosts of ServiceEntries as domains, and cannot read a sample that is no number', async () => {
    const { items } = await readFixture('istio-vector.json');
    expect(items[1]).toMatchObject({ count: 3, destination: { domains: ['api.stripe.com'] } });
    expect(items[1]?.['destination'].service).toBeUndefined();
    expect(items[2]).toMatchObject({ kind: 'unreadable' });
  });

  it('counts by what a counter has grown, over restarts, between the moments when it grew', async () => {
    const { items } = await readFixture('istio-matrix.json');
    expect(items[0]).toMatchObject({ count: 3, time: 1769860800000, last: 1769860920000, layer: 'l4' });
    expect(items[1]).toMatchObject({ kind: 'skipped', reason: 'a counter that did not grow' });
  });

  it('knows traffic that the mesh does not know, and uses a label of the port', () => {
    const read = (labels: object): unknown =>
      ISTIO_METRICS.open()({ metric: { source_workload: 'a', ...labels }, value: [1, '1'] }, place);
    expect(read({ destination_service_name: 'PassthroughCluster' })).toMatchObject({
      destination: { kind: 'outside' },
    });
    expect(read({ destination_workload: 'b', destination_port: '8080' })).toMatchObject({
      destination: { port: 8080 },
    });
    expect(() => ISTIO_METRICS.open()({ status: 'error', errorType: 'bad_data' }, place)).toThrow(
      'is an error',
    );
  });

  /*
   * Labels of istio_requests_total and istio_tcp_connections_opened_total as Istio's own tests ask Prometheus for them:
   * istio.io/istio v0.0.0-20260827124520-eed52ebb66ad, tests/integration/telemetry/api/stats_test.go.
   */
  it("has the labels that Istio's tests ask for", () => {
    const labels = {
      ...{ destination_app: 'b', destination_version: 'v1', source_app: 'a', source_version: 'v1' },
      ...{ destination_service_name: 'b', destination_service_namespace: 'echo', source_cluster: 'primary' },
      ...{ destination_workload: 'b-v1', destination_workload_namespace: 'echo' },
      ...{ source_workload: 'a-v1', source_workload_namespace: 'echo' },
    };
    const read = (name: string, more: object): unknown => {
      const series = { metric: { __name__: name, ...labels, ...more }, value: [1769860800, '7'] };
      expect(ISTIO_METRICS.recognises(series)).toBe(true);
      return ISTIO_METRICS.open()(series, place);
    };
    const ends = {
      count: 7,
      source: { namespace: 'echo', workload: { name: 'a-v1' } },
      destination: {
        namespace: 'echo',
        workload: { name: 'b-v1' },
        service: { name: 'b', namespace: 'echo' },
      },
    };
    const http = { request_protocol: 'http', response_code: '200', reporter: 'source' };
    const service = { destination_service: 'b.echo.svc.cluster.local' };
    expect(read('istio_requests_total', { ...http, ...service })).toMatchObject({ ...ends, layer: 'l7' });
    const tcp = { request_protocol: 'tcp', reporter: 'destination', destination_canonical_service: 'b' };
    expect(read('istio_tcp_connections_opened_total', tcp)).toMatchObject({ ...ends, layer: 'l4' });
    // A server outside of the mesh: what is not known is said to be so.
    const naked = { ...http, destination_workload: 'unknown', destination_app: 'unknown' };
    expect(read('istio_requests_total', { ...naked, ...service })).toMatchObject({
      destination: { service: { name: 'b', namespace: 'echo' } },
    });
  });
});
