import type { FieldReader } from '../model/field-reader';
import { checkLabels } from '../model/label-selector';
import type { Labels } from '../model/resource';
import { dnsSubdomainProblem } from './name-syntax';

const METADATA_FIELDS = [
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** What policies keep of their `metadata`. */
export interface PolicyMetadata {
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
): PolicyMetadata {
  const metadata = root.object('metadata');
  root.rejectUnknown(['apiVersion', 'kind', 'spec', 'status']);
  const labels = metadata?.labels('labels') ?? {};
  if (metadata !== undefined) checkLabels(metadata, 'labels', labels);
  const name = metadata?.requiredString('name') ?? '';
  metadata?.rejectUnknown(METADATA_FIELDS);
  if (metadata === undefined) {
    root.problem(['metadata'], 'metadata is missing, so the object has no name', {
      mend: 'Set metadata.name.',
    });
  }
  const reason = name === '' ? undefined : nameProblem(name);
  if (reason !== undefined) {
    root.problem(
      ['metadata', 'name'],
      `${JSON.stringify(name.slice(0, 80))} cannot be the name of a ${root.resource.kind}: ${reason}`,
      {
        mend: 'Choose another name; the API server refuses this one.',
      },
    );
  }
  return { name, labels };
}

/** `metadata` as a manifest writes it, keys in the usual order, labels sorted. */
export function printMetadata(
  name: string,
  namespace: string | undefined,
  labels: Labels,
): { name: string; namespace?: string; labels?: Record<string, string> } {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(sorted.length === 0 ? {} : { labels: Object.fromEntries(sorted) }),
  };
}
