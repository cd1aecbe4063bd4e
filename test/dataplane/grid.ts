import { buildCluster } from '../../src/model/build-cluster';
import { parseCidr, type Cidr } from '../../src/model/cidr';
import type { JsonObject } from '../../src/model/json';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Peer } from '../../src/reachability/reachability';
import { resourceOf, resourcesOf } from '../policies/resource-fixture';
import { DEFAULT_NODE, type Probe } from './protocol';
import { addressPeer, type Stage } from './stage';

interface GridPod {
  readonly id: string;
  readonly ips: readonly string[];
  readonly object: JsonObject;
}

/** A few pods that differ in whatever rules look at. Each has an IPv4 and an IPv6 address. */
const PODS = [
  pod('shop', 'web', 1, { app: 'web', part: 'front' }, { http: 8080 }),
  pod('shop', 'api', 2, { app: 'api', part: 'back' }, { http: 9090 }),
  pod('shop', 'db', 3, { app: 'db', part: 'back' }, { http: 5432 }, 'keeper'),
  pod('other', 'web', 11, { app: 'web' }, { http: 8080 }),
  pod('other', 'tool', 12, { tool: 'yes' }, {}, 'tooling'),
  pod('kube-system', 'dns', 21, { 'k8s-app': 'kube-dns' }, {}),
] as const;

const NAMESPACES = [
  namespace('shop', { team: 'shop', env: 'production' }),
  namespace('other', { team: 'other' }),
  namespace('kube-system', {}),
  account('shop', 'keeper', { keeps: 'data' }),
  account('other', 'tooling', {}),
];

/** Hosts outside by the names that cases call them. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  partner: ['203.0.113.7', '2001:db8:113::7'],
  bad: ['203.0.113.200', '2001:db8:113::200'],
  world: ['198.51.100.1', '2001:db8:51::1'],
  node: DEFAULT_NODE.addresses,
};

const OUTSIDE = ['partner', 'bad', 'world'].flatMap((name) => HOSTS[name] ?? []);

const ADDRESSES = new Map<string, readonly string[]>([
  ...PODS.map(({ id, ips }): [string, readonly string[]] => [id, ips]),
  ...Object.entries(HOSTS),
]);

/** Protocols as cases write them. */
const PROTOCOLS: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1, ICMPv6: 58 };

/**
 * The pods with these policies (or Services, sets, …) as YAML. With a version the pods have addresses of that one only:
 * of a connection between two dual-stack pods the evaluator does not know which it is. The node's addresses are those of a
 * pod on the host network, where the YAML has one.
 */
export function gridWith(
  yaml: string,
  { version, added = [] }: { readonly version?: 4 | 6; readonly added?: readonly JsonObject[] } = {},
): Stage {
  const pods = PODS.map((one) => only(one, version));
  const policies = resourcesOf(yaml);
  const resources = [...[...NAMESPACES, ...pods.map(({ object }) => object)].map(resourceOf), ...policies];
  const cluster = buildCluster(resources);
  const read = readPolicies(resources);
  const wrong = [...cluster.findings, ...read.findings].filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new Error(wrong.map(({ message }) => message).join('\n'));
  const reachability = evaluate(cluster, read, {
    cni: 'calico',
    nodeCidrs: DEFAULT_NODE.addresses.map(hostCidr),
  });
  const workloads = new Map(cluster.workloads.map((workload) => [workload.id, workload]));
  const ends = pods.flatMap(({ id, ips }): [string, Peer][] => {
    const workload = workloads.get(`${id}[Pod]`);
    if (workload === undefined) throw new Error(`no ${id}`);
    return ips.map((ip) => [ip, { type: 'workload', workload }]);
  });
  const host = cluster.workloads.find(({ hostNetwork }) => hostNetwork);
  const onHost: Peer | undefined = host === undefined ? undefined : { type: 'workload', workload: host };
  return {
    cluster,
    objects: [
      ...NAMESPACES,
      ...pods.map(({ object }) => object),
      ...policies.map(({ manifest }) => manifest),
      ...added,
    ],
    outside: OUTSIDE,
    reachability,
    ends: new Map([
      ...ends,
      ...OUTSIDE.map((ip): [string, Peer] => [ip, addressPeer(ip)]),
      ...DEFAULT_NODE.addresses.map((ip): [string, Peer] => [ip, onHost ?? addressPeer(ip)]),
    ]),
    alone: (one) => gridWith(yaml, { version: one, added }),
  };
}

/** A packet and what must become of it. */
export interface Expected {
  readonly probe: Probe;
  readonly verdict: string;
  readonly line: string;
}

/**
 * Reads lines such as `shop/web -> shop/api TCP 8080 allow`, `… UDP 53 deny`, `… ICMP 8/0 allow`, `… 47 deny`; with
 * `v6` before the verdict between the IPv6 addresses.
 */
export function expectations(lines: readonly string[]): Expected[] {
  return lines.map((line) => {
    const words = line.split(/\s+/);
    const [from = '', , to = '', name = ''] = words;
    const verdict = words.at(-1) ?? '';
    const version = words.includes('v6') || name === 'ICMPv6' ? 1 : 0;
    const protocol = PROTOCOLS[name] ?? Number(name);
    return {
      line,
      verdict,
      probe: {
        from: addressOf(from, version),
        to: addressOf(to, version),
        protocol,
        port: portOf(words[4] ?? ''),
      },
    };
  });
}

function portOf(word: string): number {
  if (!/^\d/.test(word)) return 0;
  const [first = '0', code] = word.split('/');
  return code === undefined ? Number(first) : Number(first) * 256 + Number(code);
}

function addressOf(name: string, version: number): string {
  const address = ADDRESSES.get(name)?.[version];
  if (address === undefined) throw new Error(`nobody is called ${name}`);
  return address;
}

function only(one: GridPod, version: 4 | 6 | undefined): GridPod {
  if (version === undefined) return one;
  const ips = one.ips.filter((ip) => ip.includes(':') === (version === 6));
  return { ...one, ips, object: { ...one.object, status: statusOf(ips) } };
}

function statusOf(ips: readonly string[]): JsonObject {
  return { phase: 'Running', podIPs: ips.map((ip) => ({ ip })) };
}

function hostCidr(ip: string): Cidr {
  const { cidr, reason } = parseCidr(`${ip}/${ip.includes(':') ? '128' : '32'}`, { hostBits: 'error' });
  if (cidr === undefined) throw new Error(reason);
  return cidr;
}

function namespace(name: string, labels: Readonly<Record<string, string>>): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function account(inNamespace: string, name: string, labels: Readonly<Record<string, string>>): JsonObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: inNamespace, name, labels } };
}

function pod(
  inNamespace: string,
  name: string,
  number: number,
  labels: Readonly<Record<string, string>>,
  ports: Readonly<Record<string, number>>,
  serviceAccountName = 'default',
): GridPod {
  const ips = [`10.244.0.${String(number)}`, `fd00:10:244::${String(number)}`];
  const declared = Object.entries(ports).map(([portName, containerPort]) => ({
    name: portName,
    containerPort,
  }));
  return {
    id: `${inNamespace}/${name}`,
    ips,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: inNamespace, name, labels },
      spec: { serviceAccountName, containers: [{ name: 'main', image: 'x', ports: declared }] },
      status: statusOf(ips),
    },
  };
}
