import { AskedNamespaces } from './asked-namespaces';
import { readCalledBy } from './resolution/called-by';
import type {
  Compilation,
  CompileOptions,
  GeneratedPolicy,
  NamespaceLabels,
  OutsideCall,
  PodLabels,
  ProfileName,
} from './compilation';
import { findDifferingPorts } from './resolution/differing-ports';
import { printDomainPolicies, wildcardDepth, type DomainDraft } from './domains/domain-policies';
import { lockDomains } from './domains/lock-domains';
import { NETWORK_PLUGINS, type DomainDialect } from './domains/network-plugin';
import { emitEgress } from './egress/emit-egress';
import { emitExceptions } from './exceptions/emit-exceptions';
import { Enforcement } from './enforcement/enforcement';
import { StagedEnforcement } from './enforcement/staged-enforcement';
import { emitExternal } from './external/emit-external';
import { finalNames, type NamedPolicy } from './final-names';
import { sortIntents } from './resolution/intent-order';
import { LabelMap } from './profiles/label-map';
import { ModelIndex } from './resolution/model-index';
import { besideOperator, checkStrictOtterize } from './operator/beside-operator';
import { printPolicy, uniteDrafts } from './policy-draft';
import { sortLabels } from './sort-labels';
import { PresentPolicies } from './present-policies';
import type { Emission, Profile, ResolvedProtection } from './profiles/profile';
import { otterizeProfile } from './profiles/profile-otterize';
import { seedProfile } from './profiles/profile-seed';
import { selectorsProfile } from './profiles/profile-selectors';
import { resolve, withoutDeclared, type Resolution } from './resolution/resolve';
import { resolveProtections } from './resolution/resolve-protections';
import type { ClientIntents } from '../intents/client-intents';
import type { Cluster } from '../model/cluster';
import { sortFindings, type Finding } from '../model/finding';
import { NOWHERE, printPlace } from '../model/place';
import { SOURCE_WORDS } from './resolution/source-words';

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
  options: CompileOptions = {},
): Compilation {
  const { profile = 'seed', protectedServices = [] } = options;
  checkStrictOtterize(options);
  const findings: Finding[] = [];
  const index = new ModelIndex(cluster, SOURCE_WORDS[options.source ?? 'manifests']);
  const asked = new AskedNamespaces(options.within);
  const resolved = resolveAll(index, withLocked(intents, options, findings), findings);
  const [resolution, all] = [asked.calls(resolved.resolution), resolved.all];
  const protections = asked.protections(resolveProtections(index, protectedServices, findings));
  const emission = emit(PROFILES[profile], { index, resolution, protections, options });
  findings.push(...emission.findings);
  findings.push(...findDifferingPorts(resolution.declared));
  if (profile !== 'otterize') reportDns(resolution, findings);
  const drafts = emission.policies.filter(({ namespace }) => asked.has(namespace));
  const named = finalNames(drafts, index, findings);
  const staged = stage(named, emission, { index, protections, options });
  findings.push(...(staged?.findings ?? []));
  const made = { policies: policies(named), podLabels: podLabels(emission.podLabels) };
  const written =
    profile === 'otterize' ? besideOperator(made, { index, intents: all, options }, findings) : made;
  const domains = domainPolicies(emission, staged, options);
  if (dialectOf(options) === 'cilium') findings.push(...wildcardDepth(emission.domains));
  const inForce = staged === undefined ? written.policies : policies(staged.written);
  return {
    ...written,
    policies: [...inForce, ...domains.written].filter(({ namespace }) => asked.has(namespace)).sort(byName),
    ...(staged === undefined ? {} : { staged, enforced: [...made.policies, ...domains.all].sort(byName) }),
    namespaceLabels: namespaceLabels(emission.namespaceLabels, cluster, findings),
    declared: resolution.declared,
    outside: [...resolution.outside, ...emission.outside].sort((a, b) => order(a.client.id, b.client.id)),
    external: emission.external,
    findings: uniqueFindings(sortFindings(findings)),
  };
}

/** The network plugin's own form for domain names; absent for one that knows none. */
function dialectOf({ cni }: CompileOptions): DomainDialect | undefined {
  return cni === undefined ? undefined : NETWORK_PLUGINS[cni].domains;
}

/** A network plugin that looks names up itself needs no addresses of them. */
function withLocked(
  intents: readonly ClientIntents[],
  options: CompileOptions,
  findings: Finding[],
): readonly ClientIntents[] {
  if (options.dnsLock === undefined || dialectOf(options) !== undefined) return intents;
  const locked = lockDomains(intents, options.dnsLock, options.today);
  findings.push(...locked.findings);
  return locked.intents;
}

interface DomainPolicies {
  readonly all: readonly GeneratedPolicy[];
  /** Those of which no workload is in shadow. */
  readonly written: readonly GeneratedPolicy[];
}

function domainPolicies(
  { domains }: WholeEmission,
  staged: StagedEnforcement | undefined,
  options: CompileOptions,
): DomainPolicies {
  const dialect = dialectOf(options);
  if (dialect === undefined) return { all: [], written: [] };
  const all = printDomainPolicies(domains, dialect, options.dns ?? {});
  const written = all.filter(
    ({ draft }) => !draft.workloads.some((workload) => staged?.isWithheld(workload, 'egress') === true),
  );
  return { all: all.map(({ policy }) => policy), written: written.map(({ policy }) => policy) };
}

