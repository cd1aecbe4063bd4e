import { findingsJson } from './findings/finding-json';
import { printJson } from './json-stream';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';

/** The JSON of commands that write objects (`docs/schema/compile.v1.json`, `docs/schema/convert.v1.json`). */
export function objectsJson(objects: readonly JsonObject[], findings: readonly Finding[]): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ['objects', { items: objects }],
    ['findings', { value: findingsJson(findings) }],
  ]);
}
