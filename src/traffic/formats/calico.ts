import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { FlowEnd, FlowEndKind, FlowItem, FlowPlace, FlowRecord } from '../flow-record';
import {
  needAnyTime,
  needCount,
  needIp,
  needPort,
  needProtocol,
  readDomain,
  textsIn,
  UnreadableError,
} from '../flow-value';
import type { JsonFormat } from './flow-format';

/**
 * Flow logs of Calico: the files of Felix (`flows.log` of Calico Enterprise and Cloud, also as Elasticsearch gives them
 * back in `_source`), and those of Calico's Goldmane, as its own JSON (`Key`, `num_connections_started`; its emitter writes
 * enumerations as numbers, alone or as the `flow` of a result) and as the API of Whisker gives them (`items`, or one flow a
 * line). One line stands for all connections between two ends in an
 * interval, as one of the ends reports it; the source is always the client.
 */
export const CALICO: JsonFormat = {
  name: 'calico',
  title: 'Calico flow logs',
  input: 'json',
  recognises: (value) => {
    const fields = fieldsOf(value);
    return fields.has('reporter') && fields.has('action') && fields.has('dest_name', 'dest_name_aggr');
  },
  open: () => readCalico,
};

/** The fields of a flow wherever it keeps them, under the names of the file logs. */
class Fields {
  constructor(private readonly objects: readonly JsonObject[]) {}

  /** The first of these names that is there and not Calico's word for nothing, `-`. Names may be in camel case. */
  get(...names: readonly string[]): Json | undefined {
    for (const object of this.objects)
      for (const name of names) {
        const value = object[name] ?? object[camelCase(name)];
        if (value !== undefined && value !== null && value !== '' && value !== '-') return value;
      }
    return undefined;
  }

  has(...names: readonly string[]): boolean {
    return this.objects.some((object) =>
      names.some((name) => Object.hasOwn(object, name) || Object.hasOwn(object, camelCase(name))),
    );
  }

  /** @throws UnreadableError when it is there and no text */
  text(...names: readonly string[]): string | undefined {
    const value = this.get(...names);
    if (value === undefined || typeof value === 'string') return value;
    throw new UnreadableError(`"${names[0] ?? ''}" is no text`);
  }
}

const camels = new Map<string, string>();

/** `dest_name` as `destName`; only names of this file come here. */
function camelCase(name: string): string {
  const known = camels.get(name);
  if (known !== undefined) return known;
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  camels.set(name, camel);
  return camel;
}

function fieldsOf(value: JsonObject): Fields {
  const flow = [value['_source'], value['flow'], value].find(isJsonObject) ?? value;
  const key = flow['Key'] ?? flow['key'];
  return new Fields(isJsonObject(key) ? [key, flow] : [flow]);
}

function readCalico(value: JsonObject, place: FlowPlace): FlowItem {
  const fields = fieldsOf(value);
  const port = fields.get('dest_port');
  const protocol = fields.get('proto', 'protocol');
  const started = countOf(fields, 'num_flows_started', 'num_connections_started');
  const all = countOf(fields, 'num_flows', 'num_connections_live') ?? 1;
  const destination = endOf(fields, 'dest', port);
  const source = endOf(fields, 'source', fields.get('source_port'));
  if (isNobody(source) && isNobody(destination))
    throw new UnreadableError('neither the source nor the destination is said');
  return {
    kind: 'flow',
    time: timeOf(fields, 'start_time'),
    last: timeOf(fields, 'end_time'),
    // Connections that were there before the interval are not counted as started in it, and are seen all the same.
    count: started === undefined || started === 0 ? all : started,
    protocol: protocol === undefined ? undefined : needProtocol(protocol, 'proto'),
    source,
    destination,
    isReply: false,
    opens: started === undefined ? undefined : started > 0,
    verdict: verdictOf(fields),
    layer: port === undefined ? 'l3' : 'l4',
    seenAt: wordOf(fields, 'reporter', REPORTERS),
    place,
  };
}

function isNobody({ ip, pod, podPrefix, namespace, kind, set, domains }: FlowEnd): boolean {
  return (ip ?? pod ?? podPrefix ?? namespace ?? kind ?? set ?? domains) === undefined;
}

function countOf(fields: Fields, ...names: readonly string[]): number | undefined {
  const value = fields.get(...names);
  return value === undefined ? undefined : needCount(value, names[0] ?? '');
}

function timeOf(fields: Fields, name: string): number | undefined {
  const value = fields.get(name);
  return value === undefined ? undefined : needAnyTime(value, name);
}

