/** Why what the operator writes is not what is written here. */
export type DifferenceReason = keyof typeof DIFFERENCES;

/** One difference in words; each is a row of docs/otterize.md. */
export interface Difference {
  /** The defect of otterize-operator 10.2, or the section that describes the behaviour. */
  readonly reference: string;
  /** What the operator does: "it …". */
  readonly operator: string;
  /** What is done here instead. */
  readonly here: string;
}

/** Every way in which the profile otterize knowingly differs from the operator. */
export const DIFFERENCES = {
  'shared-policy-name': {
    reference: 'W-5',
    operator:
      'writes two different policies under one name, each over the other, so one server is unprotected',
    here: 'each has a name of its own, with a digest',
  },
  'dns-only-egress': {
    reference: 'W-7',
    operator:
      'isolates clients that declare only databases, cloud permissions or unresolved domains, and leaves them nothing but DNS',
    here: 'targets that give no rule isolate nobody',
  },
  'egress-ignores-kind': {
    reference: 'W-9',
    operator: 'lets clients out to every workload of the name, whatever the kind that the intent states',
    here: 'the kind is part of the selector',
  },
  'labels-ignore-kind': {
    reference: 'W-9',
    operator:
      'gives access labels to every workload of the name of a client, whatever the kind that its intents state',
    here: 'just the stated kind gets them',
  },
  'api-server-rule': {
    reference: 'W-11',
    operator:
      'opens the Kubernetes API by blocks of /32 even for IPv6, by every address on every port, without the port of its Service',
    here: 'each endpoint of kubernetesApi is opened on its own port, in blocks that fit its address family',
  },
  'resolved-domains': {
    reference: 'W-12',
    operator: 'opens addresses that domains once had, from the status of ClientIntents; they never expire',
    here: 'addresses that nobody checked in are not opened',
  },
  'external-wide': {
    reference: 'W-18',
    operator:
      'opens all ports of a Service that is reached from outside, to everyone, and selects the pods of one workload behind it',
    here: 'the ports that are offered are opened, to those who bring the traffic where they are known, at all blocked workloads behind the Service',
  },
  'dns-to-anywhere': {
    reference: '4.9, 10.3 item 12',
    operator: 'opens port 53 to every address, which is a way out for data',
    here: 'DNS is open to the DNS pods of the cluster (option dns)',
  },
  'metadata-address': {
    reference: '4.8',
    operator:
      'opens the metadata address of clouds within ranges such as 0.0.0.0/0, where credentials are handed out',
    here: 'the metadata address is left out unless an intent names it',
  },
  'wide-service-selector': {
    reference: '4.6',
    operator: 'lets clients out to whatever a Service in front of the target selects, other workloads too',
    here: 'the Service is named in a rule only when it selects declared servers and nothing else',
  },
  'service-without-ports': {
    reference: '4.4',
    operator: 'opens every port of the pods behind a Service that has no ports',
    here: 'nothing is opened, and service-without-ports says so',
  },
  'target-ports': {
    reference: '4.3, 4.4, 10.1 issue 485',
    operator: 'does not know the field ports of targets, nor leaves out port names that no container has',
    here: 'just the declared ports that exist are opened',
  },
  'no-pods': {
    reference: '4.1',
    operator:
      'writes policies and labels for targets and clients that are not there or cannot be protected, or under names that the API server refuses',
    here: 'nothing is written for what is missing, and a finding of its own says what that is; a policy whose name would be refused has another name',
  },
  'if-blocked': {
    reference: '4.2, 6.1',
    operator: 'minds its own policies only: what a default deny of somebody else blocks stays blocked',
    here: 'policies let through what policies of others would block',
  },
  other: {
    reference: '4',
    operator: 'writes something else',
    here: 'what the intents declare is written',
  },
} as const satisfies Readonly<Record<string, Difference>>;
