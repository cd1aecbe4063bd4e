import type { CompiledRule } from './rule';
import type { Direction } from '../policies/direction';

/** Works the rules of each direction out once, when they are first asked for: most policies apply to few pods. */
export function rulesOnDemand(
  compile: (direction: Direction) => readonly CompiledRule[],
): (direction: Direction) => readonly CompiledRule[] {
  const compiled = new Map<Direction, readonly CompiledRule[]>();
  return (direction) => {
    const known = compiled.get(direction);
    if (known !== undefined) return known;
    const rules = compile(direction);
    compiled.set(direction, rules);
    return rules;
  };
}
