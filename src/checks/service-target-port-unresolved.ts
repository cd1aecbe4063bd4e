import type { Finding } from '../model/finding';
import { resourceId } from '../model/resource';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { Landscape } from './landscape';

/** A Service that leads to a port by a name its pods do not declare leads nowhere (intent-systems L8). */
export const serviceTargetPortUnresolved: Check = {
  id: 'service-target-port-unresolved',
  severity: 'warning',
  summary: 'A Service leads to a port by a name that none of its pods declares.',
  run: ({ cluster }) => {
    const { index } = Landscape.of(cluster);
    return cluster.services.flatMap((service): Finding[] => {
      if (service.selector === undefined || service.type === 'ExternalName') return [];
      const pods = index.selected(service.namespace, service.selector).filter(({ finished }) => !finished);
      if (pods.length === 0) return [];
      return service.ports.flatMap(({ targetPort, protocol, port }, at): Finding[] => {
        if (typeof targetPort !== 'string') return [];
        const isIt = (one: { readonly name?: string | undefined; readonly protocol: string }): boolean =>
          one.name === targetPort && one.protocol === protocol;
        if (pods.some(({ ports, initContainerPorts = [] }) => [...ports, ...initContainerPorts].some(isIt)))
          return [];
        return [
          {
            id: serviceTargetPortUnresolved.id,
            severity: serviceTargetPortUnresolved.severity,
            object: resourceId(service.resource),
            place: service.place.at(['spec', 'ports', at, 'targetPort']),
            message: `Port ${port} of the Service leads to the ${protocol} port ${JSON.stringify(targetPort)}, which ${someOf(pods.map(({ id }) => id))} ${pods.length === 1 ? 'does' : 'do'} not declare: it has no endpoints, and policies cannot tell which port is meant.`,
            mend: 'Name the port in the pod template, or write its number as targetPort.',
          },
        ];
      });
    });
  },
};
