import { DENY_LABEL } from '../../compiler/profiles/profile-otterize';
import { OWN_POLICY_LABELS } from '../../compiler/profiles/profile';
import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';
import { ApiError } from '../api/api-error';
import type { KubernetesApi } from '../api/kubernetes-api';
import { NETWORK_POLICIES } from '../api/known-resources';
import { operatorManagers, transferredFields } from './transfer-fields';

export interface TakeOverOptions {
  readonly api: KubernetesApi;
  /** Field manager of the controller. */
  readonly fieldManager: string;
  /** Only these namespaces. Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  /** Nothing is written: what would be taken over is counted. Default false. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A policy that was, or would be, taken over. */
export interface TakenPolicy {
  readonly namespace: string;
  readonly name: string;
  /** Under which names the operator wrote it. */
  readonly from: readonly string[];
}

/** Labels by which the policies of Otterize's operator are known (otterize-operator 4.2, 6, 7.3). */
export const POLICY_MARKS: readonly string[] = [...OWN_POLICY_LABELS, DENY_LABEL];

/** An object that changes between reading and writing is read again, so often. */
const TRIES = 4;

/**
 * Makes what Otterize's operator owns in its policies the controller's, without changing one of them: no policy is
 * deleted or made anew, so there is no moment without it. Labels of pods and namespaces need no such thing: the controller
 * takes off those that nobody wants any more, whoever set them.
 *
 * To be done once, before the controller leads, and only while the operator is not running.
 */
export async function takeOver(options: TakeOverOptions): Promise<readonly TakenPolicy[]> {
  const found = await operatorPolicies(options);
  if (options.dryRun !== true) await Promise.all(found.map((policy) => transfer(policy, options)));
  return found;
}

async function operatorPolicies(options: TakeOverOptions): Promise<TakenPolicy[]> {
  const { api, fieldManager, namespaces = [undefined], signal } = options;
  const lists = await Promise.all(
    namespaces.map(async (namespace): Promise<{ readonly items: readonly (TakenPolicy | undefined)[] }> => {
      const selection = { namespace, metadataOnly: true, signal };
      try {
        return await api.listAs(
          NETWORK_POLICIES,
          (object) => asOperatorPolicy(object, fieldManager),
          selection,
        );
      } catch (error) {
        // One of several namespaces may be gone, with the Role in it.
        if (namespace !== undefined && error instanceof ApiError && error.isForbidden) return { items: [] };
        throw error;
      }
    }),
  );
  const key = ({ namespace, name }: TakenPolicy): string => `${namespace}/${name}`;
  return lists
    .flatMap(({ items }) => items)
    .filter((policy) => policy !== undefined)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function asOperatorPolicy(object: JsonObject, own: string): TakenPolicy | undefined {
  const labels = jsonAt(object, ['metadata', 'labels']);
  if (!isJsonObject(labels) || !POLICY_MARKS.some((mark) => Object.hasOwn(labels, mark))) return undefined;
  const from = operatorManagers(object, POLICY_MARKS, own);
  const [namespace, name] = ['namespace', 'name'].map((field) => jsonAt(object, ['metadata', field]));
  if (from.length === 0 || typeof namespace !== 'string' || typeof name !== 'string') return undefined;
  return { namespace, name, from };
}

async function transfer({ namespace, name, from }: TakenPolicy, options: TakeOverOptions): Promise<void> {
  const { api, fieldManager, signal } = options;
  const ref = { resource: NETWORK_POLICIES, namespace, name };
  for (let tries = 1; ; tries++) {
    const object = await api.get(ref, { signal });
    const fields = object === undefined ? undefined : transferredFields(object, from, fieldManager);
    const version = object === undefined ? undefined : jsonAt(object, ['metadata', 'resourceVersion']);
    if (fields === undefined || version === undefined) return;
    try {
      await api.patch(
        ref,
        'json',
        [
          // Whoever changes it meanwhile makes this fail, and the fields are read again.
          { op: 'test', path: '/metadata/resourceVersion', value: version },
          { op: 'replace', path: '/metadata/managedFields', value: fields },
        ],
        { signal },
      );
      return;
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return;
      const hasChanged = error instanceof ApiError && (error.isConflict || error.status === 422);
      if (!hasChanged || tries === TRIES) throw error;
    }
  }
}
