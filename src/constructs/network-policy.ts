import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { asConstruct } from './api-object-props';
import { chartNamespace } from './chart-namespace';
import { checkPolicyManifest } from './checked-manifest';
import { ConstructError } from './construct-error';
import { matchLabels, type Peer } from './peer';
import { checkLabels } from '../compiler/checked-input';
import { checkKeys } from '../compiler/known-keys';
import type { JsonObject } from '../model/json';
import type { Labels } from '../model/resource';
import type { TransportProtocol } from '../model/workloads/workload';

/** A port of a rule: number, or name of a container port (TCP); or a protocol, a port, a range. */
export type RulePort =
  | number
  | string
  | {
      readonly protocol: TransportProtocol;
      /** @default - every port of the protocol */
      readonly port?: number | string;
      /** Last port of a range that begins at `port`. */
      readonly endPort?: number;
    };

/** What a rule allows: these peers on these ports. */
export interface PolicyRule {
  /** At least one; `'anyone'` for every source or destination, outside the cluster included. */
  readonly peers: readonly Peer[] | 'anyone';
  /** @default - every port and protocol */
  readonly ports?: readonly RulePort[];
}

/** Properties of {@link NetworkPolicy}. */
export interface NetworkPolicyProps {
  /** @default - the id of the construct */
  readonly name?: string;
  /** Labels of the policy object. */
  readonly labels?: Labels;
  /** Labels of the pods that the policy isolates; `'all'` for every pod of the namespace. */
  readonly pods: Labels | 'all';
  /** Who may come in. Given, even as an empty list, it isolates the pods for ingress. */
  readonly ingress?: readonly PolicyRule[];
  /** Where the pods may go. Given, even as an empty list, it isolates the pods for egress. */
  readonly egress?: readonly PolicyRule[];
}

/**
 * A Kubernetes NetworkPolicy without its traps: the peers are AND, `policyTypes` is always written, nothing empty
 * means "everything" by accident.
 */
export class NetworkPolicy extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: NetworkPolicyProps) {
    const namespace = chartNamespace(scope, id);
    asConstruct(scope, id, () => {
      checkSpelling(props);
    });
    const types = [...(props.ingress ? ['Ingress'] : []), ...(props.egress ? ['Egress'] : [])];
    if (types.length === 0) {
      throw new ConstructError(
        scope,
        id,
        'it has neither ingress nor egress',
        'Write ingress: [] to deny all ingress, or give rules.',
      );
    }
    if (props.pods !== 'all' && Object.keys(props.pods).length === 0) {
      throw new ConstructError(
        scope,
        id,
        'pods is empty, which Kubernetes reads as every pod',
        "Write pods: 'all' if that is meant, or name labels.",
      );
    }
    const { pods } = props;
    if (pods !== 'all') asConstruct(scope, id, () => checkLabels('pods', pods));
    const name = props.name ?? id;
    const manifest = checkPolicyManifest(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace, ...(props.labels === undefined ? {} : { labels: { ...props.labels } }) },
      spec: {
        podSelector: matchLabels(props.pods === 'all' ? {} : props.pods),
        policyTypes: types,
        ...(props.ingress === undefined || props.ingress.length === 0
          ? {}
          : { ingress: props.ingress.map((rule) => ruleManifest(scope, id, rule, 'from')) }),
        ...(props.egress === undefined || props.egress.length === 0
          ? {}
          : { egress: props.egress.map((rule) => ruleManifest(scope, id, rule, 'to')) }),
      },
    });
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace, ...(props.labels === undefined ? {} : { labels: { ...props.labels } }) },
      spec: manifest.spec,
    });
  }
}

/** A misspelt `ports` would open every port, and a misspelt `ingress` would isolate nothing. */
function checkSpelling(props: NetworkPolicyProps): void {
  checkKeys('', props, ['name', 'labels', 'pods', 'ingress', 'egress']);
  for (const direction of ['ingress', 'egress'] as const) {
    props[direction]?.forEach((rule, index) => {
      const path = `${direction}[${index}]`;
      checkKeys(path, rule, ['peers', 'ports']);
      rule.ports?.forEach((port, at) => {
        if (typeof port === 'object')
          checkKeys(`${path}.ports[${at}]`, port, ['protocol', 'port', 'endPort']);
      });
    });
  }
}

function ruleManifest(scope: Construct, id: string, rule: PolicyRule, side: 'from' | 'to'): JsonObject {
  if (rule.peers !== 'anyone' && rule.peers.length === 0) {
    throw new ConstructError(
      scope,
      id,
      'a rule has no peers, which Kubernetes reads as everyone',
      "Write peers: 'anyone' if that is meant, or name peers.",
    );
  }
  if (rule.ports?.length === 0) {
    throw new ConstructError(
      scope,
      id,
      'a rule has an empty list of ports, which Kubernetes reads as every port',
      'Leave ports out if that is meant, or name ports.',
    );
  }
  return {
    ...(rule.peers === 'anyone' ? {} : { [side]: rule.peers.map((peer) => peer._manifest) }),
    ...(rule.ports === undefined ? {} : { ports: rule.ports.map(portManifest) }),
  };
}

function portManifest(port: RulePort): JsonObject {
  if (typeof port !== 'object') return { protocol: 'TCP', port };
  return {
    protocol: port.protocol,
    ...(port.port === undefined ? {} : { port: port.port }),
    ...(port.endPort === undefined ? {} : { endPort: port.endPort }),
  };
}
