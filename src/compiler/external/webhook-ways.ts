import { FOR_SERVICE, FOR_WEBHOOK, type ExternalWay } from './external-way';
import { distinctOpenings, podsBehind, withoutPods } from './service-ways';
import { portWords, targetsOf } from './service-openings';
import { type ModelIndex } from '../resolution/model-index';
import { groupBy } from '../../model/group-by';
import { WEBHOOK_LABEL } from '../profiles/profile';
import { apiServerReferences, type ApiServerReference } from '../../model/services/api-server-references';
import type { Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import type { Service, ServicePort } from '../../model/services/service';
import { type SourceWords } from '../resolution/source-words';

interface Reference {
  readonly reference: ApiServerReference;
  readonly service: Service;
  readonly port: ServicePort;
}

/**
 * What the API server calls: the servers of admission webhooks, of conversions, and of aggregated APIs, which the operator
 * leaves out (otterize-operator 6.5). The target port only: policies never see that of the Service. Webhooks of one
 * configuration to one Service, and configurations of one name, are one policy.
 *
 * @param ranges where it calls from; empty when nobody knows, and then anyone is let in, as the operator does
 */
export function webhookWays(index: ModelIndex, ranges: readonly Cidr[], findings: Finding[]): ExternalWay[] {
  const references = index.cluster.resources
    .flatMap(apiServerReferences)
    // Of one object they keep their order: the first of all is where findings about a policy go.
    .sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0))
    .flatMap((reference) => resolved(reference, index, findings));
  const byPolicy = groupBy(references, ({ reference, service }) =>
    JSON.stringify([service.namespace, policyName(reference, service)]),
  );
  return [...byPolicy.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const servers = podsBehind(index, first.service);
    if (servers.length === 0)
      findings.push(...withoutPods(index, first.service, 'is called by the API server'));
    return servers.length === 0 ? [] : [{ ...way(first, group, ranges), servers }];
  });
}

function resolved(reference: ApiServerReference, index: ModelIndex, findings: Finding[]): Reference[] {
  const service = index.service(reference.namespace, reference.service);
  if (service === undefined) {
    findings.push(noService(reference, index.source));
    return [];
  }
  const port = service.ports.find((known) => known.port === reference.port && known.protocol === 'TCP');
  if (port !== undefined) return [{ reference, service, port }];
  findings.push(noPort(reference, service));
  return [];
}

function way(
  { reference, service }: Reference,
  group: readonly Reference[],
  ranges: readonly Cidr[],
): Omit<ExternalWay, 'servers'> {
  const { namespace } = service;
  const name = policyName(reference, service);
  const objects = [...new Set(group.map(({ reference: { by } }) => by))].sort();
  const ports = targetsOf(group.map(({ port }) => port));
  const known = ranges.length > 0;
  return {
    namespace,
    service,
    policy: {
      name,
      key: JSON.stringify(['webhook', namespace, name]),
      labels: { [WEBHOOK_LABEL]: labelValue(reference.resource.name) },
      annotations: { [FOR_SERVICE]: service.name, [FOR_WEBHOOK]: objects.join(',') },
      likeAccess: false,
    },
    origin: { kind: 'api-server', object: reference.by, place: reference.place, policy: name },
    openings: distinctOpenings([
      {
        callers: known ? { workloads: [], namespaces: [], ranges } : 'anyone',
        ports,
        doubts: known ? [] : [unknownCallers(service)],
      },
    ]),
    declaredWhenMade: !known,
  };
}

/** The operator makes none for aggregated APIs; theirs begin with a word of their own. */
function policyName({ resource }: ApiServerReference, service: Service): string {
  const prefix = resource.kind === 'APIService' ? 'apiservice' : 'webhook';
  return `${prefix}-${resource.name.toLowerCase()}-access-to-${service.name.toLowerCase()}`;
}

/** The name cut to what a label takes, which ends in a letter or digit. */
function labelValue(name: string): string {
  return name.slice(0, 63).replace(/[^A-Za-z0-9]+$/, '');
}

function noService(
  { by, place, namespace, service }: ApiServerReference,
  { inside, bring }: SourceWords,
): Finding {
  return {
    id: 'webhook-service-not-found',
    severity: 'info',
    message: `the API server is told to call Service ${namespace}/${service}, which is not ${inside}, so no way in is opened for it`,
    object: by,
    place,
    mend: `Nothing, if nobody is to call it; else ${bring(`Service ${namespace}/${service}`)}, or correct its name.`,
  };
}

function noPort({ by, place, port }: ApiServerReference, service: Service): Finding {
  return {
    id: 'webhook-port-not-found',
    severity: 'warning',
    message: `the API server is told to call port ${port} of Service ${service.namespace}/${service.name}, which has no such TCP port, so no way in is opened for it`,
    object: by,
    place,
    mend:
      service.ports.length === 0
        ? 'Add the port to the Service.'
        : `Name one of its ports: ${portWords(service.ports)}.`,
  };
}

/** Said of the Service, so that it is said once for all that is told to call it. */
function unknownCallers({ namespace, name, place }: Service): Finding {
  return {
    id: 'webhook-callers-unknown',
    severity: 'warning',
    message: `nobody knows from which addresses the API server calls Service ${namespace}/${name}, so the ports of its webhooks are opened to anyone`,
    object: `Service/${namespace}/${name}`,
    place,
    mend: 'Give the addresses that the API server calls from (controlPlaneCidrs, --control-plane-cidr).',
  };
}
