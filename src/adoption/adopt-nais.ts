import { peerOf, readRules, rejectUnread, type AccessRule } from './access-policy-peer';
import { statedRules } from './one-sided';
import { emptyReading, enforcedPolicy, madeDeployment, type SystemReading } from './system-reading';
import type { Residue } from './residue';
import { FieldReader } from '../model/field-reader';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import { NOWHERE } from '../model/place';
import { resourceId, type Resource } from '../model/resource';

const SYSTEM = 'nais';

/** Whether it is an Application of nais. */
export function isNais({ group, kind }: Resource): boolean {
  return group === 'nais.io' && kind === 'Application';
}

/**
 * What nais enforces for `Application.spec.accessPolicy` (intent-systems C1, C2): one NetworkPolicy for each application,
 * always for both directions. In: the rules of `inbound`. Out: the rules of `outbound`, addresses of `external`, and DNS
 * in any namespace on any port. A call works when both ends have the rule.
 */
export function readNais(
  resources: readonly Resource[],
  deployed: ReadonlySet<string>,
  findings: Finding[],
): SystemReading {
  const reading = emptyReading();
  for (const resource of resources.filter(isNais)) readApplication(resource, deployed, reading, findings);
  if (reading.policies.length > 0) reading.residue.push(platformRules(reading));
  return reading;
}

function readApplication(
  resource: Resource,
  deployed: ReadonlySet<string>,
  reading: SystemReading,
  findings: Finding[],
): void {
  const { name, namespace = 'default' } = resource;
  const spec = FieldReader.of(resource, findings).object('spec');
  const access = spec?.object('accessPolicy');
  rejectUnread(access);
  const inbound = access?.object('inbound');
  const outbound = access?.object('outbound');
  const into = readRules(inbound, ['cluster']).filter((rule) => isHere(rule, resource, reading.residue));
  const out = readRules(outbound, ['cluster']).filter((rule) => isHere(rule, resource, reading.residue));
  if (!deployed.has(`${namespace}/${name}`)) reading.workloads.push(madeDeployment(resource, name, []));
  reading.rules.push(...statedRules({ inbound: into, outbound: out }, resource, SYSTEM));
  // A star is every application for those who come in, and nothing for those who go out (C2).
  const named = out.filter(({ application }) => application !== '*');
  const stars = out.filter(({ application }) => application === '*');
  for (const { reader } of stars) {
    reading.residue.push({
      ...about(resource, reader),
      kind: 'unproved',
      message: `outbound to application "*" has no effect in nais, so nothing is carried over for it`,
      mend: 'Name the applications that are called.',
    });
  }
  const egress: JsonObject[] = [
    ...named.map((rule) => ({ to: [peerOf(rule)] })),
    ...readExternal(outbound, resource, reading),
    { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }] },
  ];
  const ingress = into.map((rule): JsonObject => ({ from: [peerOf(rule)] }));
  reading.policies.push(
    enforcedPolicy(resource, name, {
      podSelector: { matchLabels: { app: name } },
      policyTypes: ['Ingress', 'Egress'],
      ...(ingress.length === 0 ? {} : { ingress }),
      egress,
    }),
  );
  readIngresses(spec, resource, reading);
  if (spec?.boolean('leaderElection') === true)
    reading.targets.push({
      client: `${namespace}/${name}`,
      target: { service: { name: 'kubernetes.default' } },
    });
}

/** Rules for applications of other clusters make no policy (C2). */
function isHere(
  { cluster, application, reader }: AccessRule,
  resource: Resource,
  residue: Residue[],
): boolean {
  if (cluster === undefined || cluster === '*') return true;
  residue.push({
    ...about(resource, reader),
    kind: 'lost',
    message: `the rule for ${application} names the cluster ${cluster}: intents, like policies, are about one cluster`,
    mend: 'If it is this cluster, take the field cluster away; else declare its address as an internet target.',
  });
  return false;
}

function readExternal(
  outbound: FieldReader | undefined,
  resource: Resource,
  reading: SystemReading,
): JsonObject[] {
  const client = `${resource.namespace ?? 'default'}/${resource.name}`;
  return (outbound?.objects('external') ?? []).flatMap((external): JsonObject[] => {
    const host = external.string('host');
    const ipv4 = external.string('ipv4');
    const ports = (external.objects('ports') ?? []).flatMap((port) => port.integer('port') ?? []);
    external.rejectUnknown();
    const listed = ports.length === 0 ? {} : { ports };
    if (ipv4 !== undefined) {
      const rule = { to: [{ ipBlock: { cidr: `${ipv4}/32` } }] };
      return [
        {
          ...rule,
          ...(ports.length === 0 ? {} : { ports: ports.map((port) => ({ protocol: 'TCP', port })) }),
        },
      ];
    }
    if (host === undefined) return [];
    reading.targets.push({ client, target: { internet: { domains: [host], ...listed } } });
    reading.residue.push({
      ...about(resource, external),
      kind: 'unproved',
      message: `${host} is carried over as a domain, which a NetworkPolicy cannot name; nais lets it through only where its cluster has policies for domains`,
      mend: 'Give its addresses in ips, or compile for a network plugin that knows domains.',
    });
    return [];
  });
}

function readIngresses(spec: FieldReader | undefined, resource: Resource, reading: SystemReading): void {
  const hosts = spec?.strings('ingresses') ?? [];
  if (hosts.length === 0 || spec === undefined) return;
  reading.residue.push({
    ...about(resource, spec, 'ingresses'),
    kind: 'lost',
    message: `nais lets the ingress controller in for ${hosts.join(', ')}; which pods that is, the manifests do not say`,
    mend: 'Add the Ingress objects to the input, and give --ingress-controller to intents compile.',
  });
}

/** What nais opens for every application, to pods that only its platform knows. */
function platformRules({ policies }: SystemReading): Residue {
  const [first] = policies;
  const namespaces = [...new Set(policies.map(({ namespace = 'default' }) => namespace))].sort();
  return {
    kind: 'lost',
    system: SYSTEM,
    object: `Namespace/${namespaces.join(', ')}`,
    place: first?.place ?? NOWHERE,
    message:
      'nais lets its Prometheus and its log collector in everywhere; which pods that are, the manifests do not say',
    mend: 'Name the scraper with --metrics-scraper, or open its namespace with a NamespaceBaseline.',
  };
}

function about(
  resource: Resource,
  reader: FieldReader,
  field?: string,
): Pick<Residue, 'system' | 'object' | 'place'> {
  const path = field === undefined ? reader.path : [...reader.path, field];
  return { system: SYSTEM, object: resourceId(resource), place: resource.place.at(path) };
}
