import type { FieldReader } from '../model/field-reader';

/** A name of a target, taken apart. */
export interface TargetName {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Splits `name` or `name.namespace` (otterize-operator 1.4): without a dot the target lies in the namespace of the
 * intents. A second dot is refused, as the validating webhook does (1.6 rule 6), and so is an empty part.
 *
 * @param mend what to do about a second dot
 */
export function readTargetName(
  reader: FieldReader,
  key: string,
  text: string,
  home: string,
  mend = 'Write name or name.namespace, without a cluster domain; a dot inside the name itself is written _.',
): TargetName | undefined {
  const [name = '', namespace = home, ...rest] = text.split('.');
  const field = reader.pathTo([key]);
  if (rest.length > 0) {
    reader.problem(
      [key],
      `${field} is ${JSON.stringify(text)}, but a target name has at most one dot, between name and namespace`,
      { mend },
    );
    return undefined;
  }
  if (name.trim() !== name || name === '' || namespace.trim() !== namespace || namespace === '') {
    reader.problem(
      [key],
      `${field} is ${JSON.stringify(text)}: the name or the namespace is empty or has spaces`,
      {
        mend: 'Write name or name.namespace.',
      },
    );
    return undefined;
  }
  return { name, namespace };
}

/** Whether a target is the API server: `kubernetes` in `default`, however it is written (otterize-operator 1.4). */
export function isKubernetesApi({ name, namespace }: TargetName): boolean {
  return name === 'kubernetes' && namespace === 'default';
}

/** The optional `kind` of a workload; it starts with a capital (otterize-operator 1.6 rule 2). */
export function readKind(reader: FieldReader): string | undefined {
  const kind = reader.string('kind');
  if (kind !== undefined && kind !== '' && !/^[A-Z]/.test(kind)) {
    const capital = kind.charAt(0).toUpperCase() + kind.slice(1);
    reader.problem(
      ['kind'],
      `${reader.pathTo(['kind'])} is ${JSON.stringify(kind)}, but kinds start with a capital`,
      {
        mend: `Write ${capital}.`,
      },
    );
  }
  return kind;
}
