import { X509Certificate } from 'node:crypto';
import { ApiError } from '../../../src/controller/api/api-error';
import type { KubernetesApi } from '../../../src/controller/api/kubernetes-api';
import { CertificateKeeper } from '../../../src/controller/webhook/certificate-keeper';
import { CONVERTED_CRDS } from '../../../src/controller/webhook/crd-conversion';
import type { CertificatePair } from '../../../src/controller/webhook/serving-certificate';
import { jsonAt, type JsonObject } from '../../../src/model/json';
import { ManualClock } from '../manual-clock';

const MINUTE = 60_000;
const DAY = 86_400_000;
const SERVICE = { namespace: 'intents', name: 'webhook', port: 443 };
const CLIENT_CONFIG = ['spec', 'conversion', 'webhook', 'clientConfig'];

/** One Secret and the two CRDs. */
class Stored {
  secret: JsonObject | undefined;
  readonly crds = new Map<string, JsonObject>();
  private version = 0;

  constructor(service: { readonly namespace: string; readonly name: string }) {
    const clientConfig = { service: { ...service, path: '/convert', port: 443 } };
    for (const name of CONVERTED_CRDS)
      this.crds.set(name, {
        metadata: { name },
        spec: {
          conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } },
        },
      });
  }

  readonly api: Pick<KubernetesApi, 'get' | 'create' | 'replace' | 'patch'> = {
    get: ({ resource, name }) =>
      Promise.resolve(structuredClone(resource.kind === 'Secret' ? this.secret : this.crds.get(name))),
    create: (_, manifest) =>
      this.secret === undefined
        ? Promise.resolve(this.store(manifest))
        : Promise.reject(new ApiError({ status: 409, reason: 'AlreadyExists', message: 'it is there' })),
    replace: (_, manifest) => {
      const versions = [manifest, this.secret].map((one) => jsonAt(one, ['metadata', 'resourceVersion']));
      if (versions[0] !== versions[1])
        return Promise.reject(new ApiError({ status: 409, reason: 'Conflict', message: 'changed' }));
      return Promise.resolve(this.store(manifest));
    },
    patch: ({ name }, _, body) => {
      const crd = { ...this.crds.get(name), ...(body as JsonObject) };
      this.crds.set(name, crd);
      return Promise.resolve(crd);
    },
  };

  private store(manifest: JsonObject): JsonObject {
    const metadata = { ...(manifest['metadata'] as JsonObject), resourceVersion: String(++this.version) };
    this.secret = { ...structuredClone(manifest), metadata };
    return this.secret;
  }

  /** Certificates that the CRDs trust; throws when they do not agree. */
  trusted(): X509Certificate[] {
    const bundles = [...this.crds.values()].map((crd) => jsonAt(crd, [...CLIENT_CONFIG, 'caBundle']));
    expect(new Set(bundles).size).toBe(1);
    const [bundle] = bundles;
    const text = Buffer.from(typeof bundle === 'string' ? bundle : '', 'base64').toString();
    return text.split(/(?<=-----END CERTIFICATE-----\n)/).map((one) => new X509Certificate(one));
  }
}

/** A replica's keeper, and what it serves. */
function keeper(stored: Stored, clock: ManualClock, mayLead?: () => boolean) {
  const end = new AbortController();
  const served: CertificatePair[] = [];
  const log: string[] = [];
  const say = (fields: object, message: string): void =>
    void log.push(`${message} ${JSON.stringify(fields)}`);
  const ended = new CertificateKeeper({
    api: stored.api as KubernetesApi,
    secret: { namespace: 'intents', name: 'tls' },
    service: SERVICE,
    clock,
    random: () => 0.5,
    mayLead,
    onCertificate: (pair) => void served.push(pair),
    log: { debug: say, info: say, warn: say, error: say },
  }).run(end.signal);
  const stop = async (): Promise<void> => {
    end.abort();
    await clock.advance(0);
    await ended;
  };
  return { served, log, stop, current: () => new X509Certificate(served.at(-1)?.certificate ?? '') };
}

