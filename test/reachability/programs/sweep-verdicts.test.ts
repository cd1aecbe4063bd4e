import fc from 'fast-check';
import type { LaidPiece } from '../../../src/reachability/programs/laid-policy';
import type { LaidProgram, LaidTier } from '../../../src/reachability/programs/laid-program';
import { SharedSteps } from '../../../src/reachability/programs/shared-steps';
import { sweepVerdicts } from '../../../src/reachability/programs/sweep-verdicts';
import type { FamilyVerdict } from '../../../src/reachability/programs/verdict';
import { ConnectionSet, PROTOCOL } from '../../../src/reachability/sets/connection-set';
import { IndexSet } from '../../../src/reachability/sets/index-set';
import { StepTable, valueAt } from '../../../src/reachability/sets/steps';

const SLOTS = 9;
const PORTS = 6;

const slots = fc.subarray(Array.from({ length: SLOTS }, (_, slot) => slot));
const connections = fc.oneof(
  fc.constant(ConnectionSet.ALL),
  fc
    .tuple(fc.nat(PORTS - 1), fc.nat(2))
    .map(([first, more]) => ConnectionSet.of(PROTOCOL.tcp, first, first + more)),
);
const piece: fc.Arbitrary<LaidPiece> = fc
  .record({
    action: fc.constantFrom('allow', 'deny', 'pass'),
    connections,
    slots,
    kept: slots,
    sure: fc.boolean(),
  })
  .map(({ action, connections: of, slots: list, kept, sure: isSure }) => {
    const possible = IndexSet.ofSorted(list);
    const sure = isSure ? possible : possible.intersect(IndexSet.ofSorted(kept));
    return { action, connections: of, possible, sure };
  });
const tier = fc.record({
  endAction: fc.constantFrom('deny', 'pass'),
  policies: fc.array(fc.array(piece, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
});

const program: fc.Arbitrary<LaidProgram> = fc.array(tier, { maxLength: 3 }).map((drafts) => {
  let position = 0;
  const tiers = drafts.map(({ endAction, policies }): LaidTier => ({
    endAction,
    policies: policies.map((pieces) => {
      const edgeCount = edgesIn(pieces);
      return { position, laid: { id: position++, pieces, edgeCount } };
    }),
  }));
  const edgeCount = tiers
    .flatMap(({ policies }) => policies)
    .reduce((sum, { laid }) => sum + laid.edgeCount, 0);
  return { tiers, parts: [], edgeCount };
});

function edgesIn(pieces: readonly LaidPiece[]): number {
  return pieces.reduce(
    (sum, { possible, sure }) => sum + possible.edges.length + (sure === possible ? 0 : sure.edges.length),
    0,
  );
}

/** What may come of one connection, by going through the rules one by one. */
function outcomes({ tiers }: LaidProgram, slot: number, port: number): ReadonlySet<string> {
  const found = new Set<string>();
  let here = true;
  for (const { policies, endAction } of tiers) {
    let next = false;
    for (const { action, connections: of, possible, sure } of policies.flatMap(({ laid }) => laid.pieces)) {
      if (!here || !possible.contains(slot) || !of.contains(PROTOCOL.tcp, port)) continue;
      if (action === 'pass') next = true;
      else found.add(action);
      if (sure.contains(slot)) here = false;
    }
    if (here && endAction === 'deny') found.add('deny');
    here = next || (here && endAction === 'pass');
  }
  return here ? found.add('allow') : found;
}

function said(verdict: FamilyVerdict | undefined, port: number): ReadonlySet<string> {
  if (verdict === undefined) return new Set();
  const { allowed, undecided } = verdict.four;
  if (undecided.contains(PROTOCOL.tcp, port)) return new Set(['allow', 'deny']);
  return new Set([allowed.contains(PROTOCOL.tcp, port) ? 'allow' : 'deny']);
}

describe('The verdicts of a program', () => {
  it('are those of its rules one after the other, tier by tier (calico-policy-model 5.3)', () => {
    fc.assert(
      fc.property(program, (laid) => {
        const steps = sweepVerdicts(laid, new StepTable<FamilyVerdict>(SLOTS));
        for (let slot = 0; slot < SLOTS; slot++)
          for (let port = 0; port < PORTS + 3; port++)
            expect(said(valueAt(steps, slot), port)).toEqual(outcomes(laid, slot, port));
      }),
      { numRuns: 400 },
    );
  });

  it('are the same function however they are worked out, in one sweep or policy by policy', () => {
    fc.assert(
      fc.property(program, (laid) => {
        const table = new StepTable<FamilyVerdict>(SLOTS);
        expect(new SharedSteps(table, 16).verdicts(laid)).toBe(sweepVerdicts(laid, table));
      }),
      { numRuns: 400 },
    );
  });
});
