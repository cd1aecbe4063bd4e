import fc from 'fast-check';
import { gnp, object, pod, World } from './world';
import { podEntityLabels } from '../../src/policies/calico/entity-labels';
import type { Selector } from '../../src/policies/calico/selector';
import { selectorMatches } from '../../src/policies/calico/selector-match';
import { printSelector } from '../../src/policies/calico/selector-printer';

const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  app: { env: 'prod', zone: 'a' },
  other: { env: 'test' },
};
const ACCOUNTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'app/api': { team: 'red' },
  'other/api': { team: 'blue' },
  'app/web': {},
};
const PODS = [
  { namespace: 'app', name: 'p1', labels: { app: 'a', x: 'prefix-a' }, account: 'api' },
  { namespace: 'app', name: 'p2', labels: { app: 'b', 'pcns.env': 'forged' }, account: 'api' },
  { namespace: 'app', name: 'p3', labels: { app: 'ab' }, account: 'web' },
  { namespace: 'other', name: 'p4', labels: { app: 'a', x: '' }, account: 'api' },
  { namespace: 'other', name: 'p5', labels: {}, account: 'default' },
  { namespace: 'lost', name: 'p6', labels: { app: 'b' }, account: 'default' },
];

const flow = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(', ');
const cluster = [
  ...Object.entries(NAMESPACES).map(
    ([name, labels]) =>
      `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: { ${flow(labels)} } } }\n`,
  ),
  ...Object.entries(ACCOUNTS).map(([id, labels]) => {
    const [namespace = '', name = ''] = id.split('/');
    return `---\n{ apiVersion: v1, kind: ServiceAccount, metadata: { namespace: ${namespace}, name: ${name}, labels: { ${flow(labels)} } } }\n`;
  }),
  ...PODS.map(({ namespace, name, labels, account }) =>
    pod(namespace, name, flow(labels), `serviceAccountName: ${account}`),
  ),
].join('');

const KEYS = [
  'app',
  'x',
  'projectcalico.org/namespace',
  'projectcalico.org/orchestrator',
  'projectcalico.org/serviceaccount',
  'pcns.env',
  'pcns.zone',
  'pcns.kubernetes.io/metadata.name',
  'pcns.projectcalico.org/name',
  'pcsa.team',
  'pcsa.projectcalico.org/name',
];
const VALUES = ['', 'a', 'b', 'prod', 'app', 'api', 'red', 'k8s', 'other', 'lost', 'default'];

const key = fc.constantFrom(...KEYS);
const value = fc.constantFrom(...VALUES);
const leaf: fc.Arbitrary<Selector> = fc.oneof(
  fc.record({ type: fc.constant('has' as const), key }),
  fc.record({
    type: fc.constant('compare' as const),
    key,
    operator: fc.constantFrom(
      '==' as const,
      '!=' as const,
      'contains' as const,
      'starts with' as const,
      'ends with' as const,
    ),
    value,
  }),
  fc.record({
    type: fc.constant('set' as const),
    key,
    operator: fc.constantFrom('in' as const, 'not in' as const),
    values: fc.array(value, { maxLength: 3 }),
  }),
);
const selector: fc.Arbitrary<Selector> = fc.oneof(
  leaf,
  leaf.map((operand): Selector => ({ type: 'not', operand })),
  fc.tuple(leaf, leaf).map((operands): Selector => ({ type: 'and', operands })),
  fc.tuple(leaf, leaf).map((operands): Selector => ({ type: 'or', operands })),
);

/** Who of the pods is closed by a policy with the selector. */
function selected(text: string): string[] {
  const policy = gnp('x', `selector: ${JSON.stringify(text)}, types: [Ingress]`);
  const world = new World(cluster + policy);
  return PODS.map(({ namespace, name }) => `${namespace}/${name}`).filter(
    (end) => world.ask('1.2.3.4', end) === 'deny',
  );
}

