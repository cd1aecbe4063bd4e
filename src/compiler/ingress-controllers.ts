import type { ExternalCallers } from './compilation';
import { InvalidInputError } from './invalid-input-error';
import { append, type ModelIndex } from './model-index';
import type { WorkloadName } from '../intents/client-intents';
import type { Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Ingress } from '../model/ingress';
import { jsonAt } from '../model/json';
import { NOWHERE } from '../model/place';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../model/pod-template';
import type { Workload } from '../model/workload';

const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';
/** An AWS load balancer of this target type reaches pods itself, from addresses of the VPC (otterize-operator 6.2). */
const ALB_TARGET_ANNOTATION = 'alb.ingress.kubernetes.io/target-type';
/** How ingress-nginx is told the controller name of its IngressClass. */
const CONTROLLER_FLAG = '--controller-class=';

/** Knows whose pods bring the traffic of an Ingress. */
export class IngressControllers {
  private readonly named: ExternalCallers | undefined;
  private readonly byController = new Map<string, Workload[]>();
  /** Names of controllers by IngressClass; of the default class under the empty name. */
  private readonly classes = new Map<string, string>();

  /**
   * @param names the controllers as `namespace/name`; empty to find them by IngressClass
   * @throws InvalidInputError when a name is not of that form
   */
  constructor(
    index: ModelIndex,
    names: readonly string[],
    private readonly nodeRanges: readonly Cidr[],
    findings: Finding[],
  ) {
    if (names.length > 0) {
      this.named = this.callers(index, names.map(parseName), findings);
      return;
    }
    if (index.cluster.ingresses.length === 0) return;
    this.readClasses(index);
    for (const workload of index.cluster.workloads.filter(isRunning)) {
      for (const controller of controllerFlags(workload)) append(this.byController, controller, workload);
    }
  }

  /** Those that bring the traffic of an Ingress; `undefined` when nobody knows. */
  of({ className, resource }: Ingress): ExternalCallers | 'anyone' | undefined {
    if (jsonAt(resource.manifest, ['metadata', 'annotations', ALB_TARGET_ANNOTATION]) === 'ip')
      return 'anyone';
    if (this.named !== undefined) return usable(this.named);
    const controller = this.classes.get(className ?? '');
    const workloads = controller === undefined ? [] : (this.byController.get(controller) ?? []);
    return usable(this.reachable(workloads, []));
  }

  private callers(index: ModelIndex, names: readonly WorkloadName[], findings: Finding[]): ExternalCallers {
    const workloads: Workload[] = [];
    const namespaces: string[] = [];
    for (const name of names) {
      const found = index.named(name).filter(isRunning);
      workloads.push(...found);
      if (found.length > 0) continue;
      namespaces.push(name.namespace);
      findings.push(notFound(name));
    }
    return this.reachable(workloads, namespaces);
  }

  /** On the host network they come with the addresses of nodes. */
  private reachable(workloads: readonly Workload[], namespaces: readonly string[]): ExternalCallers {
    const pods = new Map(workloads.filter(({ hostNetwork }) => !hostNetwork).map((pod) => [pod.id, pod]));
    return {
      workloads: [...pods].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, workload]) => workload),
      namespaces: [...new Set(namespaces)].sort(),
      ranges: workloads.some(({ hostNetwork }) => hostNetwork) ? this.nodeRanges : [],
    };
  }

  private readClasses(index: ModelIndex): void {
    for (const { group, kind, name, manifest } of index.cluster.resources) {
      if (kind !== 'IngressClass' || group !== 'networking.k8s.io') continue;
      const controller = jsonAt(manifest, ['spec', 'controller']);
      if (typeof controller !== 'string') continue;
      this.classes.set(name, controller);
      const isDefault = jsonAt(manifest, ['metadata', 'annotations', DEFAULT_CLASS_ANNOTATION]) === 'true';
      if (isDefault) this.classes.set('', controller);
    }
  }
}

function usable(callers: ExternalCallers): ExternalCallers | undefined {
  const { workloads, namespaces, ranges } = callers;
  return workloads.length + namespaces.length + ranges.length === 0 ? undefined : callers;
}

function isRunning({ finished }: Workload): boolean {
  return !finished;
}

/** The IngressClass controllers that a workload says it serves. */
function controllerFlags({ group, kind, resource }: Workload): string[] {
  const template = DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, kind);
  const containers = template && jsonAt(resource.manifest, [...template, 'spec', 'containers']);
  if (!Array.isArray(containers)) return [];
  return containers.flatMap((container) =>
    ['command', 'args'].flatMap((field) => {
      const words = jsonAt(container, [field]);
      return (Array.isArray(words) ? words : []).flatMap((word) =>
        typeof word === 'string' && word.startsWith(CONTROLLER_FLAG)
          ? [word.slice(CONTROLLER_FLAG.length)]
          : [],
      );
    }),
  );
}

function parseName(text: string, index: number): WorkloadName {
  const [namespace = '', name = '', ...rest] = text.split('/');
  if (namespace !== '' && name !== '' && rest.length === 0) return { namespace, name };
  throw new InvalidInputError(
    `ingressControllers[${index}]`,
    text,
    'it is not namespace/name',
    'Write ingress-nginx/ingress-nginx-controller.',
  );
}

function notFound({ namespace, name }: WorkloadName): Finding {
  return {
    id: 'ingress-controller-not-found',
    severity: 'warning',
    message: `the ingress controller ${namespace}/${name} is not in the manifests, so the labels of its pods are not known: every pod of namespace ${namespace} may bring Ingress traffic`,
    place: NOWHERE,
    mend: 'Add its manifests to the input, or correct the name.',
  };
}
