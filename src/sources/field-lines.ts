import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import type { FieldPath } from '../model/json';
import type { SourceDocument } from './document';

/** Where the fields of one document are written. */
export class FieldLines {
  private constructor(
    private readonly root: Document,
    private readonly counter: LineCounter,
    private readonly startLine: number,
  ) {}

  /** Undefined where this parser gives up: the value is known from the other one, only lines inside are not. */
  static of({ text, startLine }: SourceDocument): FieldLines | undefined {
    const lineCounter = new LineCounter();
    const options = {
      version: '1.1',
      lineCounter,
      strict: false,
      uniqueKeys: false,
      logLevel: 'silent',
    } as const;
    try {
      return new FieldLines(parseDocument(text, options), lineCounter, startLine);
    } catch {
      return undefined;
    }
  }

  /** Line in the file of the field, or of the nearest thing around it that is written; undefined when nothing is. */
  lineOf(path: FieldPath): number | undefined {
    const offset = offsetOf(this.root, path);
    return offset === undefined ? undefined : this.startLine + this.counter.linePos(offset).line - 1;
  }
}

function offsetOf(root: Document, path: FieldPath): number | undefined {
  let node: Node | undefined = isNode(root.contents) ? root.contents : undefined;
  let offset: number | undefined;
  for (const step of path) {
    const child = childOf(root, node, step);
    if (child === undefined) break;
    offset = child.offset ?? offset;
    node = child.node;
  }
  return offset;
}

interface Child {
  readonly offset: number | undefined;
  readonly node: Node | undefined;
}

function childOf(root: Document, parent: Node | undefined, step: string | number): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(root) : parent;
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return isNode(item) ? { offset: item.range?.[0], node: item } : undefined;
  }
  if (!isMap(node)) return undefined;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || String(key.value) !== String(step)) continue;
    return { offset: key.range?.[0], node: isNode(value) ? value : undefined };
  }
  return undefined;
}
