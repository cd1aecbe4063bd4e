import { disagreement, report } from './compare';
import { generate, type Scenario } from './generate';
import type { Manifest } from './manifest';
import { openEvaluator, resourceOf } from './subject';
import { calicoFromNetworkPolicy } from '../../src/policies/calico/from-network-policy';
import { printCalicoPolicy } from '../../src/policies/calico/print-policy';
import { readNetworkPolicy } from '../../src/policies/kubernetes/read-network-policy';

const RUNS = Number(process.env['ORACLE_RUNS'] ?? 40);
const FIRST = Number(process.env['ORACLE_SEED'] ?? 1);

/**
 * The same objects with each NetworkPolicy of Kubernetes written as one of Calico. Names are others, as Calico may have
 * a policy of the name, and keep their order, by which ties are broken (5.2): up to 3.31 behind Calico's policies of the
 * namespace, from 3.32 on, which alone has ClusterNetworkPolicies, among them.
 */
function inCalicoWords(manifests: readonly Manifest[]): Manifest[] {
  const since332 = manifests.some(({ kind }) => kind === 'ClusterNetworkPolicy');
  return manifests.map((manifest) => {
    if (manifest.kind !== 'NetworkPolicy' || manifest.apiVersion !== 'networking.k8s.io/v1') return manifest;
    const policy = readNetworkPolicy(resourceOf(manifest), []);
    if (policy === undefined) throw new Error('the generators write valid policies only');
    return JSON.parse(
      JSON.stringify(
        printCalicoPolicy(
          calicoFromNetworkPolicy({ ...policy, name: since332 ? `${policy.name}-k` : `zz-${policy.name}` }),
        ),
      ),
    );
  });
}

describe('Kubernetes policies written as policies of Calico (calico-policy-model 5.1)', () => {
  it.each(['kubernetes', 'cluster-wide', 'mixed'] as const)(
    `decide as the oracle judges the originals on %s clusters from seed ${FIRST} on`,
    (family) => {
      const reports: string[] = [];
      for (let seed = FIRST; seed < FIRST + RUNS && reports.length < 5; seed++) {
        const made = generate(family, seed);
        const scenario: Scenario = { ...made, options: { ...made.options, cni: 'calico' } };
        const open: typeof openEvaluator = (manifests, options) =>
          openEvaluator(inCalicoWords(manifests), options);
        const found = disagreement(scenario, open, 60);
        if (found !== undefined) reports.push(report(scenario, found, open));
      }
      expect(reports).toEqual([]);
    },
  );
});
