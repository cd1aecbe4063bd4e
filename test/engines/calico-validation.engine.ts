import type { Finding } from '../../src/model/finding';
import { readPolicies } from '../../src/policies/read-policies';
import { resourceOf } from '../policies/resource-fixture';
import { hasGo } from './build';
import { Engine } from './engine';
import { SPECIMENS, type Specimen } from './invalid-calico';
import { faultClass, subjectClass } from './reason-class';
import { refusedField } from './refused-field';

/** Where we refuse more than Calico v3.31 does, and why: nowhere, as a policy that is left out looks open. */
const STRICTER: ReadonlyMap<string, string> = new Map();

/** Where Calico v3.31 refuses more than we do, and why that is left so: later versions take it, and a warning says so. */
const LAXER: ReadonlyMap<string, string> = new Map([
  ['names without protocol', 'calico-policy-model 2.3 item 3 allows named ports without protocol'],
  ['icmp of protocol 1', 'calico-policy-model 2.3 item 5 allows the number'],
  ['http of protocol 6', 'calico-policy-model 2.3 item 9 allows the number'],
  ['the tier adminnetworkpolicy elsewhere', 'to 3.32 and later the name is one like any other'],
  ['the tier baselineadminnetworkpolicy elsewhere', 'to 3.32 and later the name is one like any other'],
]);

/** Where we point at another field than Calico does: of two that do not go together at the other, or at both. */
const AT_ANOTHER_FIELD: ReadonlyMap<string, string> = new Map([
  ['both families in one list', 'spec.ingress[0]'],
  ['families of the two ends differ', 'spec.ingress[0]'],
  ['net against ipVersion', 'spec.ingress[0]'],
  ['http of UDP', 'spec.ingress[0].http'],
  ['http methods twice', 'spec.ingress[0].http'],
  ['a service with a selector', 'spec.egress[0].destination.selector'],
  ['a service with nets', 'spec.egress[0].destination.nets'],
  ['a service with nothing of serviceAccounts', 'spec.egress[0].destination.serviceAccounts'],
  ['preDNAT of egress', 'spec.preDNAT'],
  ['preDNAT with egress rules', 'spec.preDNAT'],
  ['the default tier elsewhere', 'spec'],
]);

/** Of which Calico's words name no field: ours is at the port. */
const WITHOUT_FIELD: readonly string[] = [
  'port "90:80"',
  'port "1:2:3"',
  'port "*"',
  'port "1:65536"',
  'port name ""',
];

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

  it('refuse them about the same thing, and say the same to be wrong with it', async () => {
    const theirs = await engine.validate(SPECIMENS.map(({ object }) => object));
    const both = SPECIMENS.flatMap((specimen, index) => {
      const problem = theirs[index] ?? '';
      return problem === '' ? [] : refusals(specimen).map((ours) => ({ specimen, problem, ours }));
    });
    const otherwise = both.filter(
      // The fixture's places are paths of fields.
      ({ problem, ours: { place, message } }) =>
        subjectClass(`${place.file} ${message}`) !== subjectClass(problem) ||
        faultClass(message) !== faultClass(problem),
    );
    expect(otherwise.map(({ specimen: { what }, problem }) => `${what}: ${problem}`)).toEqual([]);
    expect(both.length).toBeGreaterThan(140);
    const subjects = both.map(({ problem }) => subjectClass(problem));
    expect(new Set(subjects).size).toBeGreaterThan(16);
    expect(subjects).not.toContain('other');
    const faults = both.flatMap(({ problem }) => faultClass(problem) ?? []);
    expect(new Set(faults).size).toBeGreaterThan(14);
    expect(faults.length).toBeGreaterThan(60);
    expect(new Set(both.map(({ specimen: { object } }) => object['kind'])).size).toBeGreaterThan(6);
  });

  it('refuse them at the same field, but where two do not go together', async () => {
    const theirs = await engine.validate(SPECIMENS.map(({ object }) => object));
    const both = SPECIMENS.flatMap((specimen, index) => {
      const problem = theirs[index] ?? '';
      return problem === ''
        ? []
        : refusals(specimen).map(({ place }) => ({ specimen, place, field: refusedField(problem) }));
    });
    const elsewhere = both.filter(
      ({ field, place: { file = '' } }) => field !== undefined && !parts(file).includes(field),
    );
    expect(new Map(elsewhere.map(({ specimen, place }) => [specimen.what, place.file]))).toEqual(
      AT_ANOTHER_FIELD,
    );
    const unnamed = both.filter(({ field }) => field === undefined);
    expect(unnamed.map(({ specimen }) => specimen.what)).toEqual(WITHOUT_FIELD);
    expect(both.length - unnamed.length).toBeGreaterThan(140);
  });

  it('meet enough of both kinds', async () => {
    const theirs = await engine.validate(SPECIMENS.map(({ object }) => object));
    expect(theirs.filter((problem) => problem === '').length).toBeGreaterThan(50);
    expect(theirs.filter((problem) => problem !== '').length).toBeGreaterThan(100);
  });
});

/** The names of a path of fields, as {@link refusedField} gives them. */
function parts(path: string): string[] {
  return path.toLowerCase().split(/[.[\]]+/);
}

function refusedByUs(specimen: Specimen): boolean {
  return refusals(specimen).length > 0;
}

function refusals({ object }: Specimen): readonly Finding[] {
  return readPolicies([resourceOf(object)]).findings.filter(({ severity }) => severity === 'error');
}
