import { createRequire } from 'node:module';
import type { FieldPath } from '../model/json';
import type { Place } from '../model/place';
import { firstContentLine, type SourceDocument } from './document';
import type * as fieldLines from './field-lines';

/**
 * Lines of the fields of one document. Parsing with positions is several times slower than parsing for values, so it
 * happens once, when the first line inside the document is asked for.
 */
export class DocumentPositions {
  private lines: fieldLines.FieldLines | 'unreadable' | undefined;
  private first: number | undefined;

  /** @param disk where the file lies; absent for what cannot be written to: standard input and commits */
  constructor(
    readonly document: SourceDocument,
    readonly disk?: string,
  ) {}

  /** Line of the first content of the document; cheap. */
  get firstLine(): number {
    this.first ??= firstContentLine(this.document);
    return this.first;
  }

  /** Line of the field, or of the nearest thing around it that is written in the file. */
  lineOf(path: FieldPath): number {
    this.lines ??= loadFieldLines().FieldLines.of(this.document) ?? 'unreadable';
    return (this.lines === 'unreadable' ? undefined : this.lines.lineOf(path)) ?? this.firstLine;
  }
}

let loaded: typeof fieldLines | undefined;

/** The parser behind it takes a tenth of the time of a short run, and a run without findings asks for no such line. */
function loadFieldLines(): typeof fieldLines {
  loaded ??= createRequire(__filename)('./field-lines') as typeof fieldLines;
  return loaded;
}

/** A field as it is written: in which document of which file. */
export interface WrittenField {
  readonly document: SourceDocument;
  /** Where the file lies; absent for standard input and commits. */
  readonly disk?: string | undefined;
  /** From the document. */
  readonly path: FieldPath;
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

  /** What an edit of this place needs to know. */
  get written(): WrittenField {
    const { document, disk } = this.positions;
    return { document, disk, path: this.path };
  }

  at(path: FieldPath): Place {
    return path.length === 0 ? this : new FilePlace(this.file, this.positions, [...this.path, ...path]);
  }
}
