import { ACCESS_PREFIX, OWNER_KIND_LABEL, SERVICE_ACCESS_PREFIX } from '../profiles/label-scheme';
import type { ModelIndex } from '../resolution/model-index';
import { objectName } from '../policy-name';
import { SERVICE_LABEL } from '../profiles/profile-otterize';
import type { Target, WorkloadName } from '../../intents/client-intents';
import { SERVICE_KIND, identity, identityOfKind, statedKind } from '../../intents/identity';
import type { Labels } from '../../model/resource';

/** Who the operator makes one "service effective policy" for: a name with or without a kind (otterize-operator 4.1). */
export interface OperatorIdentity {
  readonly namespace: string;
  readonly name: string;
  /** Absent: any kind of that name (`OttrLegacy`). `Service` stands for the pods behind a Service. */
  readonly kind?: string | undefined;
}

/** The Service by which pods reach the Kubernetes API. The operator labels its clients, and makes no policy for it. */
export const API_SERVER: OperatorIdentity = {
  namespace: 'default',
  name: 'kubernetes',
  kind: SERVICE_KIND,
};

/** The identity of a name as intents write it. A dot of an object's name is `_` in an identity (2.1). */
export function identityOfName({ namespace, name, kind }: WorkloadName): OperatorIdentity {
  const stated = statedKind(kind);
  const flat = stated === SERVICE_KIND ? name : name.replaceAll('.', '_');
  return { namespace, name: flat, ...(stated === undefined ? {} : { kind: stated }) };
}

/** The identity of a target; `undefined` for targets outside the cluster. */
export function identityOfTarget(target: Target): OperatorIdentity | undefined {
  switch (target.type) {
    case 'workload':
      return identityOfName(target.server);
    case 'service':
      return { namespace: target.namespace, name: target.name, kind: SERVICE_KIND };
    case 'kubernetes-api':
      return API_SERVER;
    case 'internet':
    case 'beyond-network':
      return undefined;
  }
}

export function isService({ kind }: OperatorIdentity): boolean {
  return kind === SERVICE_KIND;
}

export function isApiServer(one: OperatorIdentity): boolean {
  return one.namespace === API_SERVER.namespace && one.name === API_SERVER.name;
}

/** Equal for equal identities. */
export function identityKey({ namespace, name, kind = '' }: OperatorIdentity): string {
  return `${namespace}\u0000${name}\u0000${kind}`;
}

/** The value of the policy label, and what access labels end in (3.1, `withKind`). */
export function identityText({ name, namespace, kind }: OperatorIdentity): string {
  return identityOfKind(name, namespace, kind);
}

/** The part of policy names that stands for it (4.2). */
export function identityStem({ name, kind }: OperatorIdentity): string {
  return objectName(name, kind);
}

/** The label key that clients carry (3.2). */
export function accessLabel(server: OperatorIdentity): string {
  return (isService(server) ? SERVICE_ACCESS_PREFIX : ACCESS_PREFIX) + identityText(server);
}

/** How its policy selects its pods (2.3); `undefined` when it is a Service that is not there or selects nothing. */
export function podSelector(one: OperatorIdentity, index: ModelIndex): Labels | undefined {
  const { name, namespace, kind } = one;
  if (isService(one)) {
    const selector = index.service(namespace, name)?.selector;
    return selector === undefined || Object.keys(selector).length === 0 ? undefined : selector;
  }
  return {
    [SERVICE_LABEL]: identity(name, namespace),
    ...(kind === undefined ? {} : { [OWNER_KIND_LABEL]: kind }),
  };
}
