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
  | 'service-nodes-open'
  | 'written-endpoints-open'
  | 'api-server-endpoints-open'
  | 'source-ports-open'
  | 'domains-open'
  | 'node-pods-open'
  | 'nodes-open'
  | 'policy-not-read'
  | 'policy-reading-open'
  | 'network-sets-meant'
  | 'network-sets-open'
  | 'ended-pods-kept'
  | 'calico-not-enforced'
  | 'nftables-fails-open'
  | 'nftables-overlaps'
  | 'nftables-old-nft';

/** What a `namespaces` peer may be written as instead. */
const WRITE_PODS =
  'Write `pods` with the namespaceSelector and an empty podSelector, which means pods to every network plugin; but a network set with the label `projectcalico.org/orchestrator: k8s` is met as a pod there too: take that label off it.';

interface Wording {
  readonly severity: Severity;
  /** What is open and what follows; `%` stands for the policies. */
  readonly message: string;
  readonly mend: string;
}

/** A warning where a verdict that matters may be wrong or unknown and somebody can mend it; else an info. */
const WORDINGS: Readonly<Record<Doubt, Wording>> = {
  'pod-addresses-assumed': {
    severity: 'info',
    message:
      'Address blocks in % are taken not to match pods (not even 0.0.0.0/0 is), because the addresses of pods are not known. Network plugins that match pods by address allow or deny more between pods than reported.',
    mend: 'Give the address ranges of pods (podCidrs) to have blocks matched against pods too.',
  },
  'pod-addresses-open': {
    severity: 'warning',
    message:
      'Address blocks in % cover only a part of the pod address ranges (podCidrs), so it depends on the address a pod gets whether they match it. Connections that hang on it are undecided.',
    mend: 'Select pods by labels, or make the blocks cover a whole pod range or none of it.',
  },
  'node-addresses-open': {
    severity: 'info',
    message:
      'Whether address blocks in % match the nodes, and so workloads on the host network, is not known. Connections that hang on it are undecided.',
    mend: 'Give the addresses of nodes (nodeCidrs); a block that covers a part of them only stays undecided.',
  },
  'own-node-open': {
    severity: 'info',
    message:
      'A node reaches its own pods whatever their policies say, and manifests do not tell which pods those are. What policies deny to a pod from workloads on the host network, or from addresses of nodes (nodeCidrs), is undecided.',
    mend: 'Nothing to do; run a workload without hostNetwork to have policies decide about it.',
  },
  'ip-version-open': {
    severity: 'info',
    message:
      'Rules of % match IPv4 and IPv6 differently, and which of them pods use is not known. Connections that hang on it are undecided.',
    mend: 'Give the address ranges of pods (podCidrs), or write the rules for both IP versions.',
  },
  'service-endpoints-open': {
    severity: 'warning',
    message:
      'Rules of % name a Service whose endpoints are not in the input. Connections that may be meant by them are undecided.',
    mend: 'Add the Service with its selector to the input, or write the rule with a selector or nets.',
  },
  'service-nodes-open': {
    severity: 'info',
    message:
      'Rules of % name a Service with workloads on the host network behind it. They answer at the address of their node, which everything on that node shares, and manifests do not tell which node it is. Connections with other workloads on the host network, or with addresses of nodes (nodeCidrs), that hang on it are undecided.',
    mend: 'Nothing to do; run the workloads behind the Service without hostNetwork to have the rule decide.',
  },
  'written-endpoints-open': {
    severity: 'warning',
    message:
      'Rules of % name a Service whose endpoints are written in EndpointSlices or Endpoints of the input. These are not read, so connections that may be meant by them are undecided.',
    mend: 'Write the rule with nets, or give the Service a selector and remove the endpoints written by hand.',
  },
  'api-server-endpoints-open': {
    severity: 'info',
    message:
      'Rules of % name the Service default/kubernetes, the API server, whose addresses are not known here. Connections to outside addresses and workloads on the host network that may be it are undecided.',
    mend: 'Nothing to do: it is the right way to name the API server.',
  },
  'source-ports-open': {
    severity: 'info',
    message:
      'Rules of % look at the source port, which a client picks at random. Connections that hang on it are undecided.',
    mend: 'Leave the source port out of the rule, unless the client is known to fix it.',
  },
  'domains-open': {
    severity: 'info',
    message:
      'Rules of % name domains, whose addresses no manifest has. Connections to outside addresses that may be meant are undecided.',
    mend: 'Nothing to do when names are meant; write networks to have addresses decided.',
  },
  'node-pods-open': {
    severity: 'warning',
    message:
      'A `nodes` peer means nodes, but kube-network-policies takes it for the pods that run on them. Rules of % select some nodes by labels, and manifests tell neither the labels of nodes nor which pods run there. Connections to pods that hang on it are undecided; to the nodes themselves these rules say nothing there.',
    mend: 'Write the addresses of the nodes (networks), which means them to every network plugin.',
  },
  'nodes-open': {
    severity: 'info',
    message:
      'Rules of % select nodes, which are not in the manifests. Connections to workloads on the host network, or to outside addresses that may be nodes, are undecided where they hang on it.',
    mend: 'Give the addresses of nodes (nodeCidrs) to have other addresses decided.',
  },
  'policy-not-read': {
    severity: 'warning',
    message:
      'Calico knows no peers that are nodes or domain names, and Calico 3.29 to 3.31 leave out a policy that has one in any rule. % decide nothing, and verdicts count them so.',
    mend: 'Name the addresses instead (networks), or put the other rules into a policy of their own.',
  },
  'policy-reading-open': {
    severity: 'warning',
    message:
      'Calico knows no peers that are nodes or domain names. Calico 3.31 leaves a policy of the older kinds out that has one, and what Calico 3.32 does with % is not known. Connections that hang on any of their rules are undecided.',
    mend: 'Name the addresses instead (networks), or put the other rules into a policy of their own.',
  },
  'network-sets-meant': {
    severity: 'warning',
    message:
      'The API means pods by a `namespaces` peer, but Calico 3.31 also means the NetworkSets of the namespaces, and the GlobalNetworkSets where the selector asks for no label that must be there. Peers of % have such sets, so these rules hold for the blocks in them too, and verdicts count them: an Allow lets them in, or out to them.',
    mend: WRITE_PODS,
  },
  'network-sets-open': {
    severity: 'warning',
    message:
      'The API means pods by a `namespaces` peer. Calico 3.31 takes it, in the policies that came before, for the NetworkSets of the namespaces too, and whether Calico 3.32 does so in % is not known. Connections that hang on the blocks of these sets are undecided.',
    mend: WRITE_PODS,
  },
  'ended-pods-kept': {
    severity: 'warning',
    message:
      'kube-network-policies takes whoever has the address of % for that pod, though it has ended: what policies allow to its labels they allow to the next that gets the address, until a pod that runs has it. Verdicts count the address as that of a host.',
    mend: 'Delete pods that have ended (ttlSecondsAfterFinished of a Job).',
  },
  'calico-not-enforced': {
    severity: 'warning',
    message:
      'Only Calico enforces %, and the network plugin (cni) is set to be another: the verdicts leave them out.',
    mend: 'Set the network plugin (cni) to calico, or remove the policies.',
  },
  'nftables-fails-open': {
    severity: 'warning',
    message:
      'Rules of % name an ICMP code, which Calico 3.31 cannot put into nftables: it takes all policies of a node away that has a pod of such a policy, and everything passes there. Manifests do not tell which pods are on that node, so nothing that policies deny is sure: it is undecided.',
    mend: 'Take the code out and keep the type, or let Calico use iptables (cni: calico).',
  },
  'nftables-overlaps': {
    severity: 'warning',
    message:
      'Rules of % select ends by labels, and blocks of network sets overlap each other or the addresses of pods. Where a selector meets both, Calico 3.31 may fail to change its nftables sets after a change in the cluster, and everything passes then. Verdicts count the rules as they are written.',
    mend: 'Write blocks that do not overlap, or let Calico use iptables (cni: calico).',
  },
  'nftables-old-nft': {
    severity: 'warning',
    message:
      'Rules of % have several ports with a range among them, or name a Service beside a protocol such as 47, which ends nft 1.0.6 when Calico 3.31 puts such a rule in the place of another, or reads it again. Changes of policies are not enforced then, and while Calico starts anew everything passes. Verdicts count the rules as they are written.',
    mend: 'Give each range of ports a rule of its own, leave the protocol out beside a Service, use a later nft, or let Calico use iptables (cni: calico).',
  },
};

