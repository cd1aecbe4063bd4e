import { isIP } from 'node:net';
import { decode, NETWORK_POLICY, SERVICE, type Decoded } from './api-shape';

/**
 * What the API server answers to an object: written from the validation rules of the Kubernetes API (types
 * NetworkPolicy of networking.k8s.io/v1 and Service of v1; "Labels and Selectors", "Object Names and IDs"), sharing no
 * code with src/. `unsure` where servers differ, or where it takes what reading refuses on purpose.
 */
export interface Judgement {
  readonly answer: 'accepts' | 'refuses' | 'unsure';
  /** Why it refuses, or is not sure. */
  readonly reasons: readonly string[];
}

/** Reasons to refuse and reasons to be unsure, while they are collected. */
interface Case {
  readonly no: string[];
  readonly maybe: string[];
}

export function judgeNetworkPolicy(manifest: any): Judgement {
  const { status, ...rest } = manifest;
  const { value, file } = open(decode(NETWORK_POLICY, rest));
  if (file.no.length > 0) return answer(file);
  // Served from 1.24 to 1.27, unknown before and after.
  if (status !== undefined && status !== null) file.maybe.push('status');
  judgeMetadata(value.metadata, subdomain, file);
  const spec = value.spec ?? {};
  judgeSelector(spec.podSelector, file);
  for (const rule of spec.ingress ?? []) judgeRule(rule.from, rule.ports, file);
  for (const rule of spec.egress ?? []) judgeRule(rule.to, rule.ports, file);
  const types: string[] = spec.policyTypes ?? [];
  if (types.length > 2) file.no.push('more than two policyTypes');
  if (types.some((type) => type !== 'Ingress' && type !== 'Egress')) file.no.push('policyTypes');
  return answer(file);
}

