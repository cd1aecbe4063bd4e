import { InvalidInputError } from './invalid-input-error';
import { addressBits, compareCidrs, containsCidr, parseAddress, parseCidr, type Cidr } from '../model/cidr';
import { labelKeyProblem, labelValueProblem } from '../model/label-syntax';
import type { Labels } from '../model/resource';

/** A namespace name, or the error. */
export function checkNamespace(field: string, name: string): string {
  if (name.length <= 63 && /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name)) return name;
  throw new InvalidInputError(
    field,
    name,
    'it is not the name of a namespace',
    'Write lower-case letters, digits and dashes, at most 63.',
  );
}

/** A port number, or the error. */
export function checkPort(field: string, port: number): number {
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new InvalidInputError(field, port, 'it is not a port', 'Write a whole number from 1 to 65535.');
}

/** Blocks without host bits; a bare address is a block of one. */
export function checkCidrs(field: string, texts: readonly string[]): Cidr[] {
  return texts.map((text, index) => checkCidr(`${field}[${index}]`, text));
}

/** The same of one block. */
export function checkCidr(field: string, text: string): Cidr {
  const { cidr, reason } = text.includes('/') ? parseCidr(text, { hostBits: 'error' }) : single(text);
  if (cidr !== undefined) return cidr;
  throw new InvalidInputError(field, text, reason, 'Write a CIDR such as 10.0.0.0/8 or fd00::/8.');
}

/** Labels that select something: at least one, each one the API server takes. */
export function checkLabels(field: string, labels: Labels): Labels {
  const entries = Object.entries(labels);
  if (entries.length === 0) {
    throw new InvalidInputError(field, labels, 'no labels select every pod', 'Write at least one label.');
  }
  for (const [key, value] of entries) {
    const problem = labelKeyProblem(key) ?? valueProblem(value);
    if (problem !== undefined)
      throw new InvalidInputError(`${field}.${key}`, value, problem, 'Correct the label.');
  }
  return labels;
}

/** Types promise text; a label that is `undefined` in plain JavaScript would be left out, and the selector widened. */
function valueProblem(value: unknown): string | undefined {
  return typeof value === 'string' ? labelValueProblem(value) : 'it is not text';
}

/** Sorted, without those that another one contains. */
export function mergeCidrs(cidrs: readonly Cidr[]): Cidr[] {
  const kept: Cidr[] = [];
  for (const cidr of [...cidrs].sort(compareCidrs)) {
    // Sorted larger first, a block can only lie inside the one kept last.
    const last = kept.at(-1);
    if (last === undefined || !containsCidr(last, cidr)) kept.push(cidr);
  }
  return kept;
}

function single(text: string): ReturnType<typeof parseCidr> {
  const { address, reason } = parseAddress(text);
  if (address === undefined) return { reason };
  return { cidr: { version: address.version, base: address.value, prefix: addressBits(address.version) } };
}
