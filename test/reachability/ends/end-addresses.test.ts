import fc from 'fast-check';
import { AddressSet } from '../../../src/model/address-set';
import { buildCluster } from '../../../src/model/build-cluster';
import { NOWHERE } from '../../../src/model/place';
import { IndexedAddresses } from '../../../src/reachability/ends/end-addresses';
import { classify, IndexedEnds } from '../../../src/reachability/ends/end-class';
import type { IndexSet } from '../../../src/reachability/sets/index-set';

const LIMIT = 12;
const FIRST = (10n << 24n) + 0n;
const ADDRESSES: readonly string[] = Array.from({ length: LIMIT }, (_, last) => `10.0.0.${last}`);

/** Pods with some of the addresses each; none is that of two. */
const owners = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: LIMIT, maxLength: LIMIT });

function endsOf(owner: readonly number[]): IndexedEnds {
  const pods = [3, 1, 0, 2].map((pod) => ({
    group: '',
    version: 'v1',
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'shop',
    name: `pod-${pod}`,
    place: NOWHERE,
    manifest: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `pod-${pod}`, namespace: 'shop', labels: { pod: `${pod}` } },
      spec: { containers: [{ name: 'main', image: 'main:1' }] },
      status: {
        phase: 'Running',
        // Not in order, and an address of the other family among them.
        podIPs: [
          ...ADDRESSES.filter((_, index) => owner[index] === pod).reverse(),
          ...(owner.includes(pod) ? ['fd00::1'] : []),
        ].map((ip) => ({ ip })),
      },
    },
  }));
  return new IndexedEnds(classify(buildCluster(pods).workloads));
}

function names(ends: IndexedEnds, set: IndexSet): string[] {
  return [...set.members()].map((index) => ends.at(index)!.workloads[0]!.name).sort();
}

describe('the ends whose address lies in a block (network-policy-semantics 2.1 item 8)', () => {
  it('are for certain those with all their addresses inside, and possibly those with any', () => {
    const edges = fc.tuple(fc.nat(LIMIT - 1), fc.nat(LIMIT - 1), fc.nat(LIMIT - 1), fc.nat(LIMIT - 1));
    fc.assert(
      fc.property(owners, edges, (owner, numbers) => {
        const ends = endsOf(owner);
        const [a = 0, b = 0, c = 0, d = 0] = [...numbers].sort((x, y) => x - y);
        const inside = (address: number): boolean =>
          (a <= address && address <= b) || (c <= address && address <= d);
        const range = (first: number, last: number) => ({
          version: 4 as const,
          first: FIRST + BigInt(first),
          last: FIRST + BigInt(last),
        });
        const set = AddressSet.ofRanges([range(a, b), range(c, d)]);
        const found = new IndexedAddresses(ends, {}).in(set, 4);
        const own = (pod: number): number[] => [...owner.keys()].filter((address) => owner[address] === pod);
        const pods = [0, 1, 2, 3].filter((pod) => own(pod).length > 0);
        const named = (list: readonly number[]): string[] => list.map((pod) => `pod-${pod}`);
        expect(names(ends, found.possible)).toEqual(named(pods.filter((pod) => own(pod).some(inside))));
        expect(names(ends, found.sure)).toEqual(named(pods.filter((pod) => own(pod).every(inside))));
      }),
    );
  });
});
