import { isJsonObject, jsonAt } from '../model/json';
import { resourceId } from '../model/resource';
import type { Check } from './check';

const ANNOTATION = 'net.beta.kubernetes.io/network-policy';

/** The annotation that denied ingress to a namespace before there was an API for it (intent-systems L6). */
export const deadIsolationAnnotation: Check = {
  id: 'dead-isolation-annotation',
  severity: 'warning',
  summary: 'A namespace is to be isolated by an annotation that Kubernetes does not read any more.',
  run: ({ resources }) =>
    resources
      .filter(({ group, kind, manifest }) => {
        const annotations = jsonAt(manifest, ['metadata', 'annotations']);
        return (
          group === '' &&
          kind === 'Namespace' &&
          isJsonObject(annotations) &&
          Object.hasOwn(annotations, ANNOTATION)
        );
      })
      .map((resource) => ({
        id: deadIsolationAnnotation.id,
        severity: deadIsolationAnnotation.severity,
        object: resourceId(resource),
        place: resource.place.at(['metadata', 'annotations', ANNOTATION]),
        message: `The annotation ${ANNOTATION} is from before Kubernetes 1.7, and nothing reads it any more: it isolates no pod of the namespace.`,
        mend: 'Remove it, and write a NetworkPolicy with podSelector: {} and policyTypes: [Ingress].',
      })),
};
