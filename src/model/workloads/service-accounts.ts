import type { ServiceAccount } from '../cluster';
import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import { checkLabels } from '../label-selector';
import type { Resource } from '../resource';
import type { Workload } from './workload';

/** The declared service accounts and those that pods name, sorted by namespace and name. */
export function collectServiceAccounts(
  resources: readonly Resource[],
  workloads: readonly Workload[],
  namespaceOf: (resource: Resource) => string,
  findings: Finding[],
): ServiceAccount[] {
  const accounts = new Map<string, ServiceAccount>();
  for (const resource of resources) {
    if (resource.group !== '' || resource.kind !== 'ServiceAccount') continue;
    const metadata = FieldReader.of(resource, findings).object('metadata');
    const labels = metadata?.labels('labels') ?? {};
    if (metadata !== undefined) checkLabels(metadata, 'labels', labels);
    const namespace = namespaceOf(resource);
    accounts.set(`${namespace}/${resource.name}`, { namespace, name: resource.name, labels, declared: true });
  }
  for (const { namespace, serviceAccount: name } of workloads) {
    const key = `${namespace}/${name}`;
    if (!accounts.has(key)) accounts.set(key, { namespace, name, labels: {}, declared: false });
  }
  return [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}
