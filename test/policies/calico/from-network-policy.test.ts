import type { JsonObject } from '../../../src/model/json';
import { calicoFromNetworkPolicy } from '../../../src/policies/calico/from-network-policy';
import { printCalicoPolicy } from '../../../src/policies/calico/print-policy';
import { readPolicies } from '../../../src/policies/read-policies';
import { resourcesOf } from '../resource-fixture';

/** The spec of the Calico policy that a NetworkPolicy becomes. */
function specOf(spec: string): unknown {
  const text = `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { namespace: shop, name: p, labels: { a: b } }, spec: ${spec} }`;
  const { kubernetes, findings } = readPolicies(resourcesOf(text));
  const [policy] = kubernetes;
  if (policy === undefined) throw new Error(findings.map(({ message }) => message).join('\n'));
  const manifest: JsonObject = printCalicoPolicy(calicoFromNetworkPolicy(policy));
  return manifest.spec;
}

const POD = 'projectcalico.org/orchestrator == "k8s"';
const POD_OF_A = `(${POD} && app == "a")`;
const ALL_TYPES = { tier: 'default', order: 1000, types: ['Ingress'] };

const ingressOf = (peers: string, ports = '[]'): unknown =>
  specOf(`{ podSelector: {}, ingress: [{ from: [${peers}], ports: ${ports} }] }`);
const allow = (source: JsonObject): unknown => ({ action: 'Allow', source });

describe('a NetworkPolicy as a policy of Calico (calico-policy-model 5.1)', () => {
  it('stands in tier default at order 1000, with the types it governs and no rule it does not have', () => {
    expect(specOf('{ podSelector: {} }')).toEqual(ALL_TYPES);
    expect(specOf('{ podSelector: {}, policyTypes: [Egress], egress: [{}] }')).toEqual({
      ...ALL_TYPES,
      types: ['Egress'],
      egress: [{ action: 'Allow' }],
    });
  });

  it('selects by every label and expression', () => {
    const one = '{ podSelector: { matchLabels: { app: a } } }';
    expect(specOf(one)).toEqual({ ...ALL_TYPES, selector: 'app == "a"' });
    const expressions = [
      '{ key: b, operator: In, values: [x, y] }',
      '{ key: c, operator: NotIn, values: [z] }',
      '{ key: d, operator: Exists }',
      '{ key: e, operator: DoesNotExist }',
    ].join(', ');
    expect(
      specOf(`{ podSelector: { matchLabels: { app: a }, matchExpressions: [${expressions}] } }`),
    ).toEqual({
      ...ALL_TYPES,
      selector: '(app == "a" && b in {"x", "y"} && c not in {"z"} && has(d) && !has(e))',
    });
  });

  it('has a rule for pods, one for the blocks of each IP version, one for each block with exceptions', () => {
    const blocks = [
      '{ ipBlock: { cidr: 10.0.0.0/8 } }',
      '{ ipBlock: { cidr: "fd00::/8" } }',
      '{ ipBlock: { cidr: 172.16.0.0/12 } }',
      '{ ipBlock: { cidr: 192.168.0.0/16, except: [192.168.1.0/24, 192.168.2.0/24] } }',
    ].join(', ');
    expect(ingressOf(`${blocks}, { podSelector: {} }`)).toEqual({
      ...ALL_TYPES,
      ingress: [
        allow({ selector: POD }),
        allow({ nets: ['10.0.0.0/8', '172.16.0.0/12'] }),
        allow({ nets: ['fd00::/8'] }),
        allow({ nets: ['192.168.0.0/16'], notNets: ['192.168.1.0/24', '192.168.2.0/24'] }),
      ],
    });
  });

  it('means pods, of its own namespace where no other is named (4.3)', () => {
    const a = 'podSelector: { matchLabels: { app: a } }';
    const peers = `{ ${a} }, { namespaceSelector: {} }, { namespaceSelector: { matchLabels: { n: m } }, ${a} }`;
    expect(ingressOf(peers)).toEqual({
      ...ALL_TYPES,
      ingress: [
        allow({ selector: POD_OF_A }),
        allow({ selector: POD, namespaceSelector: 'all()' }),
        allow({ selector: POD_OF_A, namespaceSelector: 'n == "m"' }),
      ],
    });
  });

  it('has a rule for each protocol, without ports where one of the protocol names none', () => {
    const ports =
      '[{ protocol: UDP, port: 53 }, { port: 80, endPort: 90 }, { port: web }, { protocol: SCTP, port: 5 }, { protocol: SCTP }]';
    const source = { selector: POD };
    expect(ingressOf('{ podSelector: {} }', ports)).toEqual({
      ...ALL_TYPES,
      ingress: [
        { action: 'Allow', protocol: 'SCTP', source },
        { action: 'Allow', protocol: 'TCP', source, destination: { ports: ['80:90', 'web'] } },
        { action: 'Allow', protocol: 'UDP', source, destination: { ports: [53] } },
      ],
    });
  });

  it('has peers and ports of egress on the same side', () => {
    const to = '{ podSelector: { matchLabels: { app: a } } }';
    expect(
      specOf(`{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${to}], ports: [{ port: 80 }] }] }`),
    ).toEqual({
      ...ALL_TYPES,
      types: ['Egress'],
      egress: [{ action: 'Allow', protocol: 'TCP', destination: { selector: POD_OF_A, ports: [80] } }],
    });
  });

  it('is enforced, and of pods', () => {
    const text =
      '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { namespace: shop, name: p }, spec: { podSelector: {}, ingress: [{}] } }';
    const [policy] = readPolicies(resourcesOf(text)).kubernetes.map(calicoFromNetworkPolicy);
    expect(policy).toMatchObject({ staged: false, hostOnly: false, ingress: [{ http: false }] });
  });
});
