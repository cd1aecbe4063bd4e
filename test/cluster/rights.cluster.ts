import { type AuditedRequest } from './audit-log';
import { type KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, until } from './install';
import { install } from './installation';
import { run } from './live-app';
import { Replica } from './replica';
import { intents, server } from './scene';
import { resourceName } from '../../src/controller/api/api-resource';
import { WATCHED_KINDS } from '../../src/controller/observed/watched-kinds';
import { POLICY_MARKS } from '../../src/controller/takeover/take-over';

jest.setTimeout(240_000);

/** Other systems whose kinds are watched, and written, where the cluster serves them. */
const OTHERS = [
  'projectcalico.org',
  'argoproj.io',
  'gateway.networking.k8s.io',
  'policy.networking.k8s.io',
  'cilium.io',
];

const SECRET: KubeObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'intents-controller-webhook-tls', namespace: 'intents' },
};

const SERVED_BY_CALICO = '/apis/projectcalico.org/v3/namespaces/shop/networkpolicies';
const SERVED_BY_CILIUM = '/apis/cilium.io/v2/namespaces/shop/ciliumnetworkpolicies';
const SERVED_BY_KUBERNETES = '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies';

const LEFT_OF_CALICO: KubeObject = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'NetworkPolicy',
  metadata: { name: 'left-of-calico', labels: { [POLICY_MARKS[0] ?? '']: 'left' } },
  spec: { selector: "app == 'left'", types: ['Ingress'] },
};

/**
 * What Calico 3.29 and later ask of whoever writes a policy, beside the right over the policy: by its API server with the verb
 * of the request, by its admission with that of the operation (calico-policy-model 1.1, RBAC; its authorizer.go). There is no
 * Calico here.
 */
const TIER_ADMISSION: KubeObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'tiers' },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ['projectcalico.org'],
          apiVersions: ['v3'],
          resources: ['networkpolicies'],
          operations: ['CREATE', 'UPDATE', 'DELETE'],
        },
      ],
    },
    variables: [
      {
        name: 'inTier',
        expression:
          "authorizer.group('projectcalico.org').resource('tier.networkpolicies').namespace(request.namespace).name('default.*')",
      },
    ],
    validations: [
      {
        expression:
          "authorizer.group('projectcalico.org').resource('tiers').name('default').check('get').allowed()",
        message: 'Operation on Calico tiered policy is forbidden (user cannot get tier)',
        reason: 'Forbidden',
      },
      {
        expression:
          "request.operation == 'DELETE' ? variables.inTier.check('delete').allowed() : variables.inTier.check('patch').allowed() && variables.inTier.check(request.operation == 'CREATE' ? 'create' : 'update').allowed()",
        message: 'Operation on Calico tiered policy is forbidden',
        reason: 'Forbidden',
      },
    ],
  },
};

const TIER_BINDING: KubeObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'tiers' },
  spec: { policyName: 'tiers', validationActions: ['Deny'] },
};

