import { FAILSAFE_SCHEMA, Type, type Schema } from 'js-yaml';
import { constantOf, numberOf } from './kubectl-scalars';

const NULL = new Type('tag:yaml.org,2002:null', {
  kind: 'scalar',
  resolve: (data: unknown) => data === null || (typeof data === 'string' && constantOf(data) === null),
  construct: () => null,
});

const BOOL = new Type('tag:yaml.org,2002:bool', {
  kind: 'scalar',
  resolve: (data: unknown) => typeof data === 'string' && typeof constantOf(data) === 'boolean',
  construct: (data: string) => constantOf(data),
});

const INT = new Type('tag:yaml.org,2002:int', {
  kind: 'scalar',
  resolve: (data: unknown) => typeof data === 'string' && numberOf(data) !== undefined,
  construct: (data: string) => numberOf(data),
});

/** Only for the explicit tag: a plain scalar that is any number is found by {@link INT}. */
const FLOAT = new Type('tag:yaml.org,2002:float', {
  kind: 'scalar',
  resolve: (data: unknown) => typeof data === 'string' && numberOf(data) !== undefined,
  construct: (data: string) => numberOf(data),
});

/** go-yaml ignores tags of applications and takes the value as if it were quoted. */
const APPLICATION_TAGS = (['scalar', 'sequence', 'mapping'] as const).map(
  (kind) =>
    new Type('!', {
      kind,
      multi: true,
      construct: (data: unknown) => data ?? (kind === 'scalar' ? '' : data),
    }),
);

/**
 * The types with which js-yaml reads a document as kubectl does. There is no merge type: `<<` stays a key and is
 * merged afterwards, since go-yaml merges in the order of keys and js-yaml does not.
 */
export const KUBECTL_SCHEMA: Schema = FAILSAFE_SCHEMA.extend({
  implicit: [NULL, BOOL, INT],
  explicit: [FLOAT, ...APPLICATION_TAGS],
});
