import { peerOf, readRules, rejectUnread, type AccessRule } from './access-policy-peer';
import type { Residue } from './residue';
import { statedRules } from './one-sided';
import { emptyReading, enforcedPolicy, madeDeployment, type SystemReading } from './system-reading';
import { FieldReader } from '../model/field-reader';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import { resourceId, type Resource } from '../model/resource';

const SYSTEM = 'skiperator';

/** Whether it is an Application of Kartverket's skiperator. */
export function isSkiperator({ group, kind }: Resource): boolean {
  return group === 'skiperator.kartverket.no' && kind === 'Application';
}

/** The private ranges, which its default deny does not let out to (intent-systems C2). */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * What skiperator enforces for `Application.spec.accessPolicy` (intent-systems C1, C2): one NetworkPolicy for each
 * application with rules, of the directions that have some, and one for each namespace that denies the rest and lets out
 * to the internet. Ports are those of the rule, else the port of the application that is called; a rule of which no port
 * is known is skipped.
 */
export function readSkiperator(
  resources: readonly Resource[],
  deployed: ReadonlySet<string>,
  findings: Finding[],
): SystemReading {
  const reading = emptyReading();
  const applications = resources.filter(isSkiperator);
  const ports = new Map<string, number>(
    applications.flatMap(({ namespace = 'default', name, manifest }) => {
      const spec = manifest['spec'];
      const port = typeof spec === 'object' && spec !== null && 'port' in spec ? spec['port'] : undefined;
      return typeof port === 'number' ? [[`${namespace}/${name}`, port] as const] : [];
    }),
  );
  for (const resource of applications) {
    const key = `${resource.namespace ?? 'default'}/${resource.name}`;
    const own = ports.get(key);
    if (!deployed.has(key))
      reading.workloads.push(madeDeployment(resource, resource.name, own === undefined ? [] : [own]));
    readApplication({ resource, ports, reading }, findings);
  }
  const first = new Map<string, Resource>();
  for (const resource of applications) {
    const { namespace = 'default' } = resource;
    if (!first.has(namespace)) first.set(namespace, resource);
  }
  for (const resource of first.values()) reading.policies.push(namespaceDeny(resource));
  return reading;
}

interface Context {
  readonly resource: Resource;
  /** The port of each application. */
  readonly ports: ReadonlyMap<string, number>;
  readonly reading: SystemReading;
}

function readApplication(context: Context, findings: Finding[]): void {
  const { resource, reading } = context;
  const access = FieldReader.of(resource, findings).object('spec')?.object('accessPolicy');
  rejectUnread(access);
  const inbound = access?.object('inbound');
  const outbound = access?.object('outbound');
  const into = readRules(inbound, ['namespacesByLabel']);
  const out = readRules(outbound, ['namespacesByLabel']);
  reading.rules.push(...statedRules({ inbound: into, outbound: out }, resource, SYSTEM));
  const empty = inbound?.list('rules')?.length === 0;
  if (inbound?.list('rules')?.length === 0) reading.residue.push(openToAll(resource, inbound));
  const ingress = [
    ...into.flatMap((rule) => inboundRule(rule, context)),
    // An empty list of peers lets everyone in (C1).
    ...(empty ? [{}] : []),
  ];
  const egress = [...out.flatMap((rule) => outboundRule(rule, context)), ...readExternal(outbound, context)];
  if (ingress.length + egress.length === 0) return;
  reading.policies.push(
    enforcedPolicy(resource, resource.name, {
      podSelector: { matchLabels: { app: resource.name } },
      policyTypes: [...(ingress.length === 0 ? [] : ['Ingress']), ...(egress.length === 0 ? [] : ['Egress'])],
      ...(ingress.length === 0 ? {} : { ingress }),
      ...(egress.length === 0 ? {} : { egress }),
    }),
  );
}

