const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const MAX_SUBDOMAIN = 253;
const MAX_LABEL = 63;

/** Why a text is no RFC 1123 subdomain, which most object names must be; undefined when it is one. */
export function dnsSubdomainProblem(text: string): string | undefined {
  if (text.length > MAX_SUBDOMAIN) return `it is longer than ${MAX_SUBDOMAIN} characters`;
  return SUBDOMAIN.test(text)
    ? undefined
    : 'only lower-case letters, digits, "-" and "." may stand in it, with a letter or digit at each end of every part';
}

/** Why a text is no RFC 1123 label, which names of namespaces and Calico tiers must be; undefined when it is one. */
export function dnsLabelProblem(text: string): string | undefined {
  if (text.length > MAX_LABEL) return `it is longer than ${MAX_LABEL} characters`;
  return DNS_LABEL.test(text)
    ? undefined
    : 'only lower-case letters, digits and "-" may stand in it, with a letter or digit at both ends';
}

/** Why a text cannot be the name of a port (IANA service name); undefined when it can. */
export function portNameProblem(text: string): string | undefined {
  if (/^[0-9]+$/.test(text))
    return 'a number in quotes is a port name, and a port name needs a letter: write the number without quotes';
  if (text.length === 0 || text.length > 15) return 'a port name has 1 to 15 characters';
  if (!/^[-a-z0-9]+$/.test(text)) return 'a port name has only lower-case letters, digits and "-"';
  if (!/[a-z]/.test(text)) return 'a port name needs at least one letter (a range is written with endPort)';
  if (text.includes('--')) return 'a port name has no two "-" in a row';
  return text.startsWith('-') || text.endsWith('-')
    ? 'a port name does not start or end with "-"'
    : undefined;
}
