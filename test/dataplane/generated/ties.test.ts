import { openEvaluator } from '../../oracle/subject';
import type { Manifest } from '../../oracle/manifest';
import { clusterOf, OPPONENTS } from './opponent';
import { questionsOf } from './probes';

/** Only Calico from 3.32 on has the kind, so orders are those of 3.32 where there is one; it selects nobody. */
const SINCE_332: Manifest = {
  apiVersion: 'policy.networking.k8s.io/v1alpha2',
  kind: 'ClusterNetworkPolicy',
  metadata: { name: 'idle' },
  spec: {
    tier: 'Admin',
    priority: 1,
    subject: { namespaces: { matchLabels: { no: 'body' } } },
    ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
  },
};

const SEEDS = Array.from({ length: 120 }, (_, index) => index + 1);

/** How many of the packets that are sent would fare otherwise if Calico asked policies of equal order as 3.32 does. */
function packetsOnVersion(family: 'calico' | 'mixed' | 'staged', seed: number): number {
  const opponent = OPPONENTS.find(({ engine }) => engine === 'calico');
  if (opponent === undefined) throw new Error('Calico is not among the engines');
  const cluster = clusterOf(opponent, family, seed);
  const earlier = openEvaluator(cluster.manifests, { cni: 'calico' });
  const later = openEvaluator([...cluster.manifests, SINCE_332], { cni: 'calico' });
  // 3.32 refuses tiers that 3.31 takes.
  if (later.problems.length > 0) return 0;
  return questionsOf(cluster, seed).questions.filter(
    ({ packet }) => earlier.verdict(packet) !== later.verdict(packet),
  ).length;
}

describe('clusters whose packets Calico 3.31 lets through', () => {
  it.each(['calico', 'mixed', 'staged'] as const)(
    'have equal orders among them by which 3.31 and 3.32 differ: %s',
    (family) => {
      const showing = SEEDS.filter((seed) => packetsOnVersion(family, seed) > 0);
      expect(showing.length).toBeGreaterThan(4);
    },
  );
});
