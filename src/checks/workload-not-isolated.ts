import { groupBy } from '../model/group-by';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Reachability } from '../reachability/reachability';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { hasPodNetwork } from './landscape';

/** Workloads that anybody may call, in a namespace where policies isolate others (intent-systems D9). */
export const workloadNotIsolated: Check = {
  id: 'workload-not-isolated',
  severity: 'info',
  summary: 'Policies isolate workloads of a namespace, and leave others with ports open to everybody.',
  synth: false,
  run: ({ cluster, reachability }) =>
    [...groupBy(cluster.workloads.filter(hasPodNetwork), ({ namespace }) => namespace)].flatMap(
      ([namespace, workloads]): Finding[] => {
        const open = workloads.filter(
          (workload) => workload.ports.length > 0 && isOpen(reachability, workload),
        );
        const [first] = open;
        if (first === undefined || workloads.every((workload) => isOpen(reachability, workload))) return [];
        return [
          {
            id: workloadNotIsolated.id,
            severity: workloadNotIsolated.severity,
            object: `${first.kind}/${first.namespace}/${first.name}`,
            place: first.place,
            message: `No policy isolates ${someOf(open.map(({ id }) => id))}, while policies isolate other workloads of ${namespace}: anybody may call ${open.length === 1 ? 'it' : 'them'} on every port.`,
            mend: `Add a policy for ${open.length === 1 ? 'it' : 'them'}, or a default deny for ${namespace}.`,
          },
        ];
      },
    ),
};

function isOpen(reachability: Reachability, workload: Workload): boolean {
  return reachability.isolatedBy(workload, 'ingress').length === 0;
}
