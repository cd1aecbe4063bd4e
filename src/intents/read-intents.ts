import { INTENTS_GROUP } from './api-group';
import type { ClientIntents, ProtectedService, Target, WorkloadName } from './client-intents';
import { printWorkloadName } from './identity';
import { misnamedIntents } from './misnamed-kinds';
import { readProtectedService, reportRepeatedServices } from './protected-service';
import { requireField } from './required-field';
import { readCallV1, readClientV1 } from './v1';
import { readClientV2, readTargetV2 } from './v2';
import { FieldReader, nearest } from '../model/field-reader';
import type { Finding } from '../model/finding';
import { printPlace } from '../model/place';
import { resourceId, type Resource } from '../model/resource';

export { INTENTS_GROUP };

/** The served versions (otterize-operator 1.1). `v1` and `v1alpha1` are not among them: the API server refuses both. */
export const INTENTS_VERSIONS = ['v1alpha2', 'v1alpha3', 'v1beta1', 'v2alpha1', 'v2beta1'] as const;

export type IntentsVersion = (typeof INTENTS_VERSIONS)[number];

/** What the intent objects of an input say. */
export interface ReadIntents {
  /** In input order. An object with an error in its client is left out; a target with an error is left out. */
  readonly intents: readonly ClientIntents[];
  readonly protectedServices: readonly ProtectedService[];
  readonly findings: readonly Finding[];
}

/**
 * Reads every ClientIntents and ProtectedService among `resources`, of all five versions, into one form; other
 * kinds are passed over, and those with a slip in their kind or group are reported. Every rule of the validating webhooks (otterize-operator 1.6) is a finding, and so is
 * every field that the API server would drop. What has an error opens nothing.
 */
export function readIntents(resources: readonly Resource[]): ReadIntents {
  const findings: Finding[] = [];
  const intents: { readonly read: ClientIntents; readonly resource: Resource }[] = [];
  const services: { readonly read: ProtectedService; readonly resource: Resource }[] = [];
  for (const resource of resources) {
    const one = readOne(resource);
    findings.push(...one.findings);
    if (one.intents !== undefined) intents.push({ read: one.intents, resource });
    if (one.service !== undefined) services.push({ read: one.service, resource });
  }
  reportRepeatedClients(intents, findings);
  reportRepeatedServices(services, findings);
  return {
    intents: intents.map(({ read }) => read),
    protectedServices: services.map(({ read }) => read),
    findings,
  };
}

/** What one object says by itself. */
interface ReadObject {
  readonly intents?: ClientIntents | undefined;
  readonly service?: ProtectedService | undefined;
  readonly findings: readonly Finding[];
}

/** Objects are never changed: one that is there still, while others come and go, is not read again. */
const KNOWN = new WeakMap<Resource, ReadObject>();

function readOne(resource: Resource): ReadObject {
  const known = KNOWN.get(resource);
  if (known !== undefined) return known;
  const read = readObject(resource);
  KNOWN.set(resource, read);
  return read;
}

function readObject(resource: Resource): ReadObject {
  const findings: Finding[] = [];
  if (!isIntentObject(resource)) {
    const misnamed = misnamedIntents(resource);
    return { findings: misnamed === undefined ? [] : [misnamed] };
  }
  const version = servedVersion(resource, findings);
  if (version === undefined) return { findings };
  return resource.kind === 'ClientIntents'
    ? { intents: readClientIntents(resource, version, findings), findings }
    : { service: readProtectedService(resource, version, findings), findings };
}

function isIntentObject({ group, kind }: Resource): boolean {
  return group === INTENTS_GROUP && (kind === 'ClientIntents' || kind === 'ProtectedService');
}

