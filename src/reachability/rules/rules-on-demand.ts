import type { CompiledRule } from './rule';
import type { Direction } from '../../policies/direction';

/** Works the rules of each direction out once, when they are first asked for: most policies apply to few pods. */
export function rulesOnDemand(
  compile: (direction: Direction) => readonly CompiledRule[],
): (direction: Direction) => readonly CompiledRule[] {
  let ingress: readonly CompiledRule[] | undefined;
  let egress: readonly CompiledRule[] | undefined;
  return (direction) =>
    direction === 'ingress' ? (ingress ??= compile('ingress')) : (egress ??= compile('egress'));
}
