import { labelledProfile } from './emit-labelled';
import {
  ACCESS_PREFIX,
  CLIENT_LABEL,
  OWNER_KIND_LABEL,
  SERVICE_ACCESS_PREFIX,
  type LabelledServer,
  type LabelScheme,
  type NamespaceRules,
  type ServerReference,
} from './label-scheme';
import type { DraftRule } from '../policy-draft';
import { objectName } from '../policy-name';
import { POLICY_LABEL, type Profile } from './profile';
import { SERVICE_KIND, identity, identityOfKind, statedKind, workloadName } from '../../intents/identity';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** Holds the identity of every pod (otterize-operator 3.2). */
export const SERVICE_LABEL = 'intents.otterize.com/service';
/** Marks the default-deny policy of a ProtectedService (otterize-operator 7.3). */
export const DENY_LABEL = 'intents.otterize.com/network-policy-service-default-deny';

/**
 * The scheme of today's operator (otterize-operator 2.3, 3.2, 4.1 to 4.9, 5.1): one `<name>[-<kind>]-access` policy for
 * each server or client as intents write it, pods known by `intents.otterize.com/service` and `owner-kind`, which every
 * pod gets, namespaces by `kubernetes.io/metadata.name`, which the API server writes.
 *
 * The operator also sets an ownerReference to the Service of a Service target, which needs the Service's uid; manifests
 * have none, so it is left out. What else differs, and why, is listed in `operator/difference-reasons.ts`.
 */
const OTTERIZE: LabelScheme = {
  identityLabel: SERVICE_LABEL,
  labelsNamespaces: false,
  everyPod: identityLabels,
  apiAccessLabel: SERVICE_ACCESS_PREFIX + identityOfKind('kubernetes', 'default', SERVICE_KIND),
  namespaceLabels: (namespace) => ({ [NAMESPACE_NAME_LABEL]: namespace }),
  clientLabels: (client) => {
    const { name, namespace } = workloadName(client);
    return { [CLIENT_LABEL]: identity(name, namespace), ...identityLabels(client) };
  },
  server: (reference) => labelledServer(reference),
  policies: (server, namespaces) => [
    {
      namespace: server.namespace,
      name: `${server.stem}-access`,
      key: server.key,
      labels: server.policyLabels,
      podLabels: server.podLabels,
      ingress: [...namespaces.flatMap(({ rules }) => rules), ...dnsRules(server)],
      causes: unite(namespaces),
    },
  ],
};

/** Profile `otterize`: see {@link OTTERIZE}. */
export const otterizeProfile: Profile = labelledProfile(OTTERIZE, {
  egressPolicy: ({ stem, key }) => ({ name: `${stem}-access`, key }),
  opensServicePorts: true,
  egressRulePerCall: true,
  externalLikeAccess: true,
});

function labelledServer({ wanted, workloads, service }: ServerReference): LabelledServer {
  const kind = service === undefined ? statedKind(wanted.kind) : SERVICE_KIND;
  const { name, namespace } = service ?? { ...wanted, name: workloadsName(workloads, wanted.name) };
  const withKind = identityOfKind(name, namespace, kind);
  return {
    namespace,
    name,
    key: JSON.stringify([kind ?? '', namespace, name]),
    stem: objectName(name, kind),
    accessLabel: (service === undefined ? ACCESS_PREFIX : SERVICE_ACCESS_PREFIX) + withKind,
    podLabels: service?.selector ?? {
      [SERVICE_LABEL]: identity(name, namespace),
      ...(kind === undefined ? {} : { [OWNER_KIND_LABEL]: kind }),
    },
    serverLabels: new Map(workloads.map((workload) => [workload, identityLabels(workload)])),
    policyLabels: { [POLICY_LABEL]: withKind },
    denyLabels: { [POLICY_LABEL]: identity(name, namespace), [DENY_LABEL]: 'true' },
    service,
  };
}

/** The labels of every pod. The `owner-kind` of a workload named by annotation is empty (otterize-operator 2.2, 5.1). */
export function identityLabels(workload: Workload): Labels {
  const { name, namespace, kind = '' } = workloadName(workload);
  return { [SERVICE_LABEL]: identity(name, namespace), [OWNER_KIND_LABEL]: kind };
}

/** A called DNS server of the cluster stays open for name resolution by everyone (otterize-operator 4.5). */
function dnsRules({ namespace, name }: LabelledServer): readonly DraftRule[] {
  if (namespace !== 'kube-system' || !name.endsWith('dns')) return [];
  return [
    {
      peers: 'anyone',
      ports: [
        { protocol: 'TCP', port: 53 },
        { protocol: 'UDP', port: 53 },
      ],
    },
  ];
}

function workloadsName(workloads: readonly Workload[], fallback: string): string {
  const [first] = workloads;
  return first === undefined ? fallback : workloadName(first).name;
}

function unite(namespaces: readonly NamespaceRules[]): NamespaceRules['causes'] {
  return new Set(namespaces.flatMap(({ causes }) => [...causes]));
}
