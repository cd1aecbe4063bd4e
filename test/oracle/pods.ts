import { parseAddress } from './address';
import type {
  Container,
  ContainerPort,
  Labels,
  Manifest,
  PodTemplate,
  ServiceManifest,
  WorkloadManifest,
} from './manifest';

/** One end of a packet, as asked for. */
export type End = WorkloadEnd | AddressEnd | PodEnd;

/** A pod of a workload of the manifests. */
export interface WorkloadEnd {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
}

/** An address outside the cluster. */
export interface AddressEnd {
  readonly ip: string;
}

/** A pod that is in no manifest. */
export interface PodEnd {
  readonly namespace: string;
  readonly labels: Labels;
  /** Of a namespace that is in no manifest. Default those of the manifests. */
  readonly namespaceLabels?: Labels;
  /** Default `default`. */
  readonly serviceAccount?: string;
  /** Of an account that is in no manifest. Default those of the manifests. */
  readonly serviceAccountLabels?: Labels;
}

export interface Port {
  readonly name?: string;
  readonly number: number;
  readonly protocol: string;
}

export interface Pod {
  readonly type: 'pod';
  readonly key: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  readonly serviceAccount: string;
  readonly serviceAccountLabels: Labels;
  readonly hostNetwork: boolean;
  readonly finished: boolean;
  readonly ports: readonly Port[];
  /** Those of them that sidecars declare. */
  readonly sidecarPorts: readonly Port[];
  /** Whether nobody knows what it declares. */
  readonly portsUnknown: boolean;
  /** Of init containers that end before the pod serves. */
  readonly initPorts: readonly Port[];
  /** Empty when the manifests do not tell. */
  readonly addresses: readonly string[];
}

export interface Outside {
  readonly type: 'outside';
  readonly key: string;
  readonly ip: string;
}

export type Endpoint = Pod | Outside;

const WORKLOAD_KINDS = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'];

export function isWorkload(manifest: Manifest): manifest is WorkloadManifest {
  return WORKLOAD_KINDS.includes(manifest.kind);
}

