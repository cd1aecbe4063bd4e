import type { ExternalOpening } from './external-way';
import { mergeCidrs } from '../checked-input';
import { sortPorts } from '../resolution/resolved-call';
import type { TargetPort } from '../../intents/client-intents';
import { parseCidr, type Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import type { Service, ServicePort } from '../../model/services/service';

/** Whether it is reached from outside by itself: by its type, or by an address of its own. */
export function isOffered({ type, externalIPs }: Service): boolean {
  return (
    type === 'LoadBalancer' || type === 'NodePort' || (externalIPs.length > 0 && type !== 'ExternalName')
  );
}

/**
 * A load balancer that takes only some sources, or a Service that takes all. What answers on `healthCheckNodePort` is the
 * node itself, so nothing is opened at pods for it (Kubernetes, "Preserving the client source IP").
 */
export function serviceOpenings(
  service: Service,
  nodeRanges: readonly Cidr[],
  findings: Finding[],
): ExternalOpening[] {
  const { type, ports, loadBalancerSourceRanges: sources } = service;
  if (!isOffered(service) || ports.length === 0) return [];
  const targets = targetsOf(ports);
  if (type !== 'LoadBalancer' || sources.length === 0)
    return [{ callers: 'anyone', ports: targets, doubts: [] }];
  const ranges = sources.flatMap((text) => {
    const { cidr, reason } = parseCidr(text.trim(), { hostBits: 'mask' });
    if (cidr !== undefined) return [cidr];
    findings.push(badRange(service, reason));
    return [];
  });
  if (ranges.length === 0) return [];
  // A range of everything has the addresses of the nodes in it.
  const hidden = service.externalTrafficPolicy !== 'Local' && ranges.every(({ prefix }) => prefix > 0);
  return [
    {
      callers: {
        workloads: [],
        namespaces: [],
        ranges: mergeCidrs([...ranges, ...(hidden ? nodeRanges : [])]),
      },
      ports: targets,
      doubts: hidden && nodeRanges.length === 0 ? [hiddenSources(service)] : [],
    },
  ];
}

/** What the pods behind ports of a Service listen on. */
export function targetsOf(ports: readonly ServicePort[]): TargetPort[] {
  return sortPorts(ports.map(({ targetPort, protocol }) => ({ port: targetPort, protocol })));
}

/** `http 80, metrics 9090`, for messages. */
export function portWords(ports: readonly ServicePort[]): string {
  return ports.map(({ name, port }) => `${name === undefined ? '' : `${name} `}${port}`).join(', ');
}

function hiddenSources({ namespace, name, place }: Service): Finding {
  return {
    id: 'source-ranges-behind-nodes',
    severity: 'warning',
    message: `with externalTrafficPolicy Cluster pods see the address of a node instead of the client's, so a policy for loadBalancerSourceRanges may refuse what the load balancer of Service ${namespace}/${name} lets in`,
    object: `Service/${namespace}/${name}`,
    place: place.at(['spec', 'loadBalancerSourceRanges']),
    mend: 'Set externalTrafficPolicy: Local, or give the address ranges of the nodes (nodeCidrs).',
  };
}

function badRange({ namespace, name, place }: Service, reason: string): Finding {
  return {
    id: 'invalid-source-range',
    severity: 'error',
    message: `loadBalancerSourceRanges has an item that is no CIDR (${reason}), so it opens nothing`,
    object: `Service/${namespace}/${name}`,
    place: place.at(['spec', 'loadBalancerSourceRanges']),
    mend: 'Write CIDRs such as 203.0.113.0/24.',
  };
}
