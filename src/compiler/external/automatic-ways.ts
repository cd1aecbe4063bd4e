import type { ExternalWay } from './external-way';
import { Scrapers } from './scrapers';
import { scrapeWays } from './scrape-ways';
import { serviceWays } from './service-ways';
import { withoutDeadPorts } from './way-findings';
import { webhookWays } from './webhook-ways';
import { apiServerBlocks } from '../egress/api-endpoint';
import { checkCidrs, mergeCidrs } from '../checked-input';
import type { Automatic, CompileOptions } from '../compilation';
import type { ModelIndex } from '../resolution/model-index';
import type { Finding } from '../../model/finding';

/** What of the options is about ways in that no intent declares. */
export type AutomaticWayOptions = Pick<
  CompileOptions,
  | 'externalTraffic'
  | 'webhookTraffic'
  | 'ingressControllers'
  | 'gateways'
  | 'metricsScrapers'
  | 'controlPlaneCidrs'
  | 'kubernetesApi'
  | 'nodeCidrs'
  | 'within'
>;

/** A way, and when a policy is made for it. */
export interface AutomaticWay {
  readonly way: ExternalWay;
  readonly mode: Exclude<Automatic, 'off'>;
}

/**
 * Every way in that manifests declare and no intent does, those with a policy in any case first: they isolate servers.
 *
 * @throws InvalidInputError for an option that cannot be used, whether or not anything asks for it
 */
export function automaticWays(
  index: ModelIndex,
  options: AutomaticWayOptions,
  findings: Finding[],
): AutomaticWay[] {
  const { externalTraffic = 'if-blocked', webhookTraffic = 'if-blocked' } = options;
  const { ingressControllers = [], gateways = [], metricsScrapers = [], nodeCidrs = [] } = options;
  const { kubernetesApi = [], controlPlaneCidrs = [] } = options;
  const nodeRanges = mergeCidrs(checkCidrs('nodeCidrs', nodeCidrs));
  const given = checkCidrs('controlPlaneCidrs', controlPlaneCidrs);
  const apiServer = mergeCidrs(given.length > 0 ? given : apiServerBlocks(kubernetesApi));
  const ways: AutomaticWay[] = [];
  if (externalTraffic !== 'off') {
    const scrapers = new Scrapers(index, metricsScrapers, nodeRanges, findings);
    const inward = [
      ...serviceWays(index, { ingressControllers, gateways, nodeRanges }, findings),
      ...scrapeWays(index, scrapers, findings),
    ];
    ways.push(...inward.map((way) => ({ way, mode: externalTraffic })));
  }
  if (webhookTraffic !== 'off')
    ways.push(...webhookWays(index, apiServer, findings).map((way) => ({ way, mode: webhookTraffic })));
  ways.sort(byPolicy);
  return [...ways.filter(({ mode }) => mode === 'always'), ...ways.filter(({ mode }) => mode !== 'always')];
}

/**
 * The ways in that there would be policies for if `externalTraffic` were not off: callers that manifests have and that are
 * shut out on purpose. None where it is not off.
 */
export function switchedOffWays(index: ModelIndex, options: AutomaticWayOptions): readonly ExternalWay[] {
  const { externalTraffic, ingressControllers = [], gateways = [], nodeCidrs = [] } = options;
  if (externalTraffic !== 'off') return [];
  const nodeRanges = mergeCidrs(checkCidrs('nodeCidrs', nodeCidrs));
  // What is not known about them matters to nobody while nothing is made.
  const unsaid: Finding[] = [];
  return serviceWays(index, { ingressControllers, gateways, nodeRanges }, unsaid)
    .flatMap((way) => withoutDeadPorts(way, unsaid) ?? [])
    .map((way) => ({ way }))
    .sort(byPolicy)
    .map(({ way }) => way);
}

/** The order of the input must not show. */
function byPolicy({ way: a }: Pick<AutomaticWay, 'way'>, { way: b }: Pick<AutomaticWay, 'way'>): number {
  const keyOf = ({ namespace, policy }: ExternalWay): string =>
    `${namespace}\u0000${policy.name}\u0000${policy.key}`;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}
