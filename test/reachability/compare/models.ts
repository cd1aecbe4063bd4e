import { parseAllDocuments } from 'yaml';
import { buildCluster } from '../../../src/model/build-cluster';
import { parseCidr, type Cidr } from '../../../src/model/cidr';
import { isJsonObject } from '../../../src/model/json';
import { NOWHERE } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';
import { readPolicies } from '../../../src/policies/read-policies';
import type { Compared } from '../../../src/reachability/compare/compared';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Options } from '../../oracle/packet';

/** A side of a comparison from manifests as YAML. */
export function compared(yaml: string): Compared {
  return model(parseAllDocuments(yaml).flatMap((document): unknown => document.toJS() ?? []));
}

/** A side of a comparison from manifests as data. */
export function model(manifests: readonly unknown[], options: Options = {}): Compared {
  const cluster = buildCluster(manifests.map(resourceOf));
  const policies = readPolicies(cluster.resources);
  const reachability = evaluate(cluster, policies, {
    podCidrs: (options.podCidrs ?? []).map(cidrOf),
    nodeCidrs: (options.nodeCidrs ?? []).map(cidrOf),
    staged: options.staged ?? false,
    ...(options.cni === undefined ? {} : { cni: options.cni }),
  });
  return { workloads: cluster.workloads, reachability };
}

function resourceOf(manifest: unknown): Resource {
  const copy: unknown = JSON.parse(JSON.stringify(manifest));
  if (!isJsonObject(copy) || !isJsonObject(copy.metadata)) throw new Error('a manifest is an object');
  const { metadata } = copy;
  const apiVersion = text(copy.apiVersion);
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const namespace = metadata.namespace === undefined ? {} : { namespace: text(metadata.namespace) };
  const kind = text(copy.kind);
  const name = text(metadata.name);
  return { apiVersion, group, version, kind, name, ...namespace, manifest: copy, place: NOWHERE };
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`${JSON.stringify(value)} is no text`);
  return value;
}

function cidrOf(text: string): Cidr {
  const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
  if (cidr === undefined) throw new Error(`${text}: ${reason}`);
  return cidr;
}
