import type { DomainDialect } from './network-plugin';
import { CLUSTER_DNS, type DnsOptions, type DnsPods } from '../egress/dns-rules';
import { groupBy } from '../../model/group-by';
import { sortLabels } from '../sort-labels';
import { legalName, withDigest } from '../policy-name';
import { sortPorts, type PolicyPorts } from '../resolution/resolved-call';
import type { GeneratedPolicy } from '../compilation';
import { POLICY_LABEL } from '../profiles/profile';
import type { ClientIntents } from '../../intents/client-intents';
import { lockName } from '../../intents/dns-lock';
import { jsonAt, type Json, type JsonObject } from '../../model/json';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { TransportProtocol, Workload } from '../../model/workloads/workload';

/** Names that pods may call, on which ports. */
export interface DomainRule {
  /** Never empty. */
  readonly domains: readonly string[];
  readonly ports: PolicyPorts;
}

/** A policy of a network plugin that lets pods out to domain names. */
export interface DomainDraft {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  readonly podLabels: Labels;
  readonly rules: readonly DomainRule[];
  readonly causes: ReadonlySet<ClientIntents>;
  /** Those that it selects. */
  readonly workloads: readonly Workload[];
}

const PROTOCOLS: readonly TransportProtocol[] = ['SCTP', 'TCP', 'UDP'];

/** A policy and what it was made of. */
export interface DomainPolicy {
  readonly policy: GeneratedPolicy;
  readonly draft: DomainDraft;
}

/** The policies in the words of a network plugin, sorted by namespace and name. */
export function printDomainPolicies(
  drafts: readonly DomainDraft[],
  dialect: DomainDialect,
  dns: DnsOptions | false,
): DomainPolicy[] {
  const print = dialect === 'cilium' ? ciliumPolicy : calicoPolicy;
  return [...groupBy(drafts, ({ namespace, name }) => `${namespace}/${legalName(name)}`).values()]
    .flatMap((same) =>
      same.map((draft) => {
        const plain = same.length > 1 ? withDigest(draft.name, draft.key) : legalName(draft.name);
        // What stands before a dot is a tier to Calico (calico-policy-model 1.4).
        const dotted = dialect === 'calico' && plain.includes('.');
        const name = dotted ? withDigest(plain.replaceAll('.', '-'), plain) : plain;
        const manifest = print(draft, name, dns === false ? [] : (dns.pods ?? [CLUSTER_DNS]));
        const causes = [...draft.causes];
        return { draft, policy: { namespace: draft.namespace, name, manifest, causes } };
      }),
    )
    .sort((a, b) => order(a.policy.namespace, b.policy.namespace) || order(a.policy.name, b.policy.name));
}

/** Whether a generated policy is one of these, which the evaluator does not know: it knows no names. */
export function isDomainPolicy({ manifest }: Pick<GeneratedPolicy, 'manifest'>): boolean {
  if (manifest.kind === 'CiliumNetworkPolicy') return true;
  const rules = jsonAt(manifest, ['spec', 'egress']);
  return Array.isArray(rules) && rules.some((rule) => jsonAt(rule, ['destination', 'domains']) !== undefined);
}

/**
 * Cilium learns addresses from the answers that its DNS proxy sees, so the policy sends DNS through the proxy too: a rule
 * to the DNS pods with `rules.dns`.
 */
function ciliumPolicy(draft: DomainDraft, name: string, dns: readonly DnsPods[]): JsonObject {
  const proxied = dns.map(({ namespace, labels, port = 53 }): JsonObject => ({
    toEndpoints: [
      {
        matchLabels: {
          'k8s:io.kubernetes.pod.namespace': namespace,
          ...Object.fromEntries(
            Object.entries(sortLabels(labels)).map(([key, value]) => [`k8s:${key}`, value]),
          ),
        },
      },
    ],
    toPorts: [{ ports: [{ port: String(port), protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
  }));
  return {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: metadataOf(draft, name),
    spec: {
      endpointSelector: { matchLabels: sortLabels(draft.podLabels) },
      egress: [...proxied, ...draft.rules.map(ciliumRule)],
    },
  };
}

function ciliumRule({ domains, ports }: DomainRule): JsonObject {
  const names = namesOf(domains);
  const listed = ports === 'all' ? [] : sortPorts(ports);
  return {
    toFQDNs: names.map((name) => (name.includes('*') ? { matchPattern: name } : { matchName: name })),
    ...(listed.length === 0
      ? {}
      : { toPorts: [{ ports: listed.map(({ port, protocol }) => ({ port: String(port), protocol })) }] }),
  };
}

/** In tier `default`, where NetworkPolicies are: what either of them allows is allowed (calico-policy-model 5.1). */
function calicoPolicy(draft: DomainDraft, name: string, dns: readonly DnsPods[]): JsonObject {
  const selector = Object.entries(sortLabels(draft.podLabels))
    .map(([key, value]) => `${key} == "${value}"`)
    .join(' && ');
  const lookUps = dns.flatMap(({ namespace, labels, port = 53 }) =>
    (['TCP', 'UDP'] as const).map((protocol): JsonObject => ({
      action: 'Allow',
      protocol,
      destination: {
        namespaceSelector: `projectcalico.org/name == "${namespace}"`,
        selector: Object.entries(sortLabels(labels))
          .map(([key, value]) => `${key} == "${value}"`)
          .join(' && '),
        ports: [port],
      },
    })),
  );
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: metadataOf(draft, name),
    spec: {
      tier: 'default',
      selector,
      types: ['Egress'],
      egress: [...lookUps, ...draft.rules.flatMap(calicoRules)],
    },
  };
}

/** A rule is about one protocol. */
function calicoRules({ domains, ports }: DomainRule): JsonObject[] {
  const names = namesOf(domains);
  if (ports === 'all') return [{ action: 'Allow', destination: { domains: names } }];
  return PROTOCOLS.flatMap((protocol) => {
    const numbers: Json[] = sortPorts(ports)
      .filter((port) => port.protocol === protocol)
      .map(({ port }) => port);
    return numbers.length === 0
      ? []
      : [{ action: 'Allow', protocol, destination: { domains: names, ports: numbers } }];
  });
}

/** Cilium's `*` stands for a part of one label: `*.example.com` is narrower there than in intents. */
export function wildcardDepth(drafts: readonly DomainDraft[]): Finding[] {
  return drafts.flatMap(({ namespace, rules, workloads, causes }) => {
    const wild = namesOf(rules.flatMap(({ domains }) => domains)).filter((name) => name.includes('*'));
    const [cause] = causes;
    if (wild.length === 0) return [];
    return [
      {
        id: 'domain-wildcard-depth',
        severity: 'info',
        message: `To Cilium ${wild.join(', ')} stands for names with one label more, and not for those below them; ${workloads.map(({ id }) => id).join(', ')} cannot call these`,
        object:
          cause === undefined ? `Namespace/${namespace}` : `ClientIntents/${cause.namespace}/${cause.name}`,
        place: cause?.place ?? NOWHERE,
        mend: 'Name deeper levels too, as *.api.example.com.',
      },
    ];
  });
}

function metadataOf({ namespace }: DomainDraft, name: string): JsonObject {
  return { name, namespace, labels: { [POLICY_LABEL]: 'true' } };
}

function namesOf(domains: readonly string[]): string[] {
  return [...new Set(domains.map(lockName))].sort();
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
