import type { FieldReader } from './field-reader';
import { checkLabels } from './label-selector';
import { labelKeyProblem } from './label-syntax';
import { dnsLabelProblem, dnsSubdomainProblem } from './name-syntax';
import { checkObjectName } from './object-name';
import type { Labels } from './resource';

/** Fields of `metadata` that nothing here reads (ObjectMeta). */
export const METADATA_FIELDS: readonly string[] = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** What is kept of the `metadata` of a policy or Service. */
export interface Metadata {
  readonly name: string;
  readonly labels: Labels;
}

/**
 * Reads the parts every manifest has, and reports unknown fields beside `spec` and `status`. A name or a label that
 * the API server would refuse is an error.
 * @param nameProblem why a name is refused; a DNS subdomain unless the kind asks for more
 */
export function readMetadata(
  root: FieldReader,
  nameProblem: (name: string) => string | undefined = dnsSubdomainProblem,
): Metadata {
  const metadata = root.object('metadata');
  root.rejectUnknown(['apiVersion', 'kind', 'spec', 'status']);
  const labels = metadata?.labels('labels') ?? {};
  if (metadata !== undefined) checkLabels(metadata, 'labels', labels);
  const name = metadata?.requiredString('name') ?? '';
  if (metadata !== undefined) {
    checkNamespace(metadata);
    readAnnotations(metadata);
    metadata.rejectUnknown(METADATA_FIELDS);
  }
  if (metadata === undefined) {
    root.problem(['metadata'], 'metadata is missing, so the object has no name', {
      mend: 'Set metadata.name.',
    });
  }
  if (name !== '') checkObjectName(root, nameProblem);
  return { name, labels };
}

/** An object in a namespace that cannot exist cannot exist either. */
function checkNamespace(metadata: FieldReader): void {
  const namespace = metadata.string('namespace') ?? '';
  const reason = namespace === '' ? undefined : dnsLabelProblem(namespace);
  if (reason === undefined) return;
  metadata.problem(
    ['namespace'],
    `${JSON.stringify(namespace.slice(0, 80))} cannot be the name of a namespace: ${reason}`,
    { mend: 'Correct metadata.namespace; the API server refuses this one.' },
  );
}

/**
 * Reads `annotations`: keys as those of labels, but in any case; values are free (Kubernetes, "Annotations", syntax and
 * character set). Calico has them on rules as well (validateRuleMetadata of its validator).
 */
export function readAnnotations(metadata: FieldReader): Labels | undefined {
  const annotations = metadata.labels('annotations');
  for (const key of Object.keys(annotations ?? {})) {
    const reason = labelKeyProblem(key.toLowerCase());
    if (reason === undefined) continue;
    metadata.problem(
      ['annotations', key],
      `${JSON.stringify(key.slice(0, 80))} in ${metadata.pathTo(['annotations'])} is not an annotation key: ${reason}`,
      { mend: 'Correct the annotation key; the API server refuses the object as it is.' },
    );
  }
  return annotations;
}
