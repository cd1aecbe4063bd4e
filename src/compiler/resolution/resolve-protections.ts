import type { ModelIndex } from './model-index';
import { NotFound } from './not-found';
import type { ResolvedProtection } from '../profiles/profile';
import type { ProtectedService } from '../../intents/client-intents';
import { SERVICE_KIND, printWorkloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';

/**
 * The workloads that ProtectedService objects isolate. Those on the host network cannot be isolated; finished ones
 * need not be.
 */
export function resolveProtections(
  index: ModelIndex,
  protectedServices: readonly ProtectedService[],
  findings: Finding[],
): ResolvedProtection[] {
  const notFound = new NotFound(index);
  return protectedServices.flatMap((protectedService): ResolvedProtection[] => {
    const { server } = protectedService;
    const service = server.kind === SERVICE_KIND ? index.service(server.namespace, server.name) : undefined;
    const selector = service?.selector ?? {};
    const found =
      server.kind !== SERVICE_KIND
        ? index.named(server)
        : service === undefined || Object.keys(selector).length === 0
          ? []
          : index.selected(service.namespace, selector);
    const servers = found.filter(({ hostNetwork, finished }) => !hostNetwork && !finished);
    if (servers.length > 0) return [{ protectedService, servers, service }];
    findings.push({
      id: 'protected-service-not-found',
      severity: 'error',
      message: `${printWorkloadName(server)} has no pods that a policy can protect, so this ProtectedService protects nothing`,
      object: `ProtectedService/${protectedService.namespace}/${protectedService.name}`,
      place: protectedService.place,
      mend:
        found.length > 0
          ? 'Take the workload off the host network, or remove the ProtectedService.'
          : server.kind === SERVICE_KIND && service === undefined
            ? notFound.serviceHint(server.namespace, server.name)
            : server.kind === SERVICE_KIND
              ? 'Give the Service a selector that matches pods.'
              : notFound.workloadHint(server),
    });
    return [];
  });
}
