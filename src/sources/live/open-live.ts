import { createRequire } from 'node:module';
import type * as apiClient from '../../controller/api/api-client';
import type * as kubeConfig from '../../controller/api/kube-config';
import type { ConnectOptions } from '../../controller/api/kube-config';
import type { KubernetesApi } from '../../controller/api/kubernetes-api';
import { asUsage } from './read-live';

/** A cluster that can be asked. */
export interface LiveCluster {
  readonly api: KubernetesApi;
  /** The name of the context. */
  readonly context: string;
}

/**
 * The way to a cluster, loaded with the client library only now.
 * @throws UsageError when there is none as asked
 */
export async function openLive(options: ConnectOptions): Promise<LiveCluster> {
  const load = createRequire(__filename);
  const { connect } = load('../../controller/api/kube-config') as typeof kubeConfig;
  const { createApiClient } = load('../../controller/api/api-client') as typeof apiClient;
  const connection = await asUsage(options.context ?? 'that is current', connect(options));
  return {
    api: createApiClient({ connection, component: 'cli' }),
    context: connection.name,
  };
}
