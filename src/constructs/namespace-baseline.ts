import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { apiObjectProps, asConstruct } from './api-object-props';
import { chartNamespace } from './chart-namespace';
import { ClusterScopedObject } from './cluster-scoped-object';
import { ConstructError } from './construct-error';
import { refuseSecond } from './default-deny';
import { registerDeny } from './default-deny-registry';
import { claimDeny } from './deny-claims';
import { fieldsProblem } from './given-value';
import { readPorts, type PortReference } from './target';
import { checkLabels } from '../compiler/checked-input';
import type { DnsOptions } from '../compiler/egress/dns-rules';
import type { AccessPeer, NamespaceAccess } from '../compiler/exceptions/external-access';
import { baselineCallers, namespaceBaseline } from '../compiler/default-denies/namespace-baseline';
import { constructPlace } from '../model/place';
import type { Labels } from '../model/resource';
import type { Direction } from '../policies/direction';

/** Pods of another namespace that may call every pod of a namespace. */
export interface BaselineCaller {
  readonly namespace: string;
  /**
   * Labels of the pods. At least one.
   *
   * @default - every pod of that namespace
   */
  readonly labels?: Labels;
  /**
   * Ports of the pods that are called.
   *
   * @default - every port
   */
  readonly ports?: readonly PortReference[];
}

/** Properties of {@link NamespaceBaseline}. */
export interface NamespaceBaselineProps {
  /**
   * Also deny egress, but for DNS.
   *
   * @default false
   */
  readonly egress?: boolean;
  /**
   * Where the cluster's DNS is, or `false` to deny DNS too; only with `egress`.
   *
   * @default - pods with k8s-app=kube-dns in kube-system, UDP and TCP 53
   */
  readonly dns?: DnsOptions | false;
  /**
   * Whether the pods of the namespace may call each other.
   *
   * @default false
   */
  readonly sameNamespace?: boolean;
  /** Pods of other namespaces that may call every pod: a scraper of metrics, an ingress controller. */
  readonly from?: readonly BaselineCaller[];
  /** Endpoints of the Kubernetes API that every pod may call, as `10.0.0.1:6443`; only with `egress`. */
  readonly kubernetesApi?: readonly string[];
  /** Labels of the Namespace: added to that of the chart, or of a Namespace that is made where the chart has none. */
  readonly labels?: Labels;
}

const FIELDS = ['egress', 'dns', 'sameNamespace', 'from', 'kubernetesApi', 'labels'];
const accesses = new WeakMap<IConstruct, NamespaceAccess>();

/** What the baseline of a namespace opens; absent for any other construct. */
export function namespaceAccessOf(construct: IConstruct): NamespaceAccess | undefined {
  return accesses.get(construct);
}

/**
 * What all pods of a namespace have in common, in one policy `namespace-baseline`: default deny, DNS, and what you name.
 * It takes the place of a {@link DefaultDeny}; the proof takes what it opens for declared.
 */
export class NamespaceBaseline extends Construct {
  /** @throws ConstructError when the namespace has a default deny already, or an option cannot be used */
  constructor(scope: Construct, id: string, props: NamespaceBaselineProps = {}) {
    const wrong = fieldsProblem(props, FIELDS);
    if (wrong !== undefined)
      throw new ConstructError(scope, id, `its properties: it ${wrong.problem}`, wrong.mend);
    const namespace = chartNamespace(scope, id);
    const directions: Direction[] = props.egress === true ? ['ingress', 'egress'] : ['ingress'];
    checkEgressOnly(scope, id, props);
    const from = (props.from ?? []).map((caller) => readCaller(scope, id, caller));
    const { labels, from: _, ...rest } = props;
    const name = 'namespace-baseline';
    const manifest = asConstruct(scope, id, () => {
      if (labels !== undefined) checkLabels('labels', labels);
      return namespaceBaseline({ ...rest, namespace, name, from });
    });
    refuseSecond(scope, id, namespace, directions);
    super(scope, id);
    new ApiObject(this, 'Resource', apiObjectProps(manifest));
    const place = constructPlace(this.node.path);
    claimDeny(this, { namespace, directions, place });
    registerDeny(namespace, { construct: this, directions });
    const callers = baselineCallers({ namespace, sameNamespace: props.sameNamespace === true, from });
    const object = `NamespaceBaseline/${namespace}/${id}`;
    accesses.set(this, { namespace, from: callers, object, policy: name, place });
    if (labels !== undefined) labelNamespace(this, namespace, labels);
  }
}

function checkEgressOnly(scope: Construct, id: string, props: NamespaceBaselineProps): void {
  if (props.egress === true) return;
  for (const field of ['dns', 'kubernetesApi'] as const) {
    if (props[field] === undefined) continue;
    const mend = `Set egress: true, or leave ${field} out.`;
    throw new ConstructError(scope, id, `${field} is given, but egress is not denied`, mend);
  }
}

function readCaller(scope: Construct, id: string, caller: BaselineCaller): AccessPeer {
  const wrong = fieldsProblem(caller, ['namespace', 'labels', 'ports']);
  if (wrong !== undefined) throw new ConstructError(scope, id, `from: it ${wrong.problem}`, wrong.mend);
  const { namespace, labels, ports } = caller;
  return {
    namespace,
    ...(labels === undefined ? {} : { labels }),
    ports: ports === undefined ? [] : readPorts(scope, id, ports),
  };
}

/** Of the Namespace that the chart has, if any: two objects of one name would be applied one over the other. */
function labelNamespace(construct: Construct, namespace: string, labels: Labels): void {
  const present = Chart.of(construct)
    .node.findAll()
    .filter((node) => ApiObject.isApiObject(node))
    .find(({ kind, apiVersion, name }) => kind === 'Namespace' && apiVersion === 'v1' && name === namespace);
  if (present === undefined) {
    const metadata = { name: namespace, labels: { ...labels } };
    new ClusterScopedObject(construct, 'Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata });
    return;
  }
  for (const [key, value] of Object.entries(labels)) present.metadata.addLabel(key, value);
}
