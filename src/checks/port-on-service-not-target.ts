import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import { matches, selectorKey } from '../model/label-selector';
import type { Service, ServicePort } from '../model/services/service';
import type { TransportProtocol, Workload } from '../model/workloads/workload';
import type {
  NetworkPolicy,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from '../policies/kubernetes/network-policy';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/** How many Services a message names. */
const EXAMPLES = 3;

/**
 * A rule with the port of a Service, where policies see the port of the pod behind it (network-policy-semantics 2.1,
 * intent-systems L7).
 */
export const portOnServiceNotTarget: Check = {
  id: 'port-on-service-not-target',
  severity: 'warning',
  summary: 'An ingress rule allows the port of a Service, but the pods behind it listen on another one.',
  run: ({ cluster, examined }) => {
    const landscape = landscapeOf(cluster);
    return examined.kubernetes
      .filter(({ types }) => types.includes('ingress'))
      .flatMap((policy) =>
        policy.ingress.flatMap((rule) =>
          rule.ports === 'all'
            ? []
            : rule.ports.flatMap((port, index) => portFindings(policy, rule, port, index, landscape)),
        ),
      );
  },
};

/** A port of a Service that leads to another port of its pods. */
interface Detour {
  readonly service: Service;
  readonly port: ServicePort;
}

interface Landscape {
  readonly services: ReadonlyMap<string, readonly Service[]>;
  /** By namespace, protocol and Service port. */
  readonly detours: ReadonlyMap<string, readonly Detour[]>;
  /** The workloads a policy applies to. */
  selected(policy: NetworkPolicy): readonly Workload[];
}

/** Connections to a headless Service go to the pods as they are, and those to an ExternalName to no pod. */
function landscapeOf({ services, workloads }: Cluster): Landscape {
  const leading = services.filter(
    ({ type, headless, selector }) => type !== 'ExternalName' && !headless && selector !== undefined,
  );
  const detours = leading.flatMap((service) =>
    service.ports
      .filter(({ port, targetPort }) => port !== targetPort)
      .map((port): Detour => ({ service, port })),
  );
  const pods = grouped(
    workloads.filter(({ hostNetwork, finished }) => !hostNetwork && !finished),
    ({ namespace }) => namespace,
  );
  const known = new Map<string, readonly Workload[]>();
  return {
    services: grouped(leading, ({ namespace }) => namespace),
    detours: grouped(detours, ({ service, port }) => detourKey(service.namespace, port.protocol, port.port)),
    selected: ({ namespace, podSelector }) => {
      const key = `${namespace}\u0000${selectorKey(podSelector)}`;
      const found =
        known.get(key) ?? (pods.get(namespace) ?? []).filter(({ labels }) => matches(podSelector, labels));
      known.set(key, found);
      return found;
    },
  };
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function detourKey(namespace: string, protocol: TransportProtocol, port: number): string {
  return `${namespace} ${protocol} ${port}`;
}

function portFindings(
  policy: NetworkPolicy,
  rule: NetworkPolicyRule,
  { protocol, port, endPort }: NetworkPolicyPort,
  index: number,
  landscape: Landscape,
): Finding[] {
  if (typeof port !== 'number' || (endPort ?? port) !== port) return [];
  const detours = landscape.detours.get(detourKey(policy.namespace, protocol, port)) ?? [];
  if (detours.length === 0) return [];
  const pods = landscape.selected(policy);
  const services = landscape.services.get(policy.namespace) ?? [];
  if (pods.some((pod) => listens(pod, protocol, port, services))) return [];
  const missed = detours.filter((detour) => {
    const behind = pods.filter((pod) => isBehind(detour.service, pod));
    const targets = behind.flatMap((pod) => targetsAt(pod, detour.port).map((target) => ({ pod, target })));
    return targets.length > 0 && !targets.some(({ pod, target }) => allows(rule, pod, protocol, target));
  });
  return missed.length === 0 ? [] : [report(policy, rule, index, port, missed, pods)];
}

/** Whether the pod is known to listen on a port: it declares it, or a Service leads to it. */
function listens(
  pod: Workload,
  protocol: TransportProtocol,
  port: number,
  services: readonly Service[],
): boolean {
  return (
    pod.ports.some((declared) => declared.port === port && declared.protocol === protocol) ||
    services.some(
      (service) =>
        isBehind(service, pod) &&
        service.ports.some((one) => one.protocol === protocol && targetsAt(pod, one).includes(port)),
    )
  );
}

function isBehind({ selector }: Service, { labels }: Workload): boolean {
  return selector !== undefined && matches({ matchLabels: selector, matchExpressions: [] }, labels);
}

/** Where a port of a Service leads at a pod; nowhere when the pod does not declare the name. */
function targetsAt(pod: Workload, { targetPort, protocol }: ServicePort): readonly number[] {
  if (typeof targetPort === 'number') return [targetPort];
  return pod.ports
    .filter((declared) => declared.name === targetPort && declared.protocol === protocol)
    .map(({ port }) => port);
}

/** Somebody who allows the target port too has seen the difference. */
function allows(
  { ports }: NetworkPolicyRule,
  pod: Workload,
  protocol: TransportProtocol,
  target: number,
): boolean {
  if (ports === 'all') return true;
  return ports.some((one) => {
    if (one.protocol !== protocol) return false;
    if (one.port === undefined) return true;
    if (typeof one.port === 'number') return one.port <= target && target <= (one.endPort ?? one.port);
    return pod.ports.some(
      ({ name, port, protocol: declared }) => name === one.port && port === target && declared === protocol,
    );
  });
}

function report(
  policy: NetworkPolicy,
  rule: NetworkPolicyRule,
  index: number,
  port: number,
  missed: readonly Detour[],
  pods: readonly Workload[],
): Finding {
  const names = missed.map(({ service }) => `${service.namespace}/${service.name}`);
  const shown = [...new Set(names)].slice(0, EXAMPLES).join(', ');
  const targets = [
    ...new Set(
      missed.flatMap((detour) =>
        pods.filter((pod) => isBehind(detour.service, pod)).flatMap((pod) => targetsAt(pod, detour.port)),
      ),
    ),
  ].sort((a, b) => a - b);
  const words = targets.join(', ');
  return policyFinding(portOnServiceNotTarget, policy, {
    place: rule.place.at(['ports', index, 'port']),
    message: `The rule allows port ${port}, which is the port of the Service ${shown}; its targetPort is ${words}, and no pod that the policy applies to is known to listen on ${port}. Policies see a connection after the Service is replaced by a pod, so the rule lets nothing of the Service through.`,
    mend: `Write port: ${targets[0] ?? port}, the targetPort${targets.length > 1 ? `, and one item for each of ${words}` : ''}.`,
  });
}
