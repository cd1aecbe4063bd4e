import fc from 'fast-check';

const APPS = ['a', 'b', 'c'];

/** A few pods in two namespaces and policies among them, some with address blocks and host-network pods. */
export const smallClusters = ({ minPods = 0 } = {}): fc.Arbitrary<string> =>
  fc
    .record({
      pods: fc.array(fc.tuple(fc.constantFrom('x', 'y'), fc.constantFrom(...APPS), fc.boolean()), {
        minLength: minPods,
        maxLength: 6,
      }),
      policies: fc.array(
        fc.record({
          namespace: fc.constantFrom('x', 'y'),
          subject: fc.constantFrom('{}', '{ matchLabels: { app: a } }'),
          type: fc.constantFrom('Ingress', 'Egress'),
          peer: fc.constantFrom(
            'podSelector: { matchLabels: { app: b } }',
            'namespaceSelector: {}',
            'ipBlock: { cidr: 10.0.0.0/8 }',
            'ipBlock: { cidr: 0.0.0.0/0, except: [10.1.0.0/16] }',
          ),
          port: fc.constantFrom('', 'port: 80', 'port: 81, endPort: 90'),
        }),
        { maxLength: 4 },
      ),
    })
    .map(({ pods, policies }) =>
      [
        ...pods.map(
          ([namespace, app, host], index) =>
            `{ apiVersion: v1, kind: Pod, metadata: { name: ${app}-${index}, namespace: ${namespace}, labels: { app: ${app} } }, spec: { hostNetwork: ${host && index === 0}, containers: [] } }`,
        ),
        ...policies.map(({ namespace, subject, type, peer, port }, index) => {
          const [rules, list] = type === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
          return `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p-${index}, namespace: ${namespace} }, spec: { podSelector: ${subject}, policyTypes: [${type}], ${rules}: [{ ${list}: [{ ${peer} }]${port === '' ? '' : `, ports: [{ ${port} }]`} }] } }`;
        }),
      ].join('\n---\n'),
    );
