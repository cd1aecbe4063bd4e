import { FOR_MONITOR, FOR_SERVICE, type ExternalOpening, type ExternalWay } from './external-way';
import { findScrapes, type Scrape } from './scrapes';
import type { Scrapers } from './scrapers';
import { podsBehind, withoutPods } from './service-ways';
import { type ModelIndex } from '../resolution/model-index';
import { groupBy } from '../../model/group-by';
import { objectName } from '../policy-name';
import { METRICS_LABEL, METRICS_LEVEL_LABEL } from '../profiles/profile';
import { sortPorts } from '../resolution/resolved-call';
import { identity, workloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import { labelValueProblem } from '../../model/label-syntax';
import type { Workload } from '../../model/workloads/workload';

/**
 * What the named scrapers of metrics are told to scrape (otterize-operator 6.4), by annotations and by monitors of the
 * Prometheus operator: one policy for each Service and for each workload that is scraped itself. Without the operator's
 * port 53 for everybody, which has nothing to do with metrics (W-19).
 */
export function scrapeWays(index: ModelIndex, scrapers: Scrapers, findings: Finding[]): ExternalWay[] {
  const callers = scrapers.callers;
  if (callers === undefined) return [];
  const scrapes = findScrapes(index, findings);
  const groups = groupBy(scrapes, ({ service, workload }) =>
    JSON.stringify([service?.namespace, service?.name, workload?.id]),
  );
  return [...groups.values()].flatMap((group) => {
    const ports = sortPorts(group.flatMap((scrape) => scrape.ports));
    const openings = ports.length === 0 ? [] : [{ callers, ports, doubts: [] }];
    return openings.length === 0 ? [] : way(index, group, openings, findings);
  });
}

function way(
  index: ModelIndex,
  group: readonly Scrape[],
  openings: readonly ExternalOpening[],
  findings: Finding[],
): ExternalWay[] {
  const [first] = group;
  if (first === undefined) return [];
  const { service, workload } = first;
  const servers = service === undefined ? reachable(workload) : podsBehind(index, service);
  const [server] = servers;
  if (server === undefined && service !== undefined)
    findings.push(...withoutPods(index, service, 'is to be scraped for metrics'));
  if (server === undefined) return [];
  const { namespace } = server;
  const level = service === undefined ? 'pod' : 'service';
  const named = service?.name ?? workloadName(server).name;
  const name = `metrics-collection-access-to-${level}-${objectName(named.toLowerCase(), undefined)}`;
  const monitors = [...new Set(group.flatMap(({ monitor }) => monitor ?? []))].sort();
  const { object, place } = first;
  return [
    {
      namespace,
      service,
      policy: {
        name,
        key: JSON.stringify(['metrics', level, service?.name ?? server.id]),
        labels: {
          [METRICS_LABEL]: service?.name ?? labelValue(named, namespace, server),
          [METRICS_LEVEL_LABEL]: level,
        },
        annotations: {
          [FOR_SERVICE]: identity(named, namespace),
          ...(monitors.length === 0 ? {} : { [FOR_MONITOR]: monitors.join(',') }),
        },
        likeAccess: false,
      },
      origin: { kind: 'scraper', object, place, policy: name },
      servers,
      openings,
    },
  ];
}

function reachable(workload: Workload | undefined): readonly Workload[] {
  return workload === undefined || workload.hostNetwork || workload.finished ? [] : [workload];
}

/** The identity of the workload by the name intents give it, where a label takes that; else by its own. */
function labelValue(named: string, namespace: string, { name }: Workload): string {
  const value = identity(named, namespace);
  return labelValueProblem(value) === undefined ? value : identity(name, namespace);
}
