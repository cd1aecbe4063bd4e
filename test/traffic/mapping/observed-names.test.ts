import type { DnsRecord } from '../../../src/traffic/flow-record';
import { ObservedNames } from '../../../src/traffic/mapping/observed-names';
import type { TrafficEnd } from '../../../src/traffic/mapping/traffic-end';
import { inventoryOf } from './mapping-fixture';

const OUTSIDE: TrafficEnd = { type: 'outside' };

function answer(name: string, address: string): DnsRecord {
  return {
    kind: 'dns',
    client: { ip: '10.1.0.1' },
    server: {},
    name,
    addresses: [address],
    place: { file: 'dns', line: 1 },
  };
}

function* manyNames(count: number): Generator<DnsRecord> {
  for (let index = 0; index < count; index++)
    yield answer(`n${index}.example.com`, `203.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
}

describe('names that were seen', () => {
  it('are bounded, and how many were not kept is known', () => {
    const names = new ObservedNames(inventoryOf(), 1_700);
    for (const one of manyNames(10_000)) names.take(one);
    const kept = 10_000 - names.forgotten;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(100);
  });

  it('stay where they come often or somebody calls their address, whatever came first', () => {
    const names = new ObservedNames(inventoryOf(), 1_700);
    for (const one of manyNames(1_000)) names.take(one);
    for (let time = 0; time < 3; time++) names.take(answer('often.example.com', '198.51.100.1'));
    names.take(answer('called.example.com', '198.51.100.2'));
    names.called({ type: 'outside', address: '198.51.100.2' }, OUTSIDE);
    for (const one of manyNames(10_000)) names.take(one);
    const of = (address: string) => names.of(address, OUTSIDE).map(({ name }) => name);
    expect([of('198.51.100.1'), of('198.51.100.2')]).toEqual([['often.example.com'], ['called.example.com']]);
  });

  it('of one address beyond those that are told apart are counted', () => {
    const names = new ObservedNames(inventoryOf());
    for (let index = 0; index < 20; index++) names.take(answer(`n${index}.example.com`, '203.0.113.7'));
    expect(names.of('203.0.113.7', OUTSIDE)).toHaveLength(16);
    expect(names.forgotten).toBe(4);
  });
});
