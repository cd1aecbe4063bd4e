import type { StatedRule } from './one-sided';
import type { Residue } from './residue';
import type { JsonObject } from '../model/json';
import type { Resource } from '../model/resource';

/** What a system would have in the cluster for its objects, and what of that intents can say in words of their own. */
export interface SystemReading {
  /** Workloads that the system makes and that are not in the input. */
  readonly workloads: Resource[];
  /** The NetworkPolicies that it enforces. */
  readonly policies: Resource[];
  /** Targets that say more than the policies do: domains, the Kubernetes API. */
  readonly targets: StatedTarget[];
  /** Rules about one application each, whose other half may be missing. */
  readonly rules: StatedRule[];
  readonly residue: Residue[];
}

/** A target of a workload, in the words of v2beta1. */
export interface StatedTarget {
  /** `namespace/name` of the client; of any kind. */
  readonly client: string;
  readonly target: JsonObject;
}

/** Nothing yet. */
export function emptyReading(): SystemReading {
  return { workloads: [], policies: [], targets: [], rules: [], residue: [] };
}

/** An object that a system makes, at the place of the one that it makes it for. */
export function madeFor(
  source: Resource,
  manifest: JsonObject & { kind: string; apiVersion: string },
  name: string,
): Resource {
  const [group = '', version = ''] = manifest.apiVersion.includes('/')
    ? manifest.apiVersion.split('/')
    : ['', manifest.apiVersion];
  const namespace = source.namespace ?? 'default';
  return {
    apiVersion: manifest.apiVersion,
    group,
    version,
    kind: manifest.kind,
    name,
    namespace,
    manifest: { ...manifest, metadata: { name, namespace } },
    place: source.place,
  };
}

/** A NetworkPolicy that a system makes for an object. */
export function enforcedPolicy(source: Resource, name: string, spec: JsonObject): Resource {
  return madeFor(source, { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', spec }, name);
}

/** A Deployment that a system makes for an application of its own kind, with the label `app`. */
export function madeDeployment(source: Resource, name: string, ports: readonly number[]): Resource {
  const labels = { app: name };
  const container = {
    name,
    image: name,
    ports: ports.map((containerPort): JsonObject => ({ containerPort })),
  };
  const spec = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  };
  return madeFor(source, { apiVersion: 'apps/v1', kind: 'Deployment', spec }, name);
}
