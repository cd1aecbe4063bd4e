import { Agent } from 'node:https';
import { type ControlPlane } from './control-plane';
import { createApiClient, type ApiClientOptions } from '../../src/controller/api/api-client';
import { type KubernetesApi } from '../../src/controller/api/kubernetes-api';

/** The project's own client of a control plane, in this process, and what ends its connections. */
export interface ProjectClient {
  readonly api: KubernetesApi;
  close(): void;
}

/** Where the project's client is to go, and as whom. */
export interface ProjectClientOptions extends Partial<ApiClientOptions> {
  /** Default: the API server itself; a fault proxy has another address. */
  readonly server?: string;
  /** Default: the administrator's. */
  readonly token?: string;
}

/** Makes the client that the controller writes with, without a kubeconfig between. */
export function projectClient(
  plane: ControlPlane,
  { server = plane.url, token = plane.token('admin'), ...options }: ProjectClientOptions = {},
): ProjectClient {
  const agent = new Agent({ keepAlive: true, ca: plane.certificate });
  const access = { agent, headers: { authorization: `Bearer ${token}` } };
  const connection = { server, name: 'test', access: () => Promise.resolve(access) };
  return {
    api: createApiClient({ component: 'under-test', ...options, connection }),
    close: () => {
      agent.destroy();
    },
  };
}
