import { readPolicies } from '../../src/policies/read-policies';
import { resourceOf } from '../policies/resource-fixture';
import { hasGo } from './build';
import { Engine } from './engine';
import { SPECIMENS, type Specimen } from './invalid-calico';

/** Where we refuse more than Calico v3.31 does, and why. */
const STRICTER: ReadonlyMap<string, string> = new Map([
  ['nothing of serviceAccounts', 'it looks like a restriction and is none (calico-policy-model 2.4 item 4)'],
  [
    'selector a == "global(x"',
    'the substring test of the CEL rules in later versions refuses it (2.2 item 3)',
  ],
  ['a service without namespace', 'the rule would match nothing (2.6)'],
  ['the default tier that passes', 'the CEL rules of v3.32 refuse it (2.5)'],
  ['the same net twice', 'a list of type set refuses it in later versions (2.5)'],
]);

/** Where Calico v3.31 refuses more than we do, and why that is left so. */
const LAXER: ReadonlyMap<string, string> = new Map([
  [
    'names without protocol',
    'calico-policy-model 2.3 item 3 allows named ports without protocol; v3.31 does not',
  ],
]);

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on any object.\n');

suite("Calico's own validator and our reader", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start('calico');
  }, 1_800_000);
  afterAll(() => engine.stop());

  it('refuse the same objects, but for the differences that are known', async () => {
    const theirs = await engine.validate(SPECIMENS.map(({ object }) => object));
    const differences = SPECIMENS.flatMap((specimen, index) => {
      const refusedByThem = theirs[index] !== '';
      if (refusedByThem === refusedByUs(specimen)) return [];
      return [{ what: specimen.what, laxer: refusedByThem }];
    });
    const named = (laxer: boolean): string[] =>
      differences.filter((difference) => difference.laxer === laxer).map(({ what }) => what);
    expect(new Set(named(false))).toEqual(new Set(STRICTER.keys()));
    expect(new Set(named(true))).toEqual(new Set(LAXER.keys()));
  });

  it('meet enough of both kinds', async () => {
    const theirs = await engine.validate(SPECIMENS.map(({ object }) => object));
    expect(theirs.filter((problem) => problem === '').length).toBeGreaterThan(50);
    expect(theirs.filter((problem) => problem !== '').length).toBeGreaterThan(100);
  });
});

function refusedByUs({ object }: Specimen): boolean {
  return readPolicies([resourceOf(object)]).findings.some(({ severity }) => severity === 'error');
}
