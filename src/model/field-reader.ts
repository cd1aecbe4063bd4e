import type { Finding, Severity } from './finding';
import type { Fix } from './fix';
import { isJsonObject, printFieldPath, type FieldPath, type Json, type JsonObject } from './json';
import type { Place } from './place';
import { resourceId, type Labels, type Resource } from './resource';

interface Subject {
  readonly resource: Resource;
  readonly findings: Finding[];
  errors: number;
}

/** What {@link FieldReader.problem} needs beyond the message. */
export interface Problem {
  readonly id?: string;
  readonly severity?: Severity;
  readonly mend: string;
  /** See {@link Finding.fix}. */
  readonly fix?: Fix | undefined;
}

/**
 * Reads one object of a manifest field by field. What is not of the expected type becomes a finding with the
 * place of the field, never a silent default, and {@link rejectUnknown} names the fields nobody asked for.
 * `null` reads as absent, as the API server drops it.
 */
export class FieldReader {
  /** Fields asked for so far, some twice. Objects have few fields and readers are many: a set would cost more. */
  private readonly asked: string[] = [];

  private constructor(
    private readonly subject: Subject,
    /** The object that is read. */
    readonly value: JsonObject,
    private readonly parent?: FieldReader,
    /** The field of the parent that it stands in, and its index where that field is a list. */
    private readonly key = '',
    private readonly index?: number,
  ) {}

  /** Reads the whole manifest of `resource`; findings are appended to `findings`. */
  static of(resource: Resource, findings: Finding[]): FieldReader {
    return new FieldReader({ resource, findings, errors: 0 }, resource.manifest);
  }

  /** Where the object stands inside its manifest; put together only when asked for, which is when something is wrong. */
  get path(): FieldPath {
    if (this.parent === undefined) return [];
    const own = this.index === undefined ? [this.key] : [this.key, this.index];
    return [...this.parent.path, ...own];
  }

  get resource(): Resource {
    return this.subject.resource;
  }

  /** How many errors were reported so far about the whole manifest: compare before and after reading a part of it. */
  get errorCount(): number {
    return this.subject.errors;
  }

  /** Whether the field is there and not null. */
  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  /** The field as it stands, marked as asked for. */
  raw(key: string): Json | undefined {
    this.asked.push(key);
    // A key such as `constructor` must not reach the prototype.
    const value = Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return value === null ? undefined : value;
  }

  string(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    this.wrongType(key, 'a string', value);
    return undefined;
  }

  /** A string that must be there and not be empty; a finding when it is not. */
  requiredString(key: string): string | undefined {
    const had = this.has(key);
    const value = this.string(key);
    if (value !== undefined && value !== '') return value;
    if (!had || value === '') {
      this.problem([key], `${this.pathTo([key])} is ${had ? 'empty' : 'missing'}`, {
        mend: `Set ${this.pathTo([key])}.`,
      });
    }
    return undefined;
  }

