import { COREDNS } from '../../../src/traffic/formats/coredns';
import { readFixture } from './read-fixture';

const place = { file: 'f', line: 1 };

describe('query logs of CoreDNS', () => {
  it('tell who asked for what, and have no answers', async () => {
    const { format, at } = await readFixture('coredns.log');
    expect(format).toBe('CoreDNS query logs');
    expect(at(3)).toMatchObject([
      {
        kind: 'dns',
        client: { ip: '10.244.1.5', port: 40000 },
        name: 'cart.shop.svc.cluster.local',
        type: 'A',
        addresses: [],
        code: 'NOERROR',
      },
    ]);
    expect(at(4)[0]).toMatchObject({ client: { ip: 'fd00::5' }, name: 'api.stripe.com', code: 'NXDOMAIN' });
  });

  it('are read after a time, and in the format "combined"', async () => {
    const { at } = await readFixture('coredns.log');
    expect(at(5)[0]).toMatchObject({ time: Date.UTC(2026, 0, 31, 12, 0, 0, 123), name: 'api.stripe.com' });
  });

  it('have other messages between them', async () => {
    const { at } = await readFixture('coredns.log');
    expect(at(1)).toMatchObject([{ kind: 'skipped', reason: 'another message of CoreDNS' }]);
  });

  it('have names in which any byte may be escaped', () => {
    // As CoreDNS writes it (test/traffic/recorded/tools): an escaped dot parts no labels, so it is no other name.
    const line = String.raw`[INFO] 10.0.0.1:1 - 1 "A IN a\ b\.c\200. udp 1 false 512" NOERROR qr 1 0.1s`;
    expect(COREDNS.open()(line, place)).toMatchObject({ name: String.raw`a\ b\.c\200`, code: 'NOERROR' });
    const odd = '[INFO] x:1 - 1 "A IN a. udp 1 false 512" NOERROR qr 1 0.1s';
    expect(() => COREDNS.open()(odd, place)).toThrow('the client is no address');
  });
});

describe('dnstap', () => {
  it('as JSON has the addresses of the answer, behind aliases', async () => {
    const { format, at } = await readFixture('dnstap.json');
    expect(format).toBe('dnstap as JSON');
    expect(at(1)).toMatchObject([
      {
        kind: 'dns',
        client: { ip: '10.244.1.5' },
        server: { ip: '10.244.0.3', port: 53 },
        name: 'api.stripe.com',
        type: 'A',
        addresses: ['54.187.174.169', '54.187.205.235'],
        ttl: 30,
        code: 'NOERROR',
      },
    ]);
  });

  it('as text has the clients of their own messages only', async () => {
    const { format, at } = await readFixture('dnstap.txt');
    expect(format).toBe('dnstap as text');
    expect(at(1)[0]).toMatchObject({ client: { ip: '10.244.1.5' }, name: 'api.stripe.com', type: 'A' });
    expect(at(2)[0]?.['client']).toEqual({});
  });
});
