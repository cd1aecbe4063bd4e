/**
 * What the API server accepts as label keys and values (Kubernetes, "Labels and Selectors", syntax and character
 * set): a key is an optional DNS subdomain of at most 253 characters and a slash, then a name of 1 to 63
 * characters; a value is empty or 1 to 63 characters of the same kind as the name.
 */
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const MAX_NAME = 63;
const MAX_PREFIX = 253;
const CHARACTERS = 'letters, digits, "-", "_" and ".", with a letter or digit first and last';

/** Why the API server would refuse the text as a label key; undefined when it is one. */
export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  if (name.includes('/')) return 'it has more than one "/"';
  if (prefix === '') return 'the part before "/" is empty';
  if (prefix !== undefined && prefix.length > MAX_PREFIX)
    return `the part before "/" is longer than ${MAX_PREFIX} characters`;
  if (prefix !== undefined && !isSubdomain(prefix)) return 'the part before "/" is not a lower-case DNS name';
  if (name === '') return prefix === undefined ? 'it is empty' : 'the part after "/" is empty';
  if (name.length > MAX_NAME) return `the name is longer than ${MAX_NAME} characters`;
  if (!NAME.test(name)) return `the name may only have ${CHARACTERS}`;
  return undefined;
}

/** Prefixes are few and met often. */
const SUBDOMAINS = new Set<string>();
const KEPT_SUBDOMAINS = 1000;

function isSubdomain(text: string): boolean {
  if (SUBDOMAINS.has(text)) return true;
  if (!SUBDOMAIN.test(text)) return false;
  if (SUBDOMAINS.size >= KEPT_SUBDOMAINS) SUBDOMAINS.clear();
  SUBDOMAINS.add(text);
  return true;
}

/** Why the API server would refuse the text as a label value; undefined when it is one. The empty value is one. */
export function labelValueProblem(value: string): string | undefined {
  if (value.length > MAX_NAME) return `it is longer than ${MAX_NAME} characters`;
  if (value !== '' && !NAME.test(value)) return `it may only have ${CHARACTERS}`;
  return undefined;
}

/** Whether the API server accepts the text as a label key. */
export function validLabelKey(key: string): boolean {
  return labelKeyProblem(key) === undefined;
}

/** Whether the API server accepts the text as a label value. */
export function validLabelValue(value: string): boolean {
  return labelValueProblem(value) === undefined;
}
