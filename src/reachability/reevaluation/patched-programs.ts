import type { EndClass } from '../ends/end-class';
import type { Layout } from '../ends/layout';
import type { PatchedEnds } from './patched-ends';
import type { PatchedPolicies } from './patched-policies';
import { isUniform } from '../programs/own-pieces';
import { keyFor, type OrderedPolicy, type Program } from '../programs/program-assignment';
import { ProgramResults, type Programs } from '../programs/programs';
import type { Direction } from '../../policies/direction';

/** The programs of pods after a change, each found when it is asked for. */
export class PatchedPrograms extends ProgramResults implements Programs {
  private readonly byPod: Readonly<Record<Direction, Map<number, Program>>> = {
    ingress: new Map(),
    egress: new Map(),
  };
  private readonly byKey = new Map<string, Program>();

  constructor(
    private readonly ends: PatchedEnds,
    private readonly base: Programs,
    private readonly policies: PatchedPolicies,
    layout: Layout,
  ) {
    super(policies.endActions, policies.size, layout);
  }

  of(end: EndClass, direction: Direction): Program | undefined {
    if (end.host) return undefined;
    const known = this.byPod[direction].get(end.index);
    if (known !== undefined) return known;
    const program = this.shared(this.policiesOf(end, direction), direction, end);
    this.byPod[direction].set(end.index, program);
    return program;
  }

  private policiesOf(end: EndClass, direction: Direction): readonly OrderedPolicy[] {
    if (this.ends.dirty.contains(end.index)) return this.policies.selecting(end, direction);
    const before = this.ends.base.at(this.ends.inBase(end.index));
    const program = before === undefined ? undefined : this.base.of(before, direction);
    const stayed = (program?.policies ?? []).flatMap(({ position }) => this.policies.afterOf(position) ?? []);
    const come = this.policies.added.filter(
      ({ compiled }) => compiled.directions.includes(direction) && compiled.subject.contains(end.index),
    );
    return come.length === 0 ? stayed : [...stayed, ...come].sort((a, b) => a.position - b.position);
  }

  private shared(policies: readonly OrderedPolicy[], direction: Direction, pod: EndClass): Program {
    const varied = policies.filter(({ compiled }) => !isUniform(compiled, direction));
    const key = keyFor(policies.map(({ position }) => position).join(','), varied, direction, pod);
    const name = `${direction} ${key}`;
    const known = this.byKey.get(name);
    if (known !== undefined) return known;
    const program: Program = { direction, policies, pod, key };
    this.byKey.set(name, program);
    return program;
  }
}
