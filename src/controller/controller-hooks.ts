import type { ApiResource } from './api/api-resource';

/** Somebody changed or deleted what the controller had written. */
export interface Drift {
  /** `NetworkPolicy/shop/access-to-cart-from-shop`. */
  readonly object: string;
  /** What is not as it was written: `spec.ingress`, `label intents.otterize.com/client`, or that the object is gone. */
  readonly what: string;
  /** Field manager that wrote last (`kubectl-edit`); absent when the API server does not tell, as for deletions. */
  readonly by?: string | undefined;
  /** False under `dryRun`, else true: it is told of once it is as it should be. */
  readonly repaired: boolean;
}

/** One write that the API server was asked for. */
export interface WriteReport {
  readonly action: 'apply' | 'patch' | 'delete' | 'create';
  readonly resource: ApiResource;
  readonly subresource?: string | undefined;
  /** `namespace/name`, or the name of a cluster-scoped object. */
  readonly object: string;
  /** Milliseconds until the answer. */
  readonly milliseconds: number;
  readonly error?: unknown;
}

/** What there is after a round of reconciling. */
export interface ControllerState {
  /** Policies that are wanted, and are as they should be. */
  readonly policiesManaged: number;
  /** Policies that are wanted and are not there yet, or not as they should be. */
  readonly policiesPending: number;
  /** Policies that carry the marks of intents, that no intent asks for, and that somebody else has written. */
  readonly policiesLeftOver: number;
  /** ClientIntents that were read. */
  readonly intents: number;
  /** Targets of intents that lead to nothing. */
  readonly unresolvedTargets: number;
  /** ClientIntents that are not ready for a reason that only people can remove, as their statuses say. */
  readonly failing: number;
  /** Declared calls that policies in the cluster cut. Absent: nothing is proved here. */
  readonly proofFailures?: number | undefined;
  /** Keys that wait for a write or a proof, back-off included. */
  readonly queueDepth: number;
  /** Kinds and namespaces that may not be seen, and should be. */
  readonly unseen: number;
}

/** What the one who runs the controller is told, for metrics. None of them may throw. */
export interface ControllerHooks {
  /** A round of compiling and comparing is done. */
  readonly onRound?:
    ((round: { readonly milliseconds: number; readonly namespaces: number }) => void) | undefined;
  /** A part of a proof is done. */
  readonly onProof?: ((part: { readonly milliseconds: number }) => void) | undefined;
  readonly onWrite?: ((write: WriteReport) => void) | undefined;
  readonly onDrift?: ((drift: Drift) => void) | undefined;
  readonly onState?: ((state: ControllerState) => void) | undefined;
}

/** Where the controller says what it does; pino has this form. */
export interface ControllerLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
