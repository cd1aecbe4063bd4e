/** Beginnings of files that are no flow log, in hexadecimal, and what to say about them. */
const SIGNATURES: readonly (readonly [hex: string, reason: string])[] = [
  ['50415231', 'it is a Parquet file: have the flow logs written as plain text'],
  ['28b52ffd', 'it is compressed with zstd: unpack it first'],
  ['425a68', 'it is compressed with bzip2: unpack it first'],
  ['fd377a585a00', 'it is compressed with xz: unpack it first'],
  ['504b0304', 'it is a ZIP archive: unpack it first'],
  ['fffe', 'it is UTF-16: convert it to UTF-8'],
  ['feff', 'it is UTF-16: convert it to UTF-8'],
  ['d4c3b2a1', 'it is a capture of packets (pcap), no flow log'],
  ['0a0d0d0a', 'it is a capture of packets (pcapng), no flow log'],
];

const LONGEST = 6;

/** Beginnings of texts in forms of tools that are not read, in which they write others on demand. */
const OTHER_FORMS: readonly (readonly [beginning: RegExp, reason: string])[] = [
  [
    /^\s*(?:<\?xml[^>]*\?>\s*)?<(?:conntrack|flow)\b/,
    'it is XML of conntrack: have it written without -o xml',
  ],
  [/^\s*(?:---\s+)?type: MESSAGE\s/, 'it is dnstap as YAML: have it printed as JSON, by dnstap -j'],
  [
    /^(?:---\s+)?apiVersion: networking\.k8s\.io\/v1\s+kind: NetworkPolicy\b/,
    'it has NetworkPolicies, no flows: give what the gadget recorded, not what it advises',
  ],
];

/** No more of a text is looked at. */
const LOOKED_AT = 512;

/** Why a file that begins like this cannot be a flow log; undefined where nothing speaks against it. */
export function foreignContent(head: Buffer): string | undefined {
  const beginning = head.toString('hex', 0, LONGEST);
  const packed = SIGNATURES.find(([hex]) => beginning.startsWith(hex))?.[1];
  if (packed !== undefined) return packed;
  const text = head.toString('latin1', 0, LOOKED_AT);
  return OTHER_FORMS.find(([pattern]) => pattern.test(text))?.[1];
}

/** Whether it begins like a file of gzip (RFC 1952). */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}
