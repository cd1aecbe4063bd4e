import { printWorkload } from '../resolution/intent-finding';
import type { ServerReference } from './label-scheme';
import { type ModelIndex } from '../resolution/model-index';
import { groupBy } from '../../model/group-by';
import { ownLabels } from '../labels/own-labels';
import { mergeRules, printRules, type DraftPeer, type DraftRule, type PolicyDraft } from '../policy-draft';
import { objectName } from '../policy-name';
import { POLICY_LABEL, type Emission, type Profile, type ProfileInput, type SelectedPods } from './profile';
import { portsAt } from '../resolution/resolve-ports';
import { portsKey, unitePorts, type PolicyPorts } from '../resolution/resolved-call';
import type { ClientIntents } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import { resourceId, type Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/**
 * Profile `selectors`: adds no labels. One policy `access-to-<server>` for each server workload selects it and its
 * clients by labels they have already, and namespaces by `kubernetes.io/metadata.name`. A Service target is opened
 * at each workload behind the Service.
 *
 * It admits exactly the declared workloads of the model. Where labels cannot do that, `indistinct-labels` says so
 * and nothing is written for that server or client.
 */
export const selectorsProfile: Profile = {
  emit: (input) => new SelectorsEmission(input),
  select: selectPods,
  egressPolicy: ({ stem, key }) => ({ name: `egress-from-${stem}`, key: JSON.stringify(['egress', key]) }),
  opensServicePorts: false,
  egressRulePerCall: false,
  externalLikeAccess: false,
};

const POLICY_LABELS = { [POLICY_LABEL]: 'true' };

interface ServerCalls {
  readonly server: Workload;
  readonly ports: Map<Workload, PolicyPorts>;
  readonly causes: Set<ClientIntents>;
}

class SelectorsEmission implements Emission {
  readonly podLabels = new Map<Workload, never>();
  readonly namespaceLabels = new Map<string, never>();
  readonly findings: Finding[] = [];
  readonly policies: readonly PolicyDraft[];
  private readonly index: ModelIndex;
  private readonly reported = new Set<Workload>();

  constructor({ index, calls, protections }: ProfileInput) {
    this.index = index;
    const servers = new Map<Workload, ServerCalls>();
    for (const call of calls) {
      for (const server of call.servers) {
        const known = servers.get(server) ?? noCalls(server);
        servers.set(server, known);
        const ports = portsOf(server, call.ports);
        if (ports === undefined) continue;
        known.causes.add(call.intents);
        for (const client of call.clients) {
          const before = known.ports.get(client);
          known.ports.set(client, before === undefined ? ports : unitePorts(before, ports));
        }
      }
    }
    const denied = new Set(protections.flatMap((protection) => protection.servers));
    this.policies = [...this.accessPolicies([...servers.values()]), ...this.denials(denied)];
  }

  /** Workloads of one namespace with the very same rules may share a selector: it lets in nobody who is not declared. */
  private accessPolicies(servers: readonly ServerCalls[]): PolicyDraft[] {
    const drafts = servers.map((calls) => ({ calls, rules: this.rules(calls.ports) }));
    const alike = groupBy(drafts, ({ calls, rules }) =>
      JSON.stringify([calls.server.namespace, printRules(rules, 'from')]),
    );
    return [...alike.values()].flatMap((group) => {
      const allowed = new Set(group.map(({ calls }) => calls.server));
      return group.flatMap(({ calls: { server, causes }, rules }) =>
        rules.length === 0
          ? []
          : this.draft(server, { allowed, ingress: rules, causes, prefix: 'access-to' }),
      );
    });
  }

  private denials(denied: ReadonlySet<Workload>): PolicyDraft[] {
    return [...denied].flatMap((server) =>
      this.draft(server, { allowed: denied, ingress: [], causes: new Set(), prefix: 'default-deny' }),
    );
  }

  private draft(
    server: Workload,
    {
      allowed,
      prefix,
      ...given
    }: Pick<PolicyDraft, 'ingress' | 'causes'> & { allowed: ReadonlySet<Workload>; prefix: string },
  ): PolicyDraft[] {
    const podLabels = ownLabels(server, allowed, this.index);
    if (podLabels === undefined) {
      this.reportIndistinct(server, allowed, 'so no policy can protect just these pods, and none is written');
      return [];
    }
    return [
      {
        namespace: server.namespace,
        name: `${prefix}-${stemOf(this.index, server)}`,
        key: JSON.stringify([prefix, server.id]),
        labels: POLICY_LABELS,
        podLabels,
        ...given,
      },
    ];
  }

  private rules(clients: ReadonlyMap<Workload, PolicyPorts>): DraftRule[] {
    const byPorts = groupBy([...clients], ([, ports]) => portsKey(ports));
    const rules = [...byPorts.values()].flatMap((group): DraftRule[] => {
      const [first] = group;
      const allowed = new Set(group.map(([client]) => client));
      const peers = group.flatMap(([client]) => this.peer(client, allowed));
      return first === undefined || peers.length === 0 ? [] : [{ peers, ports: first[1] }];
    });
    return mergeRules(rules);
  }

  private peer(client: Workload, allowed: ReadonlySet<Workload>): DraftPeer[] {
    const podLabels = ownLabels(client, allowed, this.index);
    if (podLabels === undefined) {
      this.reportIndistinct(
        client,
        allowed,
        'so no rule can admit just these pods, and its calls are not opened',
      );
      return [];
    }
    return [{ namespaceLabels: { [NAMESPACE_NAME_LABEL]: client.namespace }, podLabels }];
  }

  private reportIndistinct(workload: Workload, allowed: ReadonlySet<Workload>, follows: string): void {
    if (this.reported.has(workload)) return;
    this.reported.add(workload);
    this.findings.push(indistinct(this.index, workload, allowed, follows));
  }

  /** It adds no labels, so none can clash. */
  conflicts(): readonly Finding[] {
    return [];
  }
}

/** Pods behind a Service by its selector, which is theirs already; others by labels of their own. */
function selectPods(
  { index, wanted: { namespace }, workloads, service }: ServerReference,
  findings: Finding[],
): SelectedPods[] {
  const common = { namespace, serverLabels: new Map<Workload, Labels>(), policyLabels: POLICY_LABELS };
  if (service?.selector !== undefined) {
    const { name, selector } = service;
    const key = JSON.stringify(['service', namespace, name]);
    return [{ ...common, key, stem: name, podLabels: selector }];
  }
  const allowed = new Set(workloads);
  return workloads.flatMap((workload) => {
    const podLabels = ownLabels(workload, allowed, index);
    if (podLabels !== undefined)
      return [{ ...common, key: workload.id, stem: stemOf(index, workload), podLabels }];
    findings.push(
      indistinct(index, workload, allowed, 'so no policy can name just these pods, and none does'),
    );
    return [];
  });
}

function stemOf(index: ModelIndex, { namespace, name, kind }: Workload): string {
  const namesakes = index.inNamespace(namespace).filter((other) => other.name === name);
  return objectName(name, namesakes.length > 1 ? kind : undefined);
}

function indistinct(
  index: ModelIndex,
  workload: Workload,
  allowed: ReadonlySet<Workload>,
  follows: string,
): Finding {
  const others = index
    .selected(workload.namespace, workload.labels)
    .filter((other) => other !== workload && !allowed.has(other));
  const why =
    Object.keys(workload.labels).length === 0
      ? 'have no labels'
      : `have no label that the pods of ${others.slice(0, 3).map(printWorkload).join(', ')} do not have as well`;
  return {
    id: 'indistinct-labels',
    severity: 'error',
    message: `the pods of ${printWorkload(workload)} ${why}, ${follows}`,
    object: resourceId(workload.resource),
    place: workload.place,
    mend: `Add a label of its own to its pod template, for example app.kubernetes.io/name: ${workload.name}.`,
  };
}

/** Without the names that this server does not have, of which other servers of the call have some. */
function portsOf(server: Workload, ports: PolicyPorts): PolicyPorts | undefined {
  if (ports === 'all') return 'all';
  const there = ports.filter((port) => portsAt(server, [port]).length > 0);
  return there.length === 0 ? undefined : there;
}

function noCalls(server: Workload): ServerCalls {
  return { server, ports: new Map(), causes: new Set() };
}
