import { jsonAt } from '../json';
import type { Resource } from '../resource';

const SERVICE_LABEL = 'kubernetes.io/service-name';
/** Label of an EndpointSlice: who writes it. */
export const MANAGER_LABEL = 'endpointslice.kubernetes.io/managed-by';

/** What fills in the slices of a Service with a selector: they say what the selector says. */
export const SELECTOR_CONTROLLER = 'endpointslice-controller.k8s.io';

/** The Services for which objects of the input write endpoints out. */
export interface WrittenEndpoints {
  /** By `namespace/name`: an EndpointSlice or Endpoints object of any origin. */
  readonly any: ReadonlySet<string>;
  /**
   * By `namespace/name`: an EndpointSlice that the controller of selectors did not write, so its endpoints come on top of
   * the pods selected. Endpoints objects are not among them, because that controller overwrites them.
   */
  readonly besideSelector: ReadonlySet<string>;
}

const known = new WeakMap<readonly Resource[], WrittenEndpoints>();

/** Looks for endpoints that somebody wrote by hand, or that were dumped from a cluster; their addresses are not read. */
export function writtenEndpoints(resources: readonly Resource[]): WrittenEndpoints {
  const found = known.get(resources) ?? collect(resources);
  known.set(resources, found);
  return found;
}

function collect(resources: readonly Resource[]): WrittenEndpoints {
  const any = new Set<string>();
  const besideSelector = new Set<string>();
  for (const { group, kind, name, namespace = 'default', manifest } of resources) {
    if (kind === 'Endpoints' && group === '') any.add(`${namespace}/${name}`);
    if (kind !== 'EndpointSlice' || group !== 'discovery.k8s.io') continue;
    const service = jsonAt(manifest, ['metadata', 'labels', SERVICE_LABEL]);
    if (typeof service !== 'string') continue;
    any.add(`${namespace}/${service}`);
    if (jsonAt(manifest, ['metadata', 'labels', MANAGER_LABEL]) !== SELECTOR_CONTROLLER)
      besideSelector.add(`${namespace}/${service}`);
  }
  return { any, besideSelector };
}
