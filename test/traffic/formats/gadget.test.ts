import { GADGET } from '../../../src/traffic/formats/gadget';
import { readFixture } from './read-fixture';

const place = { file: 'f', line: 1 };

describe('new gadgets of Inspektor Gadget', () => {
  it('give both ends of a connect', async () => {
    const { format, at } = await readFixture('gadget-new.json');
    expect(format).toBe('Inspektor Gadget JSON');
    expect(at(1)[0]).toMatchObject({
      time: Date.UTC(2026, 0, 31, 12, 0, 0, 123),
      protocol: 'TCP',
      source: {
        ip: '10.244.1.5',
        pod: 'frontend-6d5f7c9b8-x2x4z',
        workload: { name: 'frontend', kind: 'Deployment' },
        labels: ['app=frontend', 'tier=web'],
        node: 'kind-worker',
      },
      destination: { ip: '10.96.0.20', port: 7070, service: { name: 'cart', namespace: 'shop' } },
      isReply: false,
      seenAt: 'connect',
    });
  });

  it('name the server first in an accept, which is turned round', async () => {
    const { at } = await readFixture('gadget-new.json');
    expect(at(2)[0]).toMatchObject({
      source: { ip: '10.244.1.5', port: 45678 },
      destination: { pod: 'cart-7d8f9c6b5-abcde', ip: '10.244.2.7', port: 7070 },
      isReply: false,
      seenAt: 'accept',
    });
  });

  it('do not tell who began what they see end, and say what nobody has answered', async () => {
    const { at } = await readFixture('gadget-new.json');
    expect(at(3)).toMatchObject([{ kind: 'skipped' }]);
    expect(at(4)[0]).toMatchObject({ answered: false });
  });

  it('give questions of DNS as connections to the nameserver, and answers', async () => {
    const { at } = await readFixture('gadget-new.json');
    expect(at(5)).toMatchObject([
      { kind: 'flow', protocol: 'UDP', destination: { ip: '10.96.0.10', port: 53 } },
      { kind: 'dns', addresses: [] },
    ]);
    expect(at(6)).toMatchObject([
      {
        kind: 'dns',
        client: { pod: 'frontend-6d5f7c9b8-x2x4z', ip: '10.244.1.5' },
        addresses: ['54.187.174.169', '54.187.205.235'],
        code: 'NOERROR',
      },
    ]);
  });

  it('give what advise_networkpolicy has recorded, by its direction', async () => {
    const { at } = await readFixture('gadget-new.json');
    expect(at(7)[0]).toMatchObject({
      source: { pod: 'frontend-6d5f7c9b8-x2x4z' },
      destination: { pod: 'cart-7d8f9c6b5-abcde', port: 7070 },
      seenAt: 'server',
    });
  });
});

describe('older gadgets', () => {
  it('give connects with times in nanoseconds, and accepts with bare addresses', async () => {
    const { at } = await readFixture('gadget-old.json');
    expect(at(1)[0]).toMatchObject({
      time: Date.UTC(2026, 0, 31, 12, 0, 0, 123),
      source: { pod: 'frontend-6d5f7c9b8-x2x4z', labels: ['app=frontend'] },
      destination: { service: { name: 'cart', namespace: 'shop' }, port: 7070 },
    });
    expect(at(2)[0]).toMatchObject({
      source: { ip: '10.244.1.1', port: 41000 },
      destination: { pod: 'frontend-6d5f7c9b8-x2x4z', ip: '10.244.1.5', port: 8080 },
    });
  });

  it('give what advise network-policy has recorded, in both of its forms', async () => {
    const { at } = await readFixture('gadget-old.json');
    expect(at(3)[0]).toMatchObject({
      source: { ip: '10.244.1.5' },
      destination: { pod: 'cart-7d8f9c6b5-abcde', ip: '10.244.2.7', port: 7070, labels: ['app=cart'] },
    });
    expect(at(4)[0]).toMatchObject({
      destination: { ip: '10.96.0.20', service: { name: 'cart', namespace: 'shop' }, port: 7070 },
    });
  });

  it('give answers of DNS, and messages that are no records', async () => {
    const { at } = await readFixture('gadget-old.json');
    expect(at(5)).toMatchObject([{ kind: 'dns', addresses: ['54.187.174.169'], code: 'NOERROR' }]);
    expect(at(6)).toMatchObject([{ kind: 'skipped', reason: 'a message of a gadget' }]);
  });
});

describe('what is no event that can be used', () => {
  it('is said', () => {
    const read = (event: object): unknown => GADGET.open()(JSON.parse(JSON.stringify(event)), place);
    expect(() => read({ pid: 1 })).toThrow('it is no event of');
    expect(() => read({ k8s: {}, src: {}, dst: {}, type: 'listen' })).toThrow('neither a connect nor');
    expect(read({ pod: 'a', pktType: 'BROADCAST', proto: 'udp' })).toMatchObject({ kind: 'skipped' });
  });
});
