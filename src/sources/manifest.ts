import { createRequire } from 'node:module';
import type { IgnoreComment } from '../checks/ignore';
import type { Finding } from '../model/finding';
import { isJsonObject, jsonAt, type Json } from '../model/json';
import type { Place } from '../model/place';
import type { Resource } from '../model/resource';
import { splitDocuments, type SourceDocument } from './document';
import type * as ignoreComments from './ignore-comments';
import { jsonDocuments, parseDocument } from './parse-document';
import type { ParseProblem } from './parse-result';
import { DocumentPositions, FilePlace } from './positions';
import { takeIn, type Intake } from './read-objects';

export interface ReadManifestsOptions {
  /** Name of the file as the user gave it; for places. */
  readonly file: string;
  /** Where the file lies on disk, if it does: `intents check --fix` writes there. */
  readonly disk?: string | undefined;
  /** Namespace of namespaced objects that name none. Default `default`. */
  readonly defaultNamespace?: string | undefined;
  /** Told how many documents of the text are read so far: after every 1,000, and at its end. */
  readonly onRead?: ((documents: number) => void) | undefined;
}

/** What such a comment begins with. */
const IGNORE_WORD = 'intents-ignore';

/** Telling is cheap, but not free. */
const DOCUMENTS_PER_REPORT = 1_000;

/** The objects of a text in their order, `List`s taken apart, and what was found on the way. */
export interface Manifests {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
  /** Comments that ask for findings to be left out, in their order. */
  readonly ignoreComments: readonly IgnoreComment[];
}

/**
 * Reads YAML (one document or many) or JSON (one object or many) as kubectl reads it. Never throws: a document that
 * cannot be used becomes a finding, and the others are read all the same. Lines are worked out only when a place is
 * asked for its line.
 */
export function readManifests(
  text: string,
  { file, disk, defaultNamespace = 'default', onRead }: ReadManifestsOptions,
): Manifests {
  const intake = { resources: [], findings: [], defaultNamespace } satisfies Intake;
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  const documents = jsonDocuments(content) ?? splitDocuments(content);
  documents.forEach((document, index) => {
    if (index > 0 && index % DOCUMENTS_PER_REPORT === 0) onRead?.(index);
    readDocument(document, { file, disk }, intake);
  });
  onRead?.(documents.length);
  return { ...intake, ignoreComments: content.includes(IGNORE_WORD) ? loadComments()(content, file) : [] };
}

let loaded: typeof ignoreComments | undefined;

/** Few files have such comments, and telling them from text needs the other parser. */
function loadComments(): typeof ignoreComments.findIgnoreComments {
  loaded ??= createRequire(__filename)('./ignore-comments') as typeof ignoreComments;
  return loaded.findIgnoreComments;
}

interface OfFile {
  readonly file: string;
  readonly disk: string | undefined;
}

function readDocument(document: SourceDocument, { file, disk }: OfFile, intake: Intake): void {
  const place = new FilePlace(file, new DocumentPositions(document, disk));
  if (document.afterSeparator !== undefined) {
    intake.findings.push(separatorFinding(document, file));
    return;
  }
  const { value, problem } = parseDocument(document);
  if (problem !== undefined) intake.findings.push(problemFinding(document, problem, file));
  else if (value === null) return;
  else if (isTemplated(value)) intake.findings.push(templatedFinding(place));
  else takeIn(value, place, intake);
}

/** `{{` where YAML expects a key or a value, so not inside quotes; text in braces (alert rules) is not meant. */
const TEMPLATE_ACTION = /(?:^[ \t]*|[:-][ \t]+)\{\{/m;

/** A template whose braces are quoted parses, but what the object is called or is remains open. */
function isTemplated(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const identity = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']];
  return identity.some((path) => {
    const part = jsonAt(value, path);
    return typeof part === 'string' && part.includes('{{');
  });
}

function problemFinding(document: SourceDocument, problem: ParseProblem, file: string): Finding {
  const place = linePlace(file, problem.line ?? new DocumentPositions(document).firstLine);
  if (problem.id !== 'duplicate-key' && TEMPLATE_ACTION.test(document.text)) return templatedFinding(place);
  const mend = {
    'invalid-yaml': 'Correct the YAML.',
    'duplicate-key': 'Remove one of the two keys.',
    'excessive-yaml': 'Write the document plainly.',
  };
  return {
    id: problem.id,
    severity: 'error',
    message: `This document cannot be read: ${problem.reason}; nothing of it is taken into account`,
    place,
    mend: mend[problem.id],
  };
}

function separatorFinding(document: SourceDocument, file: string): Finding {
  return {
    id: 'invalid-yaml',
    severity: 'error',
    message: `"${document.afterSeparator ?? ''}" stands on the line of the separator ---, which kubectl refuses; the document is left out`,
    place: linePlace(file, document.startLine - 1),
    mend: 'Write the content on the line after ---.',
  };
}

function templatedFinding(place: Place): Finding {
  return {
    id: 'templated-manifest',
    severity: 'warning',
    message:
      'This document is a template ({{ … }}) and not a manifest yet; it is skipped, and verdicts do not know its objects',
    place,
    mend: 'Render it first, for example with helm template, and pass the output.',
  };
}

function linePlace(file: string, line: number): Place {
  const place: Place = { file, line, at: () => place };
  return place;
}
