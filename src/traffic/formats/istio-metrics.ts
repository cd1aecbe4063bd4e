import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { FlowEnd, FlowItem, FlowPlace, FlowRecord } from '../flow-record';
import { needPort, needSeconds, objectIn, readDomain, textIn, UnreadableError } from '../flow-value';
import { serviceOfHost } from './envoy-fields';
import type { JsonFormat } from './flow-format';

/**
 * Istio's standard metrics in answers of the Prometheus API (`/api/v1/query` and `/api/v1/query_range`):
 * `istio_requests_total`, `istio_tcp_connections_opened_total`, and what is calculated of them, as `sum by` or
 * `increase`. They have workloads and Services on both ends and no ports; a label `destination_port`, which some add, is
 * used.
 */
export const ISTIO_METRICS: JsonFormat = {
  name: 'istio',
  title: 'Istio telemetry from Prometheus',
  input: 'json',
  recognises: (value) => {
    const labels = value['metric'];
    if (!isJsonObject(labels)) return value['status'] === 'error' && typeof value['errorType'] === 'string';
    const name = labels['__name__'];
    return (typeof name === 'string' && name.startsWith('istio_')) || 'source_workload' in labels;
  },
  open: () => readSeries,
};

function readSeries(value: JsonObject, place: FlowPlace): FlowItem {
  if (value['status'] === 'error') throw new UnreadableError('the answer of Prometheus is an error');
  const labels = objectIn(value, 'metric');
  if (labels === undefined) throw new UnreadableError('it has no "metric"');
  const samples = samplesOf(value);
  if (samples.count === 0) return { kind: 'skipped', reason: 'a counter that did not grow', place };
  return recordOf(labels, samples, place);
}

interface Samples {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

type Sample = readonly [time: number, value: number];

/** A vector has the counter at one moment; a matrix has it over time, which tells when it grew. */
function samplesOf(value: JsonObject): Samples {
  const { values } = value;
  if (!Array.isArray(values)) {
    const [time, count] = sampleOf(value['value']);
    return { count: Math.ceil(count), first: time, last: time };
  }
  const samples = values.map(sampleOf);
  const [begin, end] = [samples[0], samples[samples.length - 1]];
  if (begin === undefined || end === undefined) throw new UnreadableError('it has no "values"');
  return samples.length === 1
    ? { count: Math.ceil(begin[1]), first: begin[0], last: begin[0] }
    : growth(samples);
}

/** What a counter grew by, which begins from 0 again when a pod is started again, and between which moments. */
function growth(samples: readonly Sample[]): Samples {
  let count = 0;
  let first: number | undefined;
  let last = 0;
  for (const [index, [time, value]] of samples.entries()) {
    const [earlier, before] = samples[index - 1] ?? [time, value];
    if (value === before) continue;
    count += value > before ? value - before : value;
    first ??= earlier;
    last = time;
  }
  return { count: Math.ceil(count), first: first ?? 0, last };
}

/** `[1700000000.123, "42"]` */
function sampleOf(sample: Json | undefined): Sample {
  const [time, text] = Array.isArray(sample) ? sample : [];
  const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
    throw new UnreadableError('a sample is no number of 0 or more');
  return [needSeconds(time, 'time'), value];
}

function recordOf(labels: JsonObject, { count, first, last }: Samples, place: FlowPlace): FlowRecord {
  const source = endOf(labels, 'source');
  const destination = destinationOf(labels);
  if (Object.keys(source).length === 0 && Object.keys(destination).length === 0)
    throw new UnreadableError('neither the source nor the destination is said');
  const isTcp = (textIn(labels, '__name__') ?? '').startsWith('istio_tcp_');
  return {
    kind: 'flow',
    time: first,
    last: last === first ? undefined : last,
    count,
    protocol: 'TCP',
    source,
    destination,
    isReply: false,
    layer: isTcp || labels['request_protocol'] === 'tcp' ? 'l4' : 'l7',
    seenAt: textIn(labels, 'reporter'),
    place,
  };
}

/** Istio writes `unknown` for what it does not know. */
function known(labels: JsonObject, name: string): string | undefined {
  const text = textIn(labels, name);
  return text === 'unknown' ? undefined : text;
}

function endOf(labels: JsonObject, end: 'source' | 'destination'): FlowEnd {
  const name = known(labels, `${end}_workload`);
  const namespace = known(labels, `${end}_workload_namespace`);
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { workload: { name } }),
  };
}

/** Clusters of a proxy that stand for no Service: traffic to addresses that the mesh does not know. */
const NO_SERVICE: ReadonlySet<string> = new Set(['PassthroughCluster', 'BlackHoleCluster']);

function destinationOf(labels: JsonObject): FlowEnd {
  const workload = endOf(labels, 'destination');
  if (NO_SERVICE.has(known(labels, 'destination_service_name') ?? ''))
    return workload.workload === undefined ? { kind: 'outside' } : workload;
  const port = labels['destination_port'];
  return {
    ...workload,
    ...calledOf(labels),
    ...(port === undefined || port === 'unknown' ? {} : { port: needPort(port, 'destination_port') }),
  };
}

/** A Service of the cluster, or the host of a ServiceEntry. */
function calledOf(labels: JsonObject): Pick<FlowEnd, 'service' | 'domains'> {
  const host = readDomain(known(labels, 'destination_service') ?? '');
  const name = known(labels, 'destination_service_name');
  const namespace = known(labels, 'destination_service_namespace');
  const written = host === undefined ? undefined : serviceOfHost(host);
  if (written !== undefined) return { service: written };
  // The namespace of a ServiceEntry is none of its host. No Service has a dot in its name.
  const isOutside = host?.includes('.') === true && (namespace === undefined || name?.includes('.') === true);
  if (name !== undefined && !isOutside) return { service: { name, namespace } };
  return host === undefined ? {} : { domains: [host] };
}
