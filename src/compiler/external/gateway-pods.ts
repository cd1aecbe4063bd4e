import { controllerPods } from './controller-pods';
import { callersOf, isRunning, namedCallers, parseCallerName, usableCallers } from './named-callers';
import type { ExternalCallers, LabelledPods } from '../compilation';
import { InvalidInputError } from '../invalid-input-error';
import type { ModelIndex } from '../resolution/model-index';
import type { WorkloadName } from '../../intents/client-intents';
import type { Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import type { Gateway } from '../../model/gateway-api/gateway-api';
import { NOWHERE } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';
import { capitalised, type SourceWords } from '../resolution/source-words';

/** Label of the pods that are made for one Gateway, in its namespace (Gateway API, GEP-1762). */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/** Controllers that make pods for each Gateway as GEP-1762 says: in its namespace, labelled with its name. */
const PODS_BESIDE_GATEWAY: readonly string[] = [
  'gateway.nginx.org/nginx-gateway-controller',
  'istio.io/gateway-controller',
  'kgateway.dev/kgateway',
  'projectcontour.io/gateway-controller',
];

/** Controllers whose data plane is a load balancer outside the cluster, with addresses that manifests do not say. */
const OUTSIDE_THE_CLUSTER: readonly string[] = [
  'application-networking.k8s.aws/gateway-api-controller',
  'gateway.k8s.aws/alb',
  'gateway.k8s.aws/nlb',
  'networking.gke.io/gateway',
];

const ENVOY_GATEWAY = 'gateway.envoyproxy.io/gatewayclass-controller';
/** Where Envoy Gateway makes its pods, unless it is told to make them beside the Gateway. */
const ENVOY_NAMESPACE = 'envoy-gateway-system';

/** Knows whose pods bring the traffic of a Gateway: by option, by label, by the Service it names, by its class. */
export class GatewayPods {
  private readonly named = new Map<string, ExternalCallers>();
  private byController: ReadonlyMap<string, readonly Workload[]> | undefined;

  /**
   * @param options `gateway namespace/gateway=namespace/name` of the workload that is its data plane
   * @throws InvalidInputError when one is not of that form
   */
  constructor(
    private readonly index: ModelIndex,
    options: readonly string[],
    private readonly nodeRanges: readonly Cidr[],
    findings: Finding[],
  ) {
    const byGateway = new Map<string, WorkloadName[]>();
    for (const [at, text] of options.entries()) {
      const { gateway, pods } = parseOption(text, at);
      byGateway.set(gateway, [...(byGateway.get(gateway) ?? []), pods]);
    }
    for (const [gateway, names] of byGateway) {
      const notFound = (name: WorkloadName): Finding => podsNotFound(gateway, name, index.source);
      this.named.set(gateway, namedCallers(index, names, nodeRanges, notFound, findings));
    }
  }

  /** Whether an option names the pods, so that the Gateway itself need not be in the manifests. */
  isNamed(namespace: string, name: string): boolean {
    return this.named.has(`${namespace}/${name}`);
  }

  /** Those that an option names. */
  namedFor(namespace: string, name: string): ExternalCallers | undefined {
    const callers = this.named.get(`${namespace}/${name}`);
    return callers && usableCallers(callers);
  }

  /** Those that bring the traffic of a Gateway; `undefined` when nobody knows. */
  of(gateway: Gateway): ExternalCallers | 'anyone' | undefined {
    const { namespace, name, className = '' } = gateway;
    if (this.isNamed(namespace, name)) return this.namedFor(namespace, name);
    const labelled = this.index.selected(namespace, { [GATEWAY_NAME]: name });
    const found = [...labelled, ...this.behindAddress(gateway)].filter(isRunning);
    if (found.length > 0) return usableCallers(callersOf(found, [], this.nodeRanges));
    const controller = this.index.cluster.gatewayApi?.classes.get(className);
    return controller === undefined ? undefined : this.ofController(gateway, controller);
  }

  private ofController(
    { namespace, name }: Gateway,
    controller: string,
  ): ExternalCallers | 'anyone' | undefined {
    if (OUTSIDE_THE_CLUSTER.includes(controller)) return 'anyone';
    if (PODS_BESIDE_GATEWAY.includes(controller))
      return ofLabels([{ namespace, labels: { [GATEWAY_NAME]: name } }]);
    if (controller === ENVOY_GATEWAY) return ofLabels(envoyPods(namespace, name));
    this.byController ??= controllerPods(this.index);
    const workloads = this.byController.get(controller) ?? [];
    return usableCallers(callersOf(workloads, [], this.nodeRanges));
  }

  /** A Gateway whose pods are deployed by hand names their Service as its address (Istio, "Manual deployment"). */
  private behindAddress({ hostnames }: Gateway): readonly Workload[] {
    return hostnames.flatMap((hostname) => {
      const [name = '', namespace = '', svc] = hostname.split('.');
      const service = svc === 'svc' ? this.index.service(namespace, name) : undefined;
      return service?.selector === undefined ? [] : this.index.selected(namespace, service.selector);
    });
  }
}

function envoyPods(namespace: string, name: string): LabelledPods[] {
  const labels = {
    'gateway.envoyproxy.io/owning-gateway-name': name,
    'gateway.envoyproxy.io/owning-gateway-namespace': namespace,
  };
  const homes = [...new Set([ENVOY_NAMESPACE, namespace])].sort();
  return homes.map((home) => ({ namespace: home, labels }));
}

function ofLabels(pods: readonly LabelledPods[]): ExternalCallers {
  return { workloads: [], namespaces: [], ranges: [], pods };
}

const EXAMPLE = 'infra/public=istio-system/istio-ingressgateway';

function parseOption(text: string, at: number): { readonly gateway: string; readonly pods: WorkloadName } {
  const field = `gateways[${at}]`;
  const [gateway = '', pods = '', ...rest] = text.split('=');
  if (pods === '' || rest.length > 0) {
    throw new InvalidInputError(
      field,
      text,
      'it is not namespace/gateway=namespace/name',
      `Write ${EXAMPLE}.`,
    );
  }
  const { namespace, name } = parseCallerName(field, gateway, EXAMPLE);
  return { gateway: `${namespace}/${name}`, pods: parseCallerName(field, pods, EXAMPLE) };
}

function podsNotFound(
  gateway: string,
  { namespace, name }: WorkloadName,
  { inside, bringThem }: SourceWords,
): Finding {
  return {
    id: 'gateway-pods-not-found',
    severity: 'warning',
    message: `the pods ${namespace}/${name} of Gateway ${gateway} are not ${inside}, so their labels are not known: every pod of namespace ${namespace} may bring its traffic`,
    place: NOWHERE,
    mend: `${capitalised(bringThem)}, or correct the name.`,
  };
}
