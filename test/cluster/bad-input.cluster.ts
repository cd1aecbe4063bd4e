import { mostPerSecond } from './audit-log';
import { ControlPlane } from './control-plane';
import { type KubeObject } from './client';
import { installCrds, makeNamespace, shippedObjects, sleep, until } from './install';
import { run } from './live-app';
import { RunningController } from './running-controller';
import { intents, Scene, server } from './scene';

/** Three namespaces refuse their policies: the first tries of each come close together, later ones further and further apart. */
const MOST_PER_SECOND = 40;

/** What a CRD of another age, or of another author, once let in. */
const MALFORMED: Readonly<Record<string, unknown>> = {
  'no-spec': undefined,
  'empty-spec': {},
  'targets-a-word': { workload: { name: 'frontend' }, targets: 'cart' },
  'targets-null': { workload: { name: 'frontend' }, targets: [null, 1, 'cart', []] },
  'no-client': { targets: [{ kubernetes: { name: 'cart' } }] },
  'client-a-list': { workload: ['frontend'], targets: [] },
  'two-members': { workload: { name: 'worker' }, targets: [{ kubernetes: { name: 'cart' }, internet: {} }] },
  'unknown-field': { workload: { name: 'worker' }, targets: [{ kubernetes: { name: 'cart', port: 80 } }] },
  'wrong-ports': { workload: { name: 'worker' }, targets: [{ service: { name: 'cart', ports: [0, {}] } }] },
  prototype: { workload: { name: 'constructor' }, targets: [{ kubernetes: { name: '__proto__' } }] },
  'long-name': { workload: { name: 'a'.repeat(300) }, targets: [{ kubernetes: { name: 'b'.repeat(400) } }] },
  'strange-name': { workload: { name: 'ü ☃/..' }, targets: [{ kubernetes: { name: 'cart\n' } }] },
};

