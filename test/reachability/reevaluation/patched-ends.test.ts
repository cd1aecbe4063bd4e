import fc from 'fast-check';
import type { Workload } from '../../../src/model/workloads/workload';
import {
  classify,
  classKey,
  IndexedEnds,
  type EndClass,
  type EndClasses,
} from '../../../src/reachability/ends/end-class';
import { changeClasses, type ChangedClasses } from '../../../src/reachability/reevaluation/changed-classes';
import {
  accountKey,
  changeBetween,
  type Model,
  type ModelChange,
} from '../../../src/reachability/reevaluation/model-change';
import { PatchedEnds } from '../../../src/reachability/reevaluation/patched-ends';
import { IndexSet } from '../../../src/reachability/sets/index-set';
import { modelOf } from './changed-model';
import { hostPod, job, pod } from './objects';

const NAMESPACES = ['alpha', 'beta', 'gamma'];
const ACCOUNTS = ['door', 'till'];
const WORKLOADS = 9;

/** What a workload is like; undefined where it is not there. */
type Look =
  | undefined
  | {
      readonly kind: 'pod' | 'host' | 'ended';
      readonly namespace: string;
      readonly app: string;
      readonly account: string;
      readonly address: string | undefined;
      /** Read again: another object, though it says the same. */
      readonly again: boolean;
    };

const look = fc.option(
  fc.record({
    kind: fc.constantFrom(
      'pod' as const,
      'pod' as const,
      'pod' as const,
      'host' as const,
      'host' as const,
      'ended' as const,
    ),
    namespace: fc.constantFrom(...NAMESPACES),
    app: fc.constantFrom('a', 'b'),
    account: fc.constantFrom(...ACCOUNTS),
    address: fc.constantFrom(undefined, undefined, '10.0.0.1'),
    again: fc.boolean(),
  }),
  { nil: undefined, freq: 6 },
);
const looks = fc.array(look, { minLength: WORKLOADS, maxLength: WORKLOADS });
/** Before and after: most workloads stay what they are. */
const change = looks.chain((before) =>
  fc.record({
    before: fc.constant(before),
    after: fc.tuple(...before.map((one) => fc.oneof({ weight: 3, arbitrary: fc.constant(one) }, look))),
    namespaces: fc.subarray(NAMESPACES, { maxLength: 1 }),
    accounts: fc.subarray(
      NAMESPACES.flatMap((home) => ACCOUNTS.map((name) => accountKey(home, name))),
      {
        maxLength: 2,
      },
    ),
  }),
);

const EMPTY = modelOf([]);
const SAMPLES = modelOf([pod('x', {}), hostPod('x-host', {}), job('x-job', {}, true)]).cluster.workloads;

function workloadOf(lookOf: Look, number: number, kept: Map<string, Workload>): Workload[] {
  if (lookOf === undefined) return [];
  const { kind, namespace, app, account: serviceAccount, address, again } = lookOf;
  const key = JSON.stringify([number, lookOf]);
  const known = again ? undefined : kept.get(key);
  if (known !== undefined) return [known];
  const sample = SAMPLES.find(
    ({ hostNetwork, finished }) => hostNetwork === (kind === 'host') && finished === (kind === 'ended'),
  );
  if (sample === undefined) throw new Error(`no sample of ${kind}`);
  const made: Workload = {
    ...sample,
    // Numbers run against the names of labels and namespaces.
    id: `w-${WORKLOADS - number}`,
    namespace,
    labels: { app },
    serviceAccount,
    addresses: address === undefined ? [] : [address],
  };
  kept.set(key, made);
  return [made];
}

function modelWith(list: readonly Look[], kept: Map<string, Workload>): Model {
  const workloads = list.flatMap((one, number) => workloadOf(one, number, kept));
  workloads.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { cluster: { ...EMPTY.cluster, workloads }, policies: EMPTY.policies, options: {} };
}

interface Case {
  readonly base: IndexedEnds;
  readonly classes: ChangedClasses;
  readonly ends: PatchedEnds;
  readonly fresh: IndexedEnds;
  readonly before: Model;
  readonly after: Model;
  readonly difference: ModelChange;
}

type Drawn = typeof change extends fc.Arbitrary<infer T> ? T : never;

