import { Client, type KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { makeNamespace, until } from './install';
import { install } from './installation';

const ACCESS = 'intents.otterize.com/access-cart-shop-1ac5f2';

/** The account of an installation under a name and in a namespace of its own, against the policies that it installs. */
describe.each([
  ['its own name', 'keeper'],
  ['the usual name', 'intents-controller'],
])('the admission policies that an installation under %s brings', (_, name) => {
  let plane: ControlPlane;
  let account: Client;
  let person: Client;

  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client', namespace: 'shop', labels: { app: 'client' } },
    spec: { containers: [{ name: 'main', image: 'example.test/client' }] },
  };
  const policy: KubeObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'access-to-cart-from-shop', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'cart' } }, policyTypes: ['Ingress'] },
  };

  beforeAll(async () => {
    plane = await ControlPlane.start({ users: { person: ['system:masters'] } });
    for (const namespace of ['intents', 'shop']) await makeNamespace(plane.api, namespace);
    await install(plane, { name, crds: true });
    const token = await plane.serviceAccountToken('intents', name);
    account = new Client(plane.url, plane.certificate, token);
    person = plane.client('person');
    await plane.api.create(pod);
    // Until the server judges by them.
    await until(async () => {
      await person.merge(pod, { metadata: { labels: { [ACCESS]: 'true' } } });
      await person.merge(pod, { metadata: { labels: { [ACCESS]: null } } });
      return person.warnings.splice(0).length > 0;
    });
  });
  afterAll(async () => {
    account.close();
    person.close();
    await plane.stop();
  });

  it('warn a person, and not the account, with the rights that it has, of labels and of policies that are kept', async () => {
    await account.send(
      'PATCH',
      '/api/v1/namespaces/shop/pods/client',
      { metadata: { labels: { [ACCESS]: 'true' } } },
      'application/merge-patch+json',
    );
    const path = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/access-to-cart-from-shop';
    const apply = (body: KubeObject): Promise<KubeObject> =>
      account.send('PATCH', `${path}?fieldManager=cdk8s-intents`, body, 'application/apply-patch+yaml');
    await apply(policy);
    await apply({ ...policy, spec: { ...policy['spec'], ingress: [{ ports: [{ port: 80 }] }] } });
    await person.merge(policy, { spec: { ingress: [] } });
    expect(person.warnings.splice(0)).toHaveLength(1);
    await account.send('DELETE', path);
    expect(account.warnings).toEqual([]);
    await person.merge(pod, { metadata: { labels: { [`${ACCESS}0`]: 'true' } } });
    expect(person.warnings.splice(0)).toHaveLength(1);
  });
});
