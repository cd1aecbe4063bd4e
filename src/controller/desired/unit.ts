import { targetNamespace } from './model-parts';
import type { NamespaceIntents } from '../observed/namespace-model';
import type { Compilation, DeclaredCall, GeneratedPolicy, OutsideCall } from '../../compiler/compilation';
import type { ModelIndex } from '../../compiler/resolution/model-index';
import { resolve } from '../../compiler/resolution/resolve';
import type { ClientIntents, Target } from '../../intents/client-intents';
import { printWorkloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** What is wanted because of one namespace: its policies, and labels wherever these need them. */
export interface Unit {
  readonly namespace: string;
  /** Its workloads by id. */
  readonly workloads: ReadonlyMap<string, Workload>;
  /** By {@link policyKey}. */
  readonly policies: ReadonlyMap<string, GeneratedPolicy>;
  /** By id of the workload, of this and other namespaces. */
  readonly podLabels: ReadonlyMap<string, Labels>;
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  /** By name of the ClientIntents. */
  readonly outcomes: ReadonlyMap<string, IntentsOutcome>;
  /** Ids of its workloads for which nothing is written that isolates them. */
  readonly shadowed: { readonly ingress: ReadonlySet<string>; readonly egress: ReadonlySet<string> };
  /** Calls from or to its workloads that are declared, and calls of its workloads that leave the cluster. */
  readonly declared: readonly DeclaredCall[];
  readonly outside: readonly OutsideCall[];
  /** What is wrong with its objects, those of intents and protected services above all. */
  readonly findings: readonly Finding[];
  /** Generations of the objects of intents that this follows from, by kind and name. */
  readonly generations: ReadonlyMap<string, number>;
}

/** What one ClientIntents means in the model. */
export interface IntentsOutcome {
  /** Ids of the client's workloads. */
  readonly clients: readonly string[];
  readonly targets: readonly TargetOutcome[];
  /** About the object, but for what is about one target. */
  readonly findings: readonly Finding[];
}

/** What one target means in the model. */
export interface TargetOutcome {
  /** As people call it: `shop/cart`, `Service shop/cart`, `internet`. */
  readonly name: string;
  readonly type: Target['type'];
  /** Namespace of the servers; absent for what is outside of the cluster. */
  readonly namespace?: string | undefined;
  readonly servers: readonly ServerOutcome[];
  /** About this target. */
  readonly findings: readonly Finding[];
}

/** One workload that a target leads to. */
export interface ServerOutcome {
  readonly id: string;
  readonly hostNetwork: boolean;
}

/** `group/kind/name`: unique in a namespace. */
export function policyKey({ name, manifest }: Pick<GeneratedPolicy, 'name' | 'manifest'>): string {
  const apiVersion = typeof manifest['apiVersion'] === 'string' ? manifest['apiVersion'] : '';
  const slash = apiVersion.indexOf('/');
  const kind = typeof manifest['kind'] === 'string' ? manifest['kind'] : '';
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}/${name}`;
}

/** Takes out of a compilation of one namespace what is wanted because of it. */
export function unitOf(
  namespace: string,
  compilation: Compilation,
  index: ModelIndex,
  { findings, generations }: NamespaceIntents,
  outcomes: ReadonlyMap<ClientIntents, IntentsOutcome>,
): Unit {
  const { staged } = compilation;
  const withheld = (direction: 'ingress' | 'egress'): ReadonlySet<string> =>
    new Set(
      index
        .inNamespace(namespace)
        .filter((workload) => staged?.isWithheld(workload, direction) === true)
        .map(({ id }) => id),
    );
  return {
    namespace,
    workloads: new Map(index.inNamespace(namespace).map((workload) => [workload.id, workload])),
    policies: new Map(compilation.policies.map((policy) => [policyKey(policy), policy])),
    podLabels: new Map(compilation.podLabels.map(({ workload, labels }) => [workload.id, labels])),
    namespaceLabels: new Map(
      compilation.namespaceLabels.map(({ namespace: name, labels }) => [name, labels]),
    ),
    outcomes: new Map([...outcomes].map(([declaration, outcome]) => [declaration.name, outcome])),
    shadowed: { ingress: withheld('ingress'), egress: withheld('egress') },
    declared: compilation.declared,
    outside: compilation.outside ?? [],
    findings: [...findings, ...compilation.findings],
    generations,
  };
}

/** What a declaration means, resolved by itself, so that what is said of it does not depend on what else there is. */
export function outcomeOf(intents: ClientIntents, index: ModelIndex): IntentsOutcome {
  const whole = resolve(index, [{ ...intents, targets: [] }]);
  const clients = index.named(intents.client).map(({ id }) => id);
  return {
    clients,
    findings: whole.findings,
    targets: intents.targets.map((target) => {
      const alone = resolve(index, [{ ...intents, targets: [target] }]);
      const servers = new Map(
        alone.declared.map(({ server }) => [server.id, { id: server.id, hostNetwork: server.hostNetwork }]),
      );
      const said = new Set(whole.findings.map(({ id, message }) => `${id} ${message}`));
      return {
        name: nameOf(target),
        type: target.type,
        namespace: targetNamespace(target),
        servers: [...servers.values()],
        findings: alone.findings.filter(({ id, message }) => !said.has(`${id} ${message}`)),
      };
    }),
  };
}

function nameOf(target: Target): string {
  switch (target.type) {
    case 'workload':
      return printWorkloadName(target.server);
    case 'service':
      return `Service ${target.namespace}/${target.name}`;
    case 'kubernetes-api':
      return 'Kubernetes API';
    case 'internet':
      return `internet ${[...target.domains, ...target.ips].slice(0, 5).join(', ')}`;
    case 'beyond-network':
      return `${target.what} ${target.name}`;
  }
}
