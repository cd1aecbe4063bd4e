import type { Residue } from './residue';
import { emptyReading, enforcedPolicy, type SystemReading } from './system-reading';
import { FieldReader } from '../model/field-reader';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import { resourceId, type Resource } from '../model/resource';

const SYSTEM = 'uds';
const METADATA = '169.254.169.254/32';

/** Whether it is a Package of UDS. */
export function isUds({ group, kind }: Resource): boolean {
  return group === 'uds.dev' && kind === 'Package';
}

/**
 * What UDS enforces for `Package.spec.network` (intent-systems A1, A2): a default deny of the namespace for both
 * directions, DNS over UDP to kube-dns, and one policy for each item of `allow`. A call works when both its client and
 * its server allow it.
 */
export function readUds(resources: readonly Resource[], findings: Finding[]): SystemReading {
  const reading = emptyReading();
  for (const resource of resources.filter(isUds)) readPackage(resource, reading, findings);
  return reading;
}

function readPackage(resource: Resource, reading: SystemReading, findings: Finding[]): void {
  const { name } = resource;
  const spec = FieldReader.of(resource, findings).object('spec');
  const network = spec?.object('network');
  const make = (suffix: string, policy: JsonObject): void => {
    reading.policies.push(
      enforcedPolicy(resource, `${suffix.startsWith('deny') ? 'deny' : 'allow'}-${name}-${suffix}`, policy),
    );
  };
  make('deny-all', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  const dns = {
    namespaceSelector: inNamespace('kube-system'),
    podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
  };
  make('dns', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [dns], ports: [{ protocol: 'UDP', port: 53 }] }],
  });
  for (const [index, rule] of (network?.objects('allow') ?? []).entries()) {
    const policy = allowPolicy(rule, { resource, reading });
    if (policy !== undefined) make(`${index}`, policy);
  }
  for (const field of ['expose'] as const) {
    for (const item of network?.objects(field) ?? []) reading.residue.push(exposed(resource, item));
  }
  for (const field of ['sso', 'monitor'] as const) {
    const list = spec?.list(field) ?? [];
    if (list.length > 0) reading.residue.push(platform(resource, field));
  }
}

interface Context {
  readonly resource: Resource;
  readonly reading: SystemReading;
}

function allowPolicy(rule: FieldReader, context: Context): JsonObject | undefined {
  const direction = rule.string('direction');
  if (direction !== 'Ingress' && direction !== 'Egress') {
    rule.problem(
      ['direction'],
      `${rule.pathTo(['direction'])} is neither Ingress nor Egress, so the rule opens nothing`,
      {
        mend: 'Write Ingress or Egress.',
      },
    );
    return undefined;
  }
  const selector = rule.labels('selector') ?? rule.labels('podLabels') ?? {};
  const peers = peersOf(rule, selector, context);
  if (peers === undefined) return undefined;
  const numbers = [...(rule.list('ports') ?? []), rule.raw('port')].filter(
    (port) => typeof port === 'number',
  );
  const protocol = rule.string('remoteProtocol') === 'UDP' ? 'UDP' : 'TCP';
  const ports = numbers.map((port): JsonObject => ({ protocol, port }));
  rule.rejectUnknown(['description', 'labels', 'remoteServiceAccount', 'serviceAccount']);
  const isIngress = direction === 'Ingress';
  const entry = { [isIngress ? 'from' : 'to']: peers, ...(ports.length === 0 ? {} : { ports }) };
  return {
    podSelector: Object.keys(selector).length === 0 ? {} : { matchLabels: { ...selector } },
    policyTypes: [isIngress ? 'Ingress' : 'Egress'],
    ...(isIngress ? { ingress: [entry] } : { egress: [entry] }),
  };
}

