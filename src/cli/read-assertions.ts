import { nearest } from '../model/field-reader';
import type { Place } from '../model/place';
import { splitDocuments } from '../sources/document';
import { parseDocument } from '../sources/parse-document';
import { DocumentPositions, FilePlace } from '../sources/positions';
import type { Assertion, AssertionProblem } from './assertion';
import { AssertionNode } from './assertion-node';
import type { ConnectionWords } from './flow-port';
import { readEnd } from './read-assertion-end';

/** The flows of a file, in their order, and everything that is wrong with it. */
export interface ReadAssertions {
  readonly assertions: readonly Assertion[];
  readonly problems: readonly AssertionProblem[];
}

/** Reads an assertions file strictly: what is not understood is a problem, never passed over. */
export function readAssertions(text: string, file: string, defaultNamespace: string): ReadAssertions {
  const assertions: Assertion[] = [];
  const problems: AssertionProblem[] = [];
  const documents = splitDocuments(text);
  for (const document of documents) {
    const positions = new DocumentPositions(document);
    const { value, problem } = parseDocument(document);
    if (problem !== undefined) {
      const { line = positions.firstLine, reason } = problem;
      const place = linePlace(file, Math.min(line, text.trimEnd().split('\n').length));
      problems.push({ message: `The file cannot be read: ${reason}.`, place });
      continue;
    }
    readDocument(
      new AssertionNode(value, [], new FilePlace(file, positions), problems),
      assertions,
      defaultNamespace,
    );
  }
  if (documents.length === 0) {
    const message = 'The file is empty: write "flows:" and a list of expected flows.';
    problems.push({ message, place: linePlace(file, 1) });
  }
  return { assertions, problems };
}

function linePlace(file: string, line: number): Place {
  const place: Place = { file, line, at: () => place };
  return place;
}

function readDocument(root: AssertionNode, assertions: Assertion[], defaultNamespace: string): void {
  if (root.object(['flows']) === null) return;
  const flows = root.at('flows');
  if (flows.value === undefined) root.report('flows is missing: write a list of expected flows.');
  else if (!Array.isArray(flows.value)) flows.report('must be a list of expected flows.');
  else if (flows.value.length === 0) flows.report('is empty, so nothing would be tested.');
  else {
    for (const index of flows.value.keys()) {
      const assertion = readFlow(flows.at(index), defaultNamespace);
      if (assertion !== null) assertions.push(assertion);
    }
  }
}

const CONNECTION = ['port', 'protocol', 'type', 'code'];

function readFlow(node: AssertionNode, defaultNamespace: string): Assertion | null {
  const value = node.object(['from', 'to', ...CONNECTION, 'expect']);
  if (value === null) return null;
  const from = readEnd(node.at('from'), defaultNamespace);
  const to = readEnd(node.at('to'), defaultNamespace);
  const connection = readConnection(node);
  const expect = readExpect(node.at('expect'));
  if (from === null || to === null || connection === null || expect === null) return null;
  const written = Object.entries({ ...value, protocol: value.protocol ?? 'TCP' }).filter(
    ([key]) => key !== 'expect',
  );
  return {
    from,
    to,
    connection,
    expect,
    written: Object.fromEntries(written),
    place: node.place,
    fromPlace: node.at('from').place,
    toPlace: node.at('to').place,
    portPlace: node.at('port').place,
  };
}

function readExpect(node: AssertionNode): 'allow' | 'deny' | null {
  const { value } = node;
  if (value === 'allow' || value === 'deny') return value;
  if (value === undefined) return node.report('is missing: write allow or deny.');
  const near = typeof value === 'string' ? nearest(value, ['allow', 'deny']) : undefined;
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return node.report(`is ${JSON.stringify(value)}, but must be allow or deny.${hint}`);
}

function readConnection(node: AssertionNode): ConnectionWords | null {
  const protocol = stringOrNumber(node.at('protocol'));
  const port = stringOrNumber(node.at('port'));
  const type = wholeNumber(node.at('type'));
  const code = wholeNumber(node.at('code'));
  if (protocol === null || port === null || type === null || code === null) return null;
  return { protocol, port, type, code };
}

/** Undefined when there is none, null when it is wrong. */
function stringOrNumber(node: AssertionNode): string | number | undefined | null {
  const { value } = node;
  if (value === undefined || typeof value === 'string' || typeof value === 'number') return value;
  return node.report('must be a number or a name.');
}

function wholeNumber(node: AssertionNode): number | undefined | null {
  const { value } = node;
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return value;
  return node.report('must be a whole number.');
}
