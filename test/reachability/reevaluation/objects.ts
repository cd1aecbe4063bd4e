/** Objects for models that change, as manifests. */

export type Labels = Readonly<Record<string, string>>;

export function pod(name: string, labels: Labels, spec: object = {}, namespace = 'shop'): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels },
    spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }], ...spec },
  };
}

/** A pod of known addresses. */
export function placedPod(name: string, labels: Labels, ...ips: readonly string[]): object {
  return { ...pod(name, labels), status: { podIPs: ips.map((ip) => ({ ip })) } };
}

export function hostPod(name: string, labels: Labels): object {
  return pod(name, labels, { hostNetwork: true });
}

export function namespace(name: string, labels: Labels): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function account(name: string, labels: Labels, home = 'shop'): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: home, name, labels } };
}

export function service(name: string, selector: Labels): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name },
    spec: { selector, ports: [{ port: 80 }] },
  };
}

/** An address that is written down for a Service. @param manager who wrote it; the controller of selectors or another */
export function endpointSlice(of: string, manager?: string): object {
  const labels = {
    'kubernetes.io/service-name': of,
    ...(manager === undefined ? {} : { 'endpointslice.kubernetes.io/managed-by': manager }),
  };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: `${of}-1`, labels },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['1.2.3.4'] }],
  };
}

/** A Job; one that has ended has no network. */
export function job(name: string, labels: Labels, ended = false): object {
  const containers = [{ name: 'main', image: 'registry.example/app:1' }];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: 'shop', name },
    spec: { template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers } } },
    ...(ended ? { status: { conditions: [{ type: 'Complete', status: 'True' }] } } : {}),
  };
}

/** A NetworkPolicy. */
export function netpol(name: string, spec: object, home = 'shop'): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: home, name },
    spec,
  };
}

/** A NetworkPolicy about what reaches pods of an `app`. */
export function ingressOf(app: string, from: readonly object[], name = app): object {
  return netpol(name, {
    podSelector: { matchLabels: { app } },
    policyTypes: ['Ingress'],
    ingress: from.length === 0 ? [] : [{ from }],
  });
}

export function pods(app: string): object {
  return { podSelector: { matchLabels: { app } } };
}

/** An object of Calico. */
export function calico(kind: string, name: string, spec: object, metadata: object = {}): object {
  return { apiVersion: 'projectcalico.org/v3', kind, metadata: { name, ...metadata }, spec };
}

export function gnp(name: string, spec: object): object {
  return calico('GlobalNetworkPolicy', name, spec);
}

export function clusterWide(name: string, spec: object): object {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec,
  };
}