function servedVersion(resource: Resource, findings: Finding[]): IntentsVersion | undefined {
  const version = INTENTS_VERSIONS.find((known) => known === resource.version);
  if (version !== undefined) return version;
  const place = resource.place.at(['apiVersion']);
  const object = resourceId(resource);
  const served = `served are ${INTENTS_VERSIONS.join(', ')}.`;
  if (resource.version === 'v1') {
    // Documents of the v1 family name it, though no cluster serves it; v1beta1 is what it would be.
    findings.push({
      id: 'unserved-version',
      severity: 'warning',
      message: `${resource.apiVersion} is read as v1beta1: no cluster serves it, and one that gets the object refuses it`,
      object,
      place,
      mend: `Write ${INTENTS_GROUP}/v1beta1; ${served}`,
    });
    return 'v1beta1';
  }
  findings.push({
    id: 'unknown-version',
    severity: 'error',
    message: `${resource.apiVersion} is not a version of ${resource.kind} that a cluster serves, so the object is refused and declares nothing`,
    object,
    place,
    mend: `Write ${INTENTS_GROUP}/${nearest(resource.version, INTENTS_VERSIONS) ?? 'v2beta1'}; ${served}`,
  });
  return undefined;
}

function readClientIntents(
  resource: Resource,
  version: IntentsVersion,
  findings: Finding[],
): ClientIntents | undefined {
  const reader = FieldReader.of(resource, findings);
  const namespace = resource.namespace ?? 'default';
  const hasSpec = reader.has('spec');
  const spec = reader.object('spec');
  reader.rejectUnknown(['apiVersion', 'kind', 'metadata', 'status']);
  if (!hasSpec) {
    reader.problem([], `${resourceId(resource)} has no spec, so it declares nothing`, {
      id: 'empty-intents',
      severity: 'warning',
      mend: 'Write its spec, or remove the object.',
    });
  }
  if (spec === undefined) return undefined;
  const { client, targets } = readSpec(spec, { namespace, version, findings });
  if (client === undefined) return undefined;
  return { namespace, name: resource.name, client, targets, place: resource.place };
}

interface SpecContext {
  readonly namespace: string;
  readonly version: IntentsVersion;
  readonly findings: Finding[];
}

function readSpec(
  spec: FieldReader,
  { namespace, version, findings }: SpecContext,
): { readonly client: WorkloadName | undefined; readonly targets: readonly Target[] } {
  const second = version === 'v2alpha1' || version === 'v2beta1';
  const before = findings.length;
  const client = second ? readClientV2(spec, namespace) : readClientV1(spec, namespace, version);
  const clientFailed = hasError(findings, before);
  const key = second ? 'targets' : 'calls';
  requireField(spec, key);
  const items = spec.objects(key) ?? [];
  if (spec.list(key)?.length === 0) {
    spec.problem(
      [key],
      `${spec.pathTo([key])} is an empty list, so ${resourceId(spec.resource)} declares nothing`,
      {
        id: 'empty-intents',
        severity: 'warning',
        mend: 'Name what the client calls, or remove the object.',
      },
    );
  }
  const targets = items.flatMap((item) => {
    const start = findings.length;
    const target = second ? readTargetV2(item, namespace) : readCallV1(item, namespace, version);
    // A target with a misspelt field could mean less than what is left of it: it opens nothing until it is mended.
    return target === undefined || hasError(findings, start) ? [] : [target];
  });
  spec.rejectUnknown();
  return { client: clientFailed ? undefined : client, targets };
}

function hasError(findings: readonly Finding[], from: number): boolean {
  return findings.slice(from).some(({ severity }) => severity === 'error');
}

/** Rule 1 of otterize-operator 1.6: one object per client and kind in a namespace (v1alpha2 knows no kinds). */
function reportRepeatedClients(
  objects: readonly { readonly read: ClientIntents; readonly resource: Resource }[],
  findings: Finding[],
): void {
  const first = new Map<string, Resource>();
  for (const { read, resource } of objects) {
    const key = JSON.stringify([read.namespace, read.client.name, read.client.kind ?? '']);
    const other = first.get(key);
    first.set(key, other ?? resource);
    if (other === undefined) continue;
    const place = printPlace(other.place);
    findings.push({
      id: 'duplicate-client',
      // Not an error: sources add up, and only a cluster that the objects are applied to asks for one.
      severity: 'warning',
      message: `${printWorkloadName(read.client)} already has intents in ${resourceId(other)}${place === '' ? '' : ` (${place})`}; the two count together here, but a cluster with the Otterize operator refuses a second object for one client`,
      object: resourceId(resource),
      place: resource.place,
      mend: `Move the targets into ${resourceId(other)}.`,
    });
  }
}
