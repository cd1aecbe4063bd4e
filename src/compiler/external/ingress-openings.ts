import type { ExternalOpening } from './external-way';
import type { IngressControllers } from './ingress-controllers';
import { portWords, targetsOf } from './service-openings';
import type { Finding } from '../../model/finding';
import type { Ingress, IngressBackend } from '../../model/services/ingress';
import type { Service, ServicePort } from '../../model/services/service';
import { capitalised, type SourceWords } from '../resolution/source-words';

/** What an Ingress brings to a Service: only the ports that it names, and only TCP, which is what it speaks. */
export function ingressOpenings(
  ingress: Ingress,
  service: Service,
  controllers: IngressControllers,
  findings: Finding[],
): ExternalOpening[] {
  const backends = ingress.backends.filter((backend) => backend.service === service.name);
  const ports = backends.flatMap((backend) => backendPorts(ingress, backend, service, findings));
  if (ports.length === 0) return [];
  const callers = controllers.of(ingress);
  return [
    {
      callers: callers ?? 'anyone',
      ports: targetsOf(ports),
      doubts: callers === undefined ? [unknownController(ingress)] : [],
    },
  ];
}

function backendPorts(
  ingress: Ingress,
  { port }: IngressBackend,
  service: Service,
  findings: Finding[],
): readonly ServicePort[] {
  const spoken = service.ports.filter(({ protocol }) => protocol === 'TCP');
  if (port === undefined) return spoken;
  const found = spoken.filter((known) => (typeof port === 'number' ? known.port : known.name) === port);
  if (found.length === 0) findings.push(noPort(ingress, port, service));
  return found;
}

/** An Ingress that names a Service which is not there. */
export function noService(
  { namespace, name, place }: Ingress,
  service: string,
  { inside, bring }: SourceWords,
): Finding {
  return {
    id: 'ingress-service-not-found',
    severity: 'warning',
    message: `the Ingress sends traffic to Service ${namespace}/${service}, which is not ${inside}, so no way in is opened for it`,
    object: `Ingress/${namespace}/${name}`,
    place,
    mend: `${capitalised(bring(`Service ${namespace}/${service}`))}, or correct its name.`,
  };
}

function noPort({ namespace, name, place }: Ingress, port: number | string, service: Service): Finding {
  return {
    id: 'ingress-port-not-found',
    severity: 'warning',
    message: `the Ingress sends traffic to port ${port} of Service ${service.namespace}/${service.name}, which has no such port, so no way in is opened for it`,
    object: `Ingress/${namespace}/${name}`,
    place,
    mend:
      service.ports.length === 0
        ? 'Add the port to the Service.'
        : `Name one of its ports: ${portWords(service.ports)}.`,
  };
}

function unknownController({ namespace, name, place }: Ingress): Finding {
  return {
    id: 'ingress-controller-unknown',
    severity: 'warning',
    message:
      'nobody knows which pods serve this Ingress, or with which addresses they come, so its servers are opened to anyone, not just to an ingress controller',
    object: `Ingress/${namespace}/${name}`,
    place,
    mend: 'Name the controller in ingressControllers (--ingress-controller NAMESPACE/NAME), or add its manifests and IngressClass to the input; of a controller on the host network, give the addresses of nodes (nodeCidrs, --node-cidr).',
  };
}
