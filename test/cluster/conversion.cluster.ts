import { createServer, type Server } from 'node:https';
import { ControlPlane } from './control-plane';
import { type KubeObject } from './client';
import { installCrds, makeNamespace } from './install';
import { freePort } from './part';
import { canonical, withoutServerFields } from './stored';
import { VERSIONS, wholeIntents, wholeProtection } from '../crds/whole-objects';
import { reviewConversion } from '../../src/controller/webhook/conversion-review';
import { selfSignedPair } from '../../src/controller/webhook/serving-certificate';

/** An hour from now, or before. */
const hours = (count: number): Date => new Date(Date.now() + count * 3_600_000);

describe('the five versions of intents in a real API server', () => {
  let plane: ControlPlane;
  let webhook: Server;
  let reviews = 0;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    const pair = selfSignedPair({ names: ['localhost'], notBefore: hours(-1), notAfter: hours(1) });
    const port = await freePort();
    webhook = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        reviews += 1;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(reviewConversion(JSON.parse(text))));
      });
    });
    await new Promise<void>((resolve) => webhook.listen(port, 'localhost', resolve));
    await installCrds(plane.api, {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: {
          url: `https://localhost:${port}/convert`,
          caBundle: Buffer.from(pair.certificate).toString('base64'),
        },
      },
    });
    await makeNamespace(plane.api, 'shop');
  });
  afterAll(async () => {
    webhook.closeAllConnections();
    webhook.close();
    await plane.stop();
  });

  describe.each(VERSIONS)('an object of %s', (version) => {
    it.each([
      ['ClientIntents', wholeIntents(version)],
      ['ProtectedService', wholeProtection(version)],
    ])('(%s) is taken, and read back in that version as it was sent', async (_, whole: KubeObject) => {
      await plane.api.create(whole, '?fieldValidation=Strict');
      const stored = withoutServerFields(await plane.api.get(await plane.api.pathOf(whole)));
      expect(canonical(stored)).toBe(canonical(whole));
      await plane.api.delete(whole);
    });

    it('is served in every other version, and is the same again after a change there', async () => {
      const whole = wholeIntents(version);
      await plane.api.create(whole);
      for (const other of VERSIONS) {
        const path = await plane.api.pathOf({ ...whole, apiVersion: `k8s.otterize.com/${other}` });
        const served = await plane.api.get(path);
        expect(served.apiVersion).toBe(`k8s.otterize.com/${other}`);
        await plane.api.merge(served, { metadata: { labels: { seen: other } } });
      }
      const after = withoutServerFields(await plane.api.get(await plane.api.pathOf(whole)));
      expect(canonical(after.spec)).toBe(canonical(whole.spec));
      expect(after.metadata.labels).toEqual({ seen: VERSIONS.at(-1) });
      await plane.api.delete(whole);
    });
  });

  it('come from one list, whatever version each was written in', async () => {
    for (const version of VERSIONS) {
      const whole = wholeIntents(version);
      await plane.api.create({ ...whole, metadata: { ...whole.metadata, name: version } });
    }
    for (const version of VERSIONS) {
      const list = await plane.api.list(`/apis/k8s.otterize.com/${version}/namespaces/shop/clientintents`);
      expect(list.map(({ metadata }) => metadata.name)).toEqual([...VERSIONS].sort());
    }
    expect(reviews).toBeGreaterThan(0);
  });

  it('are stored in v2alpha1, which the controller reads without any conversion', async () => {
    const recording = await plane.database.record('/registry/k8s.otterize.com/clientintents/');
    expect(recording.names()).toEqual([...VERSIONS].map((version) => `shop/${version}`).sort());
    for (const object of recording.objects().values()) {
      expect(object?.apiVersion).toBe('k8s.otterize.com/v2alpha1');
    }
    recording.stop();
    const before = reviews;
    await plane.api.list('/apis/k8s.otterize.com/v2alpha1/clientintents');
    expect(reviews).toBe(before);
  });
});
