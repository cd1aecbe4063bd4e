import type { KubernetesApi } from '../api/kubernetes-api';
import { NETWORK_POLICIES } from '../api/known-resources';
import { observe } from '../observed/observed-object';
import { resourceId } from '../../model/resource';
import type { TakenPolicy } from './take-over';

/** Where policies are looked at, and whose count as the controller's. */
export interface ForeignOptions {
  readonly api: KubernetesApi;
  /** Only these namespaces. Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  readonly fieldManager: string;
  /** Field managers whose policies of intents count as the controller's own. */
  readonly adopt?: readonly string[] | undefined;
}

/**
 * NetworkPolicies that somebody else has written, by id: the controller neither changes nor deletes them. One that nobody is
 * known to have written is not among them, since it is taken again while it is as it is to be.
 *
 * @param taken those of Otterize's operator, which become the controller's
 * @throws ApiError when they may not be listed
 */
export async function foreignPolicies(
  { api, namespaces, fieldManager, adopt = [] }: ForeignOptions,
  taken: readonly TakenPolicy[],
): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(
    (namespaces ?? [undefined]).map((namespace) =>
      api.listAs(
        NETWORK_POLICIES,
        (object) => {
          const { resource, writers } = observe(NETWORK_POLICIES, object, {
            own: fieldManager,
            adopted: adopt,
          });
          return writers.ours || writers.isUnowned === true ? undefined : resourceId(resource);
        },
        { namespace, metadataOnly: true },
      ),
    ),
  );
  const foreign = new Set(lists.flatMap(({ items }) => items).filter((id) => id !== undefined));
  for (const { namespace, name } of taken) foreign.delete(`NetworkPolicy/${namespace}/${name}`);
  return foreign;
}
