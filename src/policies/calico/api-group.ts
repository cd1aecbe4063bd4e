import type { FieldReader } from '../../model/field-reader';
import type { Resource } from '../../model/resource';

/** The group users write. */
export const CALICO_GROUP = 'projectcalico.org';
/** The group of the objects as stored, which nothing checks and nobody should write. */
export const CALICO_STORAGE_GROUP = 'crd.projectcalico.org';

/** Whether the object bypasses Calico's API server, which validates and fills in defaults. */
export function bypassesApiServer(resource: Resource): boolean {
  return resource.group === CALICO_STORAGE_GROUP;
}

/** Reports a version that Calico does not serve, and objects written past its API server (calico-policy-model 1.1). */
export function checkApiGroup(root: FieldReader): void {
  const { resource } = root;
  if (bypassesApiServer(resource)) {
    root.problem(
      ['apiVersion'],
      `${resource.apiVersion} is how Calico stores its objects: nothing checks them there, and a typo can switch a policy off or open it`,
      {
        id: 'calico-storage-api',
        severity: 'warning',
        mend: 'Write apiVersion: projectcalico.org/v3 (it needs the Calico API server, or calicoctl).',
      },
    );
  }
  const served = bypassesApiServer(resource) ? 'v1' : 'v3';
  if (resource.version === served) return;
  root.problem(['apiVersion'], `${resource.apiVersion} is not served by Calico`, {
    mend: 'Write apiVersion: projectcalico.org/v3.',
  });
}
