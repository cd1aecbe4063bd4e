import type { KubernetesApi } from '../api/kubernetes-api';
import { CLIENT_INTENTS, PROTECTED_SERVICES } from '../api/known-resources';
import { jsonAt } from '../../model/json';

/** Where intents are looked at. */
export interface GenerationOptions {
  readonly api: KubernetesApi;
  /** Only these namespaces. Default: all. */
  readonly namespaces?: readonly string[] | undefined;
}

/**
 * The generations of all objects of intents, by id (`ClientIntents/shop/web`): the count of changes of what they ask for.
 *
 * @throws ApiError when they may not be listed
 */
export async function generationsOf({
  api,
  namespaces,
}: GenerationOptions): Promise<ReadonlyMap<string, number>> {
  const lists = await Promise.all(
    (namespaces ?? [undefined]).flatMap((namespace) =>
      [CLIENT_INTENTS, PROTECTED_SERVICES].map((resource) =>
        api.listAs(
          resource,
          (object): readonly [string, number] | undefined => {
            const [home, name, generation] = ['namespace', 'name', 'generation'].map((field) =>
              jsonAt(object, ['metadata', field]),
            );
            if (typeof home !== 'string' || typeof name !== 'string' || typeof generation !== 'number')
              return undefined;
            return [`${resource.kind}/${home}/${name}`, generation];
          },
          { namespace, metadataOnly: true },
        ),
      ),
    ),
  );
  return new Map(lists.flatMap(({ items }) => items).filter((item) => item !== undefined));
}