/** Whether an API server with the right time would believe what a replica serves. */
function isBelieved(stored: Stored, served: X509Certificate, clock: ManualClock): boolean {
  const now = clock.wallTime().getTime();
  return (
    stored.trusted().some(({ serialNumber }) => serialNumber === served.serialNumber) &&
    Date.parse(served.validFrom) <= now &&
    now < Date.parse(served.validTo)
  );
}

describe('what keeps the certificates of the webhook', () => {
  it('leaves CRDs that lead elsewhere as they are until it may lead them here, and notices within seconds', async () => {
    const [clock, stored] = [new ManualClock(), new Stored({ namespace: 'otterize', name: 'operator' })];
    const before = structuredClone([...stored.crds]);
    let may = false;
    const replica = keeper(stored, clock, () => may);
    await clock.advance(5 * MINUTE);
    expect([...stored.crds]).toEqual(before);
    // It listens all the same, so that nobody waits for it then.
    expect(replica.served).toHaveLength(1);
    may = true;
    await clock.advance(3_000);
    expect(isBelieved(stored, replica.current(), clock)).toBe(true);
    await replica.stop();
  });

  it('looks after CRDs that lead here even while it may lead no other one here', async () => {
    const [clock, stored] = [new ManualClock(), new Stored(SERVICE)];
    const replica = keeper(stored, clock, () => false);
    await clock.advance(100);
    expect(isBelieved(stored, replica.current(), clock)).toBe(true);
    await replica.stop();
  });

  it('has a certificate that is valid within a minute of a jump of the clock past its end', async () => {
    const [clock, stored] = [new ManualClock(), new Stored(SERVICE)];
    const [a, b] = [keeper(stored, clock), keeper(stored, clock)];
    await clock.advance(MINUTE);
    const first = a.current().serialNumber;
    clock.day += 91 * DAY;
    await clock.advance(MINUTE);
    for (const replica of [a, b]) {
      expect(replica.current().serialNumber).not.toBe(first);
      expect(isBelieved(stored, replica.current(), clock)).toBe(true);
    }
    expect(a.current().serialNumber).toBe(b.current().serialNumber);
    for (const { stop } of [a, b]) await stop();
  });

  it.each([
    ['past the end of the certificate', 91],
    ['to where the next one is made', 65],
    ['to where the next one is served', 65, 90],
    ['by a day', 1],
  ])(
    'has one that is valid within a minute of a jump back, from a clock that was ahead %s',
    async (_, days, minutes = 5) => {
      const [clock, stored] = [new ManualClock(), new Stored(SERVICE)];
      const [a, b] = [keeper(stored, clock), keeper(stored, clock)];
      await clock.advance(MINUTE);
      clock.day += days * DAY;
      await clock.advance(minutes * MINUTE);
      expect(isBelieved(stored, a.current(), clock)).toBe(true);
      clock.day -= days * DAY;
      await clock.advance(MINUTE);
      for (const replica of [a, b]) expect(isBelieved(stored, replica.current(), clock)).toBe(true);
      const settled = stored.secret;
      await clock.advance(180 * MINUTE);
      expect(stored.secret).toEqual(settled);
      for (const { stop } of [a, b]) await stop();
    },
  );

  it('does not exchange for ever where the clocks of two replicas differ by less than an hour', async () => {
    const stored = new Stored(SERVICE);
    const [right, ahead] = [new ManualClock(), new ManualClock()];
    ahead.day += 55 * MINUTE;
    const [b, a] = [keeper(stored, ahead), keeper(stored, right)];
    for (let count = 0; count < 10; count++) for (const clock of [ahead, right]) await clock.advance(MINUTE);
    expect(new Set([...a.served, ...b.served].map(({ certificate }) => certificate)).size).toBe(1);
    expect(isBelieved(stored, a.current(), right)).toBe(true);
    for (const { stop } of [a, b]) await stop();
  });
});
