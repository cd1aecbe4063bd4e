import { isCollection, isMap, isSeq, type Document } from 'yaml';
import { evidenceLines } from './evidence';
import { intentsObject } from './target-json';
import type { DraftIntents } from '../calls/draft-intents';
import { manifestDocument, printDocument } from '../../sources/print-manifests';

/** The drafts as YAML documents, each target with a comment that says what was seen. */
export function* intentsYaml(drafts: readonly DraftIntents[]): Generator<string> {
  let separator = '';
  for (const draft of drafts) {
    yield `${separator}${printDraft(draft)}`;
    separator = '---\n';
  }
}

function printDraft(draft: DraftIntents): string {
  const document = manifestDocument(intentsObject(draft));
  const targets = targetsOf(document);
  for (const [index, target] of draft.targets.entries()) {
    const item = targets[index];
    if (isCollection(item)) item.commentBefore = commentOf(evidenceLines(target));
  }
  return printDocument(document);
}

function targetsOf(document: Document): unknown[] {
  const targets = document.getIn(['spec', 'targets']);
  return isSeq(targets) ? targets.items.map((item) => (isMap(item) ? item : undefined)) : [];
}

/** Every line is one: evidence has neither breaks nor anything that a reader of YAML could take for one. */
function commentOf(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join('\n');
}
