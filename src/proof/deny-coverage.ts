import type { DenyClaim } from './proof';
import type { StagedEnforcement } from '../compiler/enforcement/staged-enforcement';
import { groupBy } from '../model/group-by';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import type { Reachability } from '../reachability/reachability';

/**
 * Every workload of a namespace that a default deny claims to cover is isolated: an error for each one that no policy
 * isolates, but for those in shadow. Host-network pods are named instead, since no policy can isolate them.
 */
export function proveDenyClaims(
  cluster: Cluster,
  reachability: Reachability,
  claims: readonly DenyClaim[],
  staged?: StagedEnforcement,
): Finding[] {
  const running = cluster.workloads.filter(({ finished }) => !finished);
  const byNamespace = groupBy(running, ({ namespace }) => namespace);
  return claims.flatMap((claim) =>
    covered(claim, running, byNamespace).flatMap((workload) =>
      proveClaim(reachability, inForce(claim, workload, staged), workload),
    ),
  );
}

function covered(
  { namespace, exempt = [] }: DenyClaim,
  workloads: readonly Workload[],
  byNamespace: ReadonlyMap<string, readonly Workload[]>,
): readonly Workload[] {
  return namespace === undefined
    ? workloads.filter((workload) => !exempt.includes(workload.namespace))
    : (byNamespace.get(namespace) ?? []);
}

/** What a claim promises of a workload that may be in shadow. */
function inForce(claim: DenyClaim, workload: Workload, staged: StagedEnforcement | undefined): DenyClaim {
  if (staged === undefined) return claim;
  return {
    ...claim,
    directions: claim.directions.filter((direction) => !staged.isWithheld(workload, direction)),
  };
}

function proveClaim(reachability: Reachability, claim: DenyClaim, workload: Workload): Finding[] {
  if (workload.hostNetwork) {
    return [
      {
        id: 'host-network-not-covered',
        severity: 'info',
        message: `${workload.id} uses the network of its node: the default deny does not cover it, and no policy can`,
        object: `${workload.kind}/${workload.namespace}/${workload.name}`,
        place: workload.place,
        mend: 'Give it a network of its own (hostNetwork: false), or guard the node.',
      },
    ];
  }
  const open = claim.directions.filter(
    (direction) => reachability.isolatedBy(workload, direction).length === 0,
  );
  return open.map((direction) => notIsolated(claim, workload, direction));
}

function notIsolated(claim: DenyClaim, workload: Workload, direction: Direction): Finding {
  return {
    id: 'default-deny-misses-workload',
    severity: 'error',
    message: `No policy isolates ${workload.id} for ${direction}, though a default deny claims to cover its namespace`,
    object: `${workload.kind}/${workload.namespace}/${workload.name}`,
    place: claim.place,
    mend: 'Check that the default deny is in the output unchanged and in the namespace of the workload.',
  };
}
