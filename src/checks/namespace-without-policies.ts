import { groupBy } from '../model/group-by';
import { DIRECTIONS } from '../policies/direction';
import type { Check } from './check';
import { hasPodNetwork } from './landscape';

/** A namespace whose workloads no policy isolates, in any direction: everybody reaches everything there. */
export const namespaceWithoutPolicies: Check = {
  id: 'namespace-without-policies',
  severity: 'info',
  summary: 'No policy isolates any workload of a namespace.',
  synth: false,
  run: ({ cluster, reachability }) =>
    [...groupBy(cluster.workloads.filter(hasPodNetwork), ({ namespace }) => namespace)].flatMap(
      ([name, workloads]) => {
        const [first] = workloads;
        const isolated = workloads.some((workload) =>
          DIRECTIONS.some((direction) => reachability.isolatedBy(workload, direction).length > 0),
        );
        if (first === undefined || isolated || !workloads.some(({ ports }) => ports.length > 0)) return [];
        const namespace = cluster.namespaces.get(name);
        return [
          {
            id: namespaceWithoutPolicies.id,
            severity: namespaceWithoutPolicies.severity,
            object: `Namespace/${name}`,
            place: namespace?.declared === true ? namespace.place : first.place,
            message:
              workloads.length === 1
                ? `No policy isolates ${first.id}, the only workload of its namespace: every pod of the cluster may call it, and it may call everything.`
                : `No policy isolates any of the ${workloads.length} workloads of namespace ${name}: every pod of the cluster may call them, and they may call everything.`,
            mend: `Add a default deny for ${name}, and declare who calls whom.`,
          },
        ];
      },
    ),
};
