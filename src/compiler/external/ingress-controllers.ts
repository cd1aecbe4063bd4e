import { namedCallers, parseCallerName, callersOf, usableCallers } from './named-callers';
import { controllerPods } from './controller-pods';
import type { ExternalCallers } from '../compilation';
import type { ModelIndex } from '../resolution/model-index';
import type { WorkloadName } from '../../intents/client-intents';
import type { Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import type { Ingress } from '../../model/services/ingress';
import { jsonAt } from '../../model/json';
import { NOWHERE } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';
import { capitalised, type SourceWords } from '../resolution/source-words';

const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';
/** An AWS load balancer of this target type reaches pods itself, from addresses of the VPC (otterize-operator 6.2). */
const ALB_TARGET_ANNOTATION = 'alb.ingress.kubernetes.io/target-type';
const EXAMPLE = 'ingress-nginx/ingress-nginx-controller';

/** Knows whose pods bring the traffic of an Ingress. */
export class IngressControllers {
  private readonly named: ExternalCallers | undefined;
  private readonly byController: ReadonlyMap<string, readonly Workload[]>;
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
    const parsed = names.map((text, at) => parseCallerName(`ingressControllers[${at}]`, text, EXAMPLE));
    const missing = (name: WorkloadName): Finding => notFound(name, index.source);
    if (parsed.length > 0) this.named = namedCallers(index, parsed, nodeRanges, missing, findings);
    const search = parsed.length === 0 && index.cluster.ingresses.length > 0;
    this.byController = search ? controllerPods(index) : new Map<string, readonly Workload[]>();
    if (search) this.readClasses(index);
  }

  /** Those that bring the traffic of an Ingress; `undefined` when nobody knows. */
  of({ className, resource }: Ingress): ExternalCallers | 'anyone' | undefined {
    if (jsonAt(resource.manifest, ['metadata', 'annotations', ALB_TARGET_ANNOTATION]) === 'ip')
      return 'anyone';
    if (this.named !== undefined) return usableCallers(this.named);
    const controller = this.classes.get(className ?? '');
    const workloads = controller === undefined ? [] : (this.byController.get(controller) ?? []);
    return usableCallers(callersOf(workloads, [], this.nodeRanges));
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

function notFound({ namespace, name }: WorkloadName, { inside, bringIt }: SourceWords): Finding {
  return {
    id: 'ingress-controller-not-found',
    severity: 'warning',
    message: `the ingress controller ${namespace}/${name} is not ${inside}, so the labels of its pods are not known: every pod of namespace ${namespace} may bring Ingress traffic`,
    place: NOWHERE,
    mend: `${capitalised(bringIt)}, or correct the name.`,
  };
}
