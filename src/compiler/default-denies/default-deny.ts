import { checkNamespace } from '../checked-input';
import { dnsRules, type DnsOptions } from '../egress/dns-rules';
import { InvalidInputError } from '../invalid-input-error';
import { checkKeys } from '../known-keys';
import { printRule } from '../policy-draft';
import type { JsonObject } from '../../model/json';

export interface DefaultDenyOptions {
  readonly namespace: string;
  /** Deny what comes in. Default true. */
  readonly ingress?: boolean;
  /** Deny what goes out. Default false (intent-systems D4). */
  readonly egress?: boolean;
  /** DNS to keep open when egress is denied; `false` for none. Default: the cluster's DNS over UDP and TCP. */
  readonly dns?: DnsOptions | false;
}

/**
 * The NetworkPolicy that isolates every pod of a namespace: `default-deny-ingress`, `default-deny-egress`, or
 * `default-deny` for both directions. Denied egress keeps DNS open, to the DNS pods and nobody else
 * (intent-systems L9).
 *
 * @throws InvalidInputError when an option cannot be used, or when neither direction is denied
 */
export function defaultDenyPolicies(options: DefaultDenyOptions): JsonObject[] {
  checkKeys('', options, ['namespace', 'ingress', 'egress', 'dns']);
  const { namespace, ingress = true, egress = false, dns = {} } = options;
  checkNamespace('namespace', namespace);
  if (!ingress && !egress) {
    throw new InvalidInputError(
      'egress',
      egress,
      'neither direction is denied',
      'Set ingress or egress to true, or leave the policy out.',
    );
  }
  const rules = egress && dns !== false ? dnsRules(dns).map((rule) => printRule(rule, 'to')) : [];
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: `default-deny${ingress && egress ? '' : ingress ? '-ingress' : '-egress'}`,
        namespace,
      },
      spec: {
        podSelector: {},
        policyTypes: [...(ingress ? ['Ingress'] : []), ...(egress ? ['Egress'] : [])],
        ...(rules.length === 0 ? {} : { egress: rules }),
      },
    },
  ];
}
