import { X509Certificate } from 'node:crypto';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { type KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, until } from './install';
import { freePort } from './part';
import { canonical, withoutServerFields } from './stored';
import { VERSIONS, wholeIntents, wholeProtection } from '../crds/whole-objects';
import { createApiClient } from '../../src/controller/api/api-client';
import { SYSTEM_CLOCK, type Clock } from '../../src/controller/api/clock';
import { connect } from '../../src/controller/api/kube-config';
import { ControllerMetrics } from '../../src/controller/operation/metrics';
import { ConversionServer } from '../../src/controller/webhook/conversion-server';

const NAMESPACE = 'intents';
const SERVICE = 'intents-controller-webhook';
const SECRET = `/api/v1/namespaces/${NAMESPACE}/secrets/webhook-tls`;
const MINUTE = 60_000;
const said: string[] = [];
const say = (fields: object, message: string): void => {
  const { error } = fields as { error?: Error };
  said.push(error === undefined ? message : `${message}: ${error.message}`);
};

describe('versions of intents in a real API server', () => {
  let plane: ControlPlane;
  let port = 0;
  const servers: ConversionServer[] = [];
  const metrics = new ControllerMetrics({ processMetrics: false });

  /** Looks at everything ten times a second, at a time of day that the test may move. */
  let ahead = 0;
  const clock: Clock = {
    ...SYSTEM_CLOCK,
    wallTime: () => new Date(Date.now() + ahead),
    timer: (milliseconds, callback) => SYSTEM_CLOCK.timer(Math.min(milliseconds, 100), callback),
  };

  /** A replica's webhook. */
  async function webhook(at: number): Promise<ConversionServer> {
    const connection = await connect({ kubeconfig: plane.kubeconfig(plane.token('admin')) });
    const server = new ConversionServer({
      api: createApiClient({ connection, component: 'controller' }),
      secret: { namespace: NAMESPACE, name: 'webhook-tls' },
      service: { namespace: NAMESPACE, name: SERVICE, port },
      address: { host: '127.0.0.1', port: at },
      clock,
      random: Math.random,
      times: { validity: 90 * MINUTE, renewBefore: 60 * MINUTE, settle: 10 * MINUTE },
      log: { debug: say, info: say, warn: say, error: say },
      metrics,
    });
    server.start();
    servers.push(server);
    await until(() => server.isServing, { what: `serving; said: ${said.join('; ')}` });
    return server;
  }

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    await makeNamespace(plane.api, NAMESPACE);
    await makeNamespace(plane.api, 'shop');
    port = await freePort();
    // No kube-proxy runs: the API server itself resolves a Service that stands for a name outside.
    await plane.api.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: SERVICE, namespace: NAMESPACE },
      spec: { type: 'ExternalName', externalName: 'localhost' },
    });
    await webhook(port);
    // API servers notice the changed CRD after a moment.
    await until(() =>
      plane.api.get('/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents').then(async () => {
        const probe = { ...wholeIntents('v1beta1'), metadata: { name: 'probe', namespace: 'shop' } };
        return plane.api.create(probe, '?dryRun=All').then(
          () => true,
          () => false,
        );
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await plane.stop();
  });

  const plurals: Readonly<Record<string, string>> = {
    ClientIntents: 'clientintents',
    ProtectedService: 'protectedservices',
  };
  const path = ({ kind, metadata }: KubeObject, version: string): string =>
    `/apis/k8s.otterize.com/${version}/namespaces/shop/${plurals[kind as string]}/${metadata.name}`;

  it.each(VERSIONS)(
    '%s: an object with every field comes back in every version, and as it was in its own',
    async (version) => {
      for (const whole of [wholeIntents(version), wholeProtection(version)] as KubeObject[]) {
        await plane.api.create(whole, '?fieldValidation=Strict');
        for (const other of VERSIONS) {
          const read = await plane.api.get(path(whole, other));
          expect(read.apiVersion).toBe(`k8s.otterize.com/${other}`);
          expect(read.kind).toBe(whole.kind);
          // Written back in the other version, nothing is lost either.
          await plane.api.replace({ ...read, metadata: { ...read.metadata, labels: { seen: other } } });
        }
        const back = await plane.api.get(path(whole, version));
        expect(back.metadata.labels).toEqual({ seen: VERSIONS.at(-1) });
        delete back.metadata.labels;
        expect(canonical(withoutServerFields(back))).toEqual(canonical(whole));
        await plane.api.delete(whole);
      }
    },
  );

  it('lists objects of all versions in each, and watches them', async () => {
    for (const version of VERSIONS)
      await plane.api.create({
        ...wholeIntents(version),
        metadata: { name: `of-${version}`, namespace: 'shop' },
      });
    for (const version of VERSIONS) {
      const listed = await plane.api.list(`/apis/k8s.otterize.com/${version}/clientintents`);
      expect(listed.map(({ apiVersion }) => apiVersion)).toEqual(
        VERSIONS.map(() => `k8s.otterize.com/${version}`),
      );
    }
    for await (const { object } of plane.api.watch('/apis/k8s.otterize.com/v1beta1/clientintents')) {
      expect(object.apiVersion).toBe('k8s.otterize.com/v1beta1');
      break;
    }
  });

  it('keeps what a status says when it is written in the oldest version', async () => {
    const object = await plane.api.get(
      '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents/of-v2alpha1',
    );
    const status = { upToDate: true, observedGeneration: 1 };
    await plane.api.merge(object, { status }, '/status');
    const early = await plane.api.get(
      '/apis/k8s.otterize.com/v1alpha2/namespaces/shop/clientintents/of-v2alpha1',
    );
    expect(early.status).toEqual({ upToDate: true });
    await plane.api.replace({ ...early, metadata: { ...early.metadata, labels: { by: 'v1alpha2' } } });
    const after = await plane.api.get(await plane.api.pathOf(object));
    expect(after.metadata.labels).toEqual({ by: 'v1alpha2' });
    expect({ spec: after.spec, status: after.status }).toEqual({ spec: object.spec, status });
    expect(after.metadata.annotations).toBeUndefined();
  });

  it('takes applies of several managers in several versions', async () => {
    const name = { name: 'applied', namespace: 'shop' };
    const of = (version: string, spec: object): KubeObject => ({
      apiVersion: `k8s.otterize.com/${version}`,
      kind: 'ClientIntents',
      metadata: name,
      spec,
    });
    const targets = [{ kubernetes: { name: 'cart', ports: [7070] } }];
    await plane.api.apply(of('v2beta1', { workload: { name: 'a' }, targets }), 'one');
    await plane.api.apply(of('v1beta1', { service: { name: 'a' }, calls: [{ name: 'cart' }] }), 'two', true);
    const stored = await plane.api.get(
      '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents/applied',
    );
    expect(stored.spec.workload).toEqual({ name: 'a' });
    expect(stored.spec.targets).toHaveLength(1);
    const again = await plane.api.apply(of('v2beta1', { workload: { name: 'a' }, targets }), 'one', true);
    expect(again.spec.targets).toEqual(targets);
  });

  it('has its certificates in a Secret, which another replica takes as they are', async () => {
    const before = await plane.api.get(SECRET);
    const second = await webhook(0);
    expect((await plane.api.get(SECRET)).data).toEqual(before.data);
    expect(await certificateAt(second.port)).toEqual(await certificateAt(port));
  });

  it('exchanges a certificate without a request that fails', async () => {
    const old = await certificateAt(port);
    const failed: unknown[] = [];
    let [asked, over] = [0, false];
    const asking = (async () => {
      while (!over) {
        await plane.api.list('/apis/k8s.otterize.com/v1beta1/clientintents').catch((error: unknown) => {
          failed.push(error);
        });
        asked++;
      }
    })();
    const numbers = (): Promise<string[]> => Promise.all(servers.map((server) => certificateAt(server.port)));
    ahead = 31 * MINUTE;
    await until(async () => (await plane.api.get(SECRET)).data['next.crt'] !== undefined);
    const next = numberOf((await plane.api.get(SECRET)).data['next.crt'] as string);
    await until(async () => (await trusted()).includes(next));
    expect(await trusted()).toContain(old);
    expect(await numbers()).toEqual([old, old]);
    ahead = 42 * MINUTE;
    await until(async () => (await numbers()).every((number) => number === next));
    expect(await trusted()).toEqual([next, old]);
    over = true;
    await asking;
    // What any change of any CRD brings with it: 429, and a second to wait. No conversion fails.
    expect(failed.filter((error) => !String(error).includes('storage is (re)initializing'))).toEqual([]);
    expect(asked - failed.length).toBeGreaterThan(10);
  });

  /** Numbers of the certificates that the CRD has API servers trust. */
  async function trusted(): Promise<string[]> {
    const crd = await plane.api.get(
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clientintents.k8s.otterize.com',
    );
    const bundle = Buffer.from(
      crd.spec.conversion.webhook.clientConfig.caBundle as string,
      'base64',
    ).toString();
    return bundle
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .map((text) => new X509Certificate(text).serialNumber);
  }

  it('counts what it was asked', async () => {
    const text = await metrics.print();
    expect(text).toMatch(/^intents_controller_conversion_reviews_total\{result="success"\} \d+$/m);
    expect(text).not.toContain('result="failure"');
    expect(said.filter((message) => message.startsWith('cannot'))).toEqual([]);
  });
});

/** The number of a certificate in a Secret. */
function numberOf(data: string): string {
  return new X509Certificate(Buffer.from(data, 'base64')).serialNumber;
}

/** The number of the certificate that is served at a port. */
function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { serialNumber }: PeerCertificate = socket.getPeerCertificate();
      socket.destroy();
      resolve(serialNumber);
    });
    socket.on('error', reject);
  });
}
