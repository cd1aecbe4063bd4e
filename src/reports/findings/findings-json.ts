import type { Finding } from '../../model/finding';
import { findingsJson } from './finding-json';
import { printJson } from '../json-stream';

/** The JSON of `intents check` (`docs/schema/check.v1.json`), in pieces. */
export function findingListJson(findings: readonly Finding[]): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ['findings', { items: findingsJson(findings) }],
  ]);
}
