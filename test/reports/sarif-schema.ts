import Ajv from 'ajv';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

/** RFC 3986, section 4.1, without looking into authorities. */
const URI_REFERENCE =
  /^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?=[^:/?#]*(?:[/?#]|$)))(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;

// The schema is draft-04, whose only difference that it uses is the name of its id.
const { $schema: _draft, id: _id, ...rules } = schema;
const validate = new Ajv({
  strict: false,
  // One of its patterns is none in Unicode mode.
  unicodeRegExp: false,
  allErrors: true,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': URI_REFERENCE,
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  },
}).compile(rules);

/** The log, once it is known to be what the official schema of SARIF 2.1.0 asks for. */
export function parseSarif(text: string): ReturnType<typeof JSON.parse> {
  const log: unknown = JSON.parse(text);
  if (!validate(log)) throw new Error(`no SARIF 2.1.0: ${JSON.stringify(validate.errors, undefined, 2)}`);
  return log;
}
