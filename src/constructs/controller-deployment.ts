import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { apiObjectProps, asConstruct } from './api-object-props';
import { chartNamespace } from './chart-namespace';
import { ClusterScopedObject } from './cluster-scoped-object';
import { ConstructError } from './construct-error';
import { compilerArguments } from './controller-arguments';
import { clusterObjects, namespacedObjects, podLabels, PORTS, type Installation } from './controller-objects';
import { fieldsProblem } from './given-value';
import { NetworkPolicy, type PolicyRule } from './network-policy';
import { Peer, type PodPeerOptions } from './peer';
import { IGNORE_ANNOTATION } from '../checks/ignore';
import { checkCidrs, checkNamespace } from '../compiler/checked-input';
import { apiEndpoints } from '../compiler/egress/api-endpoint';
import { CLUSTER_DNS, type DnsPods } from '../compiler/egress/dns-rules';
import type { IntentsCompilerOptions } from '../compiler/compiler-options';
import { NETWORK_PLUGINS } from '../compiler/domains/network-plugin';
import type { Dialect } from '../compiler/dialect';
import { printCidr } from '../model/cidr';
import { isJsonObject, type JsonObject } from '../model/json';
import type * as files from '../sources/files';

/** Properties of {@link ControllerDeployment}. */
export interface ControllerDeploymentProps {
  /** The image, with a tag or better a digest: there is no default, and none is to be `latest`. */
  readonly image: string;
  /** Name of its objects, and of its Lease. @default 'intents-controller' */
  readonly name?: string;
  /** How many run; one of them writes. @default 2 */
  readonly replicas?: number;
  /**
   * The only namespaces that it sees, with a Role in each and no rights over the cluster.
   *
   * @default - the whole cluster, with a ClusterRole
   */
  readonly namespaces?: readonly string[];
  /**
   * What the compiler is told; the same as `IntentsCompiler.attach(app, …)` is told in the apps whose intents these are.
   *
   * @default - the defaults of the compiler
   */
  readonly compiler?: IntentsCompilerOptions;
  /** Kind of the policies. @default 'kubernetes' */
  readonly dialect?: Dialect;
  /**
   * Whether it converts versions of intents, as the CRDs ask for.
   *
   * @default true for the whole cluster, false with `namespaces`
   */
  readonly conversion?: boolean;
  /** Whether it takes over what Otterize's operator has left, which must not run any more. @default false */
  readonly takeOver?: boolean;
  /** Whether the CRDs and their admission policies are written as well. @default false */
  readonly crds?: boolean;
  /** Pods that may read its metrics. @default - none */
  readonly scrapers?: readonly PodPeerOptions[];
  /** Where DNS is, for its own egress, or `false` for none. @default - pods with k8s-app=kube-dns in kube-system */
  readonly dns?: DnsPods | false;
  /** Further options of `intents controller`, such as `--log-level`, `debug`. @default - none */
  readonly arguments?: readonly string[];
  /** Requests and limits of a replica. @default - 100m of processor, 128 MiB of memory, at most 512 MiB */
  readonly resources?: JsonObject;
}

const FIELDS = [
  'image',
  'name',
  'replicas',
  'namespaces',
  'compiler',
  'dialect',
  'conversion',
  'takeOver',
  'crds',
  'scrapers',
  'dns',
  'arguments',
  'resources',
];

const RESOURCES: JsonObject = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { memory: '512Mi' },
};

/** Ports that API servers are at where nobody says where: of their Service, and of most control planes. */
const API_PORTS = [443, 6443];

/**
 * Everything that `intents controller` needs in a cluster: account, the least rights, replicas of which one writes, their
 * budget of disruptions, Services, and network policies of their own.
 */
