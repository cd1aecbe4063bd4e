import type { Finding } from '../finding';
import { GATEWAY_GROUP, NO_GATEWAY_API, type GatewayApi } from './gateway-api';
import { jsonAt } from '../json';
import { readGateway } from './read-gateway';
import { readGatewayRoute, routeKind } from './read-gateway-route';
import { readReferenceGrant } from './read-reference-grant';
import type { Resource } from '../resource';

/** The Gateway API objects among the resources. */
export function collectGatewayApi(
  resources: readonly Resource[],
  namespaceOf: (resource: Resource) => string,
  findings: Finding[],
): GatewayApi {
  const its = resources.filter(({ group }) => group === GATEWAY_GROUP);
  if (its.length === 0) return NO_GATEWAY_API;
  const ofKind = (wanted: string): Resource[] => its.filter(({ kind }) => kind === wanted);
  const classes = ofKind('GatewayClass').flatMap(({ name, manifest }) => {
    const controller = jsonAt(manifest, ['spec', 'controllerName']);
    return typeof controller === 'string' ? [[name, controller] as const] : [];
  });
  return {
    gateways: ofKind('Gateway')
      .map((resource) => readGateway(resource, namespaceOf(resource), findings))
      .sort(byName),
    classes: new Map(classes),
    routes: its
      .flatMap((resource) => {
        const kind = routeKind(resource);
        if (kind === undefined) return [];
        return [readGatewayRoute(resource, { kind, namespace: namespaceOf(resource) }, findings)];
      })
      .sort(byName),
    grants: ofKind('ReferenceGrant').map((resource) =>
      readReferenceGrant(resource, namespaceOf(resource), findings),
    ),
  };
}

interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly kind?: string;
}

function byName(a: Named, b: Named): number {
  const [one, other] = [a, b].map(
    ({ namespace, name, kind = '' }) => `${namespace}\u0000${name}\u0000${kind}`,
  );
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
