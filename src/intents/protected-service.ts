import type { ProtectedService } from './client-intents';
import { printWorkloadName, SERVICE_KIND, statedKind } from './identity';
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

/** Without a kind, workloads of every kind are meant, and no Service. */
function coversKind(kind: string | undefined, other: string | undefined): boolean {
  return kind === other || (kind === undefined && other !== SERVICE_KIND);
}

/** A second object for one workload says nothing new; of one name and other kinds, it does. */
export function reportRepeatedServices(
  objects: readonly { readonly read: ProtectedService; readonly resource: Resource }[],
  findings: Finding[],
): void {
  const byName = new Map<string, { readonly read: ProtectedService; readonly resource: Resource }[]>();
  for (const one of objects) {
    const { read, resource } = one;
    const key = JSON.stringify([read.namespace, read.server.name]);
    const earlier = byName.get(key) ?? [];
    byName.set(key, [...earlier, one]);
    const other = earlier.find((each) => coversKind(each.read.server.kind, read.server.kind))?.resource;
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
