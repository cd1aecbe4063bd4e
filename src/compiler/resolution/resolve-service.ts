import { intentFinding } from './intent-finding';
import type { ModelIndex } from './model-index';
import type { ClientIntents, ServiceTarget } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/**
 * The workloads behind a Service, by its selector. A Service without pods of its own (ExternalName, or no selector)
 * has none; a finding says so, and only that target is lost (otterize-operator 10.2 W-6 is what not to do).
 */
export function resolveService(
  intents: ClientIntents,
  target: ServiceTarget,
  service: Service,
  index: ModelIndex,
  findings: Finding[],
): readonly Workload[] {
  const name = `Service ${service.namespace}/${service.name}`;
  const report = (id: string, message: string, mend: string): readonly Workload[] => {
    findings.push(intentFinding(intents, target.place, { id, severity: 'error', message, mend }));
    return [];
  };
  if (service.type === 'ExternalName') {
    return report(
      'external-name-service',
      `${name} is another name for ${service.externalName ?? 'an outside host'}: it has no pods, so no policy can open the way to it`,
      `Declare internet: {domains: [${service.externalName ?? '...'}]} instead.`,
    );
  }
  const { selector } = service;
  if (selector === undefined || Object.keys(selector).length === 0) {
    return report(
      'service-without-selector',
      `${name} has no selector, so the pods behind it are not known and the target opens nothing`,
      'Give the Service a selector, or declare the workload or the addresses behind it.',
    );
  }
  const workloads = index.selected(service.namespace, selector);
  if (workloads.length > 0) return workloads;
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
  return report(
    'service-without-workload',
    `no workload of namespace ${service.namespace} has the labels ${labels.join(', ')} that ${name} selects, so the target opens nothing`,
    `Correct the selector of the Service or the labels in the pod template, or ${index.source.bring('the workload')}.`,
  );
}