export class ControllerDeployment extends Construct {
  /** @throws ConstructError when a property cannot be used, or two contradict each other */
  constructor(scope: Construct, id: string, props: ControllerDeploymentProps) {
    const wrong = fieldsProblem(props, FIELDS);
    if (wrong !== undefined)
      throw new ConstructError(scope, id, `its properties: it ${wrong.problem}`, wrong.mend);
    const installation = readProps(scope, id, props, chartNamespace(scope, id));
    const rules = asConstruct(scope, id, () => networkRules(props, installation));
    super(scope, id);
    if (props.crds === true) this.writeCrds(installation);
    for (const [name, manifest] of clusterObjects(installation))
      new ClusterScopedObject(this, name, apiObjectProps(manifest));
    for (const [name, manifest] of namespacedObjects(installation))
      new ApiObject(this, name, apiObjectProps(manifest));
    const { name } = installation;
    const labels = podLabels(name);
    const policy = new NetworkPolicy(this, 'NetworkPolicy', { name, labels, pods: labels, ...rules });
    // Whoever is named as a scraper is declared by that. What is open to anyone is still reported.
    if ((props.scrapers ?? []).length > 0 && rules.ingress.every(({ peers }) => peers !== 'anyone'))
      policy.apiObject.metadata.addAnnotation(
        IGNORE_ANNOTATION,
        'undeclared-access: its callers are named where it is installed',
      );
  }

  /** As they are shipped, but for the Service that converts and the account that may do what they warn of. */
  private writeCrds({ namespace, name, conversion }: Installation): void {
    for (const { kind, name: object, manifest } of shippedObjects()) {
      const isCrd = kind === 'CustomResourceDefinition';
      const led =
        isCrd && conversion
          ? withService(manifest, namespace, `${name}-webhook`)
          : withAccount(manifest, namespace, name);
      new ClusterScopedObject(this, `${kind}-${object}`, apiObjectProps(led));
    }
  }
}

function readProps(
  scope: Construct,
  id: string,
  props: ControllerDeploymentProps,
  namespace: string,
): Installation {
  const {
    image,
    name = 'intents-controller',
    replicas = 2,
    namespaces,
    compiler = {},
    dialect = 'kubernetes',
  } = props;
  const { conversion = namespaces === undefined, resources = RESOURCES } = props;
  checkProps(scope, id, { image, name, replicas, namespaces, conversion, dialect });
  asConstruct(scope, id, () => {
    namespaces?.forEach((one, index) => checkNamespace(`namespaces[${index}]`, one));
  });
  const given = asConstruct(scope, id, () => compilerArguments(scope, id, compiler));
  const domains = compiler.cni === undefined ? undefined : NETWORK_PLUGINS[compiler.cni].domains;
  if (namespaces !== undefined && (dialect === 'calico' || domains === 'calico'))
    throw new ConstructError(
      scope,
      id,
      "policies of Calico need a right over the tier they are in, which is the whole cluster's, and namespaces gives none",
      "Leave namespaces out, or write NetworkPolicies (dialect 'kubernetes', without domain names), which Calico enforces as well.",
    );
  return {
    name,
    namespace,
    image,
    replicas,
    namespaces: namespaces === undefined ? undefined : [...new Set(namespaces)].sort(),
    conversion,
    dialect,
    domains,
    takeOver: props.takeOver === true,
    arguments: [...given, ...(props.arguments ?? [])],
    resources,
  };
}

function checkProps(
  scope: Construct,
  id: string,
  {
    image,
    name,
    replicas,
    namespaces,
    conversion,
    dialect,
  }: Pick<Installation, 'image' | 'name' | 'replicas' | 'namespaces' | 'conversion' | 'dialect'>,
): void {
  const refuse = (problem: string, mend: string): never => {
    throw new ConstructError(scope, id, problem, mend);
  };
  if (typeof image !== 'string' || !/^\S+[:@][\w][\w.:-]*$/.test(image) || image.endsWith(':latest'))
    refuse(
      `image is ${JSON.stringify(image)}, which names no version`,
      'Write registry.example.com/cdk8s-intents:0.1.0, or better its digest.',
    );
  if (!/^[a-z](?:[-a-z0-9]{0,48}[a-z0-9])?$/.test(name))
    refuse(
      `name is ${JSON.stringify(name)}, which Services cannot be called after`,
      'Write up to 50 lower-case letters, digits and "-", a letter first.',
    );
  if (!Number.isInteger(replicas) || replicas < 1)
    refuse(`replicas is ${String(replicas)}`, 'Write a whole number from 1.');
  if (namespaces?.length === 0)
    refuse(
      'namespaces is empty, so it would see nothing',
      'Name some, or leave it out for the whole cluster.',
    );
  if (!['kubernetes', 'calico'].includes(dialect))
    refuse(
      `dialect is ${JSON.stringify(dialect)}, which no policies are written in`,
      'Write kubernetes or calico, or leave it out.',
    );
  if (conversion && namespaces !== undefined)
    refuse(
      'conversion changes the CRDs of the whole cluster, and namespaces gives no rights over them',
      'Leave one of the two out.',
    );
}

