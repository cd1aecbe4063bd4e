import type { Packet } from './flow';
import type {
  CalicoPolicyManifest,
  Labels,
  Manifest,
  NetworkPolicyManifest,
  NetworkPolicySpec,
  PodSpec,
} from './manifest';
import { verdict, type Options, type Verdict } from './packet';
import type { End } from './pods';

export function namespace(name: string, labels: Labels = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

export function deployment(
  ns: string,
  name: string,
  labels: Labels = { app: name },
  spec: Partial<PodSpec> = {},
): Manifest {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'x' }], ...spec } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: ns, name },
    spec: { selector: { matchLabels: labels }, template },
  };
}

export function pod(ns: string, name: string): End {
  return { namespace: ns, name, kind: 'Deployment' };
}

export function policy(ns: string, spec: NetworkPolicySpec): NetworkPolicyManifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: ns, name: 'p' },
    spec,
  };
}

export function gnp(name: string, spec: CalicoPolicyManifest['spec']): CalicoPolicyManifest {
  return { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name }, spec };
}

export function tcp(from: End, to: End, port: number): Packet {
  return { from, to, protocol: 6, port };
}

export function udp(from: End, to: End, port: number): Packet {
  return { from, to, protocol: 17, port };
}

/** The verdict on which both readings of unknown facts agree. */
export const both = (manifests: readonly Manifest[], packet: Packet, options: Options = {}): Verdict => {
  const [agreed, exact] = (['agreed', 'exact'] as const).map((precision) =>
    verdict(manifests, packet, options, precision),
  );
  if (agreed === undefined || agreed !== exact) throw new Error(`agreed ${agreed}, exact ${exact}`);
  return agreed;
};
