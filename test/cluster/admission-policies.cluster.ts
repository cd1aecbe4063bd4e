import { ControlPlane } from './control-plane';
import { type Client, type KubeObject } from './client';
import { installAdmissionPolicies, installCrds, makeNamespace, shippedObjects, until } from './install';
import { deletePod } from './kubelet';
import { VERSIONS, wholeIntents } from '../crds/whole-objects';
import { readIntents } from '../../src/intents/read-intents';
import { readManifests } from '../../src/sources/manifest';

const CONTROLLER = 'system:serviceaccount:intents:intents-controller';
const PORTS_MEND =
  'write a whole number from 1 to 65535 without quotes, the name of a port, or {port: 53, protocol: UDP} with TCP, UDP or SCTP';

/** ClientIntents in the stored version with these targets. */
function intents(...targets: object[]): KubeObject {
  const object = wholeIntents('v2alpha1');
  return { ...object, spec: { ...object.spec, targets } };
}

const kubernetes = (...ports: unknown[]): object => ({ kubernetes: { name: 'cart', ports } });
const internet = (...ips: string[]): object => ({ internet: { ips } });

/** What no schema of a CRD can say, as the items of `ports` are numbers, words or objects. */
const REFUSED: readonly (readonly [string, KubeObject, string])[] = [
  ['port 0', intents(kubernetes(0)), `the ports of cart are not ports: ${PORTS_MEND}`],
  ['a port beyond 65535', intents(kubernetes(65536)), PORTS_MEND],
  ['a number in quotes', intents(kubernetes('80')), PORTS_MEND],
  ['half a port', intents(kubernetes(80.5)), PORTS_MEND],
  ['a name in capitals', intents(kubernetes('HTTP')), PORTS_MEND],
  ['a name with two hyphens in a row', intents(kubernetes('a--b')), PORTS_MEND],
  ['a name of 16 letters', intents(kubernetes('a'.repeat(16))), PORTS_MEND],
  ['no port in an object', intents(kubernetes({ protocol: 'UDP' })), PORTS_MEND],
  ['a protocol in small letters', intents(kubernetes({ port: 53, protocol: 'udp' })), PORTS_MEND],
  ['an unknown field of a port', intents(kubernetes({ port: 53, name: 'dns' })), PORTS_MEND],
  ['port 0 in an object', intents(kubernetes({ port: 0 })), PORTS_MEND],
  ['a list as a port', intents(kubernetes([80])), PORTS_MEND],
  ['a truth as a port', intents(kubernetes(true)), PORTS_MEND],
  [
    'wrong ports of two servers, a Service among them',
    intents(kubernetes(0), { service: { name: 'pay.billing', ports: [-1] } }),
    'the ports of cart, pay.billing are not ports',
  ],
  [
    'an address of five numbers',
    intents(internet('203.0.113.7', '1.2.3.4.5')),
    'internet.ips: 1.2.3.4.5 is neither an address nor a CIDR: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32',
  ],
  ['a number beyond 255', intents(internet('203.0.113.256')), 'internet.ips: 203.0.113.256 is neither'],
  ['a mask beyond 32', intents(internet('10.0.0.0/33')), 'internet.ips: 10.0.0.0/33 is neither'],
  ['two double colons', intents(internet('2001::db8::1')), 'internet.ips: 2001::db8::1 is neither'],
];

