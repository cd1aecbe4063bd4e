import { Document, visit, type Scalar } from 'yaml';
import { constantOf, numberOf } from './kubectl-scalars';
import type { JsonObject } from '../model/json';
import { escapedInQuotes, isUnseen } from '../reports/shown-text';

/**
 * Objects as a stream of YAML documents, in the form in which cdk8s writes manifests: keys in their order, no line
 * folded, no anchors. Whatever kubectl would not read back as the text that it is stands in quotes; the rules of YAML 1.1
 * are not enough for that, since kubectl follows no version of YAML (see kubectl-scalars).
 */
export function* printManifests(objects: Iterable<JsonObject>): Generator<string> {
  let separator = '';
  for (const object of objects) {
    yield `${separator}${printDocument(manifestDocument(object))}`;
    separator = '---\n';
  }
}

/** An object as a document that comments can be added to before it is printed. */
export function manifestDocument(object: JsonObject): Document {
  const document = new Document(object, { version: '1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_, node) => {
      if (isMisread(node) || hasUnseen(node)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document;
}

/** The text of a document that {@link manifestDocument} made: what is unseen stands in quotes there. */
export function printDocument(document: Document): string {
  return escapedInQuotes(document.toString({ lineWidth: 0, directives: false }));
}

function isMisread({ value }: Scalar): boolean {
  if (typeof value !== 'string') return false;
  return value === '<<' || constantOf(value) !== undefined || numberOf(value) !== undefined;
}

function hasUnseen({ value }: Scalar): boolean {
  return typeof value === 'string' && isUnseen(value);
}
