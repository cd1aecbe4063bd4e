import { createRequire } from 'node:module';
import type * as RequiredRights from '../controller/required-rights';
import type { Dialect } from '../compiler/dialect';
import type { DomainDialect } from '../compiler/domains/network-plugin';
import type { JsonObject } from '../model/json';

type Right = RequiredRights.Right;

const load = createRequire(__filename);

/** What the controller may do, as its own code says; loaded only by an app that installs it. */
function required(): typeof RequiredRights {
  return load('../controller/required-rights') as typeof RequiredRights;
}

/** What the objects of an installation depend on. */
export interface Installation {
  /** Of every object, with an ending where there are several of a kind. */
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly replicas: number;
  /** Absent: the whole cluster. */
  readonly namespaces?: readonly string[] | undefined;
  /** Whether versions are converted. */
  readonly conversion: boolean;
  /** Kind of the policies. */
  readonly dialect: Dialect;
  /** Whose policies carry domain names beside them; absent: those of nobody. */
  readonly domains: DomainDialect | undefined;
  readonly takeOver: boolean;
  /** Options of `intents controller` beside those that follow from the others. */
  readonly arguments: readonly string[];
  readonly resources: JsonObject;
}

/** Ports of a replica. */
export const PORTS = { metrics: 8080, probes: 8081, webhook: 9443 };

/** Labels of the pods, which select them. */
export function podLabels(name: string): Record<string, string> {
  return { 'app.kubernetes.io/name': 'intents-controller', 'app.kubernetes.io/instance': name };
}

/** A manifest and the id of its construct. */
export type Named = readonly [id: string, manifest: JsonObject];

/** Objects of the whole cluster. */
export function clusterObjects(installation: Installation): Named[] {
  const { name, namespaces, conversion } = installation;
  const rules = [
    ...(namespaces === undefined ? required().rightsOverIntents({ ...installation, namespaced: false }) : []),
    ...(conversion ? required().rightsOverCrds() : []),
  ];
  if (rules.length === 0) return [];
  const head = { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name, labels: podLabels(name) } };
  return [
    ['ClusterRole', { ...head, rules: rulesOf(rules) }],
    ['ClusterRoleBinding', binding(installation, 'ClusterRole')],
  ];
}

/** Objects of the namespace that it runs in, and Roles in those that it sees. */
export function namespacedObjects(installation: Installation): Named[] {
  const { name, namespace, namespaces = [], conversion, replicas } = installation;
  const labels = podLabels(name);
  const own = [
    ...required().rightsOverLease(name),
    ...(conversion ? required().rightsOverSecret(secretName(name)) : []),
  ];
  return [
    ['ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace, labels } }],
    ...role('Role', installation, namespace, own, name),
    ...namespaces.flatMap((one) => {
      const rights = required().rightsOverIntents({ ...installation, namespaced: true });
      return role(`Role-${one}`, installation, one, rights, `${name}-intents`);
    }),
    ['Deployment', deployment(installation)],
    ...(replicas > 1 ? [disruptionBudget(installation)] : []),
    ['MetricsService', service(installation, 'metrics', PORTS.metrics, 8080)],
    ...(conversion
      ? [['WebhookService', service(installation, 'webhook', PORTS.webhook, 443)] satisfies Named]
      : []),
  ];
}

/** Name of the Secret of the webhook's certificates. */
export function secretName(name: string): string {
  return `${name}-webhook-tls`;
}

const RBAC = 'rbac.authorization.k8s.io/v1';

function rulesOf(rights: readonly Right[]): JsonObject[] {
  return rights.map(({ apiGroups, resources, resourceNames, verbs }) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
    verbs: [...verbs],
  }));
}

function role(
  id: string,
  installation: Installation,
  namespace: string,
  rights: readonly Right[],
  name: string,
): Named[] {
  const metadata = { name, namespace, labels: podLabels(installation.name) };
  return [
    [id, { apiVersion: RBAC, kind: 'Role', metadata, rules: rulesOf(rights) }],
    [`${id}Binding`, binding(installation, 'Role', metadata)],
  ];
}

function binding(
  { name, namespace }: Installation,
  kind: 'Role' | 'ClusterRole',
  metadata: JsonObject & { readonly name: string } = { name, labels: podLabels(name) },
): JsonObject {
  return {
    apiVersion: RBAC,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
}

function deployment(installation: Installation): JsonObject {
  const { name, namespace, replicas, conversion } = installation;
  const labels = podLabels(name);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      // The next replica is ready, and has had the time to list everything, so that it may lead, before one goes.
      ...(conversion ? { minReadySeconds: 20 } : {}),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels }, spec: podSpec(installation, labels) },
    },
  };
}

function podSpec(installation: Installation, labels: JsonObject): JsonObject {
  return {
    serviceAccountName: installation.name,
    // Time for writes on their way, and for conversions until nobody asks here any more.
    terminationGracePeriodSeconds: 30,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ],
    containers: [container(installation)],
  };
}

function container(installation: Installation): JsonObject {
  const { image, resources, conversion } = installation;
  return {
    name: 'controller',
    image,
    args: ['controller', ...ownArguments(installation), ...installation.arguments],
    ports: [
      { name: 'metrics', containerPort: PORTS.metrics, protocol: 'TCP' },
      { name: 'probes', containerPort: PORTS.probes, protocol: 'TCP' },
      ...(conversion ? [{ name: 'webhook', containerPort: PORTS.webhook, protocol: 'TCP' }] : []),
    ],
    livenessProbe: { httpGet: { path: '/healthz', port: 'probes' }, periodSeconds: 20, failureThreshold: 3 },
    // Conversions are answered before everything was listed, and must be: nobody else answers them.
    readinessProbe: {
      httpGet: { path: conversion ? '/readyz/webhook' : '/readyz', port: 'probes' },
      periodSeconds: 5,
    },
    resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
  };
}

/** What follows from where and how it is installed. */
function ownArguments({
  name,
  namespace,
  namespaces = [],
  conversion,
  dialect,
  takeOver,
}: Installation): string[] {
  return [
    '--lease',
    `${namespace}/${name}`,
    ...namespaces.flatMap((one) => ['--namespace', one]),
    ...(conversion
      ? ['--webhook-service', `${namespace}/${name}-webhook`, '--webhook-secret', secretName(name)]
      : []),
    ...(dialect === 'kubernetes' ? [] : ['--dialect', dialect]),
    ...(takeOver ? ['--take-over'] : []),
  ];
}

function disruptionBudget({ name, namespace }: Installation): Named {
  const labels = podLabels(name);
  return [
    'PodDisruptionBudget',
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace, labels },
      // One that is not ready does nobody any good, and is not to hold up the drain of a node.
      spec: { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: labels } },
    },
  ];
}

function service(
  { name, namespace }: Installation,
  port: 'metrics' | 'webhook',
  target: number,
  number: number,
): JsonObject {
  const labels = podLabels(name);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-${port}`, namespace, labels },
    spec: { selector: labels, ports: [{ name: port, port: number, targetPort: target, protocol: 'TCP' }] },
  };
}
