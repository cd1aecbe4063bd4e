import { LabelMap } from './label-map';
import { LabelConflicts } from './label-conflicts';
import {
  referenceOf,
  type LabelledServer,
  type LabelScheme,
  type NamespaceRules,
  type ServerReference,
} from './label-scheme';
import type { PolicyDraft } from '../policy-draft';
import type { Emission, Profile, ProfileInput } from './profile';
import { callersRules, type Caller } from './caller-rules';
import { unitePorts, type ResolvedCall } from '../resolution/resolved-call';
import type { ClientIntents } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

interface ServerGroup {
  readonly server: LabelledServer;
  /** By client namespace, then by client. */
  readonly callers: Map<string, Map<Workload, Caller>>;
}

/** Emits policies and pod labels for a profile that lets pods in by labels. */
function emitLabelled(scheme: LabelScheme, input: ProfileInput): Emission {
  const labels = new LabelMap();
  const findings: Finding[] = [];
  labelEveryPod(scheme, input, labels);
  const groups = groupCalls(scheme, input, labels);
  const policies = [...groups.values()].flatMap((group) => {
    const { policies, needed } = emitServer(scheme, group, findings);
    for (const [workload, extra] of needed) labels.add(workload, extra);
    return policies;
  });
  const denials = input.protections.map((protection) => {
    const { protectedService, servers, service } = protection;
    const reference = { index: input.index, wanted: protectedService.server, workloads: servers, service };
    return denial(labelledServer(scheme, reference, labels));
  });
  const open = [...groups.values()].map(({ server, callers }) => ({
    server,
    namespaces: new Set(callers.keys()),
  }));
  return {
    policies: [...policies, ...denials],
    podLabels: labels.map,
    namespaceLabels: namespaceLabels(scheme, groups),
    findings,
    conflicts: (all) => {
      const conflicts = new LabelConflicts(scheme, input.index, all);
      conflicts.check(open);
      return conflicts.findings;
    },
  };
}

/** The profile of a scheme, with what all profiles that label pods have in common. */
export function labelledProfile(
  scheme: LabelScheme,
  rest: Pick<Profile, 'egressPolicy' | 'opensServicePorts' | 'egressRulePerCall' | 'externalLikeAccess'>,
): Profile {
  return {
    emit: (input) => emitLabelled(scheme, input),
    select: (reference) => [scheme.server(reference)],
    ...rest,
  };
}

/** Finished pods have no network any more. */
function labelEveryPod(scheme: LabelScheme, { index, outside }: ProfileInput, labels: LabelMap): void {
  if (scheme.everyPod !== undefined) {
    for (const workload of index.cluster.workloads)
      if (!workload.finished) labels.add(workload, scheme.everyPod(workload));
  }
  if (scheme.apiAccessLabel === undefined) return;
  for (const { client, target } of outside) {
    if (target.type === 'kubernetes-api')
      labels.add(client, { ...scheme.clientLabels(client), [scheme.apiAccessLabel]: 'true' });
  }
}

function groupCalls(
  scheme: LabelScheme,
  { index, calls }: ProfileInput,
  labels: LabelMap,
): Map<string, ServerGroup> {
  const groups = new Map<string, ServerGroup>();
  const known = new Map<string, LabelledServer>();
  const clients = new Set<Workload>();
  for (const call of calls) {
    const reference = referenceOf(call, index);
    const key = referenceKey(reference);
    const server = known.get(key) ?? labelledServer(scheme, reference, labels);
    known.set(key, server);
    const group = groups.get(server.key) ?? { server, callers: new Map<string, Map<Workload, Caller>>() };
    groups.set(server.key, group);
    for (const client of call.clients) {
      if (!clients.has(client)) labels.add(client, scheme.clientLabels(client));
      clients.add(client);
      labels.add(client, { [server.accessLabel]: 'true' });
      addCaller(group, client, call);
    }
  }
  return groups;
}

/** The server, whose pods get the labels that it is selected by. */
function labelledServer(scheme: LabelScheme, reference: ServerReference, labels: LabelMap): LabelledServer {
  const server = scheme.server(reference);
  for (const [workload, wanted] of server.serverLabels) labels.add(workload, wanted);
  return server;
}

/** Equal for references of which a scheme makes the same server. */
function referenceKey({ wanted, workloads, service }: ServerReference): string {
  const { namespace, name, kind = '' } = wanted;
  const through = service === undefined ? '' : `${service.namespace}/${service.name}`;
  return [namespace, name, kind, through, ...workloads.map(({ id }) => id)].join('\u0000');
}

function addCaller({ callers }: ServerGroup, client: Workload, { intents, ports }: ResolvedCall): void {
  const inNamespace = callers.get(client.namespace) ?? new Map<Workload, Caller>();
  callers.set(client.namespace, inNamespace);
  const known = inNamespace.get(client);
  inNamespace.set(client, {
    client,
    ports: known === undefined ? ports : unitePorts(known.ports, ports),
    causes: new Set(known === undefined ? [intents] : [...known.causes, intents]),
  });
}

function emitServer(
  scheme: LabelScheme,
  { server, callers }: ServerGroup,
  findings: Finding[],
): { readonly policies: readonly PolicyDraft[]; readonly needed: ReadonlyMap<Workload, Labels> } {
  const needed = new Map<Workload, Labels>();
  const namespaces = [...callers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, inNamespace]): NamespaceRules => {
      const made = callersRules(scheme, server, namespace, [...inNamespace.values()]);
      for (const [workload, extra] of made.needed) needed.set(workload, extra);
      findings.push(...made.findings);
      const causes = new Set<ClientIntents>();
      for (const caller of inNamespace.values()) for (const cause of caller.causes) causes.add(cause);
      return { namespace, rules: made.rules, causes };
    });
  return { policies: scheme.policies(server, namespaces), needed };
}

/** The default-deny policy of a protected workload (otterize-operator 7.3): it isolates and allows nothing. */
function denial({ namespace, stem, key, denyLabels, podLabels }: LabelledServer): PolicyDraft {
  return {
    namespace,
    name: `default-deny-${stem}`,
    key: JSON.stringify(['default-deny', key]),
    labels: denyLabels,
    podLabels,
    ingress: [],
    causes: new Set(),
  };
}

function namespaceLabels(scheme: LabelScheme, groups: ReadonlyMap<string, ServerGroup>): Map<string, Labels> {
  if (!scheme.labelsNamespaces) return new Map();
  const namespaces = new Set([...groups.values()].flatMap(({ callers }) => [...callers.keys()]));
  return new Map([...namespaces].map((namespace) => [namespace, scheme.namespaceLabels(namespace)]));
}