/** How many policies a message names. */
const NAMED = 3;

/** What a doubt is about. */
type Subject = Policy | { readonly place: Place };

/** Collects what is open and says each kind once, whatever the number of policies it touches. */
export class Doubts {
  private readonly subjects = new Map<Doubt, Map<string, Subject>>();

  add(doubt: Doubt, policy: Policy): void {
    this.addSubject(doubt, policyId(policy), policy);
  }

  /** For what hangs on no policy. @param subject the object it is about; empty for none. */
  addPlace(doubt: Doubt, subject: string, place: Place): void {
    this.addSubject(doubt, subject, { place });
  }

  /** The policies that were added, with what is open because of them. */
  *policies(): Generator<readonly [Doubt, Policy]> {
    for (const [doubt, subjects] of this.subjects)
      for (const subject of subjects.values()) if ('kind' in subject) yield [doubt, subject];
  }

  /** One finding for each kind of doubt, in a fixed order. */
  findings(): Finding[] {
    const kinds = [...this.subjects.keys()].sort();
    return kinds.flatMap((doubt) => {
      const touched = [...(this.subjects.get(doubt) ?? [])].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
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
          ...(first[0] === '' ? {} : { object: first[0] }),
          place: first[1].place,
          mend,
        },
      ];
    });
  }

  private addSubject(doubt: Doubt, name: string, subject: Subject): void {
    const touched = this.subjects.get(doubt) ?? new Map<string, Subject>();
    if (!touched.has(name)) touched.set(name, subject);
    this.subjects.set(doubt, touched);
  }
}
