import { labelledProfile } from './emit-labelled';
import {
  ACCESS_PREFIX,
  CLIENT_LABEL,
  OWNER_KIND_LABEL,
  SERVICE_ACCESS_PREFIX,
  type LabelledServer,
  type LabelScheme,
  type ServerReference,
} from './label-scheme';
import { objectName } from '../policy-name';
import { POLICY_LABEL, type Profile } from './profile';
import { identity, identityOfKind, workloadName } from '../../intents/identity';
import type { Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

const SERVER_LABEL = 'intents.otterize.com/server';
const NAMESPACE_LABEL = 'intents.otterize.com/namespace-name';

/**
 * The scheme of the worked example in "Network policies deep dive" (intent-systems D2, otterize-operator 4.12):
 * one policy `access-to-<server>-from-<client namespace>` in the server's namespace, pods known by
 * `intents.otterize.com/server`, namespaces by `intents.otterize.com/namespace-name`.
 *
 * Where the example is silent, exactness decides:
 * - A server of one kind among several workloads of its name gets the identity with the kind
 *   (`access-to-db-statefulset-from-…`), and its pods the label `owner-kind`, so that the others stay out.
 * - A Service target gets `svc-access-to-<service>-from-<client namespace>`, the name of the v1.0 operators. It
 *   selects by the Service's own selector (just the pods behind it, which therefore need no label) and opens the
 *   target ports, names kept, so that each pod resolves them as the Service does.
 * - Clients of one namespace that declare different ports are told apart by their own `server` label.
 * - A client that needs it gets one policy `egress-from-<client>` for all its calls. The operators of that time wrote
 *   one for each pair (`egress-to-<server>.<namespace>-from-<client>`), which is much to read for what one list says.
 */
const SEED: LabelScheme = {
  identityLabel: SERVER_LABEL,
  labelsNamespaces: true,
  namespaceLabels: (namespace) => ({ [NAMESPACE_LABEL]: namespace }),
  clientLabels: (client) => ({ [CLIENT_LABEL]: 'true', ...identityLabels(client) }),
  server: (reference) =>
    reference.service === undefined ? workloadServer(reference) : serviceServer(reference.service),
  policies: (server, namespaces) =>
    namespaces.map(({ namespace, rules, causes }) => ({
      namespace: server.namespace,
      name: `${server.service === undefined ? '' : 'svc-'}access-to-${server.stem}-from-${namespace}`,
      key: JSON.stringify([server.key, namespace]),
      labels: server.policyLabels,
      podLabels: server.podLabels,
      ingress: rules,
      causes,
    })),
};

/** Profile `seed`: see {@link SEED}. */
export const seedProfile: Profile = labelledProfile(SEED, {
  egressPolicy: ({ stem, key }) => ({ name: `egress-from-${stem}`, key: JSON.stringify(['egress', key]) }),
  opensServicePorts: false,
  egressRulePerCall: false,
  externalLikeAccess: false,
});

const POLICY_LABELS = { [POLICY_LABEL]: 'true' };

function workloadServer({ index, wanted, workloads }: ServerReference): LabelledServer {
  const { namespace, name } = nameOf(workloads, wanted);
  // Only the kind tells it from its namesakes, which may be labelled too.
  const kind = workloads.length < index.anyKind({ namespace, name }).length ? wanted.kind : undefined;
  const restriction = kind === undefined ? {} : { [OWNER_KIND_LABEL]: kind };
  return {
    namespace,
    name,
    key: JSON.stringify(['workload', namespace, name, kind ?? '']),
    stem: objectName(name, kind),
    accessLabel: ACCESS_PREFIX + identityOfKind(name, namespace, kind),
    podLabels: { [SERVER_LABEL]: identity(name, namespace), ...restriction },
    serverLabels: new Map(
      workloads.map((workload) => [workload, { ...identityLabels(workload), ...restriction }]),
    ),
    policyLabels: POLICY_LABELS,
    denyLabels: POLICY_LABELS,
  };
}

function serviceServer(service: Service): LabelledServer {
  const { namespace, name, selector = {} } = service;
  return {
    namespace,
    name,
    key: JSON.stringify(['service', namespace, name]),
    stem: name,
    accessLabel: SERVICE_ACCESS_PREFIX + identity(name, namespace),
    podLabels: selector,
    serverLabels: new Map(),
    policyLabels: POLICY_LABELS,
    denyLabels: POLICY_LABELS,
    service,
  };
}

function identityLabels(workload: Workload): Labels {
  const { name, namespace } = workloadName(workload);
  return { [SERVER_LABEL]: identity(name, namespace) };
}

/** The name of the workloads themselves: intents may write dots where it has underscores. */
function nameOf(
  workloads: readonly Workload[],
  wanted: ServerReference['wanted'],
): ServerReference['wanted'] {
  const [first] = workloads;
  return first === undefined ? wanted : workloadName(first);
}
