import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';
import { ApiError } from '../api/api-error';
import type { ApiResource } from '../api/api-resource';
import { sleep, type Clock } from '../api/clock';
import type { ApiList, KubernetesApi, Selection } from '../api/kubernetes-api';
import { DEPLOYMENTS, LEASES, PODS } from '../api/known-resources';

/** The Lease of Otterize's operator (otterize-operator 8.5). Its election is off by default. */
export const OPERATOR_LEASE = 'a3a7d614.otterize.com';

/** The image of the operator, from whatever registry; not that of its webhook server, which writes no policies. */
const IMAGE = /(^|\/)intents-operator(:|@|$)/;

/**
 * Settings that nothing but the operator reads (otterize-operator 7.4: `OTTERIZE_` and the flag): by these it is known under
 * an image of another name, as a mirror or a build of one's own gives it.
 */
const SETTINGS: ReadonlySet<string> = new Set([
  'OTTERIZE_ACTIVE_ENFORCEMENT_NAMESPACES',
  'OTTERIZE_AUTOMATE_ALLOW_WEBHOOK_TRAFFIC',
  'OTTERIZE_AUTOMATE_THIRD_PARTY_NETWORK_POLICIES',
  'OTTERIZE_ENABLE_EGRESS_NETWORK_POLICIES',
  'OTTERIZE_ENABLE_NETWORK_POLICY_CREATION',
  'OTTERIZE_ENFORCEMENT_DEFAULT_STATE',
  'OTTERIZE_SEPARATE_NETPOLS_FOR_INGRESS_AND_EGRESS',
]);

/** What the chart of Otterize calls it, and its account; not its webhook server, `intents-operator-webhook-server`. */
const NAME = /(^|-)intents-operator(-controller-manager)?$/;

/** Where the chart of Otterize puts it. */
const USUAL_NAMESPACES: readonly string[] = ['otterize-system', 'otterize'];

export interface OperatorSearch {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  /** Namespaces to look into where the whole cluster may not be listed. */
  readonly namespaces?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether Otterize's operator runs, as far as can be seen. */
export interface OperatorState {
  /** Why it runs; empty when nothing speaks for it. */
  readonly evidence: readonly string[];
  /** What could not be looked at. */
  readonly unseen: readonly string[];
}

/**
 * Looks for a running operator of Otterize: two that write the same policies would undo each other's work without end. A
 * Lease that is renewed, a Deployment that is to have pods, or a pod that runs speaks for one. A Lease that is not renewed
 * for as long as it lasts, on the clock of this machine alone, is one that its holder left behind.
 */
export async function findOperator(search: OperatorSearch): Promise<OperatorState> {
  const parts = await Promise.all([leases(search), deployments(search)]);
  const [leaseState, deploymentState] = parts;
  return {
    evidence: [...deploymentState.evidence, ...leaseState.evidence],
    unseen: [...new Set([...deploymentState.unseen, ...leaseState.unseen])].sort(),
  };
}

/** A sentence for who started the controller; undefined when nothing is against it. */
export function refusal({ evidence }: OperatorState): string | undefined {
  if (evidence.length === 0) return undefined;
  return (
    `Otterize's operator still runs: ${evidence.join('; ')}. Two that write the same policies undo each other's work. ` +
    'Scale it to zero first (kubectl scale deployment --replicas=0), and leave its policies, labels and CRDs where they ' +
    'are: they are taken over as they stand.'
  );
}

const NOTHING: OperatorState = { evidence: [], unseen: [] };

async function leases(search: OperatorSearch): Promise<OperatorState> {
  const found = await listEverywhere(search, LEASES, { fieldSelector: `metadata.name=${OPERATOR_LEASE}` });
  const states = await Promise.all(found.items.map((lease) => leaseState(lease, search)));
  return { evidence: states.flatMap(({ evidence }) => evidence), unseen: found.unseen };
}

async function leaseState(lease: JsonObject, search: OperatorSearch): Promise<OperatorState> {
  const { clock, signal } = search;
  const holder = holderOf(lease);
  if (holder === '') return NOTHING;
  const namespace = textAt(lease, ['metadata', 'namespace']);
  const seconds = jsonAt(lease, ['spec', 'leaseDurationSeconds']);
  const lasts = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 60) : 15;
  const age = (clock.wallTime().getTime() - Date.parse(textAt(lease, ['spec', 'renewTime']))) / 1000;
  const said = `${holder} holds the Lease ${namespace}/${OPERATOR_LEASE}`;
  if (Math.abs(age) < lasts)
    return { evidence: [`${said}, renewed ${Math.round(Math.abs(age))} s ago`], unseen: [] };
  // The clocks of two machines need not agree: one that is renewed before our eyes is held.
  await sleep(clock, lasts * 1000, signal);
  signal?.throwIfAborted();
  const later = await search.api.get({ resource: LEASES, namespace, name: OPERATOR_LEASE }, { signal });
  const isRenewed =
    later !== undefined &&
    holderOf(later) !== '' &&
    textAt(later, ['spec', 'renewTime']) !== textAt(lease, ['spec', 'renewTime']);
  return isRenewed ? { evidence: [`${said}, and renews it`], unseen: [] } : NOTHING;
}

