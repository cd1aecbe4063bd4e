import { nearest } from '../model/field-reader';
import { isJsonObject, printFieldPath, type FieldPath, type Json, type JsonObject } from '../model/json';
import type { Place } from '../model/place';
import type { AssertionProblem } from './assertion';

/** One value of the file and where it stands. */
export class AssertionNode {
  constructor(
    readonly value: Json | undefined,
    readonly path: FieldPath,
    private readonly root: Place,
    private readonly problems: AssertionProblem[],
  ) {}

  get place(): Place {
    return this.root.at(this.path);
  }

  /** The field of an object; of anything else, nothing. */
  at(step: string | number): AssertionNode {
    const { value } = this;
    const child =
      typeof step === 'number'
        ? Array.isArray(value)
          ? value[step]
          : undefined
        : isJsonObject(value) && Object.hasOwn(value, step)
          ? value[step]
          : undefined;
    return new AssertionNode(child ?? undefined, [...this.path, step], this.root, this.problems);
  }

  /** Reports the value, its field before the message. The answer is null: what readers give for something wrong. */
  report(message: string): null {
    const name = printFieldPath(this.path);
    const gap = name === '' || message.startsWith(':') ? '' : ' ';
    this.problems.push({ message: `${name}${gap}${message}`, place: this.place });
    return null;
  }

  /** The value as an object that has no other than these keys; reported when it is not one. */
  object(known: readonly string[]): JsonObject | null {
    const { value } = this;
    if (!isJsonObject(value)) return this.report(`must be a map with ${known.join(', ')}`);
    for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
      const near = nearest(key, known);
      this.at(key).report(
        `is not known. ${near === undefined ? `Known are ${known.join(', ')}.` : `Did you mean ${near}?`}`,
      );
    }
    return value;
  }
}
