import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ID = /^[a-z0-9]+(?:-[a-z0-9]+)+$/;

/** Every id that code under a folder gives to a finding, with the files that do. */
export function findingIds(folder: string): ReadonlyMap<string, ReadonlySet<string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, source: parse(join(folder, name)) }));
  const callees = new Map(files.flatMap(({ source }) => functionsWithId(source)));
  const found = new Map<string, Set<string>>();
  for (const { name, source } of files) {
    for (const id of idsIn(source, callees)) found.set(id, (found.get(id) ?? new Set()).add(name));
  }
  return found;
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

/** Functions that take the id of a finding, and at which position. */
function functionsWithId(source: ts.SourceFile): [string, number][] {
  return nodesOf(source).flatMap((node): [string, number][] => {
    if (!ts.isFunctionDeclaration(node) || node.name === undefined) return [];
    const position = node.parameters.findIndex(({ name }) => name.getText() === 'id');
    return position < 0 ? [] : [[node.name.text, position]];
  });
}

/**
 * An id is text in the value or the type of something called `id`, behind a constant too; an argument of a function
 * for its parameter `id`; or the key of an entry with a severity and a message.
 */
function idsIn(source: ts.SourceFile, callees: ReadonlyMap<string, number>): string[] {
  const nodes = nodesOf(source);
  const constants = new Map(
    nodes.flatMap((node) =>
      ts.isVariableDeclaration(node) && node.initializer !== undefined
        ? [[node.name.getText(), node.initializer] as const]
        : [],
    ),
  );
  return nodes.flatMap((node) => {
    const value = idOf(node, callees);
    if (value === undefined) return [];
    const behind = ts.isIdentifier(value) ? (constants.get(value.text) ?? value) : value;
    return nodesOf(behind).flatMap((part) =>
      ts.isStringLiteral(part) && ID.test(part.text) ? [part.text] : [],
    );
  });
}

function idOf(node: ts.Node, callees: ReadonlyMap<string, number>): ts.Node | undefined {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const position = callees.get(node.expression.text);
    return position === undefined ? undefined : node.arguments[position];
  }
  if (ts.isPropertyAssignment(node)) {
    if (node.name.getText() === 'id') return node.initializer;
    const fields = ts.isObjectLiteralExpression(node.initializer) ? node.initializer.properties : [];
    const names = fields.map(({ name }) => name?.getText());
    return names.includes('severity') && names.includes('message') ? node.name : undefined;
  }
  if (ts.isPropertySignature(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node)) {
    if (node.name.getText() !== 'id') return undefined;
    return ts.isPropertySignature(node) ? node.type : node.initializer;
  }
  return undefined;
}

function nodesOf(root: ts.Node): ts.Node[] {
  const nodes: ts.Node[] = [root];
  for (const node of nodes) node.forEachChild((child) => void nodes.push(child));
  return nodes;
}
