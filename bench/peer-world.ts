/**
 * Made-up clusters for the comparisons with other analysers: a few distinct CIDRs, ports by name, number and range, and
 * selectors of every kind. Nothing in them is beyond any of the analysers: named ports stand in ingress only, since
 * netpol-analyzer refuses a policy that names a port for an address outside.
 */
import { dump } from 'js-yaml';
import type { JsonObject } from '../src/model/json';

/** A made-up cluster, by its numbers. The fewer namespaces, the more workloads each policy speaks of. */
export interface PeerWorld {
  readonly workloads: number;
  readonly policies: number;
  readonly namespaces: number;
}

type Random = (below: number) => number;

/** A small, repeatable source of numbers from 0 to `below - 1`. */
function numbers(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const APPS = ['web', 'api', 'db', 'cache', 'queue', 'worker', 'auth', 'search', 'mail', 'jobs'];
const TIERS = ['prod', 'stage', 'dev'];
const BLOCKS = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '172.16.0.0/12', '203.0.113.0/24', '0.0.0.0/0'];

const app = (random: Random): string => APPS[random(APPS.length)] ?? 'web';

function workload(index: number, namespaces: number, random: Random): JsonObject {
  const of = APPS[Math.floor(index / namespaces) % APPS.length] ?? 'web';
  const name = `${of}-${index}`;
  const labels = { app: of, name, env: TIERS[random(TIERS.length)] ?? 'prod' };
  const ports = [
    { name: 'http', containerPort: 8080 + random(3) },
    { name: 'metrics', containerPort: 9090 },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: `ns-${index % namespaces}` },
    spec: {
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'ghcr.io/example/app:1.0.0', ports }] },
      },
    },
  };
}

function podSelector(random: Random): JsonObject {
  switch (random(4)) {
    case 0:
      return { matchExpressions: [{ key: 'app', operator: 'In', values: [app(random), app(random)] }] };
    case 1:
      return {
        matchLabels: { env: TIERS[random(TIERS.length)] ?? 'prod' },
        matchExpressions: [{ key: 'app', operator: 'NotIn', values: [app(random)] }],
      };
    case 2:
      return { matchExpressions: [{ key: 'name', operator: 'Exists' }], matchLabels: { app: app(random) } };
    default:
      return { matchLabels: { app: app(random) } };
  }
}

function peers(random: Random, blocks: boolean): JsonObject[] {
  const cidr = BLOCKS[random(BLOCKS.length)] ?? '10.0.0.0/8';
  return [
    { podSelector: podSelector(random) },
    {
      namespaceSelector: { matchLabels: { team: `team-${random(5)}` } },
      podSelector: podSelector(random),
    },
    ...(blocks ? [{ ipBlock: cidr === '10.0.0.0/8' ? { cidr, except: ['10.1.2.0/24'] } : { cidr } }] : []),
  ];
}

function port(random: Random, named: boolean): JsonObject {
  switch (random(named ? 4 : 3)) {
    case 0:
      return { protocol: 'TCP', port: 8080 + random(3) };
    case 1:
      return { protocol: 'TCP', port: 8000, endPort: 8090 + random(2) * 1000 };
    case 2:
      return { protocol: 'UDP', port: 53 };
    default:
      return { protocol: 'TCP', port: random(2) === 0 ? 'http' : 'metrics' };
  }
}

function policy(index: number, namespaces: number, random: Random): JsonObject {
  const egress = random(3) === 0;
  const isDeny = index < namespaces;
  const ingressRules = [
    { from: peers(random, random(2) === 0), ports: [port(random, true), port(random, true)] },
  ];
  const egressRules = [{ to: peers(random, true), ports: [port(random, false)] }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `np-${index}`, namespace: `ns-${index % namespaces}` },
    spec: {
      podSelector: isDeny ? {} : podSelector(random),
      policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'],
      ...(isDeny ? {} : { ingress: ingressRules }),
      ...(isDeny || !egress ? {} : { egress: egressRules }),
    },
  };
}

/** All objects, each as a YAML document. Equal numbers make equal texts. */
export function peerDocuments({ workloads, policies, namespaces }: PeerWorld): string[] {
  const random = numbers(11);
  const objects: JsonObject[] = [
    ...Array.from({ length: namespaces }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `ns-${index}`, labels: { team: `team-${index % 5}` } },
    })),
    ...Array.from({ length: workloads }, (_, index) => workload(index, namespaces, random)),
    ...Array.from({ length: policies }, (_, index) => policy(index, namespaces, random)),
  ];
  return objects.map((object) => dump(object, { noRefs: true }));
}
