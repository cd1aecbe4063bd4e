/**
 * What kubectl makes of a plain (unquoted) YAML scalar.
 *
 * kubectl reads manifests with sigs.k8s.io/yaml, which is go-yaml version 2 followed by a conversion to JSON. That is
 * neither YAML 1.1 nor 1.2: booleans are those of 1.1 (`on`, `yes`, `y`…), whole numbers are those of Go
 * (`0775` and `0o775` are octal, `0b1` binary, `1_000` a thousand), `12:30:45` is a string and not a base 60 number,
 * and so is a date. The rules below were read off by running sigs.k8s.io/yaml 1.6.0; the test holds its answers.
 */
const CONSTANTS: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map(
    (word) => [word, false] as const,
  ),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
]);

const RADIX_INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Null and booleans by their words; undefined for any other text. */
export function constantOf(text: string): null | boolean | undefined {
  // The longest word is "false": longer texts need no look-up.
  const value = text.length > 5 ? undefined : CONSTANTS.get(text);
  return typeof value === 'number' ? undefined : value;
}

/** The number a plain scalar stands for; undefined when it is a string. May be infinite or NaN, which JSON lacks. */
export function numberOf(text: string): number | undefined {
  // Digits, and of what is near them + - . and no number begins with , or /: asked about every text of every manifest.
  const first = text.charCodeAt(0);
  if (!(first >= 0x2b && first <= 0x39)) return undefined;
  const constant = CONSTANTS.get(text);
  if (typeof constant === 'number') return constant;
  // Go takes underscores out of what starts like a number, but not out of what starts with a dot.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const integer = radixInteger(digits);
  if (integer !== undefined) return integer;
  if (!FLOAT.test(digits)) return undefined;
  const value = Number(digits);
  // Beyond the range of a float Go reports an error, and the scalar stays a string.
  return Number.isFinite(value) ? value : undefined;
}

/** Integers in base 16, 8 and 2 of at most 64 bits; larger ones are no integers to Go. */
function radixInteger(text: string): number | undefined {
  const match = RADIX_INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, octal, binary] = match;
  const magnitude = BigInt(
    hex !== undefined ? `0x${hex}` : octal !== undefined ? `0o${octal}` : `0b${binary}`,
  );
  if (magnitude >= 1n << 64n || (sign !== '' && magnitude > 1n << 63n)) return undefined;
  return sign === '-' && magnitude > 0n ? -Number(magnitude) : Number(magnitude);
}