describe('the pods that a Calico selector finds in the index (calico-policy-model 4.1)', () => {
  it('are those whose labels, own and inherited, it matches one by one', () => {
    fc.assert(
      fc.property(selector, (tree) => {
        const expected = PODS.filter(({ namespace, labels, account }) =>
          selectorMatches(
            tree,
            podEntityLabels({
              labels,
              namespace,
              namespaceLabels: { ...NAMESPACES[namespace], 'kubernetes.io/metadata.name': namespace },
              serviceAccount: account,
              serviceAccountLabels: ACCOUNTS[`${namespace}/${account}`] ?? {},
            }),
          ),
        ).map(({ namespace, name }) => `${namespace}/${name}`);
        expect({ selector: printSelector(tree), pods: selected(printSelector(tree)) }).toEqual({
          selector: printSelector(tree),
          pods: expected,
        });
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['all()', ['app/p1', 'app/p2', 'app/p3', 'other/p4', 'other/p5', 'lost/p6']],
    ['!all()', []],
    [`app == "a"`, ['app/p1', 'other/p4']],
    [`app contains "a"`, ['app/p1', 'app/p3', 'other/p4']],
    [`x starts with "a"`, []],
    [`x contains "fix-a"`, ['app/p1']],
    [`x starts with "pre"`, ['app/p1']],
    [`app starts with "a"`, ['app/p1', 'app/p3', 'other/p4']],
    [`app ends with "b"`, ['app/p2', 'app/p3', 'lost/p6']],
    [`pcns.env == "forged"`, []],
    [`pcns.env == "prod" && has(pcsa.team)`, ['app/p1', 'app/p2']],
    [`pcsa.projectcalico.org/name == "api"`, ['app/p1', 'app/p2', 'other/p4']],
    [`projectcalico.org/serviceaccount in {"web", "default"}`, ['app/p3', 'other/p5', 'lost/p6']],
    [`pcns.projectcalico.org/name == "lost"`, ['lost/p6']],
  ])('%s', (text, pods) => {
    expect(selected(text)).toEqual(pods);
  });
});

describe('the pods that a LabelSelector finds in the index (network-policy-semantics 2.1 items 6, 11 and 12)', () => {
  const closed = (subject: string): string[] => {
    const policy = object(
      'policy.networking.k8s.io/v1alpha2',
      'ClusterNetworkPolicy',
      'x',
      `tier: Admin, priority: 1, subject: ${subject}, egress: [{ action: Deny, to: [{ networks: [0.0.0.0/0] }] }]`,
    );
    const world = new World(cluster + policy);
    return PODS.map(({ namespace, name }) => `${namespace}/${name}`).filter(
      (end) => world.ask(end, '1.2.3.4') === 'deny',
    );
  };

  it.each([
    ['{ namespaces: {} }', ['app/p1', 'app/p2', 'app/p3', 'other/p4', 'other/p5', 'lost/p6']],
    ['{ namespaces: { matchLabels: { env: prod } } }', ['app/p1', 'app/p2', 'app/p3']],
    ['{ namespaces: { matchLabels: { kubernetes.io/metadata.name: lost } } }', ['lost/p6']],
    ['{ namespaces: { matchExpressions: [{ key: env, operator: DoesNotExist }] } }', ['lost/p6']],
    [
      '{ namespaces: { matchExpressions: [{ key: env, operator: NotIn, values: [prod] }] } }',
      ['other/p4', 'other/p5', 'lost/p6'],
    ],
    ['{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: a } } } }', ['app/p1', 'other/p4']],
    [
      '{ pods: { namespaceSelector: { matchLabels: { env: test } }, podSelector: { matchLabels: { app: a } } } }',
      ['other/p4'],
    ],
    ['{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: a, x: "" } } } }', ['other/p4']],
    [
      '{ pods: { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: x, operator: Exists }] } } }',
      ['app/p1', 'other/p4'],
    ],
    [
      '{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: a }, matchExpressions: [{ key: x, operator: In, values: [prefix-a] }] } } }',
      ['app/p1'],
    ],
    [
      '{ pods: { namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [a, ab] }] } } }',
      ['app/p2', 'other/p5', 'lost/p6'],
    ],
  ])('%s', (subject, pods) => {
    expect(closed(subject)).toEqual(pods);
  });

  it('selectors that are nearly the same are told apart within one cluster', () => {
    const subjects: [string, string[]][] = [
      ['matchLabels: { app: a }', ['app/p1', 'other/p4']],
      ['matchLabels: { app: b }', ['app/p2', 'lost/p6']],
      ['matchLabels: { app: a, x: "" }', ['other/p4']],
      ['matchLabels: { app: a, x: prefix-a }', ['app/p1']],
      ['matchLabels: { app: a }, matchExpressions: [{ key: x, operator: In, values: [""] }]', ['other/p4']],
      ['matchLabels: { app: a }, matchExpressions: [{ key: x, operator: DoesNotExist }]', []],
    ];
    const policies = subjects.map(([selector], index) =>
      object(
        'policy.networking.k8s.io/v1alpha2',
        'ClusterNetworkPolicy',
        `p${index}`,
        `tier: Admin, priority: ${index}, subject: { pods: { namespaceSelector: {}, podSelector: { ${selector} } } }, egress: [{ action: Deny, to: [{ networks: [0.0.0.0/0] }], protocols: [{ tcp: { destinationPort: { number: ${index + 1} } } }] }]`,
      ),
    );
    const world = new World(cluster + policies.join(''));
    subjects.forEach(([selector, pods], index) => {
      const closedTo = PODS.map(({ namespace, name }) => `${namespace}/${name}`).filter(
        (end) => world.ask(end, '1.2.3.4', `TCP ${index + 1}`) === 'deny',
      );
      expect({ selector, pods: closedTo }).toEqual({ selector, pods });
    });
  });
});
