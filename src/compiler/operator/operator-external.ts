import { identityText } from './operator-identity';
import type { OperatorPolicy, OperatorRule } from './operator-policy';
import { podPeer, rule } from './operator-rules';
import type { Automatic } from '../compilation';
import { OWNER_KIND_LABEL } from '../profiles/label-scheme';
import { type ModelIndex } from '../resolution/model-index';
import { append } from '../../model/group-by';
import { EXTERNAL_LABEL, POLICY_LABEL } from '../profiles/profile';
import { SERVICE_LABEL } from '../profiles/profile-otterize';
import { portsAt } from '../resolution/resolve-ports';
import { SERVICE_KIND, identity, identityOfKind, workloadName } from '../../intents/identity';
import type { Ingress } from '../../model/services/ingress';
import { jsonAt, type JsonObject } from '../../model/json';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** What the operator's policies for external traffic depend on. */
export interface OperatorExternal {
  readonly index: ModelIndex;
  readonly mode: Automatic;
  /** Its access and default-deny policies. */
  readonly policies: readonly OperatorPolicy[];
  /** Ingress controllers as `namespace/name`. */
  readonly ingressControllers: readonly string[];
}

/**
 * The policies for what comes from outside (otterize-operator 6.1, 6.2): for each Service of type LoadBalancer or
 * NodePort, or that an Ingress refers to, with a pod that a policy of the operator itself isolates. All ports of the
 * Service, from anywhere unless ingress controllers are configured and the Service is of type ClusterIP. A Service in
 * front of several workloads gets one policy, which is rewritten for one after the other (10.2 W-18); here it is the
 * first that counts.
 */
export function operatorExternal(given: OperatorExternal): OperatorPolicy[] {
  if (given.mode === 'off') return [];
  const { index } = given;
  const referring = new Map<string, Ingress[]>();
  for (const ingress of index.cluster.ingresses)
    for (const name of new Set(ingress.backends.map(({ service }) => service)))
      append(referring, `${ingress.namespace}/${name}`, ingress);
  const byLabel = new Map<string, OperatorPolicy[]>();
  for (const policy of given.policies)
    if (policy.ingress !== undefined) append(byLabel, policy.labels[POLICY_LABEL] ?? '', policy);
  return index.cluster.services.flatMap((service) =>
    external(service, referring.get(`${service.namespace}/${service.name}`) ?? [], byLabel, given),
  );
}

function external(
  service: Service,
  ingresses: readonly Ingress[],
  byLabel: ReadonlyMap<string, readonly OperatorPolicy[]>,
  given: OperatorExternal,
): OperatorPolicy[] {
  const { namespace, name, type, selector = {} } = service;
  const offered = type === 'LoadBalancer' || type === 'NodePort';
  if ((!offered && ingresses.length === 0) || Object.keys(selector).length === 0) return [];
  const servers = given.index.selected(namespace, selector).filter(({ finished }) => !finished);
  const found = servers
    .map((server) => ({ server, access: accessPolicy(server, service, byLabel) }))
    .sort((a, b) => Number(a.access === undefined) - Number(b.access === undefined))[0];
  if (found === undefined || (found.access === undefined && given.mode !== 'always')) return [];
  const own = workloadName(found.server);
  const from = ingresses.map((ingress) => ingress.name).join(',');
  return [
    {
      namespace,
      name: `external-access-to-${name}`,
      labels: { [EXTERNAL_LABEL]: identity(own.name, own.namespace) },
      annotations: {
        'intents.otterize.com/created-for-service': name,
        ...(from === '' ? {} : { 'intents.otterize.com/created-for-ingress': from }),
      },
      podLabels: found.access?.podLabels ?? selector,
      ingress: [externalRule(service, servers, ingresses, given)],
      causes: [],
    },
  ];
}

/** The first by name of those that carry the identity of the pod, with or without kind, or of the Service. */
function accessPolicy(
  server: Workload,
  { name, namespace }: Service,
  byLabel: ReadonlyMap<string, readonly OperatorPolicy[]>,
): OperatorPolicy | undefined {
  const own = workloadName(server);
  const labels = [
    identityText(own),
    identity(own.name, own.namespace),
    identityOfKind(name, namespace, SERVICE_KIND),
  ];
  const found = new Set(labels.flatMap((label) => byLabel.get(label) ?? []));
  return [...found].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))[0];
}

function externalRule(
  service: Service,
  servers: readonly Workload[],
  ingresses: readonly Ingress[],
  { index, ingressControllers }: OperatorExternal,
): OperatorRule {
  const ports = endpointPorts(service, servers);
  const exempt = ingresses.some(
    ({ resource }) =>
      jsonAt(resource.manifest, ['metadata', 'annotations', 'alb.ingress.kubernetes.io/target-type']) ===
      'ip',
  );
  if (ingressControllers.length === 0 || service.type !== 'ClusterIP' || exempt)
    return rule('external', 'from', 'anyone', ports);
  const peers = [...ingressControllers].sort().map((text) => controllerPeer(text, index));
  return rule('external', 'from', peers, ports);
}

/** The operator is told the kind of a controller; the options here say `namespace/name`, and the manifests the kind. */
function controllerPeer(text: string, index: ModelIndex): JsonObject {
  const [namespace = '', name = ''] = text.split('/');
  const [found] = index.named({ namespace, name });
  const kind = found === undefined ? undefined : workloadName(found).kind;
  return podPeer(namespace, {
    [SERVICE_LABEL]: identity(name, namespace),
    ...(kind === undefined ? {} : { [OWNER_KIND_LABEL]: kind }),
  });
}

/** The numbers that the Endpoints of a Service have: its target ports at the pods behind it, sorted. */
function endpointPorts({ ports }: Service, servers: readonly Workload[]): JsonObject[] {
  const numbers = ports.flatMap(({ targetPort, protocol }) => {
    const wanted = [{ port: targetPort, protocol }];
    const there = servers.flatMap((server) => {
      const at = portsAt(server, wanted);
      return at === 'all' ? [] : at;
    });
    return [...new Map(there.map((one) => [`${one.protocol}/${one.port}`, one])).values()];
  });
  return numbers
    .sort((a, b) => (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : a.port - b.port))
    .map(({ protocol, port }) => ({ protocol, port }));
}
