import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { apiObjectProps, asConstruct } from './api-object-props';
import { checkPolicyManifest } from './checked-manifest';
import { ClusterScopedObject } from './cluster-scoped-object';
import { claimDeny } from './deny-claims';
import {
  calicoDefaultDeny,
  type CalicoDefaultDenyOptions,
} from '../compiler/default-denies/calico-default-deny';
import { constructPlace } from '../model/place';

/** Properties of {@link CalicoDefaultDeny}. */
export type CalicoDefaultDenyProps = CalicoDefaultDenyOptions;

/**
 * A Calico GlobalNetworkPolicy that denies ingress or egress of all pods of the cluster, but for exempt namespaces, and
 * never of its hosts. For egress it keeps open what you name: DNS, the internet, traffic inside the cluster. The proof
 * at synth checks that no pod of the app escapes it.
 */
export class CalicoDefaultDeny extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: CalicoDefaultDenyProps) {
    const manifest = asConstruct(scope, id, () => calicoDefaultDeny(props));
    checkPolicyManifest(scope, id, manifest);
    super(scope, id);
    this.apiObject = new ClusterScopedObject(this, 'Resource', apiObjectProps(manifest));
    claimDeny(this, {
      exempt: [...(props.exemptNamespaces ?? [])],
      directions: [props.direction],
      place: constructPlace(this.node.path),
    });
  }
}