interface EmitInput {
  readonly index: ModelIndex;
  readonly resolution: Resolution;
  readonly protections: readonly ResolvedProtection[];
  readonly options: CompileOptions;
}

type WholeEmission = Omit<Emission, 'conflicts'> &
  Pick<Compilation, 'external'> & {
    readonly outside: readonly OutsideCall[];
    readonly domains: readonly DomainDraft[];
  };

/** What the rule families make, one after the other: each may need to know what those before it do. */
function emit(profile: Profile, { index, resolution, protections, options }: EmitInput): WholeEmission {
  const { egress = 'if-blocked', dns = {}, kubernetesApi = [], nodeCidrs = [] } = options;
  const present = new PresentPolicies(options.present);
  const access = profile.emit({ index, calls: resolution.calls, outside: resolution.outside, protections });
  const ways = { profile, index, present };
  const handsDomains = dialectOf(options) !== undefined;
  const outward = new AskedNamespaces(options.within).outward(resolution);
  const egressInput = { ...ways, nodeCidrs, mode: egress, dns, kubernetesApi, handsDomains };
  const out = emitEgress({ ...egressInput, resolution: outward });
  const labels = new LabelMap();
  for (const part of [access, out]) labels.addAll(part.podLabels);
  const inward = emitExternal({ ...ways, options, policies: access.policies, podLabels: labels.map });
  labels.addAll(inward.podLabels);
  const made = [...access.policies, ...out.policies, ...inward.policies];
  const exceptions = emitExceptions({
    ...ways,
    policies: made,
    podLabels: labels.map,
    externalAccess: options.externalAccess ?? [],
    namespaceAccess: options.namespaceAccess ?? [],
    today: options.today,
  });
  labels.addAll(exceptions.podLabels);
  return {
    policies: uniteDrafts([...made, ...exceptions.policies]),
    podLabels: labels.map,
    namespaceLabels: access.namespaceLabels,
    external: [...inward.declared, ...exceptions.external],
    outside: exceptions.outside,
    domains: out.domains,
    findings: [
      ...[access, out, inward, exceptions].flatMap((part) => part.findings),
      ...access.conflicts(labels.map),
    ],
  };
}

/** All intents that count, those of annotations with them, and what they mean. */
interface Resolved {
  readonly resolution: Resolution;
  readonly all: readonly ClientIntents[];
}

function resolveAll(index: ModelIndex, intents: readonly ClientIntents[], findings: Finding[]): Resolved {
  const sorted = sortIntents(intents);
  const given = resolve(index, sorted);
  const annotated = sortIntents(readCalledBy(index.cluster.workloads, findings));
  const further = withoutDeclared(annotated, given.declared, index);
  const added = resolve(index, further);
  findings.push(...given.findings, ...added.findings);
  const byClient = (a: { client: { id: string } }, b: { client: { id: string } }): number =>
    order(a.client.id, b.client.id);
  const resolution = {
    calls: [...given.calls, ...added.calls],
    declared: [...given.declared, ...added.declared].sort(
      (a, b) => byClient(a, b) || order(a.server.id, b.server.id),
    ),
    outside: [...given.outside, ...added.outside].sort(byClient),
    findings: [],
  };
  return { resolution, all: [...sorted, ...further] };
}

function stage(
  named: readonly NamedPolicy[],
  { podLabels }: WholeEmission,
  { index, protections, options }: Pick<EmitInput, 'index' | 'protections' | 'options'>,
): StagedEnforcement | undefined {
  const { enforcement, present } = options;
  if (enforcement === undefined) return undefined;
  // Given and undefined, it is that there are none.
  const presentInShadow = 'presentInShadow' in options ? options.presentInShadow : present;
  return new StagedEnforcement(named, {
    enforcement: new Enforcement(enforcement, index, protections),
    index,
    present: new PresentPolicies(presentInShadow),
    podLabels,
  });
}

function policies(named: readonly NamedPolicy[]): GeneratedPolicy[] {
  return named
    .map(({ draft, name }) => ({
      namespace: draft.namespace,
      name,
      manifest: printPolicy(draft, name),
      causes: sortIntents([...draft.causes]),
    }))
    .sort(byName);
}

function byName(a: GeneratedPolicy, b: GeneratedPolicy): number {
  return order(a.namespace, b.namespace) || order(a.name, b.name);
}

function podLabels(labels: Emission['podLabels']): PodLabels[] {
  return [...labels]
    .map(([workload, wanted]) => ({ workload, labels: sortLabels(wanted) }))
    .sort((a, b) => order(a.workload.id, b.workload.id));
}

function namespaceLabels(
  labels: Emission['namespaceLabels'],
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

/** The same said twice, for two policies that need it, is said once. */
function uniqueFindings(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ id, object, message, place }: Finding): string =>
    [id, object, message, printPlace(place)].join('\u0000');
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
