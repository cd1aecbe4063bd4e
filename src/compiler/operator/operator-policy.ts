import type { ClientIntents } from '../../intents/client-intents';
import type { JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import { policyManifest } from '../policy-manifest';

/** Which of the operator's builders made a rule (otterize-operator 4.2). */
export type RuleOrigin =
  | 'callers'
  | 'dns-server'
  | 'workload'
  | 'referencing-service'
  | 'internet'
  | 'service'
  | 'api-server'
  | 'dns'
  | 'external';

/** A rule with what it comes from. */
export interface OperatorRule {
  readonly origin: RuleOrigin;
  readonly rule: JsonObject;
}

/** A policy as the operator writes it, in parts that can be compared. */
export interface OperatorPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations?: Labels | undefined;
  readonly podLabels: Labels;
  /** Absent: it does not isolate for ingress. */
  readonly ingress?: readonly OperatorRule[] | undefined;
  /** Absent: it does not isolate for egress. */
  readonly egress?: readonly OperatorRule[] | undefined;
  readonly causes: readonly ClientIntents[];
}

/** The manifest, which is the object in the cluster but for what the API server adds and the owner reference (4.2). */
export function printOperatorPolicy({ ingress, egress, ...content }: OperatorPolicy): JsonObject {
  return policyManifest({ ...content, ingress: ingress?.map(ruleOf), egress: egress?.map(ruleOf) });
}

function ruleOf({ rule }: OperatorRule): JsonObject {
  return rule;
}
