import { FieldReader } from './field-reader';
import type { Finding } from './finding';
import { checkLabels } from './label-selector';
import { NAMESPACE_NAME_LABEL, type Namespace } from './namespace';
import { dnsLabelProblem } from './name-syntax';
import { checkObjectName } from './object-name';
import { METADATA_FIELDS } from './read-metadata';
import type { Place } from './place';
import type { Resource } from './resource';

/**
 * Reads a Namespace. The API server sets {@link NAMESPACE_NAME_LABEL} to the name whatever the manifest says
 * (network-policy-semantics 2.1 item 12).
 */
export function readNamespace(resource: Resource, findings: Finding[]): Namespace {
  const root = FieldReader.of(resource, findings);
  checkObjectName(root, dnsLabelProblem);
  const metadata = root.object('metadata');
  const labels = metadata?.labels('labels') ?? {};
  if (metadata !== undefined) checkLabels(metadata, 'labels', labels);
  metadata?.rejectUnknown(['name', 'namespace', 'annotations', ...METADATA_FIELDS]);
  const written = labels[NAMESPACE_NAME_LABEL];
  if (metadata !== undefined && written !== undefined && written !== resource.name) {
    metadata.problem(
      ['labels', NAMESPACE_NAME_LABEL],
      `The label ${NAMESPACE_NAME_LABEL} is "${written}", but the API server sets it to the name "${resource.name}"`,
      {
        severity: 'warning',
        mend: `Remove the label; selectors for "${written}" do not find this namespace.`,
      },
    );
  }
  return {
    name: resource.name,
    labels: { ...labels, [NAMESPACE_NAME_LABEL]: resource.name },
    declared: true,
    place: resource.place,
  };
}

/** A namespace that the input only uses. It is taken to exist with the one label that every namespace has. */
export function impliedNamespace(name: string, place: Place): Namespace {
  return { name, labels: { [NAMESPACE_NAME_LABEL]: name }, declared: false, place };
}
