import fc from 'fast-check';
import { FamilyVerdict, SetVerdict, type FamilyMask } from '../../../src/reachability/programs/verdict';
import { ConnectionSet, PROTOCOL } from '../../../src/reachability/sets/connection-set';

type Answer = 'allow' | 'deny' | 'unknown';

const POINTS = [
  [PROTOCOL.tcp, 80],
  [PROTOCOL.tcp, 81],
  [PROTOCOL.udp, 80],
  [PROTOCOL.icmp, 0],
  [PROTOCOL.icmpv6, 0],
] as const;

const NO = ConnectionSet.NONE;
const only = ([protocol, port]: readonly [number, number]): ConnectionSet =>
  ConnectionSet.of(protocol, port, port);

/** A verdict with one answer at each of the points, and a plain one everywhere else. */
function verdictOf(answers: readonly Answer[], rest: Answer): SetVerdict {
  const sets = { allow: NO, deny: NO, unknown: NO };
  let others = ConnectionSet.ALL;
  POINTS.forEach((point, index) => {
    const answer = answers[index] ?? rest;
    sets[answer] = sets[answer].union(only(point));
    others = others.subtract(only(point));
  });
  sets[rest] = sets[rest].union(others);
  return SetVerdict.of(sets.allow, sets.unknown);
}

function answers({ allowed, undecided }: SetVerdict): Answer[] {
  return [...POINTS, [PROTOCOL.sctp, 9] as const].map(([protocol, port]) => {
    if (allowed.contains(protocol, port)) return 'allow';
    return undecided.contains(protocol, port) ? 'unknown' : 'deny';
  });
}

const answer = fc.constantFrom<Answer>('allow', 'deny', 'unknown');
const verdict = fc
  .tuple(fc.array(answer, { minLength: POINTS.length, maxLength: POINTS.length }), answer)
  .map(([list, rest]) => verdictOf(list, rest));

const and = (a: Answer, b: Answer): Answer => {
  if (a === 'deny' || b === 'deny') return 'deny';
  return a === 'allow' && b === 'allow' ? 'allow' : 'unknown';
};
const either = (a: Answer, b: Answer): Answer => (a === b ? a : 'unknown');
const zip = (a: SetVerdict, b: SetVerdict, join: (a: Answer, b: Answer) => Answer): Answer[] => {
  const others = answers(b);
  return answers(a).map((one, index) => join(one, others[index] ?? 'deny'));
};

describe('verdicts, point by point', () => {
  it('let through what both ends do, and nobody knows what one leaves open', () => {
    fc.assert(
      fc.property(verdict, verdict, (a, b) => {
        expect(answers(a.and(b))).toEqual(zip(a, b, and));
      }),
    );
  });

  it('are open where one of two holds and they differ', () => {
    fc.assert(
      fc.property(verdict, verdict, (a, b) => {
        expect(answers(a.either(b))).toEqual(zip(a, b, either));
      }),
    );
  });

  it('are replaced on some connections', () => {
    fc.assert(
      fc.property(verdict, verdict, fc.subarray([...POINTS]), fc.boolean(), (a, b, points, all) => {
        const on = all ? ConnectionSet.ALL : points.reduce((set, point) => set.union(only(point)), NO);
        const expected = [...POINTS, [PROTOCOL.sctp, 9] as const].map(([protocol, port], index) =>
          on.contains(protocol, port) ? answers(b)[index] : answers(a)[index],
        );
        expect(answers(a.replacedOn(on, b))).toEqual(expected);
      }),
    );
  });

  it('are open where they denied, when denies are not sure', () => {
    fc.assert(
      fc.property(verdict, (a) => {
        expect(answers(a.withDeniedOpen())).toEqual(
          answers(a).map((one) => (one === 'allow' ? one : 'unknown')),
        );
      }),
    );
  });

  it('are what may be allowed without what may be denied', () => {
    const [tcp, udp] = [only([PROTOCOL.tcp, 80]), only([PROTOCOL.udp, 80])];
    expect(SetVerdict.between(tcp.union(udp), udp)).toBe(SetVerdict.of(tcp, udp));
  });
});

describe('verdicts of both IP versions', () => {
  const pair = fc.tuple(verdict, verdict).map(([four, six]) => FamilyVerdict.of(four, six));

  it('are none when neither lets anything through', () => {
    const some = verdictOf([], 'unknown');
    for (const [four, six, isNone] of [
      [SetVerdict.NONE, SetVerdict.NONE, true],
      [SetVerdict.NONE, some, false],
      [some, SetVerdict.NONE, false],
      [SetVerdict.ALL, SetVerdict.ALL, false],
    ] as const)
      expect(FamilyVerdict.of(four, six).isNone).toBe(isNone);
  });

  it('are joined version by version, and equal ones are the same object', () => {
    fc.assert(
      fc.property(pair, pair, (a, b) => {
        expect(a.and(b)).toBe(FamilyVerdict.of(a.four.and(b.four), a.six.and(b.six)));
        expect(a.and(a)).toBe(a);
      }),
    );
  });

  it('are those of the version that is spoken, ICMP in IPv4 and ICMPv6 in IPv6 whatever is', () => {
    fc.assert(
      fc.property(pair, fc.constantFrom<FamilyMask>(1, 2, 3), (a, mask) => {
        const [four, six] = [answers(a.four), answers(a.six)];
        const rest = mask === 1 ? four : mask === 2 ? six : zip(a.four, a.six, either);
        const expected = rest.map((one, index) => {
          const protocol = POINTS[index]?.[0];
          if (protocol === PROTOCOL.icmp) return four[index];
          return protocol === PROTOCOL.icmpv6 ? six[index] : one;
        });
        expect(answers(a.for(mask))).toEqual(expected);
      }),
    );
  });
});
