/** An option that cannot be used; thrown before anything is made, so that no half-right policy is written. */
export class InvalidInputError extends Error {
  override readonly name = 'InvalidInputError';

  constructor(
    /** The option, for example `exemptNamespaces[2]`. */
    readonly field: string,
    /** What was given there. */
    readonly value: unknown,
    /** What is wrong with it. */
    readonly reason: string,
    /** What to write instead. */
    readonly mend: string,
  ) {
    super(`${field} is ${print(value)}: ${reason}. ${mend}`);
  }
}

function print(value: unknown): string {
  const text: unknown = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return typeof text === 'string' ? text.slice(0, 100) : typeof value;
}
