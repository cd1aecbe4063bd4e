import type { Finding } from '../finding';
import { isJsonObject, jsonAt, type JsonObject } from '../json';
import { isScaledToZero, type PodFacts } from './read-workload';
import { resourceId, type Labels } from '../resource';
import type { Workload } from './workload';

/**
 * Labels that controllers put on pods beside those of the template (Kubernetes, "Well-Known Labels"; Argo Rollouts
 * for its own hash). They differ from pod to pod of one template and so do not make another kind of pod.
 */
const CONTROLLER_LABELS: ReadonlySet<string> = new Set([
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/cronjob-scheduled-timestamp',
  'batch.kubernetes.io/job-completion-index',
  'batch.kubernetes.io/job-name',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'pod-template-generation',
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'statefulset.kubernetes.io/pod-name',
]);

interface Family {
  readonly root: Workload;
  /** What the owner has in the input and what stands for running pods. */
  readonly instances: readonly Workload[];
}

/**
 * Folds Pods, ReplicaSets and Jobs of a live input into the controller that owns them, so that nothing is counted
 * twice. The controller then speaks for its running pods: when they all look alike but differ from the template
 * (a webhook or an operator labels them), it takes what they have; when they differ among themselves, those unlike
 * the template stay workloads of their own (network-policy-semantics 2.1 item 19).
 */
export function foldOwned(workloads: readonly Workload[], findings: Finding[]): Workload[] {
  const owners = findOwners(workloads);
  if (owners.size === 0) return [...workloads];
  const families = groupByRoot(workloads, owners);
  return workloads
    .filter((workload) => !owners.has(workload))
    .flatMap((root) => {
      const instances = families.get(root);
      return instances === undefined ? [root] : foldFamily({ root, instances }, findings);
    });
}

/** The owner of each workload that has one in the model. Owners that go round in a circle are nobody's. */
function findOwners(workloads: readonly Workload[]): Map<Workload, Workload> {
  const owned = workloads.flatMap((workload) => {
    const reference = controllerReference(workload.resource.manifest);
    return reference === undefined ? [] : [{ workload, reference }];
  });
  if (owned.length === 0) return new Map();
  const byKey = new Map(
    workloads.map((workload) => [keyOf(workload.group, workload.kind, workload), workload]),
  );
  const owners = new Map<Workload, Workload>();
  for (const { workload, reference } of owned) {
    const group = reference.apiVersion.includes('/') ? reference.apiVersion.replace(/\/.*$/, '') : '';
    const owner = byKey.get(
      keyOf(group, reference.kind, { namespace: workload.namespace, name: reference.name }),
    );
    if (owner === undefined || isStale(reference.uid, owner) || reaches(owner, workload, owners)) continue;
    owners.set(workload, owner);
  }
  return owners;
}

function keyOf(
  group: string,
  kind: string,
  { namespace, name }: Pick<Workload, 'namespace' | 'name'>,
): string {
  return [group, kind, namespace, name].join('/');
}

interface ControllerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: unknown;
}

/** The one owner reference with `controller: true`; the others only matter to garbage collection. */
function controllerReference(manifest: JsonObject): ControllerReference | undefined {
  const references = jsonAt(manifest, ['metadata', 'ownerReferences']);
  if (!Array.isArray(references)) return undefined;
  for (const reference of references) {
    if (!isJsonObject(reference) || reference.controller !== true) continue;
    const { apiVersion, kind, name, uid } = reference;
    if (typeof apiVersion === 'string' && typeof kind === 'string' && typeof name === 'string') {
      return { apiVersion, kind, name, uid };
    }
  }
  return undefined;
}

/** A new object of the same name is not the owner. Manifests on disk have no uid, and then the name decides. */
function isStale(uid: unknown, owner: Workload): boolean {
  const actual = jsonAt(owner.resource.manifest, ['metadata', 'uid']);
  return typeof uid === 'string' && typeof actual === 'string' && uid !== actual;
}

function reaches(from: Workload, to: Workload, owners: ReadonlyMap<Workload, Workload>): boolean {
  for (let current: Workload | undefined = from; current !== undefined; current = owners.get(current)) {
    if (current === to) return true;
  }
  return false;
}