function caseOf({ before: first, after: second, namespaces, accounts }: Drawn): Case {
  const kept = new Map<string, Workload>();
  const [before, after] = [modelWith(first, kept), modelWith(second, kept)];
  const between = changeBetween(before, after);
  const difference = { ...between, namespaces: new Set(namespaces), accounts: new Set(accounts) };
  const base = new IndexedEnds(classify(before.cluster.workloads));
  const classes = changeClasses(base, difference);
  const fresh = new IndexedEnds(classify(after.cluster.workloads));
  return { base, classes, ends: new PatchedEnds(base, classes), fresh, before, after, difference };
}

function always(check: (one: Case) => void): void {
  fc.assert(
    fc.property(change, (drawn) => {
      check(caseOf(drawn));
    }),
    { numRuns: 80 },
  );
}

/** A class by its key. */
function nameOf({ workloads: [first] }: EndClass): string {
  return first === undefined ? '' : classKey(first);
}

function namesOf(ends: EndClasses, set: IndexSet): string[] {
  return [...set.members()]
    .flatMap((index) => ends.at(index) ?? [])
    .map(nameOf)
    .sort();
}

const described = ({ index: _, ...rest }: EndClass): unknown => rest;

describe('the ends of a model after a change', () => {
  it('are the classes of the model, with its own workloads in its order', () => {
    always(({ ends, fresh, after, before }) => {
      for (const workload of after.cluster.workloads) {
        const [now, expected] = [ends.of(workload), fresh.of(workload)];
        expect(now === undefined).toBe(expected === undefined);
        if (now === undefined || expected === undefined) continue;
        expect(described(now)).toEqual(described(expected));
        expect(now.workloads.every((one, place) => one === expected.workloads[place])).toBe(true);
        expect(ends.at(now.index)).toEqual(now);
      }
      for (const workload of before.cluster.workloads)
        if (!after.cluster.workloads.includes(workload)) expect(ends.of(workload)).toBeUndefined();
      expect(ends.classes.map(nameOf).sort()).toEqual(fresh.classes.map(nameOf).sort());
      expect(ends.classes).toEqual([...ends.podClasses, ...ends.hostClasses]);
      expect(ends.podClasses.every(({ host }) => !host) && ends.hostClasses.every(({ host }) => host)).toBe(
        true,
      );
      for (const end of ends.classes) expect(ends.at(end.index)).toEqual(end);
    });
  });

  it('are found by pods, hosts and namespaces, where they stand', () => {
    always(({ ends, fresh }) => {
      expect(namesOf(ends, ends.pods)).toEqual(namesOf(fresh, fresh.pods));
      expect(namesOf(ends, ends.hosts)).toEqual(namesOf(fresh, fresh.hosts));
      expect(ends.pods.isEmpty || ends.hosts.isEmpty || last(ends.pods) < first(ends.hosts)).toBe(true);
      for (const namespace of [...NAMESPACES, 'elsewhere']) {
        const found = ends.inNamespace(namespace);
        expect(namesOf(ends, found)).toEqual(namesOf(fresh, fresh.inNamespace(namespace)));
        expect(count(found)).toBe(count(fresh.inNamespace(namespace)));
      }
      expect([count(ends.pods), count(ends.hosts)]).toEqual([count(fresh.pods), count(fresh.hosts)]);
      expect(ends.hasPodsOfUnknownAddress).toBe(fresh.hasPodsOfUnknownAddress);
    });
  });

  it('are dirty where they are new, gone or relabelled, and nowhere else', () => {
    always(({ ends, base, difference: { namespaces, accounts } }) => {
      const known = new Set(base.classes.map(nameOf));
      const isRelabelled = ({ host, namespace, serviceAccount }: EndClass): boolean =>
        !host && (namespaces.has(namespace) || accounts.has(accountKey(namespace, serviceAccount)));
      const expected = ends.classes
        .filter((end) => !known.has(nameOf(end)) || isRelabelled(end))
        .map(({ index }) => index);
      const vacant = members(IndexSet.range(0, ends.size).subtract(ends.pods).subtract(ends.hosts));
      const left = vacant.filter((index) => ends.isOfBase(index));
      expect(vacant).toEqual(left);
      expect(members(ends.dirty)).toEqual([...expected, ...left].sort((a, b) => a - b));
      for (const index of vacant) expect([ends.at(index), ends.isOfBase(index)]).toEqual([undefined, true]);
    });
  });

  it('take up the numbers that others leave, and as many more as they need', () => {
    always(({ ends, base, fresh, classes }) => {
      const [was, now] = [base, fresh].map((of) =>
        [of.podClasses, of.hostClasses].map((list) => list.map(nameOf)),
      );
      const more = [0, 1].map((kind) => {
        const [old, all] = [was?.[kind] ?? [], now?.[kind] ?? []];
        const come = all.filter((name) => !old.includes(name)).length;
        const gone = old.filter((name) => !all.includes(name)).length;
        return Math.max(0, come - gone);
      });
      expect([classes.extraPods, classes.extraHosts]).toEqual(more);
      expect(ends.size).toBe(base.size + classes.extraPods + classes.extraHosts);
    });
  });

  it('are numbered as in the base where they have stayed', () => {
    always(({ ends, base }) => {
      const dirtyBefore = members(ends.dirty).filter((index) => ends.isOfBase(index));
      expect(members(ends.dirtyInBase)).toEqual(dirtyBefore.map((index) => ends.inBase(index)));
      for (let index = 0; index < ends.size; index++) {
        if (ends.dirty.contains(index)) continue;
        expect(ends.isOfBase(index)).toBe(true);
        const [now, then] = [ends.at(index), base.at(ends.inBase(index))];
        expect(now !== undefined && then !== undefined && nameOf(now) === nameOf(then)).toBe(true);
      }
      for (const end of base.classes) {
        const [index = -1, ...more] = members(ends.widen(IndexSet.single(end.index)));
        expect([ends.inBase(index), more]).toEqual([end.index, []]);
      }
      const hosts = members(ends.widen(base.hosts)).map((index) => ends.inBase(index));
      expect(hosts).toEqual(members(base.hosts));
    });
  });

  it('are asked for in two parts: what the base says of those that stayed, and what is said of the dirty ones', () => {
    always(({ ends, base }) => {
      const { fresh } = ends;
      expect(fresh.classes.map(nameOf).sort()).toEqual(namesOf(ends, ends.dirty));
      expect(fresh.classes.map(({ index }) => index)).toEqual(fresh.classes.map((_, place) => place));
      for (const end of fresh.classes) {
        const here = ends.classes.find((one) => nameOf(one) === nameOf(end));
        expect([ends.inFresh(here?.index ?? -1), here !== undefined]).toEqual([end.index, true]);
      }
      const isA = ({ labels }: EndClass): boolean => labels['app'] === 'a';
      const setOf = (of: EndClasses): IndexSet =>
        IndexSet.of(of.classes.filter(isA).map(({ index }) => index));
      expect(members(ends.merge(setOf(base), setOf(fresh)))).toEqual(members(setOf(ends)));
    });
  });

  it('are in the order of their keys, wherever they stand', () => {
    always(({ ends, fresh }) => {
      const placeOf = (end: EndClass): number => ends.firstOf(IndexSet.single(end.index)) ?? NaN;
      const inOrder = [...ends.classes].sort((a, b) => placeOf(a) - placeOf(b));
      expect(inOrder.map(nameOf)).toEqual(fresh.classes.map(nameOf));
      const all = IndexSet.range(0, ends.size + 3);
      const least = inOrder[0];
      expect(ends.firstOf(all)).toBe(least === undefined ? ends.size : placeOf(least));
      const half = inOrder.filter((_, place) => place % 2 === 1);
      const expected = half[0] === undefined ? undefined : placeOf(half[0]);
      expect(ends.firstOf(IndexSet.of(half.map(({ index }) => index)))).toBe(expected);
      // Outside addresses stand behind all ends.
      expect(ends.firstOf(IndexSet.range(ends.size + 1, ends.size + 2))).toBe(ends.size + 1);
      expect(inOrder.every((end) => placeOf(end) < ends.size)).toBe(true);
      expect(ends.firstOf(IndexSet.EMPTY)).toBeUndefined();
    });
  });
});

function members(set: IndexSet): number[] {
  return [...set.members()];
}

function count(set: IndexSet): number {
  return members(set).length;
}

function first({ edges }: IndexSet): number {
  return edges[0] ?? Infinity;
}

function last({ edges }: IndexSet): number {
  return (edges.at(-1) ?? 0) - 1;
}
