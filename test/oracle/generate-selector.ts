import { NAMESPACES, SERVICE_ACCOUNTS } from './generate-cluster';
import type { Random } from './random';

/** What a selector speaks of: pods by all their labels, namespaces, or service accounts. */
export type Speaks = 'endpoints' | 'namespaces' | 'accounts';

const KEYS: Readonly<Record<Speaks, readonly (readonly [string, readonly string[]])[]>> = {
  endpoints: [
    ['app', ['a', 'b', 'ab', '']],
    ['tier', ['web', 'db']],
    ['constructor', ['x']],
    ['kind', ['set', 'other']],
    ['projectcalico.org/namespace', NAMESPACES],
    ['projectcalico.org/serviceaccount', SERVICE_ACCOUNTS],
    ['projectcalico.org/orchestrator', ['k8s']],
    ['pcns.env', ['prod']],
    ['absent', ['v']],
  ],
  namespaces: [
    ['env', ['prod', 'dev', '']],
    ['team', ['a', 'b']],
    ['projectcalico.org/name', NAMESPACES],
    ['kubernetes.io/metadata.name', NAMESPACES],
    ['absent', ['v']],
  ],
  accounts: [
    ['app', ['a', 'b', '']],
    ['tier', ['web', 'db']],
    ['projectcalico.org/name', SERVICE_ACCOUNTS],
    ['absent', ['v']],
  ],
};

/** A Calico selector of every form of the grammar (calico-policy-model 3.2), in varying spelling. */
export function selector(random: Random, speaks: Speaks, depth = 2): string {
  const form = random.integer(0, depth > 0 ? 9 : 6);
  if (form === 9) return `!(${selector(random, speaks, depth - 1)})`;
  if (form >= 7) {
    const sign = form === 7 ? random.pick([' && ', '&&']) : ' || ';
    const text = `${selector(random, speaks, depth - 1)}${sign}${selector(random, speaks, depth - 1)}`;
    return random.chance(0.5) ? `(${text})` : text;
  }
  return leaf(random, speaks, form);
}

function leaf(random: Random, speaks: Speaks, form: number): string {
  const [key, values] = random.pick(KEYS[speaks]);
  const literal = (): string => quote(random, random.pick(values));
  if (form === 0) return random.pick(['all()', 'all()', '!all()', 'all( )']);
  if (form <= 2) return random.pick([`has(${key})`, `!has(${key})`, `has( ${key} )`, `! has(${key})`]);
  if (form <= 4) return `${key} ${random.pick(['==', '!='])} ${literal()}`;
  if (form === 5) {
    const set = random.some(values, 0, 3).map((value) => quote(random, value));
    return `${key} ${random.pick(['in', 'not in', 'notin'])} {${set.join(', ')}${set.length > 0 && random.chance(0.2) ? ',' : ''}}`;
  }
  return `${key} ${random.pick(['contains', 'starts with', 'ends with', 'startswith'])} ${random.chance(0.2) ? '""' : literal()}`;
}

function quote(random: Random, value: string): string {
  return random.chance(0.5) ? `"${value}"` : `'${value}'`;
}
