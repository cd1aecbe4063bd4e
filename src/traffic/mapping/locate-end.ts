import { AddressRanges, GROUP_BLOCKS, PRIVATE_BLOCKS } from './address-ranges';
import type { Inventory } from './inventory';
import type { Holder } from './pod-addresses';
import { DOUBT, type Located, type TrafficEnd, type UnmappedReason } from './traffic-end';
import type { Named } from './workload-names';
import { flowLabels } from '../flow-labels';
import type { FlowEnd } from '../flow-record';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

const PRIVATE = new AddressRanges(PRIVATE_BLOCKS);
/** Longest name in DNS, and of anything in Kubernetes with some room: what is longer comes of no such thing. */
const LONGEST_NAME = 300;
/** Longest labels of a pod that is in no manifest, all together. */
const LONGEST_LABELS = 8_000;
const GROUP = new AddressRanges(GROUP_BLOCKS);

/** Whether the address is nobody's alone: multicast, broadcast, or none. */
export function isGroupAddress(ip: string): boolean {
  return GROUP.has(ip);
}

/**
 * What one end is. Names that the source gives come first, since it knew the pod when it wrote them; then the address, as
 * the inventory has it for that moment. Whatever is not certain is not mapped.
 *
 * @param time of the record; absent where it has none
 */
export function locateEnd(end: FlowEnd, time: number | undefined, inventory: Inventory): Located {
  const { kind, ip } = end;
  if (kind === 'health') return sure({ type: 'health' });
  if (kind === 'api-server') return sure(apiServer(ip, inventory));
  if (kind === 'node') return sure({ type: 'node', address: ip });
  const named = byNames(end, inventory);
  if (named !== undefined) return named;
  if (kind === 'outside' || kind === 'network-set') return outside(end);
  return ip === undefined ? withoutAddress(end) : byAddress(ip, time, inventory, kind === 'pod');
}

function sure(end: TrafficEnd, doubts = 0): Located {
  return { end, doubts };
}

const workloadEnds = new WeakMap<Workload, Located>();

/** A workload without doubt: the same for each of its records, of which there are many. */
function surelyWorkload(workload: Workload): Located {
  const known = workloadEnds.get(workload);
  if (known !== undefined) return known;
  const located = sure({ type: 'workload', workload });
  workloadEnds.set(workload, located);
  return located;
}

function unmapped(reason: UnmappedReason, text: string): Located {
  return { reason, text };
}

/** The address of its Service is that of no server. */
function apiServer(ip: string | undefined, { services }: Inventory): TrafficEnd {
  const address = ip === undefined || services.at(ip) !== undefined ? undefined : ip;
  return { type: 'api-server', address };
}

function outside({ ip, domains, set }: FlowEnd): Located {
  if (ip !== undefined) return sure({ type: 'outside', address: ip });
  const name = domains?.[0] ?? (set === undefined ? undefined : `network set ${set}`);
  return name === undefined ? sure({ type: 'outside' }) : ofDomain(name);
}

function ofDomain(domain: string): Located {
  return domain.length > LONGEST_NAME
    ? unmapped('impossible-name', domain)
    : sure({ type: 'outside', domain });
}

function withoutAddress(end: FlowEnd): Located {
  const [domain] = end.domains ?? [];
  if (domain !== undefined) return ofDomain(domain);
  return unmapped('no-end', 'an end without name and address');
}

/** By the workload, the pod (as a snapshot knows it, else by its name), the beginning of the name of the pod, or labels; undefined where there are no names. */
function byNames(end: FlowEnd, { names }: Inventory): Located | undefined {
  const { namespace, workload, pod, podPrefix, labels } = end;
  if (namespace === undefined) return undefined;
  if ((workload ?? pod ?? podPrefix ?? labels) === undefined) return undefined;
  let several = false;
  const told = (found: Named, doubts: number): Located | undefined => {
    if (typeof found !== 'string')
      return doubts === 0 ? surelyWorkload(found) : sure({ type: 'workload', workload: found }, doubts);
    several ||= found === 'several';
    return undefined;
  };
  return (
    (workload && told(names.workload(namespace, workload.name, workload.kind), 0)) ??
    (pod === undefined ? undefined : told(names.knownPod(namespace, pod), 0)) ??
    (pod === undefined ? undefined : told(names.ofPod(namespace, pod), DOUBT.podName)) ??
    (podPrefix === undefined ? undefined : told(names.ofPrefix(namespace, podPrefix), DOUBT.podName)) ??
    (labels && told(names.labelled(namespace, flowLabels(end)), DOUBT.labels)) ??
    notInManifests(end, namespace, several)
  );
}

function notInManifests(end: FlowEnd, namespace: string, several: boolean): Located | undefined {
  const name = end.workload?.name ?? end.pod ?? end.podPrefix;
  // With labels alone the address may still tell.
  if (name === undefined && end.ip !== undefined) return undefined;
  const called = `${namespace}/${name ?? 'a pod'}`;
  if (several) return unmapped('several-workloads', called);
  if (called.length > 2 * LONGEST_NAME) return unmapped('impossible-name', called);
  return sure({ type: 'pod', namespace, name: name ?? 'a pod', labels: labelsOf(end) });
}

/** Of more than anybody gives a pod, none: nobody knows then which of them are its. */
function labelsOf(end: FlowEnd): Labels {
  const length = (end.labels ?? []).reduce((sum, label) => sum + label.length, 0);
  return length > LONGEST_LABELS ? {} : Object.fromEntries(flowLabels(end));
}

function byAddress(ip: string, time: number | undefined, inventory: Inventory, isPod: boolean): Located {
  const { pods, nodes, services, apiServer } = inventory;
  const holder = pods.at(ip, time);
  if (typeof holder !== 'string') return ofHolder(holder);
  if (holder === 'several') return unmapped('address-changed-hands', ip);
  const service = services.at(ip);
  if (service !== undefined) return ofService(service, inventory);
  if (apiServer.addresses.has(ip)) return sure({ type: 'api-server', address: ip });
  if (nodes.has(ip) && !isPod) return sure({ type: 'node', address: ip });
  if (holder === 'other-time') return unmapped('address-at-another-time', ip);
  if (isPod || nodes.podRanges.has(ip)) return unmapped('unknown-pod-address', ip);
  if (nodes.podRanges.blocks.length === 0 && PRIVATE.has(ip)) return unmapped('unknown-private-address', ip);
  return sure({ type: 'outside', address: ip });
}

function ofHolder(holder: Holder): Located {
  return 'type' in holder ? sure(holder) : surelyWorkload(holder);
}

/** The workloads behind a Service, as its selector has it. The Service of the API server is the API server. */
export function ofService(
  service: Extract<TrafficEnd, { type: 'service' }>['service'],
  { index }: Pick<Inventory, 'index'>,
): Located {
  const { namespace, name, selector } = service;
  if (namespace === 'default' && name === 'kubernetes') return sure({ type: 'api-server' });
  const behind =
    selector === undefined || Object.keys(selector).length === 0
      ? []
      : index.selected(namespace, selector).filter(({ finished }) => !finished);
  return sure({ type: 'service', service, behind }, behind.length > 1 ? DOUBT.severalBehind : 0);
}