/** `goldmane.Reporter` and `goldmane.Action`, whose numbers stand in the JSON of Goldmane's emitter. */
const REPORTERS = ['', 'src', 'dst'] as const;
const ACTIONS = ['', 'allow', 'deny', 'pass'] as const;

/** The word in a field, in lower case, or the one that a number stands for. */
function wordOf(fields: Fields, name: string, words: readonly string[]): string | undefined {
  const value = fields.get(name);
  return typeof value === 'number' ? words[value] : fields.text(name)?.toLowerCase();
}

function verdictOf(fields: Fields): FlowRecord['verdict'] {
  const action = wordOf(fields, 'action', ACTIONS);
  if (action === 'allow') return 'allowed';
  return action === 'deny' ? 'denied' : undefined;
}

/** Types of endpoints as file logs and as Goldmane's protobuf name them. */
const KINDS: ReadonlyMap<string, FlowEndKind | 'network'> = new Map<string, FlowEndKind | 'network'>([
  ['wep', 'pod'],
  ['workloadendpoint', 'pod'],
  ['1', 'pod'],
  ['hep', 'node'],
  ['hostendpoint', 'node'],
  ['2', 'node'],
  ['ns', 'network-set'],
  ['networkset', 'network-set'],
  ['3', 'network-set'],
  ['net', 'network'],
  ['network', 'network'],
  ['4', 'network'],
]);

function endOf(fields: Fields, end: 'source' | 'dest', port: Json | undefined): FlowEnd {
  const name = fields.text(`${end}_name`) ?? fields.text(`${end}_name_aggr`);
  const namespace = fields.text(`${end}_namespace`);
  const ip = fields.text(`${end}_ip`);
  const kind = kindOf(fields.get(`${end}_type`)) ?? kindByName(name, namespace);
  const isPod = kind === 'pod';
  return {
    ip: ip === undefined ? undefined : needIp(ip, `${end}_ip`),
    port: port === undefined ? undefined : needPort(port, `${end}_port`),
    // Addresses that are nobody's are `pub` outside of RFC 1918 and `pvt` inside, where a node or a machine next door may be.
    kind: kind === 'network' ? (PUBLIC.has(name) ? 'outside' : undefined) : kind,
    namespace,
    ...(isPod ? { ...podOf(name), labels: labelsOf(fields.get(`${end}_labels`)) } : {}),
    ...(end === 'dest' ? { service: serviceOf(fields), domains: domainsOf(fields) } : {}),
    node: kind === 'node' ? name : undefined,
    set: kind === 'network-set' ? name : undefined,
  };
}

function kindOf(type: Json | undefined): FlowEndKind | 'network' | undefined {
  return typeof type === 'string' || typeof type === 'number'
    ? KINDS.get(String(type).toLowerCase())
    : undefined;
}

/** Names of pods that were put together end with `*`. */
function podOf(name: string | undefined): Pick<FlowEnd, 'pod' | 'podPrefix'> {
  return name?.endsWith('*') === true ? { podPrefix: name.slice(0, -1) } : { pod: name };
}

/** Addresses that are nobody's, as Felix calls them and as Whisker shows them. */
const PUBLIC: ReadonlySet<string | undefined> = new Set(['pub', 'PUBLIC NETWORK']);
const PRIVATE: ReadonlySet<string | undefined> = new Set(['pvt', 'PRIVATE NETWORK']);

/** The API of Whisker says no types: pods have a namespace, and addresses that are nobody's have these names. */
function kindByName(
  name: string | undefined,
  namespace: string | undefined,
): FlowEndKind | 'network' | undefined {
  if (PUBLIC.has(name) || PRIVATE.has(name)) return 'network';
  return namespace !== undefined && name !== undefined ? 'pod' : undefined;
}

function serviceOf(fields: Fields): FlowEnd['service'] {
  const name = fields.text('dest_service_name');
  return name === undefined ? undefined : { name, namespace: fields.text('dest_service_namespace') };
}

function domainsOf(fields: Fields): readonly string[] | undefined {
  const value = fields.get('dest_domains');
  const domains = (Array.isArray(value) ? value : []).flatMap((text) =>
    typeof text === 'string' ? (readDomain(text) ?? []) : [],
  );
  return domains.length === 0 ? undefined : domains;
}

/** `{"labels":["app=cart"]}` of file logs, a list, or the text of Whisker: `app=cart | tier=web`. */
function labelsOf(value: Json | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return value.split(/ \| |,/).filter((label) => label !== '');
  if (Array.isArray(value)) return textsIn({ labels: value }, 'labels');
  return isJsonObject(value) ? textsIn(value, 'labels') : undefined;
}