async function deployments(search: OperatorSearch): Promise<OperatorState> {
  const found = await listEverywhere(search, DEPLOYMENTS, {}, (deployment) =>
    NAME.test(textAt(deployment, ['metadata', 'name'])) ||
    runsOperator(jsonAt(deployment, ['spec', 'template']))
      ? deployment
      : undefined,
  );
  const operators = found.items;
  const wanted = operators
    .filter((deployment) => (jsonAt(deployment, ['spec', 'replicas']) ?? 1) !== 0)
    .map((deployment) => `the Deployment ${nameOf(deployment)} is not scaled to zero`);
  const namespaces = [...new Set(operators.map((one) => textAt(one, ['metadata', 'namespace'])))].sort();
  const pods = await Promise.all(namespaces.map((namespace) => runningPods(search, namespace)));
  return { evidence: wanted.length > 0 ? wanted : pods.flat(), unseen: found.unseen };
}

/** Pods of a Deployment that was scaled down go on for as long as their end takes. */
async function runningPods({ api, signal }: OperatorSearch, namespace: string): Promise<string[]> {
  const { items } = await api.listAs(
    PODS,
    (pod) =>
      runsOperator(pod) && textAt(pod, ['status', 'phase']) === 'Running'
        ? `the pod ${nameOf(pod)} is still running`
        : undefined,
    { namespace, signal },
  );
  return items.filter((item) => item !== undefined);
}

function runsOperator(pod: JsonObject[string]): boolean {
  const account = jsonAt(pod, ['spec', 'serviceAccountName']);
  if (typeof account === 'string' && NAME.test(account)) return true;
  const containers = jsonAt(pod, ['spec', 'containers']);
  return (
    Array.isArray(containers) &&
    containers.some((container) => {
      const image = jsonAt(container, ['image']);
      return (typeof image === 'string' && IMAGE.test(image)) || hasSettings(container);
    })
  );
}

function hasSettings(container: JsonObject[string]): boolean {
  const variables = jsonAt(container, ['env']);
  return (
    Array.isArray(variables) &&
    variables.some((variable) => {
      const name = jsonAt(variable, ['name']);
      return typeof name === 'string' && SETTINGS.has(name);
    })
  );
}

interface Found {
  readonly items: readonly JsonObject[];
  readonly unseen: readonly string[];
}

/**
 * What is of interest in a list, as each page comes in: a cluster has thousands of Deployments, and one operator at most.
 *
 * In the whole cluster, or, where that is not allowed, in the namespaces that come into question.
 */
async function listEverywhere(
  search: OperatorSearch,
  resource: ApiResource,
  selection: Selection,
  project: (object: JsonObject) => JsonObject | undefined = (object) => object,
): Promise<Found> {
  const { api, namespaces = [], signal } = search;
  try {
    const { items } = await api.listAs(resource, project, { ...selection, signal });
    return { items: items.filter((item) => item !== undefined), unseen: [] };
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
  const unseen: string[] = [];
  const places = [...new Set([...USUAL_NAMESPACES, ...namespaces])];
  const lists = await Promise.all(
    places.map(async (namespace): Promise<Pick<ApiList<JsonObject | undefined>, 'items'>> => {
      try {
        return await api.listAs(resource, project, { ...selection, namespace, signal });
      } catch (error) {
        if (!isForbidden(error)) throw error;
        unseen.push(`${resource.plural} in ${namespace}`);
        return { items: [] };
      }
    }),
  );
  return {
    items: lists.flatMap(({ items }) => items).filter((item) => item !== undefined),
    unseen: [`${resource.plural} of the cluster`, ...unseen],
  };
}

function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.isForbidden;
}

function holderOf(lease: JsonObject): string {
  return textAt(lease, ['spec', 'holderIdentity']);
}

function nameOf(object: JsonObject): string {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return `${textAt(metadata, ['namespace'])}/${textAt(metadata, ['name'])}`;
}

function textAt(object: JsonObject, path: readonly string[]): string {
  const value = jsonAt(object, path);
  return typeof value === 'string' ? value : '';
}