/** The other end of a rule (A1); nothing when it is none that a NetworkPolicy names. */
function peersOf(
  rule: FieldReader,
  selector: Readonly<Record<string, string>>,
  context: Context,
): JsonObject[] | undefined {
  const namespace = rule.string('remoteNamespace');
  const pods = rule.labels('remoteSelector') ?? rule.labels('remotePodLabels');
  const generated = rule.string('remoteGenerated');
  const cidr = rule.string('remoteCidr');
  const host = rule.string('remoteHost');
  if (cidr !== undefined) return [{ ipBlock: { cidr } }];
  if (generated !== undefined) return generatedPeers(generated, rule, selector, context);
  if (host !== undefined) {
    context.reading.residue.push({
      ...about(context.resource, rule),
      kind: 'lost',
      message: `${host} is reached through the egress gateway of the mesh, which filters by name; a NetworkPolicy cannot`,
      mend: `Declare internet: {domains: [${host}]} for the clients, and compile for a network plugin that knows domains.`,
    });
    return undefined;
  }
  const podSelector = pods === undefined ? {} : { matchLabels: { ...pods } };
  if (namespace === undefined && pods === undefined) {
    context.reading.residue.push({
      ...about(context.resource, rule),
      kind: 'lost',
      message: 'the rule names no other end, which UDS refuses',
      mend: 'Name one, such as remoteNamespace.',
    });
    return undefined;
  }
  if (namespace === undefined) return [{ podSelector }];
  return [
    { namespaceSelector: namespace === '*' || namespace === '' ? {} : inNamespace(namespace), podSelector },
  ];
}

function generatedPeers(
  generated: string,
  rule: FieldReader,
  selector: Readonly<Record<string, string>>,
  { resource, reading }: Context,
): JsonObject[] | undefined {
  switch (generated) {
    case 'IntraNamespace':
      return [{ podSelector: {} }];
    case 'Anywhere':
      // Two peers: an ipBlock never matches pods under some network plugins (A1).
      return [{ ipBlock: { cidr: '0.0.0.0/0', except: [METADATA] } }, { namespaceSelector: {} }];
    case 'CloudMetadata':
      return [{ ipBlock: { cidr: METADATA } }];
    default: {
      const isApi = generated === 'KubeAPI';
      const who = Object.entries(selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ');
      reading.residue.push({
        ...about(resource, rule),
        kind: 'lost',
        message: `${generated} stands for addresses that UDS finds in the cluster, for ${who === '' ? 'every pod of the namespace' : `pods with ${who}`}`,
        mend: isApi
          ? 'Declare service: {name: kubernetes.default} for these clients, and give --kubernetes-api to intents compile.'
          : 'Open the addresses of the nodes with an ExternalAccess.',
      });
      return undefined;
    }
  }
}

function exposed(resource: Resource, item: FieldReader): Residue {
  const service = item.string('service') ?? 'a service';
  const port = item.raw('targetPort') ?? item.raw('port');
  return {
    ...about(resource, item),
    kind: 'lost',
    message: `${service} is exposed${typeof port === 'number' ? ` on port ${port}` : ''} through a gateway of the mesh; which pods that is, the manifests do not say`,
    mend: 'Write an HTTPRoute or Ingress for it, and name the pods of the gateway with --gateway or --ingress-controller.',
  };
}

function platform(resource: Resource, field: 'sso' | 'monitor'): Residue {
  const isMonitor = field === 'monitor';
  return {
    kind: 'lost',
    system: SYSTEM,
    object: resourceId(resource),
    place: resource.place.at(['spec', field]),
    message: isMonitor
      ? 'monitor lets the Prometheus of the platform in'
      : 'sso lets clients out to the login of the platform, and its proxies in',
    mend: isMonitor
      ? 'Name the scraper with --metrics-scraper; keep the ServiceMonitor.'
      : 'Declare the calls to authservice and keycloak as intents of the clients.',
  };
}

function inNamespace(name: string): JsonObject {
  return { matchLabels: { [NAMESPACE_NAME_LABEL]: name } };
}

function about(resource: Resource, reader: FieldReader): Pick<Residue, 'system' | 'object' | 'place'> {
  return { system: SYSTEM, object: resourceId(resource), place: resource.place.at(reader.path) };
}
