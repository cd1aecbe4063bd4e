import { ApiObject, App, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { apiObjectProps, asConstruct } from './api-object-props';
import { chartNamespace } from './chart-namespace';
import { ConstructError } from './construct-error';
import { deniesOf, registerDeny } from './default-deny-registry';
import { claimDeny } from './deny-claims';
import { defaultDenyPolicies } from '../compiler/default-denies/default-deny';
import { checkDnsKeys, type DnsOptions } from '../compiler/egress/dns-rules';
import { checkKeys, checkList } from '../compiler/known-keys';
import { constructPlace } from '../model/place';
import { isClusterScoped } from '../model/scope';
import type { Direction } from '../policies/direction';

/** Properties of {@link DefaultDeny}. */
export interface DefaultDenyProps {
  /** @default true */
  readonly ingress?: boolean;
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
}

/** Properties of {@link DefaultDeny.everywhere}. */
export interface DefaultDenyEverywhereProps extends DefaultDenyProps {
  /** Namespaces that get none; the synth names them. */
  readonly exempt?: readonly string[];
}

/**
 * Denies all traffic to (and, if asked, from) the pods of a namespace that no other policy allows. The proof at synth
 * checks that no pod of the namespace escapes it.
 */
export class DefaultDeny extends Construct {
  /**
   * A default deny in every namespace of the app: each one that an object of it lies in or that it declares,
   * those added later included. Where a {@link DefaultDeny} denies a direction already, it stands for it.
   */
  static everywhere(app: App, props: DefaultDenyEverywhereProps = {}): DefaultDenyEverywhere {
    return new DefaultDenyEverywhere(app, 'default-deny-everywhere', props);
  }

  /** @throws ConstructError when the namespace has one for a direction of this already, or when it denies neither */
  constructor(scope: Construct, id: string, props: DefaultDenyProps = {}) {
    const namespace = chartNamespace(scope, id);
    checkOptions(scope, id, props, OPTIONS);
    const directions = deniedDirections(scope, id, props);
    refuseSecond(scope, id, namespace, directions);
    super(scope, id);
    writeDefaultDeny(this, namespace, directions, props);
  }
}

const OPTIONS = ['ingress', 'egress', 'dns'];

function checkOptions(scope: Construct, id: string, props: DefaultDenyProps, known: readonly string[]): void {
  asConstruct(scope, id, () => {
    checkKeys('', props, known);
    if (props.dns !== undefined && props.dns !== false) checkDnsKeys('dns', props.dns);
  });
}

/** What a default deny of the whole app leaves out because it was told to; all sorted. */
export interface DenyExemption {
  /** Every namespace of the app. */
  readonly namespaces: readonly string[];
  readonly exempted: readonly string[];
  /** Names to leave out that no namespace of the app has. */
  readonly unknown: readonly string[];
}

/** Made by {@link DefaultDeny.everywhere}. */
export class DefaultDenyEverywhere extends Construct {
  private readonly exempt: ReadonlySet<string>;
  private readonly covered = new Set<string>();
  private readonly directions: readonly Direction[];

  constructor(
    app: App,
    id: string,
    private readonly props: DefaultDenyEverywhereProps,
  ) {
    checkOptions(app, id, props, [...OPTIONS, 'exempt']);
    asConstruct(app, id, () => {
      checkList('exempt', props.exempt ?? []);
    });
    const directions = deniedDirections(app, id, props);
    if (app.node.tryFindChild(id) !== undefined) {
      throw new ConstructError(
        app,
        id,
        'the app has a default deny everywhere already',
        'Remove one of the two.',
      );
    }
    super(app, id);
    this.directions = directions;
    this.exempt = new Set(props.exempt ?? []);
    this.node.addValidation({
      validate: () => {
        this.expand();
        return [];
      },
    });
  }

  /** What it was told to leave out, against the namespaces that the app has. */
  exemption(): DenyExemption {
    const namespaces = [...namespacesOf(App.of(this)).keys()];
    const exempt = [...this.exempt].sort();
    return {
      namespaces,
      exempted: exempt.filter((name) => namespaces.includes(name)),
      unknown: exempt.filter((name) => !namespaces.includes(name)),
    };
  }

  /** Adds what is still missing; runs before each synth, and again when the tree has grown. */
  expand(): void {
    for (const [namespace, chart] of namespacesOf(App.of(this))) {
      if (this.exempt.has(namespace) || this.covered.has(namespace)) continue;
      this.covered.add(namespace);
      const denied = new Set(deniesOf(this, namespace).flatMap(({ directions }) => directions));
      const missing = this.directions.filter((direction) => !denied.has(direction));
      if (missing.length === 0) continue;
      // Not a chart of its own inside the chart: that would number the files of all charts.
      const holder = new Construct(chart, `default-deny-everywhere-${namespace}`);
      writeDefaultDeny(holder, namespace, missing, this.props);
    }
  }
}

function writeDefaultDeny(
  scope: Construct,
  namespace: string,
  directions: readonly Direction[],
  { dns }: DefaultDenyProps,
): void {
  const egress = directions.includes('egress');
  const manifests = asConstruct(scope, '', () =>
    defaultDenyPolicies({
      namespace,
      ingress: directions.includes('ingress'),
      egress,
      ...(dns === undefined || !egress ? {} : { dns }),
    }),
  );
  for (const props of manifests.map(apiObjectProps)) new ApiObject(scope, props.metadata.name, props);
  claimDeny(scope, { namespace, directions, place: constructPlace(scope.node.path) });
  registerDeny(namespace, { construct: scope, directions });
}

/** Two of them would write one object twice, or say one thing in two ways. */
export function refuseSecond(
  scope: Construct,
  id: string,
  namespace: string,
  directions: readonly Direction[],
): void {
  for (const first of deniesOf(scope, namespace)) {
    const both = directions.find((direction) => first.directions.includes(direction));
    if (both === undefined) continue;
    throw new ConstructError(
      scope,
      id,
      `${first.construct.node.path} already denies all ${both} of namespace ${namespace}`,
      'Remove one of the two.',
    );
  }
}

function deniedDirections(scope: Construct, id: string, props: DefaultDenyProps): Direction[] {
  const { ingress = true, egress = false, dns } = props;
  const directions: Direction[] = [];
  if (ingress) directions.push('ingress');
  if (egress) directions.push('egress');
  if (directions.length === 0) {
    throw new ConstructError(
      scope,
      id,
      'it denies neither ingress nor egress',
      'Leave ingress out, or set egress: true.',
    );
  }
  if (dns !== undefined && !egress) {
    throw new ConstructError(
      scope,
      id,
      'dns is given, but egress is not denied',
      'Set egress: true, or leave dns out.',
    );
  }
  return directions;
}

/** Each namespace of the app with the chart that its default deny belongs in: the first with that namespace, if any. */
function namespacesOf(app: IConstruct): Map<string, Chart> {
  const charts = new Map<string, Chart>();
  const users = new Map<string, Chart>();
  for (const node of app.node.findAll()) {
    if (Chart.isChart(node) && node.namespace !== undefined && !charts.has(node.namespace)) {
      charts.set(node.namespace, node);
    }
    if (!ApiObject.isApiObject(node)) continue;
    const namespace = namespaceOf(node);
    if (namespace !== undefined && !users.has(namespace)) users.set(namespace, node.chart);
  }
  for (const [namespace, chart] of users) if (!charts.has(namespace)) charts.set(namespace, chart);
  return new Map([...charts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The namespace an object is, or lies in; what the API server takes when nothing is written is `default`. */
function namespaceOf(object: ApiObject): string | undefined {
  const group = object.apiGroup === 'core' ? '' : object.apiGroup;
  if (group === '' && object.kind === 'Namespace') return object.name;
  if (isClusterScoped(group, object.kind)) return undefined;
  return object.metadata.namespace ?? 'default';
}
