import type { Manifest } from '../../oracle/manifest';
import { openEvaluator, subjectOf } from '../../oracle/subject';
import { evaluate } from '../../../src/reachability/evaluate';
import type { CniProfileName } from '../../../src/reachability/reachability';
import type { Question } from './probes';
import type { SeatedCluster } from './seats';

/** What the evaluator says of a packet: `open` where manifests leave it open, `unexplained` where it does for no such reason. */
export type Ours = 'allow' | 'deny' | 'open' | 'unexplained';

/** The evaluator over a generated cluster. */
export interface ClusterEvaluator {
  /** What it refuses. */
  readonly problems: readonly string[];
  readonly verdict: (question: Question) => Ours;
}

/** Facts about rules that no manifest of a generated cluster has, and packets do. */
const OPEN_RULES = new Set([
  'source-ports-open',
  'service-endpoints-open',
  'service-nodes-open',
  'written-endpoints-open',
]);

/**
 * Where the evaluator leaves a packet open, it is asked of pods that have addresses of the packet's IP version only: of two
 * dual-stack pods manifests do not say which version they speak. What is open then must come from a host, which may be the
 * pod's own node, or hang on a rule that asks for a source port or the endpoints of a Service that is not there.
 */
export function evaluatorOf(cluster: SeatedCluster, cni: CniProfileName): ClusterEvaluator {
  const whole = openEvaluator(cluster.manifests, { cni });
  const alone = new Map<4 | 6, typeof whole>();
  const hosts = hostAddresses(cluster.manifests);
  const hasOpenRules = kept(() => {
    const { cluster: model, policies, options } = subjectOf(cluster.manifests, { cni });
    return evaluate(model, policies, options).findings.some(({ id }) => OPEN_RULES.has(id));
  });
  return {
    problems: whole.problems,
    verdict: ({ packet, probe }) => {
      const first = whole.verdict(packet);
      if (first !== 'undecided') return first;
      const version = probe.from.includes(':') ? 6 : 4;
      const judge = alone.get(version) ?? openEvaluator(ofVersion(cluster.manifests, version), { cni });
      alone.set(version, judge);
      const second = judge.verdict(packet);
      if (second !== 'undecided') return second;
      return hosts.has(probe.from) || hasOpenRules() ? 'open' : 'unexplained';
    },
  };
}

function hostAddresses(manifests: readonly Manifest[]): ReadonlySet<string> {
  return new Set(
    manifests.flatMap((one) =>
      one.kind === 'Pod' && one.spec.hostNetwork === true
        ? (one.status?.podIPs ?? []).map(({ ip }) => ip)
        : [],
    ),
  );
}

/** The pods with their addresses of one IP version. */
function ofVersion(manifests: readonly Manifest[], version: 4 | 6): Manifest[] {
  return manifests.map((one) => {
    if (one.kind !== 'Pod' || one.status?.podIPs === undefined) return one;
    const podIPs = one.status.podIPs.filter(({ ip }) => ip.includes(':') === (version === 6));
    return { ...one, status: { ...one.status, podIPs } };
  });
}

function kept(ask: () => boolean): () => boolean {
  let answer: boolean | undefined;
  return () => (answer ??= ask());
}
