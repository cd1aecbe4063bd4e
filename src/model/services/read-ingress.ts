import { readPortNumberOrName } from '../workloads/container-port';
import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import type { Ingress, IngressBackend } from './ingress';
import { jsonAt } from '../json';
import type { Resource } from '../resource';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/**
 * Reads an Ingress of `networking.k8s.io/v1`, or of the older `v1beta1` forms (`serviceName`, `servicePort`,
 * `spec.backend`). A backend that is not a Service (`resource`) leads to no pod and is left out with an info finding.
 */
export function readIngress(resource: Resource, namespace: string, findings: Finding[]): Ingress {
  const spec = FieldReader.of(resource, findings).object('spec');
  const annotated = jsonAt(resource.manifest, ['metadata', 'annotations', CLASS_ANNOTATION]);
  return {
    namespace,
    name: resource.name,
    className: spec?.string('ingressClassName') ?? (typeof annotated === 'string' ? annotated : undefined),
    backends:
      spec === undefined
        ? []
        : [...readDefaultBackend(spec), ...(spec.objects('rules') ?? []).flatMap(readRule)],
    resource,
    place: resource.place,
  };
}

function readDefaultBackend(spec: FieldReader): IngressBackend[] {
  const backend = spec.object('defaultBackend') ?? spec.object('backend');
  return backend === undefined ? [] : readBackend(backend, {});
}

function readRule(rule: FieldReader): IngressBackend[] {
  const host = rule.string('host') || undefined;
  return (rule.object('http')?.objects('paths') ?? []).flatMap((reader) => {
    const path = reader.string('path');
    const backend = reader.object('backend');
    if (backend !== undefined) return readBackend(backend, { host, path });
    if (!reader.has('backend')) {
      const field = reader.pathTo(['backend']);
      reader.problem(['backend'], `${field} is missing, so this path leads nowhere`, {
        mend: `Set ${field}.`,
      });
    }
    return [];
  });
}

function readBackend(backend: FieldReader, where: Pick<IngressBackend, 'host' | 'path'>): IngressBackend[] {
  const service = backend.object('service');
  if (service !== undefined) {
    const name = service.requiredString('name');
    const port = service.object('port');
    if (name === undefined) return [];
    const number = port === undefined ? undefined : port.integer('number') || port.string('name');
    return [{ service: name, port: number, ...where }];
  }
  if (backend.has('serviceName')) {
    const name = backend.requiredString('serviceName');
    return name === undefined
      ? []
      : [{ service: name, port: readPortNumberOrName(backend, 'servicePort'), ...where }];
  }
  reportNoService(backend);
  return [];
}

function reportNoService(backend: FieldReader): void {
  if (backend.has('service')) return;
  const isResource = backend.has('resource');
  const field = isResource ? 'resource' : 'service';
  const path = backend.pathTo([field]);
  backend.problem(
    [field],
    isResource ? `${path} is no Service, so it leads to no pod and is left out` : `${path} is missing`,
    isResource
      ? {
          id: 'ingress-resource-backend',
          severity: 'info',
          mend: 'Nothing, if the ingress controller serves it itself.',
        }
      : { mend: `Set ${path}.` },
  );
}