/** Per root the owned workloads that stand for pods: those that own nothing themselves and still run. */
function groupByRoot(
  workloads: readonly Workload[],
  owners: ReadonlyMap<Workload, Workload>,
): Map<Workload, Workload[]> {
  const parents = new Set(owners.values());
  const families = new Map<Workload, Workload[]>();
  for (const workload of workloads) {
    const root = rootOf(workload, owners);
    if (root === workload || parents.has(workload)) continue;
    const family = families.get(root) ?? [];
    families.set(root, family);
    if (!workload.finished && !isScaledToZero(workload.resource.manifest)) family.push(workload);
  }
  return families;
}

function rootOf(workload: Workload, owners: ReadonlyMap<Workload, Workload>): Workload {
  let root = workload;
  for (let owner = owners.get(root); owner !== undefined; owner = owners.get(root)) root = owner;
  return root;
}

function foldFamily({ root, instances }: Family, findings: Finding[]): Workload[] {
  const own = signature(root);
  const variants = new Map<string, Workload[]>();
  for (const instance of instances) {
    const key = signature(instance);
    const variant = variants.get(key);
    if (variant === undefined) variants.set(key, [instance]);
    else variant.push(instance);
  }
  const [only] = variants.values();
  if (variants.size === 1 && only !== undefined)
    return [foldVariant(root, only, variants.has(own), findings)];
  const alike = variants.get(own) ?? [];
  const unlike = instances.filter((instance) => !alike.includes(instance));
  if (unlike.length > 0) reportUnlike(root, unlike, findings);
  return [withAddresses(root, alike), ...unlike];
}

function foldVariant(
  root: Workload,
  pods: readonly Workload[],
  likeTemplate: boolean,
  findings: Finding[],
): Workload {
  const [pod] = pods;
  if (likeTemplate || pod === undefined) return withAddresses(root, pods);
  findings.push({
    id: 'pods-differ-from-template',
    severity: 'info',
    message: `All pods of ${root.id} have other labels, ports or service account than its template; verdicts speak of the running pods`,
    object: resourceId(root.resource),
    place: root.place,
    mend: 'If pods are labelled by a webhook or an operator, nothing is to be done; otherwise restart the pods.',
  });
  return withAddresses({ ...root, ...factsOf(pod), labels: withoutControllerLabels(pod.labels) }, pods);
}

function reportUnlike(root: Workload, unlike: readonly Workload[], findings: Finding[]): void {
  const names = unlike.slice(0, 5).map((pod) => pod.id);
  const more = unlike.length > names.length ? ` and ${unlike.length - names.length} more` : '';
  findings.push({
    id: 'pods-differ',
    severity: 'info',
    message: `Pods of ${root.id} differ in labels, ports or service account, so policies may treat them apart; ${names.join(', ')}${more} are shown on their own`,
    object: resourceId(root.resource),
    place: root.place,
    mend: 'Wait until the rollout is complete, or remove labels that were set on single pods.',
  });
}

function withAddresses(root: Workload, pods: readonly Workload[]): Workload {
  if (pods.length === 0) return root;
  const addresses = [...new Set([...root.addresses, ...pods.flatMap((pod) => pod.addresses)])].sort();
  return { ...root, addresses };
}

function factsOf({
  annotations,
  serviceAccount,
  hostNetwork,
  ports,
  sidecarPorts,
  initContainerPorts,
}: Workload): Omit<PodFacts, 'labels'> {
  return { annotations, serviceAccount, hostNetwork, ports, sidecarPorts, initContainerPorts };
}

/** Labels of pods without those that controllers put on single pods or revisions. */
export function withoutControllerLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !CONTROLLER_LABELS.has(key)));
}

/** Equal for pods that no policy can tell apart (but for labels of controllers and for addresses). */
function signature(workload: Workload): string {
  const ports = (list: Workload['ports'] = []): string[] =>
    [...new Set(list.map(({ name, port, protocol }) => `${protocol} ${port} ${name ?? ''}`))].sort();
  return JSON.stringify([
    Object.entries(withoutControllerLabels(workload.labels)).sort(([a], [b]) => (a < b ? -1 : 1)),
    workload.serviceAccount,
    workload.hostNetwork,
    ports(workload.ports),
    ports(workload.sidecarPorts),
    ports(workload.initContainerPorts),
  ]);
}