describe('the admission policies of crds/', () => {
  let plane: ControlPlane;
  let controller: Client;
  let person: Client;

  beforeAll(async () => {
    plane = await ControlPlane.start({
      controllerManager: true,
      users: { [CONTROLLER]: ['system:masters'], person: ['system:masters'] },
    });
    controller = plane.client(CONTROLLER);
    person = plane.client('person');
    await installCrds(plane.api);
    await makeNamespace(plane.api, 'shop');
    // Older than the policies, as objects are in a cluster that has intents already.
    await plane.api.create({ ...intents(kubernetes(0)), metadata: { name: 'older', namespace: 'shop' } });
    await installAdmissionPolicies(plane.api);
  });
  afterAll(async () => {
    controller.close();
    person.close();
    await plane.stop();
  });

  /** What the server warned a person of since the last time. */
  function warnings(): string[] {
    return person.warnings
      .splice(0)
      .map((text) =>
        text.replace(/^Validation failed for ValidatingAdmissionPolicy '[^']+' with binding '[^']+': /, ''),
      );
  }

  it('have expressions in which the server finds nothing wrong', async () => {
    const policies = shippedObjects('admission-policies.yaml').filter(
      ({ kind }) => kind === 'ValidatingAdmissionPolicy',
    );
    for (const policy of policies) {
      const path = await plane.api.pathOf(policy);
      await until(async () => (await plane.api.get(path)).status?.observedGeneration !== undefined);
      expect([policy.metadata.name, (await plane.api.get(path)).status.typeChecking]).toEqual([
        policy.metadata.name,
        {},
      ]);
    }
    expect(policies).toHaveLength(4);
  });

  describe('on ClientIntents', () => {
    it.each(REFUSED)('refuse %s, and say how to mend it', async (_, object, message) => {
      await expect(person.create(object)).rejects.toMatchObject({
        code: 422,
        message: expect.stringContaining(message),
      });
    });

    it('refuse nothing that the reader takes', () => {
      for (const [what, object] of REFUSED) {
        const { findings } = readIntents(readManifests(JSON.stringify(object), { file: 'x' }).resources);
        expect([what, findings.some(({ severity }) => severity === 'error')]).toEqual([what, true]);
      }
    });

    it('refuse a wrong address in every version, as it was sent and before any conversion', async () => {
      for (const version of VERSIONS.filter((name) => name !== 'v1alpha2')) {
        const object = wholeIntents(version);
        const key = version.startsWith('v1') ? 'calls' : 'targets';
        object.spec[key] = [{ ...(key === 'calls' ? { type: 'internet' } : {}), ...internet('1.2.3') }];
        await expect(person.create(object)).rejects.toMatchObject({
          message: expect.stringContaining('internet.ips: 1.2.3 is neither an address nor a CIDR'),
        });
      }
    });

    it('take every kind of port and address that the reader takes', async () => {
      const good = intents(
        kubernetes(1, 65535, 'http', 'grpc-web', '8080-tcp', { port: 53, protocol: 'UDP' }, { port: 'dns' }),
        internet('203.0.113.7', '203.0.113.0/24', '2001:db8::1', '2001:db8::/32'),
        { service: { name: 'a' } },
      );
      await person.create(good);
      await person.delete(good);
      expect(warnings()).toEqual([]);
    });

    it('leave alone what was there before, as long as its spec stays as it is', async () => {
      const older = { ...intents(), metadata: { name: 'older', namespace: 'shop' } };
      await person.merge(older, { metadata: { labels: { team: 'a' }, finalizers: ['test/finalizer'] } });
      await person.merge(older, { metadata: { finalizers: null } });
      await expect(
        person.merge(older, { spec: { targets: [kubernetes(0), kubernetes(80)] } }),
      ).rejects.toMatchObject({ code: 422 });
      await person.merge(older, { spec: { targets: [kubernetes(80)] } });
      await person.delete(older);
      expect(warnings()).toEqual([]);
    });

    it.each([
      [
        'no spec',
        { ...intents(), spec: undefined },
        ['has no spec, so it declares nothing, and no policy follows from it'],
      ],
      [
        'an empty list of targets',
        intents(),
        [
          'has an empty list of targets: it says that the client calls nothing, and no policy follows from it',
        ],
      ],
      [
        'a CIDR that is everything',
        intents(internet('0.0.0.0/0')),
        ['internet.ips has a CIDR of length 0: it stands for every address, those of the cluster among them'],
      ],
      ['one target twice', intents(kubernetes(80), kubernetes(80)), ['names one target twice']],
    ])('warn of %s, and take it', async (_, object, expected) => {
      await person.create(object);
      await person.delete(object);
      expect(warnings()).toEqual(expected);
    });
  });

  describe('on policies that the controller keeps', () => {
    const kept: KubeObject = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'access-to-cart-from-shop', namespace: 'shop' },
      spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
    };
    const WARNING =
      'NetworkPolicy access-to-cart-from-shop is kept by the intents controller, which undoes this within seconds: ' +
      'change the ClientIntents or ProtectedService that it follows from';

    beforeAll(async () => {
      await controller.apply(kept, 'cdk8s-intents');
    });

    it('warn a person who changes one, and take the change', async () => {
      await person.merge(kept, { spec: { ingress: [{}] } });
      expect(warnings()).toEqual([WARNING]);
      await person.merge(kept, { metadata: { labels: { team: 'a' } } });
      expect(warnings()).toEqual([WARNING]);
    });

    it('say nothing of an annotation, of the controller itself, and of policies that others keep', async () => {
      await person.merge(kept, { metadata: { annotations: { note: 'a' } } });
      await controller.apply(kept, 'cdk8s-intents', true);
      const other = { ...kept, metadata: { name: 'other', namespace: 'shop' } };
      await person.apply(other, 'kubectl');
      await person.merge(other, { spec: { ingress: [{}] } });
      await person.delete(other);
      expect([warnings(), controller.warnings]).toEqual([[], []]);
    });

    it('warn a person who deletes one', async () => {
      await person.delete(kept);
      expect(warnings()).toEqual([WARNING]);
    });
  });

  describe('on labels of pods', () => {
    const pod: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'client', namespace: 'shop', labels: { app: 'client' } },
      spec: { containers: [{ name: 'main', image: 'example.test/client' }] },
    };
    const ACCESS = 'intents.otterize.com/access-cart-shop-1ac5f2';
    const WARNING =
      `The label ${ACCESS} gives this pod access or another identity that no intent declares: ` +
      'declare the call in a ClientIntents, and let the controller label the pod';

    it('warn of a label that a person puts on a pod, whether it is new or there', async () => {
      await person.create(pod);
      expect(warnings()).toEqual([]);
      await person.merge(pod, { metadata: { labels: { [ACCESS]: 'true', team: 'a' } } });
      expect(warnings()).toEqual([WARNING]);
      await person.merge(pod, { metadata: { labels: { team: 'b' } } });
      expect(warnings()).toEqual([]);
      await deletePod(person, pod);
      await person.create({ ...pod, metadata: { ...pod.metadata, labels: { [ACCESS]: 'true' } } });
      expect(warnings()).toEqual([WARNING]);
      await deletePod(person, pod);
    });

    it('say nothing of what the controller labels, nor of templates and the pods made of them', async () => {
      await person.create(pod);
      await controller.merge(pod, { metadata: { labels: { [ACCESS]: 'true' } } });
      const labels = { app: 'other', [ACCESS]: 'true' };
      await person.create({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'other', namespace: 'shop' },
        spec: {
          selector: { matchLabels: { app: 'other' } },
          template: { metadata: { labels }, spec: pod.spec },
        },
      });
      const pods = '/api/v1/namespaces/shop/pods?labelSelector=app%3Dother';
      await until(async () => (await plane.api.list(pods)).length === 1);
      expect([warnings(), controller.warnings]).toEqual([[], []]);
    });
  });
});