describe.each([
  ['NetworkPolicies and those of Cilium', { compiler: { cni: 'cilium', egress: 'always' } }],
  ['policies of Calico', { dialect: 'calico', compiler: { cni: 'calico-enterprise', egress: 'always' } }],
] as const)('the rights of an installation that writes %s', (_, props) => {
  let plane: ControlPlane;
  let rights: string[];
  let args: string[];
  let kubeconfig: string;
  let replica: Replica;
  const policiesAt = 'dialect' in props ? SERVED_BY_CALICO : SERVED_BY_KUBERNETES;
  const domainsAt = 'dialect' in props ? SERVED_BY_CALICO : SERVED_BY_CILIUM;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    for (const { resource } of WATCHED_KINDS) {
      if (!OTHERS.includes(resource.group)) continue;
      await plane.api.apply(looseCrd(resource), 'kubectl', true);
    }
    for (const object of [TIER_ADMISSION, TIER_BINDING]) await plane.api.apply(object, 'kubectl', true);
    for (const name of ['intents', 'shop']) await makeNamespace(plane.api, name);
    await run(plane.api, [...server('shop', 'cart', 7070), ...server('shop', 'frontend', 80)]);
    await plane.api.create(
      intents('frontend', { kubernetes: { name: 'cart' } }, { internet: { domains: ['api.example.com'] } }),
    );
    await plane.api.create({
      apiVersion: 'k8s.otterize.com/v2alpha1',
      kind: 'ProtectedService',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { name: 'cart' },
    });
    // What the operator of Otterize left, for an intent that nobody has any more.
    await plane.api.create(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'left', namespace: 'shop', labels: { [POLICY_MARKS[0] ?? '']: 'left' } },
        spec: { podSelector: { matchLabels: { app: 'left' } }, policyTypes: ['Ingress'] },
      },
      '?fieldManager=manager',
    );
    // What a controller with the other dialect left.
    await plane.api.apply(
      { ...LEFT_OF_CALICO, metadata: { ...LEFT_OF_CALICO.metadata, namespace: 'shop' } },
      'cdk8s-intents',
    );
    ({ args, rights } = await install(plane, { ...props, takeOver: true }));
    kubeconfig = plane.kubeconfig(await plane.serviceAccountToken('intents', 'intents-controller'));
    replica = await start();
  });
  afterAll(async () => {
    await replica.end('SIGKILL');
    await plane.stop();
  });

  async function start(): Promise<Replica> {
    const started = await Replica.start([...args, '--webhook-bind-address', '127.0.0.1:0'], kubeconfig);
    await started.ready();
    return started;
  }

  async function policies(path: string): Promise<KubeObject[]> {
    const found = await plane.api.list(path);
    return found.filter(({ metadata: { labels = {} } }) =>
      POLICY_MARKS.some((mark) => Object.hasOwn(labels as object, mark)),
    );
  }

  function asked(): AuditedRequest[] {
    return plane.requests().filter(({ userAgent }) => userAgent === 'cdk8s-intents/controller');
  }

  /** Takes a right away from the role of the whole cluster, and returns what gives it back. */
  async function takeAway(verb: string, group: string, plural: string): Promise<() => Promise<unknown>> {
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/intents-controller';
    const before = await plane.api.get(path);
    const rules = (before.rules as KubeObject[]).flatMap((rule) => {
      if (!rule.apiGroups.includes(group) || !rule.verbs.includes(verb)) return [rule];
      const parts: KubeObject[] = [
        { ...rule, resources: rule.resources.filter((name: string) => name !== plural) },
        { ...rule, resources: [plural], verbs: rule.verbs.filter((one: string) => one !== verb) },
      ];
      return parts.filter(({ resources, verbs }) => resources.length > 0 && verbs.length > 0);
    });
    await plane.api.merge(before, { rules });
    return () => plane.api.merge(before, { rules: before.rules });
  }

  it('are enough for all that there is to do', async () => {
    await until(async () => (await policies(policiesAt)).length > 1, { what: `policies: ${replica.log}` });
    await until(
      async () =>
        (await policies(domainsAt)).some(({ spec }) => JSON.stringify(spec).includes('api.example.com')),
      { what: `domains: ${replica.log.slice(-3000)}` },
    );
    // What the operator left is taken over and goes.
    await until(async () =>
      (await policies(SERVED_BY_KUBERNETES)).every(({ metadata }) => metadata.name !== 'left'),
    );
    await until(
      async () =>
        (await policies(SERVED_BY_CALICO)).every(
          ({ metadata }) => metadata.name !== LEFT_OF_CALICO.metadata.name,
        ),
      { what: `left of Calico: ${replica.log.slice(-3000)}` },
    );
  });

  it.each(['networkpolicies', 'globalnetworkpolicies'])(
    'show %s of all tiers, as Calico asks its authorizer for each of them',
    async (plural) => {
      for (const tier of ['default', 'security', 'kube-admin'])
        for (const verb of ['list', 'watch']) {
          expect(await allows('get', 'tiers', tier)).toBe(true);
          expect([verb, tier, await allows(verb, `tier.${plural}`, `${tier}.*`)]).toEqual([verb, tier, true]);
          expect(await allows('create', `tier.${plural}`, 'security.*')).toBe(false);
        }
    },
  );

  /** What Calico's API server asks, in the name of whoever sends a request. */
  async function allows(verb: string, resource: string, name: string): Promise<boolean> {
    const { status } = await plane.api.send('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: 'system:serviceaccount:intents:intents-controller',
        resourceAttributes: { group: 'projectcalico.org', resource, verb, name },
      },
    });
    return status.allowed === true;
  }

  it.each([...new Set([policiesAt, domainsAt])])(
    'let a policy at %s be made anew with the right to create alone: without it, the status and an Event say so, until it is back',
    async (path) => {
      const [, , group = '', , , , plural = ''] = path.split('/');
      const [policy] = await policies(path);
      const { name } = policy?.metadata ?? {};
      const giveBack = await takeAway('create', group, plural);
      const begun = Date.now();
      await plane.api.send('DELETE', `${path}/${name}`);
      await until(() =>
        asked().some(
          (request) =>
            request.at >= begun && request.code === 403 && request.verb === 'patch' && request.name === name,
        ),
      );
      await until(async () => (await ready()).includes('forbidden'), { what: `said: ${await ready()}` });
      await until(async () => (await refusals()).some((message) => message.includes(`"${plural}"`)), {
        what: `an Event; there are ${(await refusals()).join('\n')}`,
      });
      await giveBack();
      await until(async () => (await policies(path)).some(({ metadata }) => metadata.name === name), {
        within: 120_000,
      });
      await until(async () => (await ready()).startsWith('True'), { what: `said: ${await ready()}` });
    },
  );

  /** What Events on the intents say of policies that could not be written. */
  async function refusals(): Promise<string[]> {
    const events = await plane.api.list('/api/v1/namespaces/shop/events');
    return events
      .filter(
        ({ reason, involvedObject }) => reason === 'PolicyNotWritten' && involvedObject.name === 'frontend',
      )
      .map(({ message }) => message as string);
  }

  async function ready(): Promise<string> {
    const path = '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents/frontend';
    const { conditions = [] } = (await plane.api.get(path)).status ?? {};
    const found = (conditions as KubeObject[]).find(({ type }) => type === 'Ready');
    return `${found?.status}: ${found?.message}`;
  }

  it('are enough to exchange certificates, and to finish when intents go', async () => {
    await replica.end('SIGTERM');
    await plane.api.merge(SECRET, { data: { 'tls.crt': '', 'tls.key': '' } });
    replica = await start();
    const intentsAt = '/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents';
    await plane.api.send('DELETE', `${intentsAt}/frontend`);
    await until(async () => (await plane.api.list(intentsAt)).length === 0);
    await until(async () => (await policies(domainsAt)).length === 0 || domainsAt === policiesAt);
  });

  it('are all used', async () => {
    await replica.end('SIGTERM');
    const requests = asked();
    const groupOf = ({ uri }: AuditedRequest): string => /^\/apis\/([^/]+)\//.exec(uri)?.[1] ?? '';
    const used = new Set(
      requests.map((request) => {
        const [plural = '', ...rest] = request.resource.split('/');
        const name = resourceName({ group: groupOf(request), plural: [plural, ...rest].join('/') });
        return `${request.verb} ${name}`;
      }),
    );
    // A server-side apply that makes an object needs create, as was shown above, and is a patch in the audit log.
    // Rights over tiers are asked for by Calico: where it is written, TIER_ADMISSION does in its place.
    const ofTiers = /^(?:\w+ tier\.|get tiers\.)/;
    const unused = rights.filter(
      (right) => !used.has(right) && !ofTiers.test(right) && !/^create \S*networkpolicies\./.test(right),
    );
    expect(unused).toEqual([]);
  });
});

/** A CRD that takes anything, in the place of somebody else's. */
function looseCrd({
  group,
  version,
  plural,
  kind,
  namespaced,
}: (typeof WATCHED_KINDS)[number]['resource']): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
    },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { plural, kind, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}
