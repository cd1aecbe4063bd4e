import { nearest, type FieldReader } from '../../model/field-reader';
import type { Json } from '../../model/json';
import type { ProtocolNumber } from './policy';

/** The protocols Calico knows by name, with their numbers, in its spelling. */
export const PROTOCOL_NUMBERS: Readonly<Record<string, ProtocolNumber>> = {
  TCP: 6,
  UDP: 17,
  ICMP: 1,
  ICMPv6: 58,
  SCTP: 132,
  UDPLite: 136,
};

const NAMES = Object.keys(PROTOCOL_NUMBERS);

/** A protocol as written. */
export interface WrittenProtocol {
  readonly number: ProtocolNumber;
  /** The family that a protocol *name* implies: 4 for ICMP, 6 for ICMPv6; a number implies none. */
  readonly ipVersion?: 4 | 6 | undefined;
}

/** Whether rules about this protocol may name ports. */
export function hasPorts(protocol: ProtocolNumber | undefined): boolean {
  return protocol === 6 || protocol === 17 || protocol === 132;
}

/** The name of a protocol, or its number where it has none. */
export function printProtocol(protocol: ProtocolNumber): string | number {
  return NAMES.find((name) => PROTOCOL_NUMBERS[name] === protocol) ?? protocol;
}

/** Reads `protocol` or `notProtocol`: a name in exact spelling or a number from 1 to 255 (calico-policy-model 2.3 item 2). */
export function readProtocol(
  reader: FieldReader,
  key: 'protocol' | 'notProtocol',
): WrittenProtocol | undefined {
  const value = reader.raw(key);
  if (value === undefined) return undefined;
  const protocol = protocolOf(value);
  if (protocol === undefined) {
    const near = typeof value === 'string' ? nearest(value, NAMES) : undefined;
    reader.problem([key], `${reader.pathTo([key])} is ${JSON.stringify(value)}, which is no protocol`, {
      mend:
        near === undefined
          ? `Write one of ${NAMES.join(', ')}, or a number from 1 to 255.`
          : `Write ${near}, with this spelling.`,
    });
  }
  return protocol;
}

function protocolOf(value: Json): WrittenProtocol | undefined {
  if (typeof value === 'string' && NAMES.includes(value)) {
    const number = PROTOCOL_NUMBERS[value];
    if (number === undefined) return undefined;
    return { number, ...(value === 'ICMP' ? { ipVersion: 4 } : value === 'ICMPv6' ? { ipVersion: 6 } : {}) };
  }
  const number = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 255
    ? { number }
    : undefined;
}
