import type { ProtectedService } from './client-intents';
import { printWorkloadName, statedKind } from './identity';
import { requiredObject } from './required-field';
import { readKind } from './target-name';
import { FieldReader } from '../model/field-reader';
import type { Finding } from '../model/finding';
import { printPlace } from '../model/place';
import { resourceId, type Resource } from '../model/resource';

/**
 * Reads a ProtectedService: `spec.name` and, from v1alpha3 on, `spec.kind` (otterize-operator 7.3). The rules are
 * those of its webhook (1.6), which never fires in a real installation (10.2 W-13), so breaking them is a warning.
 */
export function readProtectedService(
  resource: Resource,
  version: string,
  findings: Finding[],
): ProtectedService | undefined {
  const reader = FieldReader.of(resource, findings);
  const spec = requiredObject(reader, 'spec');
  reader.rejectUnknown(['apiVersion', 'kind', 'metadata', 'status']);
  if (spec === undefined) return undefined;
  const name = spec.requiredString('name');
  const kind = version === 'v1alpha2' ? undefined : statedKind(readKind(spec));
  spec.rejectUnknown();
  if (name === undefined) return undefined;
  if (!/^[a-z0-9_-]*[a-z0-9][a-z0-9_-]*$/.test(name)) {
    spec.problem(
      ['name'],
      `${spec.pathTo(['name'])} is ${JSON.stringify(name)}, which no workload or Service is called`,
      {
        severity: 'warning',
        mend: 'Write lower-case letters, digits and dashes; a dot in the name of the object is written _.',
      },
    );
  }
  const namespace = resource.namespace ?? 'default';
  const server = { namespace, name, ...(kind === undefined ? {} : { kind }) };
  return { namespace, name: resource.name, server, place: resource.place };
}

/** A second object for one workload says nothing new. */
export function reportRepeatedServices(
  objects: readonly { readonly read: ProtectedService; readonly resource: Resource }[],
  findings: Finding[],
): void {
  const first = new Map<string, Resource>();
  for (const { read, resource } of objects) {
    const key = JSON.stringify([read.namespace, read.server.name]);
    const other = first.get(key);
    first.set(key, other ?? resource);
    if (other === undefined) continue;
    const place = printPlace(other.place);
    findings.push({
      id: 'duplicate-protected-service',
      severity: 'warning',
      message: `${printWorkloadName(read.server)} is already protected by ${resourceId(other)}${place === '' ? '' : ` (${place})`}`,
      object: resourceId(resource),
      place: resource.place,
      mend: 'Remove one of the two.',
    });
  }
}