describe('the controller among objects that are not as they should be', () => {
  let plane: ControlPlane;
  let running: RunningController;
  let scene: Scene;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installLooseCrds();
    for (const name of ['malformed', 'full', 'refused', 'taken']) await makeNamespace(plane.api, name);
    for (const [name, spec] of Object.entries(MALFORMED)) {
      await plane.api.create({
        apiVersion: 'k8s.otterize.com/v2alpha1',
        kind: 'ClientIntents',
        metadata: { name, namespace: 'malformed' },
        spec,
      });
    }
    await installCrds(plane.api);
    for (const namespace of ['full', 'refused', 'taken']) {
      await run(plane.api, [...server(namespace, 'cart', 7070), ...server(namespace, 'frontend', 80)]);
    }
    await fillQuota('full');
    await refusePolicies('refused');
    await plane.api.create({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'access-to-cart-from-taken', namespace: 'taken' },
      spec: { podSelector: { matchLabels: { app: 'mine' } }, policyTypes: ['Ingress'] },
    });
    scene = new Scene(plane);
    await scene.create();
    for (const namespace of ['full', 'refused', 'taken']) {
      const object = intents('frontend', { kubernetes: { name: 'cart' } });
      await plane.api.create({ ...object, metadata: { name: 'frontend', namespace } });
    }
    running = await RunningController.start(plane);
  });
  afterAll(async () => {
    await running.stop();
    await plane.stop();
  });

  /** CRDs that take anything, as they would be after somebody had edited them. */
  async function installLooseCrds(): Promise<void> {
    for (const crd of shippedObjects('k8s.otterize.com.yaml')) {
      const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
      const versions = (crd.spec.versions as KubeObject[]).map((version) => ({ ...version, schema }));
      await plane.api.apply({ ...crd, spec: { ...crd.spec, versions } }, 'kubectl', true);
    }
    await until(() =>
      plane.api.get('/apis/k8s.otterize.com/v2alpha1/clientintents').then(
        () => true,
        () => false,
      ),
    );
  }

  /** No room for any policy. Without the controller manager the status is the test's to write. */
  async function fillQuota(namespace: string): Promise<void> {
    const hard = { 'count/networkpolicies.networking.k8s.io': '0' };
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace },
      spec: { hard },
    };
    await plane.api.create(quota);
    await plane.api.merge(quota, { status: { hard, used: hard } }, '/status');
  }

  /** Somebody else's admission policy stands in the way. */
  async function refusePolicies(namespace: string): Promise<void> {
    const group = 'admissionregistration.k8s.io/v1';
    await plane.api.create({
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'no-policies' },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['networking.k8s.io'],
              apiVersions: ['v1'],
              operations: ['*'],
              resources: ['networkpolicies'],
            },
          ],
        },
        validations: [
          { expression: `request.namespace != '${namespace}'`, message: 'not in this namespace' },
        ],
      },
    });
    await plane.api.create({
      apiVersion: group,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'no-policies' },
      spec: { policyName: 'no-policies', validationActions: ['Deny'] },
    });
    await sleep(1_500);
  }

  /** Status and reason of the condition Ready. */
  async function ready(namespace: string, name: string): Promise<string> {
    const path = `/apis/k8s.otterize.com/v2alpha1/namespaces/${namespace}/clientintents/${name}`;
    const { status } = await plane.api.get(path);
    const conditions = (status?.conditions ?? []) as { type: string; status: string; message: string }[];
    const found = conditions.find(({ type }) => type === 'Ready');
    return found === undefined ? 'none' : `${found.status}: ${found.message}`;
  }

  /** Reasons and messages of the Events on an object of intents. */
  async function events(namespace: string, name: string): Promise<string[]> {
    const all = await plane.api.list(`/api/v1/namespaces/${namespace}/events`);
    return all
      .filter(({ involvedObject }) => involvedObject.kind === 'ClientIntents' && involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  async function tells(namespace: string, name: string, what: RegExp): Promise<void> {
    let told: string[] = [];
    await until(async () => (told = await events(namespace, name)).some((event) => what.test(event))).catch(
      () => undefined,
    );
    expect(told).toContainEqual(expect.stringMatching(what));
  }

  async function saysWhy(namespace: string, name: string, why: RegExp): Promise<void> {
    let said = '';
    await until(async () => why.test((said = await ready(namespace, name)))).catch(() => undefined);
    expect(said).toMatch(why);
  }

  it('does for all others what is to be done', async () => {
    await scene.converges('before');
    await scene.declare('after');
    await scene.converges('after').catch((error: unknown) => {
      throw new Error(`${String(error)}\n${running.log.slice(-40).join('\n')}`);
    });
  });

  it('says on intents in a namespace without room what the quota says', async () => {
    await saysWhy('full', 'frontend', /^False: .*(quota|exceeded)/s);
    await tells('full', 'frontend', /^PolicyNotWritten: .*(quota|exceeded)/s);
  });

  it('says on intents what the admission policy of somebody else says', async () => {
    await saysWhy('refused', 'frontend', /^False: .*not in this namespace/s);
    await tells('refused', 'frontend', /^PolicyNotWritten: .*not in this namespace/s);
  });

  it('leaves a policy of somebody else alone that has the name it needs, and says so', async () => {
    await saysWhy('taken', 'frontend', /^False: /s);
    await tells('taken', 'frontend', /^Conflict: /s);
    const path = '/apis/networking.k8s.io/v1/namespaces/taken/networkpolicies/access-to-cart-from-taken';
    expect((await plane.api.get(path)).spec.podSelector).toEqual({ matchLabels: { app: 'mine' } });
  });

  it('says of each of the malformed intents what is wrong, in its status or, where the API server takes none, by an Event', async () => {
    for (const name of Object.keys(MALFORMED)) {
      let is: unknown;
      const isSaid = async (): Promise<boolean> => {
        is = { status: await ready('malformed', name), events: await events('malformed', name) };
        const { status, events: told } = is as { status: string; events: string[] };
        return (
          (/^False: \S/.test(status) && told.length > 0) ||
          told.some((event) => event.startsWith('StatusNotWritten: '))
        );
      };
      await until(isSaid, { within: 20_000 }).catch(() => {
        throw new Error(
          `${name}: ${JSON.stringify(is)} ${running.log
            .filter((line) => line.includes(name))
            .slice(-8)
            .join('\n')}`,
        );
      });
    }
  });

  it('does not hammer a server that goes on refusing', async () => {
    await running.controller.whenIdle();
    const begun = Date.now();
    await sleep(6_000);
    const asked = plane
      .requests()
      .filter(({ userAgent, at }) => userAgent.startsWith('cdk8s-intents') && at >= begun);
    expect(mostPerSecond(asked)).toBeLessThanOrEqual(MOST_PER_SECOND);
    expect(asked.length).toBeLessThanOrEqual(MOST_PER_SECOND * 3);
  });
});
