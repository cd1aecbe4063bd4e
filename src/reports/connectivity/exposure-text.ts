import type { Labels } from '../../model/resource';
import type { Exposure } from './exposure';
import { portsJson } from '../port-json';
import type { Stranger } from '../explain/stranger';
import { PLAIN, type Style } from '../style';
import { alignColumns } from '../table';
import { printVerdict } from '../verdict-text';

/** Exposure for people: one line for each workload, direction and kind of stranger. */
export function exposureText(exposures: readonly Exposure[], style: Style = PLAIN): string {
  const title = style.bold('EXPOSURE: pods that are not in these manifests');
  if (exposures.length === 0)
    return `${title}\nNone could connect to, or be reached from, these workloads.\n`;
  const rows = exposures.map(({ workload, direction, stranger, everywhere, verdict, isolated }) => [
    workload.id,
    `${direction === 'ingress' ? 'from' : 'to'} ${printStranger(stranger, everywhere)}`,
    `${printVerdict(verdict)}${isolated ? '' : ' (no policy isolates it)'}`,
  ]);
  return `${title}\n${alignColumns(rows).join('\n')}\n`;
}

/** One exposure in the JSON of `intents connectivity --exposure`. */
export function exposureJson({
  workload,
  direction,
  isolated,
  stranger,
  everywhere,
  verdict,
}: Exposure): unknown {
  return {
    workload: workload.id,
    direction,
    isolated,
    peer: {
      ...(stranger.namespace === undefined
        ? { namespaceLabels: stranger.namespaceLabels }
        : { namespace: stranger.namespace }),
      labels: stranger.labels,
      ...(stranger.serviceAccount === undefined ? {} : { serviceAccount: stranger.serviceAccount }),
    },
    everywhere,
    ports: portsJson(verdict.allowed),
    undecided: portsJson(verdict.undecided),
  };
}

/**
 * `any pod in any namespace`, `any pod in other namespaces` (those that are not in the manifests), `any pod in shop`,
 * `pods with app=web in namespaces with team=a`.
 */
export function printStranger(stranger: Stranger, everywhere: boolean): string {
  const { namespace, namespaceLabels, labels, serviceAccount } = stranger;
  const pods = Object.keys(labels).length === 0 ? 'any pod' : `pods with ${printLabels(labels)}`;
  const account = serviceAccount === undefined ? '' : ` as service account ${serviceAccount}`;
  const unknown = everywhere ? 'any namespace' : 'other namespaces';
  const wide =
    Object.keys(namespaceLabels).length === 0 ? unknown : `namespaces with ${printLabels(namespaceLabels)}`;
  return `${pods}${account} in ${namespace ?? wide}`;
}

function printLabels(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
