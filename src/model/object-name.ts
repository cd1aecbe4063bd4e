import type { FieldReader } from './field-reader';

/**
 * Reports a name that the API server refuses; one that it makes up (`generateName`) is not there to look at.
 * @param problem why a name of the kind is refused
 */
export function checkObjectName(root: FieldReader, problem: (name: string) => string | undefined): void {
  const name = root.object('metadata')?.string('name') ?? '';
  const reason = name === '' ? undefined : problem(name);
  if (reason === undefined) return;
  root.problem(
    ['metadata', 'name'],
    `${JSON.stringify(name.slice(0, 80))} cannot be the name of a ${root.resource.kind}: ${reason}`,
    { mend: 'Choose another name; the API server refuses this one.' },
  );
}