export function judgeService(manifest: any): Judgement {
  const { value, file } = open(decode(SERVICE, manifest));
  if (file.no.length > 0) return answer(file);
  judgeMetadata(value.metadata, dnsLabel, file);
  // Newer servers let the name of a Service start with a digit.
  if (/^[0-9]/.test(value.metadata?.name ?? '')) file.maybe.push('name');
  const spec = value.spec ?? {};
  const type: string = spec.type || 'ClusterIP';
  if (!['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].includes(type)) file.no.push('type');
  judgeLabels(spec.selector, file);
  const headless = spec.clusterIP === 'None';
  const ports: any[] = spec.ports ?? [];
  if (ports.length === 0 && !headless && type !== 'ExternalName') file.no.push('no ports');
  for (const port of ports) judgeServicePort(port, ports.length > 1, file);
  const keys = ports.map(({ protocol, port }) => `${protocol || 'TCP'} ${port}`);
  if (new Set(keys).size < keys.length) file.no.push('a port twice');
  const names = ports.map(({ name }) => name).filter((name) => name !== undefined && name !== '');
  if (new Set(names).size < names.length) file.no.push('a port name twice');
  if (type === 'ExternalName' && !subdomain((spec.externalName ?? '').replace(/\.$/, '')))
    file.no.push('externalName');
  const traffic = spec.externalTrafficPolicy ?? '';
  if (!['', 'Cluster', 'Local'].includes(traffic)) file.no.push('externalTrafficPolicy');
  // How the other fields go together is a matter of its own.
  const others = ['ports', 'selector', 'type', 'externalTrafficPolicy', 'loadBalancerSourceRanges'];
  for (const field of Object.keys(spec)) {
    if (!others.includes(field) && !(field === 'clusterIP' && headless)) file.maybe.push(field);
  }
  if (type !== 'LoadBalancer' && (traffic !== '' || (spec.loadBalancerSourceRanges ?? []).length > 0)) {
    file.maybe.push('fields of another type');
  }
  for (const range of spec.loadBalancerSourceRanges ?? [])
    if (blockOf(itemText(range)) === undefined) file.maybe.push('range');
  if (headless && type !== 'ClusterIP') file.maybe.push('headless');
  return answer(file);
}

function open(decoded: Decoded): { value: any; file: Case } {
  const { value, complaints, nullItem } = decoded;
  return { value: value ?? {}, file: { no: [...complaints], maybe: nullItem ? ['null as an item'] : [] } };
}

function answer({ no, maybe }: Case): Judgement {
  if (no.length > 0) return { answer: 'refuses', reasons: no };
  return maybe.length > 0 ? { answer: 'unsure', reasons: maybe } : { answer: 'accepts', reasons: [] };
}

function judgeMetadata(metadata: any, nameRule: (name: string) => boolean, file: Case): void {
  const { name = '', generateName = '', namespace = '', labels, annotations } = metadata ?? {};
  if (name === '' && generateName === '') file.no.push('no name');
  else if (name === '') file.maybe.push('generateName');
  else if (!nameRule(name)) file.no.push('name');
  if (generateName !== '') file.maybe.push('generateName');
  if (namespace !== '' && !dnsLabel(namespace)) file.no.push('namespace');
  judgeLabels(labels, file);
  for (const key of Object.keys(annotations ?? {})) {
    if (!qualifiedName(key.toLowerCase())) file.no.push(`annotation ${key}`);
  }
  const size = Object.entries(annotations ?? {}).join('').length;
  if (size > 200_000) file.maybe.push('annotations may be too large');
  for (const finalizer of metadata?.finalizers ?? [])
    if (!qualifiedName(finalizer)) file.no.push('finalizer');
  const rare = [
    'ownerReferences',
    'managedFields',
    'generation',
    'deletionTimestamp',
    'resourceVersion',
    'uid',
  ];
  for (const field of rare) if ((metadata ?? {})[field] !== undefined) file.maybe.push(field);
}

function judgeLabels(labels: any, file: Case): void {
  for (const [key, value] of Object.entries<string>(labels ?? {})) {
    if (!qualifiedName(key)) file.no.push(`label key ${key}`);
    if (!labelValue(value)) file.no.push(`label value ${value}`);
  }
}

function judgeSelector(selector: any, file: Case): void {
  judgeLabels(selector?.matchLabels, file);
  for (const { key, operator, values } of selector?.matchExpressions ?? []) {
    if (!qualifiedName(key ?? '')) file.no.push(`key ${key}`);
    const count = (values ?? []).length;
    if (operator === 'In' || operator === 'NotIn') {
      if (count === 0) file.no.push(`${operator} without values`);
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (count > 0) file.no.push(`${operator} with values`);
    } else file.no.push(`operator ${operator}`);
    for (const value of values ?? []) if (!labelValue(itemText(value))) file.no.push(`value ${value}`);
  }
}

function judgeRule(peers: any, ports: any, file: Case): void {
  for (const { podSelector, namespaceSelector, ipBlock } of peers ?? []) {
    if (!podSelector && !namespaceSelector && !ipBlock) file.no.push('a peer without anything');
    if (ipBlock && (podSelector || namespaceSelector)) file.no.push('ipBlock beside a selector');
    if (podSelector) judgeSelector(podSelector, file);
    if (namespaceSelector) judgeSelector(namespaceSelector, file);
    if (ipBlock) judgeBlock(ipBlock, file);
  }
  for (const { protocol, port, endPort } of ports ?? []) {
    if (protocol !== undefined && !['TCP', 'UDP', 'SCTP'].includes(protocol))
      file.no.push(`protocol ${protocol}`);
    if (typeof port === 'number' && !validPort(port)) file.no.push(`port ${port}`);
    if (typeof port === 'string' && !portName(port)) file.no.push(`port name ${port}`);
    if (endPort === undefined) continue;
    if (typeof port !== 'number') file.no.push('endPort without a number in port');
    else if (endPort < port || !validPort(endPort)) file.no.push(`endPort ${endPort}`);
  }
}

function judgeBlock({ cidr, except }: any, file: Case): void {
  const outer = blockOf(cidr ?? '');
  if (outer === 'lenient') file.maybe.push(`cidr ${cidr}`);
  else if (outer === undefined) file.no.push(`cidr ${cidr}`);
  for (const item of except ?? []) {
    const inner = blockOf(itemText(item));
    if (inner === undefined) file.no.push(`except ${item}`);
    else if (inner === 'lenient' || outer === 'lenient') file.maybe.push(`except ${item}`);
    else if (outer !== undefined && !strictlyInside(inner, outer))
      file.no.push(`except ${item} is not inside`);
  }
}

function judgeServicePort(
  { name, protocol, port, targetPort, appProtocol }: any,
  named: boolean,
  file: Case,
): void {
  if (named && (name === undefined || name === '')) file.no.push('one of several ports has no name');
  if (name !== undefined && name !== '' && !dnsLabel(name)) file.no.push(`port name ${name}`);
  if (protocol !== undefined && !['', 'TCP', 'UDP', 'SCTP'].includes(protocol)) file.no.push('protocol');
  if (port === undefined || !validPort(port)) file.no.push(`port ${port}`);
  // Zero and the empty name are the defaults: the same as port.
  if (typeof targetPort === 'number' && targetPort !== 0 && !validPort(targetPort))
    file.no.push('targetPort');
  if (typeof targetPort === 'string' && targetPort !== '' && !portName(targetPort))
    file.no.push('targetPort');
  if (appProtocol !== undefined && !qualifiedName(appProtocol)) file.maybe.push('appProtocol');
}

/** The zero value of an item that was null. */
function itemText(item: unknown): string {
  return typeof item === 'string' ? item : '';
}

function validPort(port: number): boolean {
  return port >= 1 && port <= 65535;
}

/** IANA service name: 1 to 15 of a-z, 0-9 and -, with a letter, no - at an end or twice in a row. */
function portName(text: string): boolean {
  return (
    text.length <= 15 &&
    /^(?!.*--)(?=.*[a-z])[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) &&
    !text.includes('\n')
  );
}

function dnsLabel(text: string): boolean {
  return text.length <= 63 && matchesWhole(/[a-z0-9]([-a-z0-9]*[a-z0-9])?/, text);
}

function subdomain(text: string): boolean {
  return (
    text.length <= 253 && text.split('.').every((part) => matchesWhole(/[a-z0-9]([-a-z0-9]*[a-z0-9])?/, part))
  );
}

function matchesWhole(pattern: RegExp, text: string): boolean {
  return pattern.exec(text)?.[0] === text;
}

function qualifiedName(key: string): boolean {
  const parts = key.split('/');
  if (parts.length > 2 || (parts.length === 2 && !subdomain(parts[0]!))) return false;
  const name = parts.at(-1)!;
  return name.length <= 63 && matchesWhole(/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?/, name);
}

function labelValue(value: string): boolean {
  return (
    value === '' || (value.length <= 63 && matchesWhole(/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?/, value))
  );
}

interface Block {
  readonly bits: string;
  readonly family: 4 | 6;
}

/** The leading bits of a block; `lenient` for spellings that stricter servers refuse (leading zeros, IPv4 in IPv6). */
function blockOf(text: string): Block | 'lenient' | undefined {
  const [address = '', prefix = '', ...more] = text.split('/');
  if (more.length > 0 || !/^\d{1,3}$/.test(prefix) || address.includes('%')) return undefined;
  const plain = address.replace(/(^|[:.])0+(?=\d+(\.|$))/g, '$1');
  const family = isIP(plain);
  if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) return undefined;
  if (plain !== address || String(Number(prefix)) !== prefix) return 'lenient';
  if (family === 6 && /^[0:]*:ffff:/i.test(address)) return 'lenient';
  const bits = family === 4 ? ipv4Bits(address) : ipv6Bits(address);
  return { bits: bits.slice(0, Number(prefix)), family: family === 4 ? 4 : 6 };
}

function ipv4Bits(address: string): string {
  return address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
}

function ipv6Bits(address: string): string {
  const halves = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groupsOf = (half: string[]): string[] =>
    half.map((group) =>
      group.includes('.') ? ipv4Bits(group) : Number.parseInt(group, 16).toString(2).padStart(16, '0'),
    );
  const [front = '', back = ''] = halves.map((half) => groupsOf(half).join(''));
  return halves.length === 1 ? front : front + back.padStart(128 - front.length, '0');
}

function strictlyInside(inner: Block, outer: Block): boolean {
  return (
    inner.family === outer.family &&
    inner.bits.length > outer.bits.length &&
    inner.bits.startsWith(outer.bits)
  );
}
