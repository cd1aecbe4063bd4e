import { CALICO } from '../../../src/traffic/formats/calico';
import { readFixture } from './read-fixture';

describe('Calico flow logs', () => {
  it('are known by their content, as files', async () => {
    const { format, at } = await readFixture('calico-flows.log');
    expect(format).toBe('Calico flow logs');
    expect(at(1)[0]).toMatchObject({
      time: 1769860800000,
      last: 1769861100000,
      count: 5,
      protocol: 'TCP',
      source: { ip: '10.65.0.7', kind: 'pod', namespace: 'shop', podPrefix: 'frontend-6d5f7c9b8-' },
      destination: {
        ip: '10.65.1.9',
        port: 7070,
        pod: 'cart-7d8f9c6b5-abcde',
        service: { name: 'cart', namespace: 'shop' },
        labels: ['app=cart'],
      },
      isReply: false,
      opens: true,
      verdict: 'allowed',
      seenAt: 'src',
    });
  });

  it('call addresses outside by what they are', async () => {
    const { at } = await readFixture('calico-flows.log');
    expect(at(2)[0]).toMatchObject({ source: { ip: '203.0.113.9', kind: 'outside' }, verdict: 'denied' });
    expect(at(2)[0]?.['source'].pod).toBeUndefined();
  });

  it('are read as Elasticsearch gives them back; what only goes on counts as seen', async () => {
    const { at } = await readFixture('calico-flows.log');
    expect(at(3)[0]).toMatchObject({
      count: 2,
      opens: false,
      protocol: 'TCP',
      destination: { kind: 'network-set', set: 'stripe', domains: ['api.stripe.com'], port: 443 },
    });
  });

  it('cannot have a negative count', async () => {
    const { at } = await readFixture('calico-flows.log');
    expect(at(4)).toMatchObject([
      { kind: 'unreadable', reason: expect.stringContaining('num_flows_started') },
    ]);
  });

  it('are read from an answer of Whisker, however it is laid out', async () => {
    const { format, items, at } = await readFixture('whisker.json');
    expect(format).toBe('Calico flow logs');
    expect(items).toHaveLength(2);
    expect(at(4)[0]).toMatchObject({
      time: Date.UTC(2026, 0, 31, 12),
      source: { podPrefix: 'frontend-6d5f7c9b8-', labels: ['app=frontend', 'pod-template-hash=6d5f7c9b8'] },
      destination: { podPrefix: 'cart-7d8f9c6b5-', port: 7070 },
      verdict: 'allowed',
      seenAt: 'src',
    });
    // A private address may be a node or a machine next door: nobody knows.
    expect(at(20)[0]).toMatchObject({ source: {}, verdict: 'denied' });
    expect(at(20)[0]?.['source'].kind).toBeUndefined();
  });

  it('are read as Goldmane writes them, in both spellings', async () => {
    const { at } = await readFixture('goldmane.json');
    expect(at(1)[0]).toMatchObject({
      count: 3,
      protocol: 'UDP',
      destination: {
        podPrefix: 'kube-dns-',
        port: 53,
        service: { name: 'kube-dns', namespace: 'kube-system' },
      },
    });
    expect(at(2)[0]).toMatchObject({ source: { kind: 'node', node: 'node-1' }, count: 1, seenAt: 'dst' });
  });

  it("are read as Goldmane's emitter writes them: with numbers for words, alone and in results", async () => {
    const { format, at, items } = await readFixture('goldmane-emitted.json');
    expect([format, items.length]).toEqual(['Calico flow logs', 3]);
    expect(at(1)[0]).toMatchObject({
      time: 1_769_860_800_000,
      count: 3,
      protocol: 'TCP',
      source: { kind: 'pod', namespace: 'shop', podPrefix: 'frontend-6d5f7c9b8-' },
      destination: { kind: 'pod', podPrefix: 'cart-7d8f9c6b5-', port: 7070 },
      verdict: 'allowed',
      seenAt: 'src',
    });
    for (const line of [2, 3])
      expect(at(line)[0]).toMatchObject({ source: { kind: 'outside' }, verdict: 'denied', seenAt: 'dst' });
  });

  it('call addresses outside as Whisker shows them', () => {
    const read = (source_name: string) =>
      CALICO.open()(
        {
          ...{ start_time: '2026-01-31T12:00:00Z', end_time: '2026-01-31T12:00:15Z', action: 'Allow' },
          ...{ source_name, source_namespace: '-', source_labels: '', reporter: 'Dst', protocol: 'tcp' },
          ...{
            dest_name: 'cart-7d8f9c6b5-*',
            dest_namespace: 'shop',
            dest_labels: 'app=cart',
            dest_port: 7070,
          },
        },
        { file: 'f', line: 1 },
      );
    expect(read('PUBLIC NETWORK')).toMatchObject({ source: { kind: 'outside' } });
    expect(read('PRIVATE NETWORK')).toMatchObject({ source: { kind: undefined } });
    expect(JSON.stringify(read('PRIVATE NETWORK'))).not.toContain('PRIVATE');
  });

  it('say who talks to whom, or cannot be read', () => {
    expect(() =>
      CALICO.open()({ reporter: 'src', action: 'allow', dest_name: '-' }, { file: 'f', line: 1 }),
    ).toThrow('neither the source nor the destination is said');
  });
});
