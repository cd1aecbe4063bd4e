import { readCalledBy } from './called-by';
import type {
  Compilation,
  CompileOptions,
  GeneratedPolicy,
  NamespaceLabels,
  PodLabels,
  ProfileName,
} from './compilation';
import { finalNames } from './final-names';
import { sortIntents } from './intent-order';
import { ModelIndex } from './model-index';
import { printPolicy, sortLabels } from './policy-draft';
import type { Emission, Profile } from './profile';
import { otterizeProfile } from './profile-otterize';
import { seedProfile } from './profile-seed';
import { selectorsProfile } from './profile-selectors';
import { resolve, withoutDeclared, type Resolution } from './resolve';
import { resolveProtections } from './resolve-protections';
import type { ClientIntents } from '../intents/client-intents';
import type { Cluster } from '../model/cluster';
import { sortFindings, type Finding } from '../model/finding';
import { NOWHERE } from '../model/place';

const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  seed: seedProfile,
  otterize: otterizeProfile,
  selectors: selectorsProfile,
};

/**
 * Makes policies and labels from intents and what there is. Pure: equal input, in whatever order, gives the same
 * bytes. What an intent says that cannot be expressed or found becomes a finding and opens nothing.
 *
 * Intents are those given and those in the `called-by` annotations of pods, which count only for pairs that no
 * other intent names (otterize-operator 1.7).
 */
export function compile(
  cluster: Cluster,
  intents: readonly ClientIntents[],
  { profile = 'seed', protectedServices = [] }: CompileOptions = {},
): Compilation {
  const findings: Finding[] = [];
  const index = new ModelIndex(cluster);
  const resolution = resolveAll(index, intents, findings);
  const protections = resolveProtections(index, protectedServices, findings);
  const emission = PROFILES[profile].emit({ index, calls: resolution.calls, protections });
  findings.push(...emission.findings);
  if (profile !== 'otterize') reportDns(resolution, findings);
  return {
    policies: policies(emission, index, findings),
    podLabels: podLabels(emission),
    namespaceLabels: namespaceLabels(emission, cluster, findings),
    declared: resolution.declared,
    outside: resolution.outside,
    external: [],
    findings: sortFindings(findings),
  };
}

function resolveAll(index: ModelIndex, intents: readonly ClientIntents[], findings: Finding[]): Resolution {
  const given = resolve(index, sortIntents(intents));
  const annotated = sortIntents(readCalledBy(index.cluster.workloads, findings));
  const added = resolve(index, withoutDeclared(annotated, given.declared, index));
  findings.push(...given.findings, ...added.findings);
  const byClient = (a: { client: { id: string } }, b: { client: { id: string } }): number =>
    order(a.client.id, b.client.id);
  return {
    calls: [...given.calls, ...added.calls],
    declared: [...given.declared, ...added.declared].sort(
      (a, b) => byClient(a, b) || order(a.server.id, b.server.id),
    ),
    outside: [...given.outside, ...added.outside].sort(byClient),
    findings: [],
  };
}

function policies({ policies: drafts }: Emission, index: ModelIndex, findings: Finding[]): GeneratedPolicy[] {
  return finalNames(drafts, index, findings)
    .map(({ draft, name }) => ({
      namespace: draft.namespace,
      name,
      manifest: printPolicy(draft, name),
      causes: sortIntents([...draft.causes]),
    }))
    .sort((a, b) => order(a.namespace, b.namespace) || order(a.name, b.name));
}

function podLabels({ podLabels: labels }: Emission): PodLabels[] {
  return [...labels]
    .map(([workload, wanted]) => ({ workload, labels: sortLabels(wanted) }))
    .sort((a, b) => order(a.workload.id, b.workload.id));
}

function namespaceLabels(
  { namespaceLabels: labels }: Emission,
  { namespaces, resources }: Cluster,
  findings: Finding[],
): NamespaceLabels[] {
  const objects = new Map(
    resources.flatMap((resource) =>
      resource.kind === 'Namespace' && resource.group === '' ? [[resource.name, resource] as const] : [],
    ),
  );
  return [...labels]
    .sort(([a], [b]) => order(a, b))
    .map(([namespace, wanted]) => {
      const resource = objects.get(namespace);
      const sorted = sortLabels(wanted);
      if (resource !== undefined) return { namespace, labels: sorted, resource };
      findings.push(notDeclared(namespace, sorted, namespaces.get(namespace)?.place ?? NOWHERE));
      return { namespace, labels: sorted };
    });
}

function notDeclared(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  place: Finding['place'],
): Finding {
  const written = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
  return {
    id: 'namespace-not-declared',
    severity: 'error',
    message: `namespace ${namespace} needs the label ${written.join(', ')}, but its Namespace object is not in the input, so the policies for clients there match nobody`,
    object: `Namespace/${namespace}`,
    place,
    mend: `Add the Namespace object to the input, or use a profile that needs no such label (otterize or selectors).`,
  };
}

/** A DNS server that an intent names is isolated, and then cuts off everybody else (otterize-operator 4.5). */
function reportDns({ calls }: Resolution, findings: Finding[]): void {
  const reported = new Set<string>();
  for (const { intents, target, servers } of calls) {
    for (const { id, namespace, name } of servers) {
      if (namespace !== 'kube-system' || !name.endsWith('dns') || reported.has(id)) continue;
      reported.add(id);
      findings.push({
        id: 'isolates-dns',
        severity: 'warning',
        message: `the call to ${id} isolates the DNS server of the cluster: whoever declares no call to it can resolve no names`,
        object: `ClientIntents/${intents.namespace}/${intents.name}`,
        place: target.place,
        mend: 'Remove the intent, or add a policy that admits everyone to port 53 over UDP and TCP.',
      });
    }
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
