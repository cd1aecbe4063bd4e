import type { Compilation } from '../compiler/compilation';
import type { Cluster } from '../model/cluster';
import type { Finding, Severity } from '../model/finding';
import type { Place } from '../model/place';
import type { Direction } from '../policies/direction';
import type { PolicySet } from '../policies/policy';
import type { Reachability, ReachabilityOptions } from '../reachability/reachability';

/** Somebody's word that every pod of some namespaces is isolated: a DefaultDeny of the app. */
export interface DenyClaim {
  /** The one namespace it covers; absent: all but `exempt`. */
  readonly namespace?: string | undefined;
  readonly exempt?: readonly string[] | undefined;
  readonly directions: readonly Direction[];
  readonly place: Place;
}

/** What is proved, from what. */
export interface ProofInput {
  /** The model of the finished output: labels and policies in place. */
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  /** The policies of the output: those that select nothing are named, and those that let in pods nobody knows. Default: none are looked at. */
  readonly policies?: PolicySet | undefined;
  /** What `reachability` was made with. Default: nothing. */
  readonly reachabilityOptions?: ReachabilityOptions | undefined;
  readonly compilation: Pick<Compilation, 'declared' | 'outside' | 'external'> &
    Partial<Pick<Compilation, 'policies' | 'staged'>>;
  /** Where the API server is, as the compiler takes it. Default: not known. */
  readonly kubernetesApi?: readonly string[] | undefined;
  /** The default denies of the input that promise coverage. */
  readonly denies: readonly DenyClaim[];
  /** How bad it is that something is allowed and not declared. Default `warning`. */
  readonly excess?: Severity;
}

/** The outcome of a proof. It holds when there is no error among the findings. */
export interface Proof {
  /** Declared calls that were checked. */
  readonly calls: number;
  /** Servers that a policy isolates for ingress, and that were checked for undeclared access. */
  readonly protectedServers: number;
  /** Misses (errors), excess, and what the proof did not cover. */
  readonly findings: readonly Finding[];
}
