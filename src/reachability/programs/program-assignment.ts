import type { EndClass, EndClasses } from '../ends/end-class';
import { isUniform, variantOf } from './own-pieces';
import type { CompiledPolicy } from '../rules/rule';
import { eventsBelow, type Events } from '../sets/index-set';
import { toggle } from '../sets/toggle';
import type { Direction } from '../../policies/direction';

/** A policy in the one order of all policies. */
export interface OrderedPolicy {
  readonly position: number;
  readonly tier: number;
  readonly compiled: CompiledPolicy;
}

/** What decides about one direction of some pods: the same policies with the same effect. */
export interface Program {
  readonly direction: Direction;
  /** In order of evaluation; empty for a pod that no policy concerns. */
  readonly policies: readonly OrderedPolicy[];
  /** One of the pods; the effect is the same for all of them. */
  readonly pod: EndClass;
  /** Names the program among those of its direction. */
  readonly key: string;
}

/** The program of every pod, by its index: a sweep over the pods in order with the policies that apply to them. */
export function assignPrograms(
  ordered: readonly OrderedPolicy[],
  ends: EndClasses,
  direction: Direction,
): readonly Program[] {
  const programs: Program[] = [];
  const known = new Map<string, Program>();
  const find = (key: string, policies: readonly OrderedPolicy[], pod: EndClass): Program => {
    let program = known.get(key);
    if (program === undefined) known.set(key, (program = { direction, policies, pod, key }));
    return program;
  };
  const isVaried = ordered.map(
    ({ compiled }) =>
      !compiled.subject.isEmpty && compiled.directions.includes(direction) && !isUniform(compiled, direction),
  );
  for (const { start, end, positions } of stretches(ordered, ends.podClasses.length, direction)) {
    const policies = positions.flatMap((position) => ordered[position] ?? []);
    const varied = policies.filter(({ position }) => isVaried[position]);
    const list = positions.join(',');
    for (let index = start; index < end; index++) {
      const pod = ends.podClasses[index];
      if (pod === undefined) break;
      const shared = varied.length === 0 && index > start ? programs[index - 1] : undefined;
      const key = shared === undefined ? keyFor(list, varied, direction, pod) : '';
      programs.push(shared ?? find(key, policies, pod));
    }
  }
  return programs;
}

/**
 * The key of a program.
 * @param list the positions of its policies
 * @param varied those of its policies that do not treat all pods alike
 */
export function keyFor(
  list: string,
  varied: readonly OrderedPolicy[],
  direction: Direction,
  pod: EndClass,
): string {
  if (varied.length === 0) return list;
  return JSON.stringify([list, ...varied.map(({ compiled }) => variantOf(compiled, direction, pod))]);
}

/** Neighbouring pods to which the same policies apply. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  /** Of the policies, ascending; valid until the next stretch is asked for. */
  readonly positions: readonly number[];
}

function* stretches(
  ordered: readonly OrderedPolicy[],
  podCount: number,
  direction: Direction,
): Generator<Stretch> {
  const events = subjectEdges(ordered, podCount, direction);
  const count = ordered.length;
  const active: number[] = [];
  let start = 0;
  for (let index = 0; index < events.length; index++) {
    const event = events[index] ?? 0;
    const edge = Math.floor(event / count);
    if (edge > start) yield { start, end: edge, positions: active };
    start = Math.max(start, edge);
    toggle(active, event - edge * count);
  }
  if (podCount > start) yield { start, end: podCount, positions: active };
}

/** Where the policies begin and cease to apply, as `edge * number of policies + position`, ascending. */
function subjectEdges(ordered: readonly OrderedPolicy[], podCount: number, direction: Direction): Events {
  const events: number[] = [];
  for (const { position, compiled } of ordered) {
    if (!compiled.directions.includes(direction)) continue;
    const { edges } = compiled.subject;
    for (let index = 0; index < edges.length; index++)
      events.push((edges[index] ?? 0) * ordered.length + position);
  }
  const sorted = eventsBelow((podCount + 1) * ordered.length, events.length);
  sorted.set(events);
  return sorted.sort();
}
