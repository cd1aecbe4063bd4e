import { callersOf, isRunning, parseCallerName, usableCallers } from './named-callers';
import type { ExternalCallers, LabelledPods } from '../compilation';
import type { ModelIndex } from '../resolution/model-index';
import type { WorkloadName } from '../../intents/client-intents';
import type { Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Resource } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import { capitalised, type SourceWords } from '../resolution/source-words';

const EXAMPLE = 'monitoring/prometheus';
/** `app.kubernetes.io/name` of the pods that prometheus-operator makes of its kinds. */
const MADE: ReadonlyMap<string, string> = new Map([
  ['Prometheus', 'prometheus'],
  ['PrometheusAgent', 'prometheus-agent'],
]);

/** The scrapers of metrics that are to be let in. */
export class Scrapers {
  /** Absent when none is named, or none of those named can be let in. */
  readonly callers: ExternalCallers | undefined;

  /**
   * @param names as `namespace/name`: of a workload, or of the Prometheus object whose pods an operator makes, by its own
   *   name or with `prometheus-` before it, as the operator calls the StatefulSet
   * @throws InvalidInputError when a name is not of that form
   */
  constructor(
    private readonly index: ModelIndex,
    names: readonly string[],
    private readonly nodeRanges: readonly Cidr[],
    private readonly findings: Finding[],
  ) {
    const parsed = names.map((text, at) => parseCallerName(`metricsScrapers[${at}]`, text, EXAMPLE));
    const workloads: Workload[] = [];
    const namespaces: string[] = [];
    const pods: LabelledPods[] = [];
    for (const name of parsed) {
      const found = index.named(name).filter(isRunning);
      const made = found.length > 0 ? [] : this.madeBy(name);
      workloads.push(...found);
      pods.push(...made);
      if (found.length + made.length > 0) continue;
      namespaces.push(name.namespace);
      findings.push(notFound(name, index.source));
    }
    const callers = callersOf(workloads, namespaces, nodeRanges);
    this.callers = usableCallers(pods.length === 0 ? callers : { ...callers, pods });
    this.reportHosts(workloads);
  }

  /** What prometheus-operator gives the pods of a Prometheus to be known by (`operator.prometheus.io/name`). */
  private madeBy({ namespace, name }: WorkloadName): LabelledPods[] {
    return this.index.cluster.resources
      .filter((resource) => makes(resource, namespace, name))
      .map((resource) => ({
        namespace,
        labels: {
          'app.kubernetes.io/name': MADE.get(resource.kind) ?? '',
          'operator.prometheus.io/name': resource.name,
        },
      }));
  }

  private reportHosts(workloads: readonly Workload[]): void {
    if (this.nodeRanges.length > 0) return;
    for (const { hostNetwork, id, place } of workloads) {
      if (!hostNetwork) continue;
      this.findings.push({
        id: 'metrics-scraper-on-nodes',
        severity: 'warning',
        message: `the metrics scraper ${id} is on the host network and comes with the addresses of nodes, which are not known, so it is not let in anywhere`,
        object: id,
        place,
        mend: 'Give the address ranges of the nodes (nodeCidrs, --node-cidr).',
      });
    }
  }
}

function makes(
  { group, kind, namespace = 'default', name }: Resource,
  home: string,
  wanted: string,
): boolean {
  const prefix = MADE.get(kind);
  if (group !== 'monitoring.coreos.com' || prefix === undefined || namespace !== home) return false;
  return wanted === name || wanted === `${prefix.replace('prometheus-agent', 'prom-agent')}-${name}`;
}

function notFound({ namespace, name }: WorkloadName, { inside, bringIt }: SourceWords): Finding {
  return {
    id: 'metrics-scraper-not-found',
    severity: 'warning',
    message: `the metrics scraper ${namespace}/${name} is not ${inside}, so the labels of its pods are not known: every pod of namespace ${namespace} may scrape`,
    place: NOWHERE,
    mend: `${capitalised(bringIt)}, or correct the name.`,
  };
}