/** Namespaces carry kubernetes.io/metadata.name even without a manifest (network-policy-semantics 2.1 item 12). */
export function namespaceLabels(manifests: readonly Manifest[], name: string): Labels {
  const found = manifests.find(
    (manifest) => manifest.kind === 'Namespace' && manifest.metadata.name === name,
  );
  return { ...found?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

/** Pod labels come from the template, never from the owner (network-policy-semantics 2.1 item 21). */
function templateOf(manifest: WorkloadManifest): PodTemplate {
  switch (manifest.kind) {
    case 'Pod':
      return { metadata: manifest.metadata, spec: manifest.spec };
    case 'CronJob':
      return manifest.spec.jobTemplate.spec.template;
    default:
      return manifest.spec.template;
  }
}

/** A finished Job or Pod has no network any more (calico-policy-model 4.1: not finished). */
function isFinished(manifest: WorkloadManifest): boolean {
  if (manifest.kind === 'Pod')
    return manifest.status?.phase === 'Succeeded' || manifest.status?.phase === 'Failed';
  if (manifest.kind !== 'Job') return false;
  const conditions = manifest.status?.conditions ?? [];
  return conditions.some(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
}

function serviceAccountLabels(manifests: readonly Manifest[], namespace: string, name: string): Labels {
  for (const manifest of manifests) {
    if (manifest.kind !== 'ServiceAccount') continue;
    if (manifest.metadata.namespace === namespace && manifest.metadata.name === name)
      return manifest.metadata.labels ?? {};
  }
  return {};
}

function portsOf(containers: readonly Container[]): Port[] {
  return containers.flatMap((container) => (container.ports ?? []).map(readPort));
}

/** An init container that keeps running beside the containers. */
function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

function readPort(port: ContainerPort): Port {
  const rest = { number: port.containerPort, protocol: port.protocol ?? 'TCP' };
  return port.name === undefined ? rest : { name: port.name, ...rest };
}

/** The pod a workload makes. */
export function podOf(manifests: readonly Manifest[], manifest: WorkloadManifest): Pod {
  const { metadata, spec } = templateOf(manifest);
  const namespace = manifest.metadata.namespace ?? 'default';
  const serviceAccount = spec.serviceAccountName ?? 'default';
  const { containers, initContainers = [] } = spec;
  const sidecarPorts = portsOf(initContainers.filter(isSidecar));
  return {
    type: 'pod',
    key: `${namespace}/${manifest.metadata.name}[${manifest.kind}]`,
    namespace,
    labels: metadata?.labels ?? {},
    namespaceLabels: namespaceLabels(manifests, namespace),
    serviceAccount,
    serviceAccountLabels: serviceAccountLabels(manifests, namespace, serviceAccount),
    hostNetwork: spec.hostNetwork === true,
    finished: isFinished(manifest),
    ports: [...portsOf(containers), ...sidecarPorts],
    portsUnknown: false,
    sidecarPorts,
    initPorts: portsOf(initContainers.filter((container) => !isSidecar(container))),
    addresses: manifest.kind === 'Pod' ? (manifest.status?.podIPs ?? []).map(({ ip }) => ip) : [],
  };
}

/** Finds (or makes up) the pod of an end. Throws for a workload that is not in the manifests. */
export function endpointOf(manifests: readonly Manifest[], end: End): Endpoint {
  if ('ip' in end) return podAt(manifests, end.ip) ?? { type: 'outside', key: end.ip, ip: end.ip };
  if ('labels' in end) return hypotheticalPod(manifests, end);
  for (const manifest of manifests) {
    if (!isWorkload(manifest) || manifest.kind !== end.kind) continue;
    if (manifest.metadata.namespace === end.namespace && manifest.metadata.name === end.name)
      return podOf(manifests, manifest);
  }
  throw new Error(`no workload ${JSON.stringify(end)}`);
}

/** The pod that has the address, or one of the host-network pods that have it from their node. */
function podAt(manifests: readonly Manifest[], ip: string): Pod | undefined {
  const { family, value } = parseAddress(ip);
  const isHere = (own: string): boolean => {
    const address = parseAddress(own);
    return address.family === family && address.value === value;
  };
  const there = manifests
    .filter(isWorkload)
    .map((manifest) => podOf(manifests, manifest))
    .filter(({ finished, addresses }) => !finished && addresses.some(isHere))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return there.find(({ hostNetwork }) => !hostNetwork) ?? there[0];
}

function hypotheticalPod(manifests: readonly Manifest[], end: PodEnd): Pod {
  const { namespace, labels, serviceAccount = 'default' } = end;
  const { namespaceLabels: given, serviceAccountLabels: accountLabels } = end;
  return {
    type: 'pod',
    key: `hypothetical ${JSON.stringify(end)}`,
    namespace,
    labels,
    namespaceLabels:
      given === undefined
        ? namespaceLabels(manifests, namespace)
        : { ...given, 'kubernetes.io/metadata.name': namespace },
    serviceAccount,
    serviceAccountLabels: accountLabels ?? serviceAccountLabels(manifests, namespace, serviceAccount),
    hostNetwork: false,
    finished: false,
    ports: [],
    sidecarPorts: [],
    portsUnknown: true,
    initPorts: [],
    addresses: [],
  };
}

/** The pod as a policy can select it; host-network pods are the node (2.1 item 13, calico-policy-model 4.1). */
export function selectable(endpoint: Endpoint): Pod | undefined {
  return endpoint.type === 'pod' && !endpoint.hostNetwork ? endpoint : undefined;
}

/** The Service's endpoint ports at a pod: after DNAT, by targetPort, named ones looked up by name and protocol (2.1 item 15). */
export function servicePortsAt(
  service: ServiceManifest,
  pod: Pod,
): { readonly protocol: string; readonly number: number }[] {
  return service.spec.ports.flatMap((port) => {
    const protocol = port.protocol ?? 'TCP';
    const target = port.targetPort ?? port.port;
    if (typeof target === 'number') return [{ protocol, number: target }];
    const declared = pod.ports.find((own) => own.name === target && own.protocol === protocol);
    return declared === undefined ? [] : [{ protocol, number: declared.number }];
  });
}

/** Whether the pod is behind the Service: same namespace, all labels of a selector that is there and means something. */
export function isBackend(service: ServiceManifest, pod: Pod): boolean {
  if (service.spec.type === 'ExternalName') return false;
  const selector = Object.entries(service.spec.selector ?? {});
  if (selector.length === 0 || pod.finished || service.metadata.namespace !== pod.namespace) return false;
  return selector.every(([key, value]) => Object.hasOwn(pod.labels, key) && pod.labels[key] === value);
}
