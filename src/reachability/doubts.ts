import type { Finding, Severity } from '../model/finding';
import type { Place } from '../model/place';
import type { Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';

/** A kind of thing that manifests leave open, or that was settled by an assumption. */
export type Doubt =
  | 'pod-addresses-assumed'
  | 'pod-addresses-open'
  | 'node-addresses-open'
  | 'own-node-open'
  | 'ip-version-open'
  | 'service-endpoints-open'
  | 'source-ports-open'
  | 'domains-open'
  | 'nodes-open'
  | 'http-not-enforced'
  | 'calico-not-enforced';

interface Wording {
  readonly severity: Severity;
  /** What is open and what follows; `%` stands for the policies. */
  readonly message: string;
  readonly mend: string;
}

const WORDINGS: Readonly<Record<Doubt, Wording>> = {
  'pod-addresses-assumed': {
    severity: 'info',
    message:
      'Address blocks in % are taken not to match pods, because the addresses of pods are not known; not even 0.0.0.0/0 is. Network plugins that match pods by address allow (or deny) more than reported between pods.',
    mend: 'Give the address ranges of pods (podCidrs) to have blocks matched against pods too.',
  },
  'pod-addresses-open': {
    severity: 'warning',
    message:
      'Address blocks in % cover a part of the pod address ranges only, so it depends on the address a pod gets whether they match it. Connections that hang on it are reported as undecided.',
    mend: 'Select pods by labels, or make the block cover a whole pod range or none of it.',
  },
  'node-addresses-open': {
    severity: 'info',
    message:
      'Whether address blocks in % match the nodes, and so workloads on the host network, is not known. Connections that hang on it are reported as undecided.',
    mend: 'Give the addresses of nodes (nodeCidrs).',
  },
  'own-node-open': {
    severity: 'info',
    message:
      'A workload on the host network reaches the pods of its own node whatever their policies say, and manifests do not tell which pods those are. What policies deny from such a workload to a pod is reported as undecided.',
    mend: 'Nothing to do when this is known; run the workload without hostNetwork to have policies decide.',
  },
  'ip-version-open': {
    severity: 'info',
    message:
      'Rules of % match IPv4 and IPv6 differently, and which of them pods use is not known. Connections that hang on it are reported as undecided.',
    mend: 'Give the address ranges of pods (podCidrs), or write the rules for both IP versions.',
  },
  'service-endpoints-open': {
    severity: 'warning',
    message:
      'Rules of % name a Service whose endpoints are not in the manifests. Connections that may be meant by them are reported as undecided.',
    mend: 'Add the Service with its selector to the input, or write the rule with a selector or nets.',
  },
  'source-ports-open': {
    severity: 'info',
    message:
      'Rules of % look at the source port, which a client picks at random. Connections that hang on it are reported as undecided.',
    mend: 'Leave the source port out of the rule, unless the client is known to fix it.',
  },
  'domains-open': {
    severity: 'info',
    message:
      'Rules of % name domains, whose addresses are not in the manifests. Connections to outside addresses that may be meant are reported as undecided.',
    mend: 'Nothing to do when names are meant; write networks to have addresses decided.',
  },
  'nodes-open': {
    severity: 'info',
    message:
      'Rules of % select nodes, which are not in the manifests. Connections to hosts and outside addresses that may be nodes are reported as undecided.',
    mend: 'Give the addresses of nodes (nodeCidrs).',
  },
  'http-not-enforced': {
    severity: 'warning',
    message:
      'Rules of % have an http part, which the Linux data planes of Calico do not enforce: they allow every request on the connection.',
    mend: 'Do not rely on the http part, or enforce it with application layer policy.',
  },
  'calico-not-enforced': {
    severity: 'warning',
    message:
      '% would be enforced by Calico only, and the network plugin is set to be another: they were left out.',
    mend: 'Set the network plugin to calico, or remove the policies.',
  },
};

/** How many policies a message names. */
const NAMED = 3;

/** Collects what is open and says each kind once, whatever the number of policies it touches. */
export class Doubts {
  private readonly policies = new Map<Doubt, Map<string, Place>>();

  add(doubt: Doubt, policy: Policy): void {
    this.addPlace(doubt, policyId(policy), policy.place);
  }

  /** For what hangs on no policy. */
  addPlace(doubt: Doubt, subject: string, place: Place): void {
    const touched = this.policies.get(doubt) ?? new Map<string, Place>();
    if (!touched.has(subject)) touched.set(subject, place);
    this.policies.set(doubt, touched);
  }

  /** One finding for each kind of doubt, in a fixed order. */
  findings(): Finding[] {
    const kinds = [...this.policies.keys()].sort();
    return kinds.flatMap((doubt) => {
      const touched = [...(this.policies.get(doubt) ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      const [first] = touched;
      if (first === undefined) return [];
      const { severity, message, mend } = WORDINGS[doubt];
      const names = touched
        .slice(0, NAMED)
        .map(([name]) => name)
        .join(', ');
      const rest = touched.length > NAMED ? ` and ${touched.length - NAMED} more` : '';
      return [
        {
          id: doubt,
          severity,
          message: message.replace('%', names + rest),
          object: first[0],
          place: first[1],
          mend,
        },
      ];
    });
  }
}
