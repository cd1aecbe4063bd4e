import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import * as der from './der';

/** A certificate and its private key, as PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is for. */
export interface CertificateSubject {
  /** Names that clients call the server; the first is in the subject, too. At least one. */
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const OID = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
};

/** X.520 allows no longer ones; clients go by the other names anyhow. */
const LONGEST_COMMON_NAME = 64;

/**
 * Makes a key (ECDSA, P-256) and a certificate that it has signed itself (RFC 5280). Who trusts the certificate trusts just
 * this key: there is no authority whose key could leak and sign others, and none to keep.
 */
export function selfSignedPair({ names, notBefore, notAfter }: CertificateSubject): CertificatePair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const algorithm = der.sequence(der.objectIdentifier(OID.ecdsaWithSha256));
  const serial = serialNumber();
  const name = nameOf(names[0] ?? '', serial);
  const body = der.sequence(
    der.explicit(0, der.unsigned(Buffer.from([2]))),
    der.unsigned(serial),
    algorithm,
    name,
    der.sequence(der.time(notBefore), der.time(notAfter)),
    name,
    publicKeyInfo,
    der.explicit(3, extensions(names, publicKeyInfo)),
  );
  const signature = sign('sha256', body, { key: privateKey, dsaEncoding: 'der' });
  const certificate = der.sequence(body, algorithm, der.bitString(signature));
  return {
    certificate: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Positive, never zero, and never seen before: 127 random bits. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

/**
 * With the number in it, no two certificates have the same name: OpenSSL looks for the issuer by name, and takes the first
 * one that it finds in a bundle for the only one.
 */
function nameOf(text: string, serial: Buffer): der.Der {
  const attribute = (oid: string, value: der.Der): der.Der =>
    der.setOf(der.sequence(der.objectIdentifier(oid), value));
  return der.sequence(
    attribute(OID.commonName, der.utf8String(text.slice(0, LONGEST_COMMON_NAME))),
    attribute(OID.serialNumber, der.printableString(serial.toString('hex'))),
  );
}

function extensions(names: readonly string[], publicKeyInfo: Buffer): der.Der {
  const alternatives = names.map((name) => der.implicit(2, Buffer.from(name, 'ascii')));
  return der.sequence(
    // Its own issuer, so an authority, though for nothing but itself.
    extension(OID.basicConstraints, der.sequence(der.boolean(true)), { critical: true }),
    // digitalSignature and keyCertSign.
    extension(OID.keyUsage, der.bitString(Buffer.from([0x84]), 2), { critical: true }),
    extension(OID.extendedKeyUsage, der.sequence(der.objectIdentifier(OID.serverAuth))),
    extension(OID.subjectKeyIdentifier, der.octetString(createHash('sha1').update(publicKeyInfo).digest())),
    extension(OID.subjectAltName, der.sequence(...alternatives)),
  );
}

function extension(oid: string, content: der.Der, { critical = false } = {}): der.Der {
  return der.sequence(
    der.objectIdentifier(oid),
    ...(critical ? [der.boolean(true)] : []),
    der.octetString(content),
  );
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** What a certificate says about itself. */
export interface CertificateFacts {
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whether a client that calls the server by this name accepts it. */
  readonly covers: (name: string) => boolean;
  /** Whether the key is the one that the certificate is about. */
  readonly belongsTo: (key: string) => boolean;
}

/** Reads a certificate; undefined for what is none. */
export function readCertificate(text: string): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(text);
    return {
      notBefore: new Date(certificate.validFrom),
      notAfter: new Date(certificate.validTo),
      covers: (name) => certificate.checkHost(name) !== undefined,
      belongsTo: (key) => isKeyOf(certificate, key),
    };
  } catch {
    return undefined;
  }
}

function isKeyOf(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
