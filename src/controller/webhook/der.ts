/** A value in the Distinguished Encoding Rules of ASN.1 (X.690): type, length, content. */
export type Der = Buffer;

function value(tag: number, content: Buffer): Der {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

/** Items in their order. */
export function sequence(...items: readonly Der[]): Der {
  return value(0x30, Buffer.concat(items));
}

/** One item; a set of several would have to be sorted. */
export function setOf(item: Der): Der {
  return value(0x31, item);
}

/** A number that is not negative, its most significant byte first. */
export function unsigned(bytes: Buffer): Der {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Buffer.from([0]) : bytes.subarray(first);
  const negative = ((significant[0] ?? 0) & 0x80) !== 0;
  return value(0x02, negative ? Buffer.concat([Buffer.from([0]), significant]) : significant);
}

export function boolean(yes: boolean): Der {
  return value(0x01, Buffer.from([yes ? 0xff : 0]));
}

/** `1.2.840.10045.4.3.2`. */
export function objectIdentifier(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(part: number): number[] {
  const bytes = [part % 128];
  for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift(128 + (rest % 128));
  return bytes;
}

export function octetString(content: Buffer): Der {
  return value(0x04, content);
}

/** Whole bytes, but for some unused bits at the end of the last. */
export function bitString(content: Buffer, unusedBits = 0): Der {
  return value(0x03, Buffer.concat([Buffer.from([unusedBits]), content]));
}

/** Letters, digits and few signs. */
export function printableString(text: string): Der {
  return value(0x13, Buffer.from(text, 'ascii'));
}

export function utf8String(text: string): Der {
  return value(0x0c, Buffer.from(text, 'utf8'));
}

/** Seconds count, parts of them do not. UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(date: Date): Der {
  const digits = date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? value(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : value(0x18, Buffer.from(digits, 'ascii'));
}

/** `[number]`, around a whole value. */
export function explicit(number: number, item: Der): Der {
  return value(0xa0 | number, item);
}

/** `[number]` in the place of the tag of a simple value. */
export function implicit(number: number, content: Buffer): Der {
  return value(0x80 | number, content);
}
