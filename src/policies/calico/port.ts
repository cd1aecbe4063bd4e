import type { FieldReader } from '../../model/field-reader';
import type { Json } from '../../model/json';
import { portNameProblem } from '../../model/name-syntax';
import type { CalicoPort } from './policy';

const MAX_PORT = 65535;

/**
 * Reads `ports` or `notPorts` (calico-policy-model 1.2, Port): numbers, also in quotes, `low:high`, or names of
 * container ports. `80-90` is no range.
 */
export function readPorts(reader: FieldReader, key: 'ports' | 'notPorts'): readonly CalicoPort[] {
  return (reader.list(key) ?? []).flatMap((item, index) => {
    const port = portOf(item);
    if (typeof port !== 'string') return [port];
    reader.problem([key, index], `${reader.pathTo([key, index])} is ${JSON.stringify(item)}: ${port}`, {
      mend: 'Write a number, a range such as 8000:8080, or the name of a container port.',
    });
    return [];
  });
}

/** The port, or what is wrong with it. */
function portOf(value: Json): CalicoPort | string {
  if (typeof value === 'number') return range(value, value);
  if (typeof value !== 'string') return 'a port is a number or a string';
  if (/^[0-9]+$/.test(value)) return range(Number(value), Number(value));
  const [, low, high] = /^([0-9]+):([0-9]+)$/.exec(value) ?? [];
  if (low !== undefined && high !== undefined) return range(Number(low), Number(high));
  if (/^[0-9]+-[0-9]+$/.test(value))
    return 'Calico writes a range with ":", this would be the name of a port';
  const reason = portNameProblem(value);
  return reason ?? { name: value };
}

function range(first: number, last: number): CalicoPort | string {
  if (!Number.isInteger(first)) return 'a port is a whole number';
  if (first < 1 || last > MAX_PORT) return `ports go from 1 to ${MAX_PORT}`;
  return first <= last ? { first, last } : 'the range ends before it begins';
}

/** As a manifest writes it: a number, `low:high`, or a name. */
export function printPort(port: CalicoPort): number | string {
  if ('name' in port) return port.name;
  return port.first === port.last ? port.first : `${port.first}:${port.last}`;
}
