import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cliOn } from './cli-run';
import { parseChecked } from './json-schema';
export const STORY = readFileSync(join(__dirname, '../scenarios/load-balancer/input.yaml'), 'utf8');

export interface Compiled {
  readonly code: number;
  readonly objects: readonly any[];
  readonly findings: readonly any[];
}

export async function compile(text: string, ...words: string[]): Promise<Compiled> {
  const { out, code } = await cliOn(text, 'compile', '-', '-o', 'json', ...words);
  const { objects, findings } = parseChecked('compile', out);
  return { code, objects, findings };
}

export function ids(objects: readonly any[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

export function labelsOf(objects: readonly any[], name: string): Record<string, string> {
  const { spec } = objects.find(({ kind, metadata }) => kind !== 'NetworkPolicy' && metadata.name === name);
  return (spec.jobTemplate?.spec ?? spec).template.metadata.labels;
}

/** Everything of the input but its intents as it was, what was compiled in its place or behind it. */
export function applied(input: string, objects: readonly any[]): string {
  const key = ({ apiVersion, kind, metadata }: any): string =>
    [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
  const byKey = new Map(parseAllDocuments(input).map((document) => [key(document.toJS()), document.toJS()]));
  for (const object of objects) byKey.set(key(object), object);
  return [...byKey.values()].map((object) => JSON.stringify(object)).join('\n---\n');
}
