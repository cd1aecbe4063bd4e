import { readLease, type LeaseName, type StoredLease } from './lease-record';
import { LeaseConflict, type LeaseStore } from './lease-store';
import { ApiError } from '../api/api-error';
import type { KubernetesApi } from '../api/kubernetes-api';
import { LEASES } from '../api/known-resources';
import type { JsonObject } from '../../model/json';

/** The Lease at the API server: `get`, `create` and `update` of one Lease are all that an election needs. */
export function apiLeaseStore(api: KubernetesApi, { namespace, name }: LeaseName): LeaseStore {
  return {
    read: async (signal) => {
      const manifest = await api.get({ resource: LEASES, namespace, name }, { signal });
      return manifest === undefined ? undefined : readLease(manifest);
    },
    create: (lease, signal) => written(api.create(LEASES, lease, { signal })),
    update: (lease, signal) => written(api.replace(LEASES, lease, { signal })),
  };
}

async function written(request: Promise<JsonObject>): Promise<StoredLease> {
  try {
    return readLease(await request);
  } catch (error) {
    if (error instanceof ApiError && (error.isConflict || error.isNotFound))
      throw new LeaseConflict(error.message, { cause: error });
    throw error;
  }
}
