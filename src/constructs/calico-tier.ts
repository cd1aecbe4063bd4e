import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkPolicyManifest } from './checked-manifest';
import { ClusterScopedObject } from './cluster-scoped-object';
import type { JsonObject } from '../model/json';

/** Properties of {@link Tier}. */
export interface TierProps {
  /** @default - the id of the construct */
  readonly name?: string;
  /** Place among the tiers, lower first; `default` has 1,000,000. */
  readonly order: number;
  /**
   * What happens at the end of the tier to a pod that one of its policies selects and no rule decided.
   *
   * @default 'Deny'
   */
  readonly defaultAction?: 'Deny' | 'Pass';
}

interface TierManifest extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
  spec: { order: number; defaultAction: string };
}

/** A Calico tier (v3.29 or later); policies of another tier than `default` name it. */
export class Tier extends Construct {
  readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: TierProps) {
    const manifest: TierManifest = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'Tier',
      metadata: { name: props.name ?? id },
      spec: { order: props.order, defaultAction: props.defaultAction ?? 'Deny' },
    };
    checkPolicyManifest(scope, id, manifest);
    super(scope, id);
    this.apiObject = new ClusterScopedObject(this, 'Resource', manifest);
  }
}
