import type { EffectivePolicy } from './effective-policies';
import { apiServerRules, type ApiServerSources } from './operator-api-server';
import { identityOfName } from './operator-identity';
import { internetCidrs } from './operator-internet';
import { DNS_PORTS, plainPorts, podPeer, rule, targetAndOwnPorts } from './operator-rules';
import { referencingServices } from './referencing-services';
import { SERVICE_LABEL } from '../profiles/profile-otterize';
import type { ClientIntents, ServiceTarget, Target, WorkloadTarget } from '../../intents/client-intents';
import { SERVICE_KIND, identity } from '../../intents/identity';
import type { JsonObject } from '../../model/json';
import type { OperatorRule } from './operator-policy';

interface Call {
  readonly intents: ClientIntents;
  readonly target: Target;
}

/**
 * Where a client may go (otterize-operator 4.6 to 4.9), in the order of the operator's builders: workloads, internet,
 * Services, and DNS to anywhere as soon as there is any target at all, a database or a cloud permission included.
 */
export function egressRules({ calls }: EffectivePolicy, sources: ApiServerSources): OperatorRule[] {
  const all = calls.flatMap((intents) => intents.targets.map((target): Call => ({ intents, target })));
  if (all.length === 0) return [];
  return [
    ...all.flatMap(({ target }) => (isWorkload(target) ? workloadRules(target, sources) : [])),
    ...all.flatMap((call) => internetRules(call, sources)),
    ...all.flatMap(({ target }) => serviceRules(target, sources)),
    rule('dns', 'to', 'anyone', DNS_PORTS),
  ];
}

function isWorkload(target: Target): target is WorkloadTarget {
  return target.type === 'workload' && target.server.kind !== SERVICE_KIND;
}

/** The kind of the target is not part of the selector (10.2 W-9). */
function workloadRules({ server }: WorkloadTarget, { index }: ApiServerSources): OperatorRule[] {
  const { namespace, name } = identityOfName(server);
  const own = rule('workload', 'to', [podPeer(namespace, { [SERVICE_LABEL]: identity(name, namespace) })]);
  const through = referencingServices(server, index).map(({ selector = {} }) =>
    rule('referencing-service', 'to', [podPeer(namespace, selector)]),
  );
  return [own, ...through];
}

function internetRules({ intents, target }: Call, { index }: ApiServerSources): OperatorRule[] {
  if (target.type !== 'internet') return [];
  const blocks = internetCidrs(intents, target, index).map((cidr): JsonObject => ({ ipBlock: { cidr } }));
  return blocks.length === 0 ? [] : [rule('internet', 'to', blocks, plainPorts(target.ports))];
}

function serviceRules(target: Target, sources: ApiServerSources): OperatorRule[] {
  if (target.type === 'kubernetes-api') return apiServerRules(sources);
  const wanted = serviceOf(target);
  const service = wanted && sources.index.service(wanted.namespace, wanted.name);
  if (service?.selector === undefined || Object.keys(service.selector).length === 0) return [];
  return [rule('service', 'to', [podPeer(service.namespace, service.selector)], targetAndOwnPorts(service))];
}

function serviceOf(target: Target): Pick<ServiceTarget, 'namespace' | 'name'> | undefined {
  if (target.type === 'service') return target;
  return target.type === 'workload' && target.server.kind === SERVICE_KIND ? target.server : undefined;
}
