import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { chartNamespace } from './chart-namespace';
import { checkPolicyManifest } from './checked-manifest';
import { ClusterScopedObject } from './cluster-scoped-object';
import { ConstructError } from './construct-error';
import type { JsonObject } from '../model/json';
import type { Labels } from '../model/resource';

/** Properties of {@link NetworkSet} and {@link GlobalNetworkSet}. */
export interface NetworkSetProps {
  /** @default - the id of the construct */
  readonly name?: string;
  /** Labels that selectors of rules find the set by. At least one: a set without labels is found by none. */
  readonly labels: Labels;
  /** Addresses and CIDRs. At least one. */
  readonly nets: readonly string[];
}

/** A named set of addresses for Calico policies of one namespace. */
export class NetworkSet extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: NetworkSetProps) {
    const manifest = setManifest(scope, id, 'NetworkSet', props, chartNamespace(scope, id));
    super(scope, id);
    this.apiObject = new ApiObject(this, 'Resource', manifest);
  }
}

/** A named set of addresses for Calico policies of the whole cluster. */
export class GlobalNetworkSet extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: NetworkSetProps) {
    const manifest = setManifest(scope, id, 'GlobalNetworkSet', props, undefined);
    super(scope, id);
    this.apiObject = new ClusterScopedObject(this, 'Resource', manifest);
  }
}

interface SetManifest extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels: Record<string, string> };
  spec: { nets: string[] };
}

function setManifest(
  scope: Construct,
  id: string,
  kind: string,
  props: NetworkSetProps,
  namespace: string | undefined,
): SetManifest {
  if (props.nets.length === 0 || Object.keys(props.labels).length === 0) {
    throw new ConstructError(
      scope,
      id,
      `a ${kind} needs labels and nets`,
      'Name at least one label and one address or CIDR.',
    );
  }
  const manifest: SetManifest = {
    apiVersion: 'projectcalico.org/v3',
    kind,
    metadata: {
      name: props.name ?? id,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...props.labels },
    },
    spec: { nets: [...new Set(props.nets)].sort() },
  };
  checkPolicyManifest(scope, id, manifest);
  return manifest;
}
