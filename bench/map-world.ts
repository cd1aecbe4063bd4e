/** A made-up cluster for bench/map.ts and the tests in a browser: everything isolated, everyone called by a few. */
import { dump } from 'js-yaml';

export interface MapWorld {
  readonly workloads: number;
  readonly namespaces: number;
  /** Callers of each workload, all but one of its own namespace and a few others. */
  readonly callers: number;
}

const APPS = ['web', 'api', 'db', 'cache', 'queue', 'worker', 'auth', 'search', 'mail', 'jobs'];

/** All objects as one YAML text; equal numbers make equal texts. */
export function mapWorld({ workloads, namespaces, callers }: MapWorld): string {
  const name = (index: number): string => `${APPS[index % APPS.length] ?? ''}-${index}`;
  const namespace = (index: number): string => `team-${Math.floor(index / (workloads / namespaces))}`;
  const objects: unknown[] = Array.from({ length: namespaces }, (_, index) => [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${index}` } },
    policy('default-deny', `team-${index}`, {}, []),
  ]).flat();
  for (let index = 0; index < workloads; index++) {
    objects.push(deployment(name(index), namespace(index)));
    const from = Array.from({ length: callers }, (_, call) => {
      // Most calls stay near; the step is odd, so that callers differ.
      const near = call < callers - 1;
      const other =
        (index + (near ? call * 2 + 1 : Math.floor(workloads / 3) + (index % 7) * 20)) % workloads;
      return {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace(other) } },
        podSelector: { matchLabels: { app: name(other) } },
      };
    });
    objects.push(
      policy(name(index), namespace(index), { matchLabels: { app: name(index) } }, [
        { from, ports: [{ port: 8080 }] },
      ]),
    );
  }
  return objects.map((object) => dump(object, { noRefs: true })).join('---\n');
}

function deployment(name: string, namespace: string): unknown {
  const containers = [{ name: 'main', image: 'ghcr.io/example/app:1.0.0', ports: [{ containerPort: 8080 }] }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers } },
    },
  };
}

function policy(name: string, namespace: string, podSelector: object, ingress: readonly unknown[]): unknown {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec: { podSelector, policyTypes: ['Ingress'], ingress },
  };
}
