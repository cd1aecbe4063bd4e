import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  caBundle,
  DEFAULT_ROTATION,
  rotate,
  type RotationOptions,
  type StoredCertificates,
} from '../../../src/controller/webhook/certificate-rotation';
import {
  changedSecret,
  newSecret,
  readCertificates,
} from '../../../src/controller/webhook/certificate-secret';
import * as der from '../../../src/controller/webhook/der';
import { readCertificate, selfSignedPair } from '../../../src/controller/webhook/serving-certificate';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const NAMES = ['intents-controller.intents.svc', 'intents-controller.intents.svc.cluster.local'];

function pair(from = START, days = 90): ReturnType<typeof selfSignedPair> {
  return selfSignedPair({ names: NAMES, notBefore: new Date(from), notAfter: new Date(from + days * DAY) });
}

describe('DER (X.690)', () => {
  const hex = (value: Buffer): string => value.toString('hex');

  it('writes lengths in one byte up to 127, and in as many as are needed from there', () => {
    expect(hex(der.octetString(Buffer.alloc(127)).subarray(0, 2))).toBe('047f');
    expect(hex(der.octetString(Buffer.alloc(128)).subarray(0, 3))).toBe('048180');
    expect(hex(der.octetString(Buffer.alloc(65_536)).subarray(0, 5))).toBe('0483010000');
  });

  it('writes numbers as short as they can be, and never as negative ones', () => {
    expect(hex(der.unsigned(Buffer.from([0, 0, 5])))).toBe('020105');
    expect(hex(der.unsigned(Buffer.from([0x80])))).toBe('02020080');
    expect(hex(der.unsigned(Buffer.from([0])))).toBe('020100');
  });

  it('writes object identifiers in base 128', () => {
    expect(hex(der.objectIdentifier('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302');
  });

  it('writes years from 2050 in full (RFC 5280, 4.1.2.5)', () => {
    expect(der.time(new Date('2049-12-31T23:59:59.999Z')).toString('latin1')).toBe('\x17\x0d491231235959Z');
    expect(der.time(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toBe('\x18\x0f20500101000000Z');
  });
});

describe('a certificate', () => {
  it('says whom it is for, for how long, and is signed by its own key', () => {
    const { certificate, key } = pair();
    const read = new X509Certificate(certificate);
    expect(read.subject).toMatch(new RegExp(`^CN=${NAMES[0]}\nserialNumber=[0-9a-f]{32}$`));
    expect(read.issuer).toBe(read.subject);
    expect(read.subjectAltName).toBe(NAMES.map((name) => `DNS:${name}`).join(', '));
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.ca).toBe(true);
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(read.validFrom).toBe('Jan  1 00:00:00 2026 GMT');
    const facts = readCertificate(certificate);
    expect(facts?.notAfter.toISOString()).toBe('2026-04-01T00:00:00.000Z');
    expect([facts?.belongsTo(key), facts?.belongsTo(pair().key), facts?.belongsTo('x')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([facts?.covers(NAMES[1] ?? ''), facts?.covers('other.svc')]).toEqual([true, false]);
  });

  it('has a serial number of its own', () => {
    const serials = Array.from({ length: 20 }, () => new X509Certificate(pair().certificate).serialNumber);
    expect(new Set(serials).size).toBe(20);
  });

  it('may have a long name', () => {
    const name = `${'a'.repeat(63)}.${'b'.repeat(63)}.svc`;
    const { certificate } = selfSignedPair({
      names: [name],
      notBefore: new Date(START),
      notAfter: new Date(START + DAY),
    });
    expect(readCertificate(certificate)?.covers(name)).toBe(true);
  });

  it.each([
    ['', 'nothing'],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'no certificate'],
  ])('is not read from %j', (text) => {
    expect(readCertificate(text)).toBeUndefined();
  });

  it('is accepted by a client that trusts it, under its names only', async () => {
    const now = Date.now();
    const { certificate, key } = pair(now - 1000);
    const server = createServer({ cert: certificate, key }, (_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (servername: string, ca: string): Promise<number | string> =>
      new Promise((resolve) => {
        request({ host: '127.0.0.1', port, servername, ca, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        })
          .on('error', (error: NodeJS.ErrnoException) => {
            resolve(error.code ?? error.message);
          })
          .end();
      });
    const others = pair(now - 1000).certificate;
    try {
      expect(await ask(NAMES[0] ?? '', certificate)).toBe(200);
      expect(await ask(NAMES[1] ?? '', `${others}${certificate}`)).toBe(200);
      expect(await ask('other.svc', certificate)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(await ask(NAMES[0] ?? '', others)).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('rotation', () => {
  const at = (days: number, names = NAMES): RotationOptions => ({
    names,
    now: new Date(START + days * DAY),
    makePair: selfSignedPair,
  });
  const hour = 1 / 24;

  it('makes a certificate where there is none, and leaves a good one alone', () => {
    const first = rotate(undefined, at(0));
    expect(first.next).toBeUndefined();
    for (const days of [0, 1, 30, 59.9]) expect(rotate(first, at(days))).toBe(first);
  });

  it('trusts the next one before it is served, and the old one for as long as it may be served', () => {
    const first = rotate(undefined, at(0));
    const second = rotate(first, at(60));
    expect(second.current).toBe(first.current);
    expect(second.next).toBeDefined();
    expect(caBundle(second)).toBe(first.current.certificate + (second.next?.certificate ?? ''));
    expect(rotate(second, at(60 + hour / 2))).toBe(second);
    const third = rotate(second, at(60 + hour));
    expect(third).toEqual({ current: second.next, previous: first.current.certificate });
    expect(caBundle(third)).toBe((second.next?.certificate ?? '') + first.current.certificate);
    expect(rotate(third, at(61))).toBe(third);
    const fourth = rotate(third, at(121));
    expect(fourth.next).toBeDefined();
    expect(caBundle(fourth)).toContain(first.current.certificate.trim());
  });

  it('never serves what was not trusted at the step before, for years, whenever it is looked at', () => {
    let stored: StoredCertificates | undefined;
    let trusted = '';
    let served = '';
    let changes = 0;
    for (let days = 0; days < 800; days += 1.7) {
      const now = rotate(stored, at(days));
      if (stored !== undefined) expect(trusted).toContain(now.current.certificate.trim());
      // Whoever has not noticed yet still serves what was served before.
      if (served !== '') expect(caBundle(now)).toContain(served.trim());
      if (served !== now.current.certificate) changes++;
      [stored, trusted, served] = [now, caBundle(now), now.current.certificate];
      expect(readCertificate(served)?.notAfter.getTime()).toBeGreaterThan(START + (days + 25) * DAY);
    }
    expect(changes).toBeGreaterThan(10);
    expect(changes).toBeLessThan(16);
  });

  it('replaces at once what has run out, has another name, is broken, or has the key of another', () => {
    const good = rotate(undefined, at(0));
    const [other] = [pair()];
    const broken: readonly StoredCertificates[] = [
      { current: pair(START - 100 * DAY) },
      { current: { certificate: 'x', key: 'y' } },
      { current: { certificate: good.current.certificate, key: other.key } },
    ];
    for (const stored of broken) expect(rotate(stored, at(0)).current).not.toEqual(stored.current);
    expect(rotate(good, at(0, ['other.svc'])).current).not.toEqual(good.current);
  });

  it('forgets a next one that is of no use', () => {
    const good = rotate(undefined, at(0));
    expect(rotate({ ...good, next: { certificate: 'x', key: 'y' } }, at(1))).toEqual(good);
    const late = rotate({ ...good, next: { certificate: 'x', key: 'y' } }, at(70));
    expect(readCertificate(late.next?.certificate ?? '')).toBeDefined();
  });

  it('leaves a month to notice that it does not work', () => {
    expect(DEFAULT_ROTATION).toEqual({ validity: 90 * DAY, renewBefore: 30 * DAY, settle: 3_600_000 });
  });
});

describe('the Secret', () => {
  const name = { namespace: 'intents', name: 'intents-controller-tls' };

  it('holds what is stored', () => {
    const whole: StoredCertificates = { current: pair(), next: pair(), previous: pair().certificate };
    const secret = newSecret(name, whole);
    expect(readCertificates(secret)).toEqual(whole);
    expect(secret).toMatchObject({ type: 'kubernetes.io/tls', metadata: name });
    const { current } = whole;
    const changed = changedSecret(
      { ...secret, data: { ...(secret['data'] as object), mine: 'eA==' } },
      { current },
    );
    expect(readCertificates(changed)).toEqual({ current });
    expect(changed['data']).toMatchObject({ mine: 'eA==' });
  });

  it('holds nothing when it is empty or not to be read', () => {
    expect(readCertificates({})).toBeUndefined();
    expect(readCertificates({ data: { 'tls.crt': 7, 'tls.key': 'eA==' } })).toBeUndefined();
  });
});
