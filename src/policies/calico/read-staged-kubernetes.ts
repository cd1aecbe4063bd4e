import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { isJsonObject, type Json } from '../../model/json';
import type { Resource } from '../../model/resource';
import type { NetworkPolicy } from '../kubernetes/network-policy';
import { readNetworkPolicySpec } from '../kubernetes/read-network-policy';
import { readMetadata } from '../../model/read-metadata';
import { checkApiGroup } from './api-group';
import { readStagedAction, type StagedAction } from './read-staged-action';

const DEFAULT_NAMESPACE = 'default';

/**
 * A StagedKubernetesNetworkPolicy: the Kubernetes policy it would become. It changes no verdict, and is kept apart
 * from the enforced ones so that nobody takes it for one.
 */
export interface StagedNetworkPolicy {
  readonly action: StagedAction;
  readonly policy: NetworkPolicy;
}

/** Reads a StagedKubernetesNetworkPolicy. Undefined when it has an error. */
export function readStagedKubernetesPolicy(
  resource: Resource,
  findings: Finding[],
): StagedNetworkPolicy | undefined {
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const metadata = readMetadata(root);
  checkApiGroup(root);
  const action = spec === undefined ? 'Set' : readStagedAction(spec);
  // Not through the reader, which would take every field for one that was asked for.
  const rest = Object.entries(spec?.value ?? {})
    .filter(([key, value]) => key !== 'stagedAction' && !isZero(key, value))
    .map(([key]) => key);
  if (action === 'Delete' && rest.length > 0) {
    root.problem(
      ['spec', 'stagedAction'],
      `spec.stagedAction is Delete, but spec.${rest.join(', spec.')} is there too`,
      {
        mend: 'Keep only stagedAction.',
      },
    );
  }
  // A policy that only deletes has no pods to select, so nobody needs to hear that it names none.
  const body = readNetworkPolicySpec(action === 'Delete' ? undefined : root, spec);
  spec?.rejectUnknown();
  if (root.errorCount > 0) return undefined;
  const namespace = resource.namespace ?? DEFAULT_NAMESPACE;
  return {
    action,
    policy: { kind: 'NetworkPolicy', namespace, ...metadata, ...body, place: resource.place },
  };
}

/** What the API server cannot tell from an absent field. */
function isZero(key: string, value: Json | undefined): boolean {
  return (
    (value ?? null) === null ||
    (key === 'podSelector' && isJsonObject(value) && Object.keys(value).length === 0)
  );
}
