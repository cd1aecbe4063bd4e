import type { ExternalCallers, ExternalOrigin } from '../compilation';
import type { TargetPort } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** Callers on some ports. */
export interface ExternalOpening {
  readonly callers: 'anyone' | ExternalCallers;
  /** Target ports, names as they are. Never empty. */
  readonly ports: readonly TargetPort[];
  /** What is not quite known about the callers; to be said when something is opened for them. */
  readonly doubts: readonly Finding[];
}

/** Servers that manifests offer to somebody no intent can name, and the policy that would let these in. */
export interface ExternalWay {
  readonly namespace: string;
  readonly policy: WayPolicy;
  readonly origin: ExternalOrigin;
  /** The Service that leads to the servers. Absent for pods that are called themselves. */
  readonly service?: Service | undefined;
  /** Not finished, not on the host network. Sorted by id, never empty. */
  readonly servers: readonly Workload[];
  /** Never empty. */
  readonly openings: readonly ExternalOpening[];
  /**
   * Whether the callers count as declared only where a policy is made for them here. For callers nobody knows, who may
   * be a few: that others let somebody in must not make everybody welcome. Default false.
   */
  readonly declaredWhenMade?: boolean | undefined;
}

/** What the policy for a way is called, and what it says about why it is there. */
export interface WayPolicy {
  readonly name: string;
  /** What tells it from another policy of that name. */
  readonly key: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Whether it may select as the access policy of the server does. */
  readonly likeAccess: boolean;
}

/** Annotations that say why an automatic policy is there (otterize-operator 3.2; the last three are ours). */
export const FOR_SERVICE = 'intents.otterize.com/created-for-service';
export const FOR_INGRESS = 'intents.otterize.com/created-for-ingress';
export const FOR_ROUTE = 'intents.otterize.com/created-for-route';
export const FOR_WEBHOOK = 'intents.otterize.com/created-for-webhook';
export const FOR_MONITOR = 'intents.otterize.com/created-for-monitor';
