import { nearest, type FieldReader } from '../model/field-reader';

/** Methods an HTTP resource may name (otterize-operator 1.2). */
export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'CONNECT'] as const;

/** Operations on a Kafka topic (otterize-operator 1.2). */
export const KAFKA_OPERATIONS = [
  'all',
  'consume',
  'produce',
  'create',
  'alter',
  'delete',
  'describe',
  'ClusterAction',
  'DescribeConfigs',
  'AlterConfigs',
  'IdempotentWrite',
] as const;

/** Operations on a SQL table (otterize-operator 1.2). */
export const SQL_OPERATIONS = ['ALL', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

/** Reads a list of strings of which each must be one of `words`; the others become findings. */
export function readWords(reader: FieldReader, key: string, words: readonly string[]): string[] | undefined {
  const list = reader.strings(key);
  list?.forEach((word, index) => checkWord(reader, [key, index], word, words));
  return list;
}

/** Reports a word that is not one of `words`. */
export function checkWord(
  reader: FieldReader,
  path: readonly (string | number)[],
  word: string,
  words: readonly string[],
): boolean {
  if (words.includes(word)) return true;
  const near = nearest(word, words);
  reader.problem(
    path,
    `${reader.pathTo(path)} is ${JSON.stringify(word)}, which is not one of ${words.join(', ')}`,
    {
      mend: near === undefined ? `Write one of ${words.join(', ')}.` : `Did you mean ${near}?`,
    },
  );
  return false;
}
