import fc from 'fast-check';
import { PortBits } from '../../../src/traffic/mapping/port-bits';

const aPort = fc.integer({ min: 0, max: 65_535 });

describe('a set of ports', () => {
  it('has as ranges just the ports that were added', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(aPort, fc.integer({ min: 100, max: 140 }))), (ports) => {
        const bits = new PortBits();
        for (const port of ports) bits.add(port);
        const told = bits
          .ranges()
          .flatMap(({ first, last }) =>
            Array.from({ length: 1 + last - first }, (_, index) => first + index),
          );
        expect(told).toEqual([...new Set(ports)].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('has what another one has when that is added, up to the last port', () => {
    const [one, other] = [new PortBits(), new PortBits()];
    one.add(31);
    for (const port of [32, 65_535]) other.add(port);
    one.addAll(other);
    expect(one.ranges()).toEqual([
      { first: 31, last: 32 },
      { first: 65_535, last: 65_535 },
    ]);
  });
});
