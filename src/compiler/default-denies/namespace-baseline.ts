import { kubernetesApiRules } from '../egress/api-endpoint';
import { checkLabels, checkNamespace } from '../checked-input';
import { dnsRules, type DnsOptions } from '../egress/dns-rules';
import { checkKeys, checkList } from '../known-keys';
import { printRules, type DraftRule } from '../policy-draft';
import type { AccessPeer } from '../exceptions/external-access';
import type { JsonObject } from '../../model/json';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';

/** What the pods of a namespace have in common. */
export interface NamespaceBaselineOptions {
  readonly namespace: string;
  readonly name: string;
  /** Also deny egress, but for DNS. Default false. */
  readonly egress?: boolean;
  /** DNS that stays open when egress is denied; `false` for none. Default: the cluster's DNS over UDP and TCP. */
  readonly dns?: DnsOptions | false;
  /** Whether the pods of the namespace may call each other. Default false. */
  readonly sameNamespace?: boolean;
  /** Pods of other namespaces that may call every pod: a scraper of metrics, an ingress controller. Default none. */
  readonly from?: readonly AccessPeer[];
  /** Endpoints of the Kubernetes API that every pod may call when egress is denied. Default none. */
  readonly kubernetesApi?: readonly string[];
}

/**
 * One NetworkPolicy for every pod of a namespace: it denies all ingress, and egress where asked, but for what the
 * namespace has in common.
 *
 * @throws InvalidInputError when an option cannot be used
 */
export function namespaceBaseline(options: NamespaceBaselineOptions): JsonObject {
  const { namespace, name, egress = false } = options;
  checkNamespace('namespace', namespace);
  const ingress = printRules(ingressRules(options), 'from');
  const outward = egress ? printRules(egressRules(options), 'to') : [];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: {
      podSelector: {},
      policyTypes: ['Ingress', ...(egress ? ['Egress'] : [])],
      ...(ingress.length === 0 ? {} : { ingress }),
      ...(outward.length === 0 ? {} : { egress: outward }),
    },
  };
}

/** Who comes in by a baseline, its own namespace among them when its pods may call each other. */
export function baselineCallers({
  namespace,
  sameNamespace = false,
  from = [],
}: Pick<NamespaceBaselineOptions, 'namespace' | 'sameNamespace' | 'from'>): readonly AccessPeer[] {
  return [...(sameNamespace ? [{ namespace, ports: [] }] : []), ...from];
}

function ingressRules(options: NamespaceBaselineOptions): DraftRule[] {
  checkList('from', options.from ?? []);
  options.from?.forEach((peer, index) => {
    checkKeys(`from[${index}]`, peer, ['namespace', 'labels', 'ports']);
    checkNamespace(`from[${index}].namespace`, peer.namespace);
    if (peer.labels !== undefined) checkLabels(`from[${index}].labels`, peer.labels);
  });
  return baselineCallers(options).map(({ namespace, labels, ports }): DraftRule => ({
    peers: [
      {
        namespaceLabels: { [NAMESPACE_NAME_LABEL]: namespace },
        ...(labels === undefined ? {} : { podLabels: labels }),
      },
    ],
    ports: ports.length === 0 ? 'all' : ports,
  }));
}

function egressRules({
  namespace,
  dns = {},
  sameNamespace,
  kubernetesApi = [],
}: NamespaceBaselineOptions): DraftRule[] {
  const own: DraftRule = {
    peers: [{ namespaceLabels: { [NAMESPACE_NAME_LABEL]: namespace } }],
    ports: 'all',
  };
  return [
    ...(dns === false ? [] : dnsRules(dns)),
    ...(sameNamespace === true ? [own] : []),
    ...kubernetesApiRules(kubernetesApi),
  ];
}
