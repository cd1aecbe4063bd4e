import type { DraftIntents } from '../calls/draft-intents';
import type { DraftTarget } from '../calls/draft-targets';
import type { TargetPort } from '../../intents/client-intents';
import { workloadName } from '../../intents/identity';
import { INTENTS_GROUP } from '../../intents/read-intents';
import type { Json, JsonObject } from '../../model/json';

/** The object that says it, in v2beta1. */
export function intentsObject({ client, name, targets }: DraftIntents): JsonObject {
  const { namespace } = client;
  const { name: workload, kind } = workloadName(client);
  return {
    apiVersion: `${INTENTS_GROUP}/v2beta1`,
    kind: 'ClientIntents',
    metadata: { name, namespace },
    spec: {
      workload: { name: workload, ...(kind === undefined ? {} : { kind }) },
      targets: targets.map((target) => targetJson(target, namespace)),
    },
  };
}

/** @param home the namespace of the intents: names in it go without */
export function targetJson(target: DraftTarget, home: string): JsonObject {
  switch (target.type) {
    case 'service': {
      const { ports } = target;
      return { service: { name: targetName(target, home), ...portsField(ports) } };
    }
    case 'workload': {
      const { server, kind, ports } = target;
      const name = targetName({ namespace: server.namespace, name: workloadName(server).name }, home);
      return { kubernetes: { name, ...(kind === undefined ? {} : { kind }), ...portsField(ports) } };
    }
    case 'kubernetes-api':
      return { service: { name: targetName({ namespace: 'default', name: 'kubernetes' }, home) } };
    case 'internet': {
      const { domains, ips, ports } = target;
      return {
        internet: {
          ...(domains.length === 0 ? {} : { domains: [...domains] }),
          ...(ips.length === 0 ? {} : { ips: [...ips] }),
          ports: [...ports],
        },
      };
    }
  }
}

/** `cart`, or `cart.shop` from another namespace. */
export function targetName(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  home: string,
): string {
  return namespace === home ? name : `${name}.${namespace}`;
}

function portsField(ports: 'all' | readonly TargetPort[]): JsonObject {
  if (ports === 'all') return {};
  const list = ports.map(({ port, protocol }): Json => (protocol === 'TCP' ? port : { port, protocol }));
  return { ports: list };
}
