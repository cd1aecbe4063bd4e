import fc from 'fast-check';
import type { Cidr } from '../../src/model/cidr';
import type { LabelSelector } from '../../src/model/label-selector';

export const labelsArbitrary = fc
  .dictionary(
    fc.constantFrom('app', 'tier', 'constructor', '__proto__x', 'example.com/role'),
    fc.constantFrom('', 'a', 'b'),
    { maxKeys: 3, noNullPrototype: true },
  )
  .map((labels) => Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('_'))));

export const labelSelectorArbitrary: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: labelsArbitrary,
  matchExpressions: fc.array(
    fc.oneof(
      fc.record({
        key: fc.constantFrom('app', 'x'),
        operator: fc.constantFrom('In' as const, 'NotIn' as const),
        values: fc.array(fc.constantFrom('', 'a', 'b'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({
        key: fc.constantFrom('app', 'x'),
        operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
        values: fc.constant<string[]>([]),
      }),
    ),
    { maxLength: 2 },
  ),
});

export const cidr4Arbitrary: fc.Arbitrary<Cidr> = fc
  .tuple(fc.integer({ min: 1, max: 32 }), fc.bigInt({ min: 0n, max: 0xffffffffn }))
  .map(([prefix, value]) => ({
    version: 4,
    base: (value >> BigInt(32 - prefix)) << BigInt(32 - prefix),
    prefix,
  }));

export const cidr6Arbitrary: fc.Arbitrary<Cidr> = fc
  .tuple(fc.integer({ min: 1, max: 128 }), fc.bigInt({ min: 1n << 120n, max: (1n << 128n) - 1n }))
  .map(([prefix, value]) => ({
    version: 6,
    base: (value >> BigInt(128 - prefix)) << BigInt(128 - prefix),
    prefix,
  }));

export const portNumberArbitrary = fc.integer({ min: 1, max: 65535 });
export const portNameArbitrary = fc.constantFrom('http', 'a', 'grpc-web', '8080-tcp');
