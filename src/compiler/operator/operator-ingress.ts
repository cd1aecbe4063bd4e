import type { EffectivePolicy } from './effective-policies';
import { accessLabel, isService } from './operator-identity';
import { DNS_PORTS, podPeer, rule, targetPorts } from './operator-rules';
import type { ModelIndex } from '../resolution/model-index';
import type { OperatorRule } from './operator-policy';

/**
 * Who may come in (otterize-operator 4.3 to 4.5): one rule for each namespace with clients, and for what looks like the
 * DNS server of the cluster one for everybody.
 */
export function ingressRules({ identity, calledBy }: EffectivePolicy, index: ModelIndex): OperatorRule[] {
  const service = isService(identity) ? index.service(identity.namespace, identity.name) : undefined;
  const ports = service === undefined ? [] : targetPorts(service);
  const namespaces = [...new Set(calledBy.map(({ namespace }) => namespace))].sort();
  const access = { [accessLabel(identity)]: 'true' };
  const rules = namespaces.map((namespace) => rule('callers', 'from', [podPeer(namespace, access)], ports));
  const isDns = identity.namespace === 'kube-system' && identity.name.endsWith('dns');
  return isDns && rules.length > 0 ? [...rules, rule('dns-server', 'from', 'anyone', DNS_PORTS)] : rules;
}