interface Rules {
  readonly ingress: readonly PolicyRule[];
  readonly egress: readonly PolicyRule[];
}

/** Probes come from the node itself, which no policy keeps out. */
function networkRules(
  { scrapers = [], compiler = {}, dns = CLUSTER_DNS }: ControllerDeploymentProps,
  { conversion }: Installation,
): Rules {
  const { controlPlaneCidrs, kubernetesApi } = compiler;
  const controlPlane = checkCidrs('compiler.controlPlaneCidrs', controlPlaneCidrs ?? []);
  const endpoints = apiEndpoints(kubernetesApi ?? []);
  return {
    ingress: [
      ...(scrapers.length === 0
        ? []
        : [{ peers: scrapers.map((pods) => Peer.pods(pods)), ports: [PORTS.metrics] }]),
      ...(conversion
        ? [
            {
              // API servers call from where no pod is; without their addresses that is anywhere.
              peers:
                controlPlane.length === 0
                  ? ('anyone' as const)
                  : controlPlane.map((cidr) => Peer.addresses(printCidr(cidr))),
              ports: [PORTS.webhook],
            },
          ]
        : []),
    ],
    egress: [
      ...(endpoints.length === 0
        ? [{ peers: 'anyone' as const, ports: API_PORTS }]
        : endpoints.map(({ cidr, port }) => ({ peers: [Peer.addresses(printCidr(cidr))], ports: [port] }))),
      ...(dns === false ? [] : [dnsRule(dns)]),
    ],
  };
}

function dnsRule({ namespace, labels, port = 53 }: DnsPods): PolicyRule {
  return {
    peers: [Peer.pods({ namespace, labels })],
    ports: [
      { protocol: 'UDP', port },
      { protocol: 'TCP', port },
    ],
  };
}

interface ShippedObject {
  readonly kind: string;
  readonly name: string;
  readonly manifest: JsonObject;
}

/** The files that this package ships; the readers behind them are loaded only where they are asked for. */
function shippedObjects(): readonly ShippedObject[] {
  const { readManifestFiles } = createRequire(__filename)('../sources/files') as typeof files;
  return readManifestFiles([join(__dirname, '..', '..', 'crds')]).resources;
}

/** The account in expressions of the shipped admission policies: that of an installation as the documentation has it. */
const SHIPPED_ACCOUNT = "'system:serviceaccount:intents:intents-controller'";

/** Whoever runs the controller is not warned of what it does; names cannot hold a quote. */
function withAccount(manifest: JsonObject, namespace: string, name: string): JsonObject {
  const account = `'system:serviceaccount:${namespace}:${name}'`;
  const spec = manifest['spec'];
  const conditions = isJsonObject(spec) ? spec['matchConditions'] : undefined;
  if (!isJsonObject(spec) || !Array.isArray(conditions)) return manifest;
  const matchConditions = conditions.map((condition) => {
    const expression = isJsonObject(condition) ? condition['expression'] : undefined;
    return typeof expression === 'string' && isJsonObject(condition)
      ? { ...condition, expression: expression.replaceAll(SHIPPED_ACCOUNT, account) }
      : condition;
  });
  return { ...manifest, spec: { ...spec, matchConditions } };
}

function withService(manifest: JsonObject, namespace: string, name: string): JsonObject {
  const spec = manifest['spec'];
  const service = { namespace, name, path: '/convert', port: 443 };
  return {
    ...manifest,
    spec: {
      ...(typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec : {}),
      conversion: {
        strategy: 'Webhook',
        webhook: { conversionReviewVersions: ['v1'], clientConfig: { service } },
      },
    },
  };
}
