import type { ModelIndex } from './model-index';
import type { PolicyDraft } from './policy-draft';
import type { ResolvedCall } from './resolved-call';
import type { ProtectedService } from '../intents/client-intents';
import type { Finding } from '../model/finding';
import type { Labels } from '../model/resource';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';

/** A naming and labelling scheme: turns calls into policies and labels. Pure, and blind to the order of its input. */
export interface Profile {
  emit(input: ProfileInput): Emission;
}

export interface ProfileInput {
  readonly index: ModelIndex;
  readonly calls: readonly ResolvedCall[];
  readonly protections: readonly ResolvedProtection[];
}

/** A ProtectedService with what it protects; never without workloads. */
export interface ResolvedProtection {
  readonly protectedService: ProtectedService;
  readonly servers: readonly Workload[];
  /** When it names a Service. */
  readonly service?: Service | undefined;
}

/** What a profile makes; names are not final yet. */
export interface Emission {
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
  /** By namespace. */
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  readonly findings: readonly Finding[];
}

/** The label by which all policies made here are known; its value differs between profiles. */
export const POLICY_LABEL = 'intents.otterize.com/network-policy';
