import { createRequire } from 'node:module';
import type { SourceDocument } from './document';
import { countJsonKeys, splitJsonObjects } from './json-text';
import { checkParsed, type ParseResult } from './parse-result';
import type * as yamlReader from './parse-yaml';

/** Parses one document with the meaning that kubectl gives it, quickly and without positions. */
export function parseDocument(document: SourceDocument): ParseResult {
  const json = parseJson(document.text);
  if (json !== undefined) {
    const checked = checkParsed(json.parsed, document.text);
    // With a duplicate key the slow way below finds its line.
    if (checked.problem !== undefined || checked.keys === countJsonKeys(document.text)) return checked;
  }
  return loadYamlReader().parseYaml(document);
}

function parseJson(text: string): { readonly parsed: unknown } | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return { parsed: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Documents of a text that starts with `{`: a stream of JSON objects; undefined when it is not that. */
export function jsonDocuments(text: string): SourceDocument[] | undefined {
  const documents = /^\s*\{/.test(text) ? splitJsonObjects(text) : undefined;
  return documents?.every(({ text: part }) => parseJson(part) !== undefined) === true ? documents : undefined;
}

let loaded: typeof yamlReader | undefined;

/** Loaded with the first document that is YAML: `kubectl get -o json` and policies of a live cluster need no YAML. */
function loadYamlReader(): typeof yamlReader {
  loaded ??= createRequire(__filename)('./parse-yaml') as typeof yamlReader;
  return loaded;
}
