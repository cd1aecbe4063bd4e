import Ajv, { type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../../docs/schema');

const validators = new Map<string, ValidateFunction>();

/**
 * Reads the JSON a command printed and holds it against its published schema. The schema lets unknown fields pass, so
 * that fields can be added; here they do not, so that none is added without being documented.
 */
export function parseChecked(
  command:
    | 'connectivity'
    | 'test'
    | 'explain'
    | 'compile'
    | 'convert'
    | 'diff'
    | 'drift'
    | 'check'
    | 'adopt'
    | 'import'
    | 'replay'
    | 'controller-plan'
    | 'rules',
  text: string,
): ReturnType<typeof JSON.parse> {
  const value: unknown = JSON.parse(text);
  for (const name of [command, `${command} strict`]) {
    const validate = validators.get(name) ?? compile(command, name.endsWith('strict'));
    validators.set(name, validate);
    if (!validate(value)) throw new Error(`${name}: ${JSON.stringify(validate.errors, undefined, 2)}`);
  }
  return value;
}

function compile(command: string, strict: boolean): ValidateFunction {
  const schema: unknown = JSON.parse(readFileSync(join(FOLDER, `${command}.v1.json`), 'utf8'));
  const used = strict ? withoutExtras(schema) : schema;
  if (typeof used !== 'object' || used === null) throw new Error(`${command} has no schema`);
  return new Ajv({ allErrors: true, allowUnionTypes: true, strictRequired: false }).compile(used);
}

function withoutExtras(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutExtras);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withoutExtras(value)]),
  );
  return copy['type'] === 'object' && 'properties' in copy
    ? { ...copy, additionalProperties: false, $id: undefined }
    : copy;
}
