import { portsOf } from '../compiler/resolution/declared-ports';
import { portsAt } from '../compiler/resolution/resolve-ports';
import type { Finding } from '../model/finding';
import { resourceId } from '../model/resource';
import type { Service, ServicePort } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import { policyId } from '../policies/policy-id';
import type { Reachability } from '../reachability/reachability';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { hasPodNetwork, Landscape } from './landscape';
import { hasIntents } from './own-output';

/**
 * A Service that is offered to the outside, and policies of its pods that let no address in (network-policy-semantics
 * 2.1 item 17). Load balancers that run as pods speak with pod addresses, so it is no error. With intents in the input
 * compiling opens the way, and the proof judges it.
 */
export const loadBalancerCutOff: Check = {
  id: 'load-balancer-cut-off',
  severity: 'warning',
  summary: 'A Service of type LoadBalancer or NodePort offers pods whose policies let no address outside in.',
  synth: false,
  run: (context) => {
    if (hasIntents(context)) return [];
    const { cluster, reachability } = context;
    const { index } = Landscape.of(cluster);
    return cluster.services
      .filter(({ type, selector }) => isOffered(type) && selector !== undefined)
      .flatMap((service) => {
        const pods = index.selected(service.namespace, service.selector ?? {}).filter(hasPodNetwork);
        return service.ports.flatMap((port, at) => portFindings(service, port, at, pods, reachability));
      });
  },
};

function isOffered(type: Service['type']): boolean {
  return type === 'LoadBalancer' || type === 'NodePort';
}

function portFindings(
  service: Service,
  { port, protocol, targetPort }: ServicePort,
  at: number,
  pods: readonly Workload[],
  reachability: Reachability,
): Finding[] {
  const cut = pods.filter((pod) => {
    const wanted = portsOf(portsAt(pod, [{ port: targetPort, protocol }]));
    if (wanted.isEmpty || reachability.isolatedBy(pod, 'ingress').length === 0) return false;
    return !reachability
      .admissions(pod, 'ingress')
      .some(
        ({ addresses, verdict: { allowed, undecided } }) =>
          addresses.length > 0 && !allowed.union(undecided).intersect(wanted).isEmpty,
      );
  });
  const [first] = cut;
  if (first === undefined) return [];
  const policies = [...new Set(reachability.isolatedBy(first, 'ingress').map(policyId))].sort();
  return [
    {
      id: loadBalancerCutOff.id,
      severity: loadBalancerCutOff.severity,
      object: resourceId(service.resource),
      place: service.place.at(['spec', 'ports', at]),
      message: `The Service (${service.type}) offers port ${port} of ${someOf(cut.map(({ id }) => id))} to the outside, and ${someOf(policies)} let${policies.length === 1 ? 's' : ''} no address outside the cluster in on ${protocol} ${targetPort}.`,
      mend: 'Let the callers in with an ipBlock rule, or make the Service a ClusterIP. Where the load balancer runs as pods of the cluster and these are let in, nothing.',
    },
  ];
}
