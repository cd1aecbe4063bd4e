import type { ResolvedProtection } from './profiles/profile';
import type { Resolution } from './resolution/resolve';
import type { Workload } from '../model/workloads/workload';

/**
 * The part of a compilation that is asked for: the policies of some namespaces, and the labels that these need, wherever
 * the pods are. Whoever compiles a model in parts gets, all parts taken together, what compiling it at once gives.
 */
export class AskedNamespaces {
  /** @param names absent: all of them */
  constructor(private readonly names: ReadonlySet<string> | undefined) {}

  has(namespace: string): boolean {
    return this.names === undefined || this.names.has(namespace);
  }

  /** Calls that a policy of one of the namespaces lets in or out. */
  calls(resolution: Resolution): Resolution {
    if (this.names === undefined) return resolution;
    const either = (ends: readonly (Workload | undefined)[]): boolean =>
      ends.some((end) => end !== undefined && this.has(end.namespace));
    return {
      ...resolution,
      // The clients of a call share their namespace, and so do its servers.
      calls: resolution.calls.filter(({ clients, servers }) => either([clients[0], servers[0]])),
      declared: resolution.declared.filter(({ client, server }) => either([client, server])),
      outside: resolution.outside.filter(({ client }) => this.has(client.namespace)),
    };
  }

  /** Calls that a policy of one of the namespaces lets out. */
  outward(resolution: Resolution): Resolution {
    if (this.names === undefined) return resolution;
    return {
      ...resolution,
      calls: resolution.calls.filter(({ clients }) => clients.some(({ namespace }) => this.has(namespace))),
      declared: resolution.declared.filter(({ client }) => this.has(client.namespace)),
      outside: resolution.outside.filter(({ client }) => this.has(client.namespace)),
    };
  }

  /** ProtectedServices whose default deny is in one of the namespaces. */
  protections(protections: readonly ResolvedProtection[]): readonly ResolvedProtection[] {
    if (this.names === undefined) return protections;
    return protections.filter(({ protectedService }) => this.has(protectedService.server.namespace));
  }
}
