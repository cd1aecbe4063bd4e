import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import { actorsOf, letThrough, metBy, type Actor, type Actors } from '../../src/reachability/actors';
import { WholeEngine } from '../../src/reachability/engine';
import { valueAt } from '../../src/reachability/sets/steps';
import { resourcesOf } from '../policies/resource-fixture';
import { netpol, pod } from './world';

/** Six pods of three namespaces; what reaches `a` is not what reaches `b`, and `c` is denied everything. */
function engine(): WholeEngine {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const documents = [
    ...names.map((name, index) => pod(`ns-${index % 3}`, name, `app: ${name}`)),
    netpol(
      'ns-0',
      'a',
      'podSelector: { matchLabels: { app: a } }, ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: 10.0.0.0/8 } }] }]',
    ),
    netpol(
      'ns-1',
      'b',
      'podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }]',
    ),
    netpol('ns-2', 'c', 'podSelector: { matchLabels: { app: c } }, ingress: []'),
    netpol(
      'ns-2',
      'f',
      'podSelector: { matchLabels: { app: f } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }]',
    ),
  ];
  const resources = resourcesOf(documents.join(''));
  return new WholeEngine(buildCluster(resources), readPolicies(resources), {});
}

/** The others at whose positions the side does not plainly deny everything, looked at one by one. */
function metOneByOne(actor: Actor, { all }: Actors): ReadonlySet<Actor> {
  const isMet = (position: number): boolean => valueAt(actor.side, position)?.isNone === false;
  return new Set(all.filter(({ members }) => [...members.members()].some(isMet)));
}

describe('the others that an actor does not plainly deny', () => {
  const whole = engine();
  const [targets, sources] = [actorsOf(whole, 'ingress'), actorsOf(whole, 'egress')];
  const pairs = [
    ...targets.all.map((actor) => [actor, sources] as const),
    ...sources.all.map((actor) => [actor, targets] as const),
  ];

  it('are all of them and no more', () => {
    for (const [actor, others] of pairs)
      expect(metBy(actor, others, Infinity)).toEqual(metOneByOne(actor, others));
    const counts = targets.all.map((actor) => metBy(actor, sources, Infinity)?.size);
    // Otherwise all of this would say little.
    expect(new Set(counts).size).toBeGreaterThan(2);
  });

  it('are not listed where they are more than few', () => {
    for (const [actor, others] of pairs) {
      const { size } = metOneByOne(actor, others);
      expect(metBy(actor, others, size)?.size).toBe(size);
      if (size > 0) expect(metBy(actor, others, size - 1)).toBeUndefined();
    }
  });

  it('are let through by parts, one for each verdict', () => {
    for (const [{ side }, { all }] of pairs) {
      for (const { members } of all) {
        const parts = letThrough(side, members);
        expect(new Set(parts.map(({ value }) => value)).size).toBe(parts.length);
        for (const position of members.members()) {
          const value = valueAt(side, position);
          const found = parts.filter((part) => part.members.contains(position)).map((part) => part.value);
          expect(found).toEqual(value?.isNone === false ? [value] : []);
        }
      }
    }
  });
});
