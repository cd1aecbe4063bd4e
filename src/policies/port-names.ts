import type { Direction } from './direction';
import { isCalicoPolicy, type Policy } from './policy';

/** The names under which a rule asks for ports of the destination, each once; empty where it asks for numbers only. */
export function portNamesOfRule(policy: Policy, direction: Direction, rule: number): readonly string[] {
  return [...new Set(namesOf(policy, direction, rule))].sort();
}

function namesOf(policy: Policy, direction: Direction, index: number): string[] {
  if (isCalicoPolicy(policy)) {
    const { ports = [], notPorts = [] } = policy[direction][index]?.destination ?? {};
    return [...ports, ...notPorts].flatMap((port) => ('name' in port ? [port.name] : []));
  }
  if (policy.kind === 'NetworkPolicy')
    return listed(policy[direction][index]?.ports).flatMap(({ port }) =>
      typeof port === 'string' ? [port] : [],
    );
  return listed(policy[direction][index]?.ports).flatMap((port) => (port.type === 'name' ? [port.name] : []));
}

function listed<T>(ports: 'all' | readonly T[] = 'all'): readonly T[] {
  return ports === 'all' ? [] : ports;
}