  number(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'number') return value;
    this.wrongType(key, 'a number', value);
    return undefined;
  }

  integer(key: string): number | undefined {
    const value = this.number(key);
    if (value === undefined || Number.isInteger(value)) return value;
    this.wrongType(key, 'a whole number', value);
    return undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.wrongType(key, 'true or false', value);
    return undefined;
  }

  /** A list of strings; absent when the field is absent. */
  strings(key: string): string[] | undefined {
    const list = this.list(key);
    return list?.filter((item, index): item is string => {
      if (typeof item === 'string') return true;
      this.wrongType([key, index], 'a string', item);
      return false;
    });
  }

  /** A list as it stands; absent when the field is absent. */
  list(key: string): Json[] | undefined {
    const value = this.raw(key);
    if (value === undefined || Array.isArray(value)) return value;
    this.wrongType(key, 'a list', value);
    return undefined;
  }

  /** A map of strings, such as labels; absent when the field is absent. */
  labels(key: string): Labels | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) {
      this.wrongType(key, 'a map of strings', value);
      return undefined;
    }
    if (isLabels(value)) return value;
    const entries = Object.entries(value).filter((entry): entry is [string, string] => {
      if (typeof entry[1] === 'string') return true;
      this.wrongType([key, entry[0]], 'a string (quote it in YAML)', entry[1] ?? null);
      return false;
    });
    return Object.fromEntries(entries);
  }

  /** A reader of the object in the field; absent when the field is absent. */
  object(key: string): FieldReader | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (isJsonObject(value)) return new FieldReader(this.subject, value, this, key);
    this.wrongType(key, 'an object', value);
    return undefined;
  }

  /** A reader of the object in the field; of an empty one where the field is absent or no object. */
  objectOrEmpty(key: string): FieldReader {
    return this.object(key) ?? new FieldReader(this.subject, {}, this, key);
  }

  /** Readers of the objects in a list; absent when the field is absent, empty when the list is empty. */
  objects(key: string): FieldReader[] | undefined {
    const items = this.list(key);
    if (items === undefined) return undefined;
    const readers: FieldReader[] = [];
    for (const [index, item] of items.entries()) {
      if (isJsonObject(item)) readers.push(new FieldReader(this.subject, item, this, key, index));
      else this.wrongType([key, index], 'an object', item);
    }
    return readers;
  }

  /**
   * Reports every field that has not been asked for, null or not: the API server drops it silently or, asked by kubectl,
   * refuses the object.
   */
  rejectUnknown(known: readonly string[] = []): void {
    for (const key of Object.keys(this.value)) {
      if (this.asked.includes(key) || known.includes(key)) continue;
      const near = nearest(key, [...this.asked, ...known]);
      this.problem(
        [key],
        `${this.pathTo([key])} is not a field of ${this.resource.kind} ${this.resource.apiVersion}`,
        {
          id: 'unknown-field',
          mend: near === undefined ? `Remove ${this.pathTo([key])}.` : `Did you mean ${this.pathTo([near])}?`,
        },
      );
    }
  }

  /** Appends a finding about a field below this object. */
  problem(
    path: FieldPath,
    message: string,
    { id = 'invalid-field', severity = 'error', mend, fix }: Problem,
  ): void {
    if (severity === 'error') this.subject.errors++;
    this.subject.findings.push({
      id,
      severity,
      message,
      object: resourceId(this.resource),
      place: this.placeOf(path),
      mend,
      ...(fix === undefined ? {} : { fix }),
    });
  }

  /** The place of a field below this object. */
  placeOf(path: FieldPath): Place {
    return this.resource.place.at([...this.path, ...path]);
  }

  /** The whole path of a field below this object, for messages. */
  pathTo(path: FieldPath): string {
    return printFieldPath([...this.path, ...path]);
  }

  private wrongType(key: string | FieldPath, expected: string, value: Json): void {
    const path = typeof key === 'string' ? [key] : key;
    this.problem(path, `${this.pathTo(path)} must be ${expected}, but is ${describe(value)}`, {
      mend: `Write ${expected} in ${this.pathTo(path)}.`,
    });
  }
}

function isLabels(value: JsonObject): value is Record<string, string> {
  return Object.keys(value).every((key) => typeof value[key] === 'string');
}

function describe(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return `${typeof value === 'string' ? 'the string' : `the ${typeof value}`} ${JSON.stringify(value).slice(0, 80)}`;
}

/**
 * The known word closest to a misspelt one, when it is close enough to be meant: one slip in three letters, a slip
 * being a letter too many, too few or wrong, or two neighbours swapped.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance))
      best = { word: candidate, distance };
  }
  return best?.word;
}

/** Optimal string alignment: the fewest slips between two words, where no letter is touched twice. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const single = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(swapped ? Math.min(single, (before[j - 2] ?? 0) + 1) : single);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
