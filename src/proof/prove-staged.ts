import { reportEnforcement } from './enforcement-report';
import type { ProofInput } from './proof';
import { prove } from './prove';
import type { Compilation } from '../compiler/compilation';
import { isDomainPolicy } from '../compiler/domains/domain-policies';
import { policyResource } from '../compiler/policy-resource';
import { sortFindings, type Finding } from '../model/finding';
import type { Resource } from '../model/resource';
import { readPolicies } from '../policies/read-policies';
import { pluginOf } from '../reachability/engine';
import { evaluate } from '../reachability/evaluate';

/** What {@link proveStaged} proves, from what. */
export interface StagedProofInput extends Omit<ProofInput, 'policies' | 'reachability' | 'compilation'> {
  readonly compilation: Compilation;
  /** Policies that are in the output whatever is enforced, and the tiers and sets they need. */
  readonly others: readonly Resource[];
  /** The default denies of the app as they are once everything is enforced. Default none. */
  readonly enforcedDenies: readonly Resource[];
  /** What the proof of the output has found: it is not said again. */
  readonly written: readonly Finding[];
}

/**
 * Staged adoption: proves what will be once everything is enforced, as warnings since nothing of it is written yet, and
 * reports who loses access ({@link reportEnforcement}). Nothing where everything is enforced already.
 */
export function proveStaged(input: StagedProofInput): Finding[] {
  const { compilation, cluster, others, enforcedDenies, written } = input;
  const { staged, enforced } = compilation;
  if (staged === undefined || enforced === undefined) return [];
  const evaluated = enforced.filter((policy) => !isDomainPolicy(policy));
  const policies = readPolicies([...others, ...enforcedDenies, ...evaluated.map(policyResource)]);
  // What is enforced later does not change which network plugin there is.
  const reachabilityOptions = {
    ...input.reachabilityOptions,
    cni: pluginOf(policies, input.reachabilityOptions ?? {}),
  };
  const reachability = evaluate(cluster, policies, reachabilityOptions);
  const shadow = evaluate(cluster, readPolicies(others), reachabilityOptions);
  const { staged: _, ...whole } = compilation;
  const proof = prove({ ...input, policies, reachability, compilation: { ...whole, policies: enforced } });
  return [
    ...reportEnforcement({ cluster, staged, shadow, enforced: reachability }),
    ...onceEnforced(proof.findings, written),
  ];
}

/** What would be wrong that is not wrong yet. Notes are left for the day. */
function onceEnforced(findings: readonly Finding[], written: readonly Finding[]): Finding[] {
  const said = new Set(written.map(keyOf));
  const coming = findings.filter((finding) => finding.severity !== 'info' && !said.has(keyOf(finding)));
  return sortFindings(
    coming.map((finding) => ({
      ...finding,
      severity: 'warning',
      message: `Once everything is enforced: ${finding.message}`,
    })),
  );
}

function keyOf({ id, object = '', message }: Finding): string {
  return [id, object, message].join('\u0000');
}