function inboundRule(rule: AccessRule, { resource, ports, reading }: Context): JsonObject[] {
  const own = ports.get(`${resource.namespace ?? 'default'}/${resource.name}`);
  const open = rulePorts(rule.reader) ?? (own === undefined ? undefined : [{ protocol: 'TCP', port: own }]);
  if (open !== undefined) return [{ from: [peerOf(rule)], ports: open }];
  reading.residue.push(skipped(resource, rule));
  return [];
}

function outboundRule(rule: AccessRule, { resource, ports, reading }: Context): JsonObject[] {
  const namespace = rule.namespace ?? resource.namespace ?? 'default';
  const served = ports.get(`${namespace}/${rule.application}`);
  const open =
    rulePorts(rule.reader) ?? (served === undefined ? undefined : [{ protocol: 'TCP', port: served }]);
  if (open !== undefined) return [{ to: [peerOf(rule)], ports: open }];
  reading.residue.push(skipped(resource, rule));
  return [];
}

function rulePorts(reader: FieldReader): JsonObject[] | undefined {
  const ports = (reader.objects('ports') ?? []).flatMap((port): JsonObject[] => {
    const number = port.integer('port');
    const protocol = port.string('protocol') ?? 'TCP';
    return number === undefined ? [] : [{ protocol, port: number }];
  });
  return ports.length === 0 ? undefined : ports;
}

/** By address an ipBlock; by host what the mesh lets out, which no NetworkPolicy names. */
function readExternal(outbound: FieldReader | undefined, { resource, reading }: Context): JsonObject[] {
  const client = `${resource.namespace ?? 'default'}/${resource.name}`;
  return (outbound?.objects('external') ?? []).flatMap((external): JsonObject[] => {
    const host = external.string('host');
    const ip = external.string('ip');
    const ports = rulePorts(external);
    external.rejectUnknown();
    if (ip !== undefined) {
      const to = [{ ipBlock: { cidr: ip.includes('/') ? ip : `${ip}/${ip.includes(':') ? 128 : 32}` } }];
      return [{ to, ...(ports === undefined ? {} : { ports }) }];
    }
    if (host === undefined) return [];
    const numbers = (ports ?? [{ port: 443 }]).flatMap(({ port }) =>
      typeof port === 'number' ? [port] : [],
    );
    reading.targets.push({ client, target: { internet: { domains: [host], ports: numbers } } });
    reading.residue.push({
      ...about(resource, external),
      kind: 'unproved',
      message: `${host} is carried over as a domain; skiperator leaves hosts to the service mesh, and its policies let out to every public address`,
      mend: 'Compile for a network plugin that knows domains, or keep the rule of the mesh.',
    });
    return [];
  });
}

/** Denies what no application opens, and lets out to the internet but for private ranges, and to DNS (C2). */
function namespaceDeny(resource: Resource): Resource {
  return enforcedPolicy(resource, 'default-deny-in-namespace', {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    egress: [
      { to: [{ ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE } }] },
      {
        to: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
        ports: [
          { protocol: 'TCP', port: 53 },
          { protocol: 'UDP', port: 53 },
        ],
      },
    ],
  });
}

function openToAll(resource: Resource, reader: FieldReader): Residue {
  return {
    ...about(resource, reader),
    kind: 'unproved',
    message: `accessPolicy.inbound.rules is an empty list, which lets everyone in; that is hardly meant`,
    mend: 'Take the field away to let nobody in, or name who calls.',
  };
}

function skipped(resource: Resource, { application, reader }: AccessRule): Residue {
  return {
    ...about(resource, reader),
    kind: 'lost',
    message: `no port is known for the rule about ${application}, so skiperator opens nothing for it, and nothing is carried over`,
    mend: `Add the Application ${application} to the input, or write the ports into the rule.`,
  };
}

function about(resource: Resource, reader: FieldReader): Pick<Residue, 'system' | 'object' | 'place'> {
  return { system: SYSTEM, object: resourceId(resource), place: resource.place.at(reader.path) };
}
