import { findApiServerCutOff } from './api-server-calls';
import { findCutOffWorkloads } from './cut-off-workloads';
import { proveDeclaredCalls } from './declared-calls';
import { proveDeclaredExternal } from './declared-external';
import { proveDeclaredOutside } from './declared-outside';
import { proveDenyClaims } from './deny-coverage';
import type { ExcessSeverity } from './excess-severity';
import { findPoliciesWithoutPods } from './policies-without-pods';
import type { Proof, ProofInput } from './proof';
import { proveServersIsolated } from './server-isolation';
import { findUndeclaredAccess } from './undeclared-access';
import { findUnlistedAccess } from './unlisted-access';
import type { DeclaredCall, DeclaredExternal, OutsideCall } from '../compiler/compilation';
import { sortFindings, type Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import { profileOf } from '../reachability/engine';

/**
 * Proves that the finished output does what is declared (DESIGN.md, What proof means): every declared call and
 * every declared way in from outside is allowed, whatever else reaches a protected server is named, and every default
 * deny covers what it claims to. Servers that nobody may reach any more and policies that select nothing are named too.
 */
export function prove(input: ProofInput): Proof {
  const { cluster, reachability, denies } = input;
  const { declared, outside, external } = finished(input);
  const excess = findUndeclaredAccess({
    cluster,
    reachability,
    declared,
    external,
    severity: input.excess ?? 'warning',
    denies,
  });
  return {
    calls: declared.length,
    protectedServers: excess.servers,
    findings: sortFindings([
      ...proveDeclaredCalls(reachability, declared),
      ...proveDeclaredOutside(reachability, outside, input.kubernetesApi ?? []),
      ...proveDeclaredExternal(reachability, external),
      ...proveServersIsolated(reachability, withoutShadow(input, declared), input.compilation.policies),
      ...excess.findings,
      ...unlistedAccess(input, external, excess.severityOf),
      ...proveDenyClaims(cluster, reachability, denies, input.compilation.staged),
      ...findCutOffWorkloads(cluster, reachability, serversOf(declared, external)),
      ...findApiServerCutOff(cluster, reachability),
      ...policiesWithoutPods(input),
      ...reachability.findings,
    ]),
  };
}

function policiesWithoutPods({ cluster, policies, reachabilityOptions = {} }: ProofInput): Finding[] {
  if (policies === undefined) return [];
  const { setsOwnLabels } = profileOf(policies, reachabilityOptions);
  return findPoliciesWithoutPods(cluster, policies.kubernetes, setsOwnLabels);
}

/** A server in shadow is open on purpose. */
function withoutShadow({ compilation: { staged } }: ProofInput, calls: DeclaredCall[]): DeclaredCall[] {
  return staged === undefined ? calls : calls.filter(({ server }) => !staged.isWithheld(server, 'ingress'));
}

function unlistedAccess(
  { cluster, reachability, policies, reachabilityOptions = {}, compilation }: ProofInput,
  external: readonly DeclaredExternal[],
  severityOf: ExcessSeverity,
): Finding[] {
  if (policies === undefined) return [];
  const { policies: generated = [] } = compilation;
  return findUnlistedAccess({
    cluster,
    policies,
    options: reachabilityOptions,
    reachability,
    generated,
    external,
    severityOf,
  });
}

function serversOf(
  calls: readonly DeclaredCall[],
  external: readonly DeclaredExternal[],
): ReadonlySet<Workload> {
  const others = calls.filter(({ client, server }) => client !== server);
  return new Set([...others, ...external].map(({ server }) => server));
}

/** The declarations, compiled from the workloads as they came in, told of the same workloads as they go out. */
function finished({ cluster, compilation }: ProofInput): {
  declared: DeclaredCall[];
  outside: OutsideCall[];
  external: DeclaredExternal[];
} {
  const byId = new Map(cluster.workloads.map((workload) => [workload.id, workload]));
  const now = (workload: Workload): Workload => byId.get(workload.id) ?? workload;
  return {
    declared: compilation.declared.map((call) => ({
      ...call,
      client: now(call.client),
      server: now(call.server),
    })),
    outside: (compilation.outside ?? []).map((call) => ({ ...call, client: now(call.client) })),
    external: compilation.external.map(({ callers, ...way }) => ({
      ...way,
      server: now(way.server),
      ...(callers === undefined ? {} : { callers: { ...callers, workloads: callers.workloads.map(now) } }),
    })),
  };
}
