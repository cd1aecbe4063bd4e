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
import type { Place } from '../model/place';
import { firstContentLine, type SourceDocument } from './document';

/**
 * Lines of the fields of one document. Parsing with positions is several times slower than parsing for values, so it
 * happens once, when the first line inside the document is asked for.
 */
export class DocumentPositions {
  private parsed: { readonly root: Document; readonly lines: LineCounter } | 'unreadable' | undefined;
  private first: number | undefined;

  constructor(private readonly document: SourceDocument) {}

  /** Line of the first content of the document; cheap. */
  get firstLine(): number {
    this.first ??= firstContentLine(this.document);
    return this.first;
  }

  /** Line of the field, or of the nearest thing around it that is written in the file. */
  lineOf(path: FieldPath): number {
    this.parsed ??= this.parse();
    if (this.parsed === 'unreadable') return this.firstLine;
    const { root, lines } = this.parsed;
    const offset = offsetOf(root, path);
    return offset === undefined ? this.firstLine : this.document.startLine + lines.linePos(offset).line - 1;
  }

  private parse(): { root: Document; lines: LineCounter } | 'unreadable' {
    const lines = new LineCounter();
    try {
      const options = {
        version: '1.1',
        lineCounter: lines,
        strict: false,
        uniqueKeys: false,
        logLevel: 'silent',
      } as const;
      return { root: parseDocument(this.document.text, options), lines };
    } catch {
      // The value is known from the other parser; only lines inside are not.
      return 'unreadable';
    }
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

/** A place in a file whose line is worked out when it is asked for. */
export class FilePlace implements Place {
  constructor(
    readonly file: string,
    private readonly positions: DocumentPositions,
    /** From the document to what this is the place of; not empty for an item of a `List`. */
    private readonly path: FieldPath = [],
  ) {}

  get line(): number {
    return this.path.length === 0 ? this.positions.firstLine : this.positions.lineOf(this.path);
  }

  at(path: FieldPath): Place {
    return path.length === 0 ? this : new FilePlace(this.file, this.positions, [...this.path, ...path]);
  }
}
