import type { Finding } from '../model/finding';
import type { Service, ServicePort } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { Reachability } from '../reachability/reachability';
import type { Check } from './check';
import { opensNumber, someOf } from './kubernetes-rules';
import { hasPodNetwork, Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/**
 * A port that a Service offers and no policy of its pods opens for anybody, while they open others
 * (network-policy-semantics 2.1 item 15). Pods that policies of other kinds isolate are left out.
 */
export const servicePortNotOpen: Check = {
  id: 'service-port-not-open',
  severity: 'warning',
  summary: 'A Service offers a port that no policy of the pods behind it opens to anybody.',
  synth: false,
  run: ({ cluster, reachability }) => {
    const landscape = Landscape.of(cluster);
    return cluster.services.flatMap((service) => {
      if (service.selector === undefined || service.type === 'ExternalName') return [];
      const pods = landscape.index.selected(service.namespace, service.selector).filter(hasPodNetwork);
      const guarded = pods.map((pod) => ({ pod, policies: isolating(pod, reachability) }));
      return service.ports.flatMap((port, index) => portFindings(service, port, index, guarded));
    });
  },
};

interface Guarded {
  readonly pod: Workload;
  /** The policies that isolate it; none where it is open, or where others than NetworkPolicies do. */
  readonly policies: readonly NetworkPolicy[];
}

function isolating(pod: Workload, reachability: Reachability): readonly NetworkPolicy[] {
  const policies = reachability.isolatedBy(pod, 'ingress');
  const own = policies.flatMap((policy) => (policy.kind === 'NetworkPolicy' ? [policy] : []));
  return own.length === policies.length ? own : [];
}

function portFindings(
  service: Service,
  port: ServicePort,
  index: number,
  guarded: readonly Guarded[],
): Finding[] {
  const shut = guarded.filter(({ pod, policies }) => {
    const rules = policies.flatMap(({ ingress }) => ingress);
    const numbers = targetsAt(pod, port);
    return (
      rules.length > 0 &&
      numbers.length > 0 &&
      !numbers.some((number) =>
        rules.some((rule) => opensNumber(rule, port.protocol, number, isAt(pod, number))),
      )
    );
  });
  const [first] = shut;
  const [policy] = first?.policies ?? [];
  if (first === undefined || policy === undefined) return [];
  const number = targetsAt(first.pod, port).join(', ');
  return [
    {
      ...policyFinding(servicePortNotOpen, policy, {
        place: service.place.at(['spec', 'ports', index]),
        message: `Service ${service.namespace}/${service.name} offers ${port.protocol} port ${port.port}, which is port ${number} of ${someOf(shut.map(({ pod }) => pod.id))}, and no policy for ${shut.length === 1 ? 'it' : 'them'} opens that port to anybody: calls to it time out.`,
        mend: `Open port ${number} (${port.protocol}) to its callers in ${policy.name}, or take the port off the Service.`,
      }),
      object: `Service/${service.namespace}/${service.name}`,
    },
  ];
}

function targetsAt(pod: Workload, { targetPort, protocol }: ServicePort): readonly number[] {
  if (typeof targetPort === 'number') return [targetPort];
  return pod.ports
    .filter(({ name, protocol: declared }) => name === targetPort && declared === protocol)
    .map(({ port }) => port);
}

/** Whether a name means the number at a pod. */
function isAt({ ports }: Workload, number: number): (name: string) => boolean {
  return (wanted) => ports.some(({ name, port }) => name === wanted && port === number);
}
