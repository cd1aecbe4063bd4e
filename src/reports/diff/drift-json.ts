import type { Finding } from '../../model/finding';
import { diffFields } from './diff-json';
import { hasDrifted, type Drift, type FileDrift } from './drift';
import { findingsJson } from '../findings/finding-json';
import { printJson } from '../json-stream';

/** The JSON of `intents drift` (`docs/schema/drift.v1.json`), in pieces. */
export function driftJson(drift: Drift, findings: readonly Finding[]): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ['drift', { value: hasDrifted(drift) }],
    ['files', { items: drift.unit === 'object' ? [] : drift.files.map(fileJson) }],
    ...(drift.unit === 'object' ? [['objects', { items: drift.files.map(objectJson) }] as const] : []),
    ...diffFields(drift.diff),
    ['findings', { value: findingsJson(findings) }],
  ]);
}

/** Values as JSON, cut where they are long. */
function objectJson(object: FileDrift): unknown {
  const { name, change } = object;
  if (change !== 'changed') return { object: name, change };
  const { field = '', moreFields = [], committed, fresh } = object;
  return { object: name, change, fields: [field, ...moreFields], live: committed, written: fresh };
}

function fileJson(file: FileDrift): unknown {
  const { name, change } = file;
  if (change !== 'changed') return { file: name, change };
  const { line, committed, fresh, lineEndings } = file;
  return { file: name, change, line, committed, fresh, lineEndings };
}
