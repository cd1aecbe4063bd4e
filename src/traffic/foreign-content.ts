/** Beginnings of files that are no text, in hexadecimal, and what to say about them. */
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

/** Why a file that begins like this cannot be a flow log; undefined where nothing speaks against it. */
export function foreignContent(head: Buffer): string | undefined {
  const beginning = head.toString('hex', 0, LONGEST);
  return SIGNATURES.find(([hex]) => beginning.startsWith(hex))?.[1];
}

/** Whether it begins like a file of gzip (RFC 1952). */
export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}
