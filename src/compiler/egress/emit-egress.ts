import { kubernetesApiRules } from './api-endpoint';
import { checkCidrs, mergeCidrs } from '../checked-input';
import type { Automatic, OutsideCall } from '../compilation';
import { dnsRules, type DnsOptions } from './dns-rules';
import type { DomainDraft, DomainRule } from '../domains/domain-policies';
import { clientsInNeed, portsOrAll } from './egress-need';
import { EgressFindings } from './egress-findings';
import { internetBlocks } from './internet-blocks';
import { LabelMap } from '../profiles/label-map';
import { referenceOf, type ServerReference } from '../profiles/label-scheme';
import { type ModelIndex } from '../resolution/model-index';
import { append } from '../../model/group-by';
import { mergeRules, type DraftRule, type PolicyDraft } from '../policy-draft';
import type { PresentPolicies } from '../present-policies';
import { referencingServices } from '../operator/referencing-services';
import type { Profile, SelectedPods } from '../profiles/profile';
import type { Resolution } from '../resolution/resolve';
import type { PolicyPorts, ResolvedCall } from '../resolution/resolved-call';
import type { ClientIntents, TargetPort } from '../../intents/client-intents';
import { SERVICE_KIND, workloadName } from '../../intents/identity';
import type { Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { Labels } from '../../model/resource';
import type { Service, ServicePort } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** What egress policies are made of. */
export interface EgressInput {
  readonly mode: Automatic;
  readonly profile: Profile;
  readonly index: ModelIndex;
  readonly present: PresentPolicies;
  readonly resolution: Resolution;
  readonly dns: DnsOptions | false;
  readonly kubernetesApi: readonly string[];
  readonly nodeCidrs: readonly string[];
  /** Whether domain names are handed to the network plugin, by policies of its own. Default false. */
  readonly handsDomains?: boolean | undefined;
}

/** Egress policies, the labels they need, and what they cannot do. */
export interface EgressEmission {
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
  /** Policies of the network plugin for domain names. */
  readonly domains: readonly DomainDraft[];
  readonly findings: readonly Finding[];
}

/** A client as its policy selects it, with the rules gathered for it. */
interface ClientRules {
  readonly selected: SelectedPods;
  readonly rules: DraftRule[];
  readonly causes: Set<ClientIntents>;
  readonly domains: DomainRule[];
  readonly workloads: Set<Workload>;
}

/**
 * Lets clients out to what they declare, and to DNS: one policy for each client that needs it (otterize-operator 4.6 to
 * 4.9). Of the operator's defects these are mended: a peer selects by kind where that matters (W-9), the API server's
 * blocks fit its address family (W-11), DNS is open to the DNS pods only, and targets that give no rule isolate nobody
 * (W-7).
 */
export function emitEgress(input: EgressInput): EgressEmission {
  return new Emission(input);
}

class Emission implements EgressEmission {
  readonly policies: readonly PolicyDraft[];
  readonly domains: readonly DomainDraft[];
  readonly findings: Finding[] = [];
  private readonly labels = new LabelMap();
  private readonly need: ReadonlySet<Workload>;
  private readonly clients = new Map<string, ClientRules>();
  /** Clients with a rule, and the declarations that it comes from. */
  private readonly letOut = new Map<Workload, Set<ClientIntents>>();
  private readonly apiRules: readonly DraftRule[];
  private readonly nodeRanges: readonly Cidr[];

  constructor(private readonly input: EgressInput) {
    const { mode, present, resolution } = input;
    this.apiRules = kubernetesApiRules(input.kubernetesApi);
    this.nodeRanges = mergeCidrs(checkCidrs('nodeCidrs', input.nodeCidrs));
    const { declared, outside } = resolution;
    const handsDomains = input.handsDomains === true;
    this.need = clientsInNeed({ mode, present, declared, outside, apiRules: this.apiRules, handsDomains });
    for (const call of resolution.calls) this.addCall(call);
    this.addHostServers();
    this.addOutside();
    const dns = input.dns === false ? [] : dnsRules(input.dns);
    this.policies = [...this.clients.values()].map((client) => this.draft(client, dns));
    this.domains = [...this.clients.values()].flatMap(domainDraft);
    this.report();
  }

  get podLabels(): ReadonlyMap<Workload, Labels> {
    return this.labels.map;
  }

  private addCall(call: ResolvedCall): void {
    const clients = call.clients.filter((client) => this.need.has(client));
    if (clients.length === 0) return;
    const servers = this.select(referenceOf(call, this.input.index));
    const peers = servers.map(({ namespace, podLabels }) => ({
      namespaceLabels: { [NAMESPACE_NAME_LABEL]: namespace },
      podLabels,
    }));
    this.add(call.intents, clients, [{ peers, ports: this.portsOf(call) }, ...this.throughServices(call)]);
  }

  /** Services that lead to a workload target, unless they lead elsewhere too. */
  private throughServices({ target, servers, service, ports }: ResolvedCall): DraftRule[] {
    const { profile, index } = this.input;
    if (!profile.egressRulePerCall || service !== undefined || target.type !== 'workload') return [];
    return referencingServices(target.server, index).flatMap(({ namespace, selector = {} }): DraftRule[] => {
      const narrow = index.selected(namespace, selector).every((behind) => servers.includes(behind));
      const peers = [{ namespaceLabels: { [NAMESPACE_NAME_LABEL]: namespace }, podLabels: selector }];
      return narrow ? [{ peers, ports }] : [];
    });
  }

  private portsOf({ ports, service, target }: ResolvedCall): PolicyPorts {
    if (!this.input.profile.opensServicePorts || service === undefined || ports === 'all') return ports;
    return [...ports, ...ownPorts(service, target.ports)];
  }

  /** Servers on the host network have the addresses of nodes. */
  private addHostServers(): void {
    for (const { client, server, intents, ports } of this.input.resolution.declared) {
      if (!server.hostNetwork || !this.need.has(client)) continue;
      const peers = this.nodeRanges.map((cidr) => ({ cidr, except: [] }));
      this.add(intents, [client], [{ peers, ports }]);
    }
  }

  private addOutside(): void {
    const { outside } = this.input.resolution;
    for (const { intents, target, client } of outside) {
      if (!this.need.has(client)) continue;
      const rules =
        target.type === 'kubernetes-api'
          ? this.apiRules
          : [{ peers: internetBlocks(target), ports: portsOrAll(target.ports) }];
      this.add(intents, [client], rules, this.handed(target));
    }
  }

  private handed(target: OutsideCall['target']): DomainRule[] {
    if (this.input.handsDomains !== true || target.type !== 'internet') return [];
    const { domains, ports } = target;
    return domains.length === 0 ? [] : [{ domains, ports: portsOrAll(ports) }];
  }

  private add(
    intents: ClientIntents,
    clients: readonly Workload[],
    rules: readonly DraftRule[],
    domains: readonly DomainRule[] = [],
  ): void {
    const useful = rules.filter(({ peers }) => peers.length > 0);
    if (useful.length === 0 && domains.length === 0) return;
    for (const client of clients)
      this.letOut.set(client, (this.letOut.get(client) ?? new Set<ClientIntents>()).add(intents));
    for (const reference of this.clientReferences(intents, clients)) {
      for (const selected of this.select(reference)) {
        const key = JSON.stringify([selected.namespace, selected.key]);
        const known = this.clients.get(key) ?? clientRules(selected);
        this.clients.set(key, known);
        known.rules.push(...useful);
        known.domains.push(...domains);
        known.causes.add(intents);
        for (const workload of reference.workloads) known.workloads.add(workload);
      }
    }
  }

  /**
   * As the intents name the client when all workloads of that name need the policy, else each of them by itself: the
   * others must not be isolated.
   */
  private clientReferences({ client }: ClientIntents, clients: readonly Workload[]): ServerReference[] {
    const { index, profile } = this.input;
    const service = client.kind === SERVICE_KIND ? index.service(client.namespace, client.name) : undefined;
    if (service !== undefined && profile.egressRulePerCall)
      return [{ index, wanted: client, workloads: clients, service }];
    if (client.kind !== SERVICE_KIND) {
      const named = index.named(client).filter(({ finished, hostNetwork }) => !finished && !hostNetwork);
      if (named.every((workload) => this.need.has(workload)))
        return [{ index, wanted: client, workloads: named }];
    }
    return clients.map((workload) => ({ index, wanted: workloadName(workload), workloads: [workload] }));
  }

  private select(reference: ServerReference): readonly SelectedPods[] {
    const selected = this.input.profile.select(reference, this.findings);
    for (const { serverLabels } of selected) this.labels.addAll(serverLabels);
    return selected;
  }

  private draft({ selected, rules, causes }: ClientRules, dns: readonly DraftRule[]): PolicyDraft {
    const { namespace, podLabels, policyLabels } = selected;
    const { name, key } = this.input.profile.egressPolicy(selected);
    return {
      namespace,
      name,
      key,
      labels: policyLabels,
      podLabels,
      egress: this.input.profile.egressRulePerCall ? [...rules, ...dns] : mergeRules([...rules, ...dns]),
      causes,
    };
  }

  private report(): void {
    const { present, resolution } = this.input;
    const reports = new EgressFindings(present, {
      apiKnown: this.apiRules.length > 0,
      nodesKnown: this.nodeRanges.length > 0,
      isLetOut: (client) => this.letOut.has(client),
      handsDomains: this.input.handsDomains === true,
    });
    for (const [intents, targets] of outsideTargets(resolution.outside)) {
      for (const [target, clients] of targets) reports.outside(intents, target, clients);
    }
    for (const call of resolution.declared) reports.hostServer(call);
    for (const [client, causes] of this.letOut) {
      for (const intents of causes) reports.beyondNetwork(intents, client);
    }
    this.findings.push(...reports.findings);
  }
}

function clientRules(selected: SelectedPods): ClientRules {
  return {
    selected,
    rules: [],
    causes: new Set<ClientIntents>(),
    domains: [],
    workloads: new Set<Workload>(),
  };
}

function domainDraft({ selected, domains, causes, workloads }: ClientRules): DomainDraft[] {
  if (domains.length === 0) return [];
  const { namespace, stem, key, podLabels } = selected;
  const name = `egress-to-domains-from-${stem}`;
  return [{ namespace, name, key, podLabels, rules: domains, causes, workloads: [...workloads] }];
}

type TargetClients = Map<OutsideCall['target'], Workload[]>;

function outsideTargets(calls: readonly OutsideCall[]): Map<ClientIntents, TargetClients> {
  const byIntents = new Map<ClientIntents, TargetClients>();
  for (const { intents, target, client } of calls) {
    const targets = byIntents.get(intents) ?? new Map<OutsideCall['target'], Workload[]>();
    byIntents.set(intents, targets);
    append(targets, target, client);
  }
  return byIntents;
}

/** The ports of the Service itself that a target names; all of them when it names none. */
function ownPorts(service: Service, wanted: readonly TargetPort[]): TargetPort[] {
  const isWanted = ({ name, port, protocol }: ServicePort): boolean =>
    wanted.length === 0 ||
    wanted.some((one) => (one.port === port || one.port === name) && one.protocol === protocol);
  return service.ports.filter(isWanted).map(({ port, protocol }) => ({ port, protocol }));
}
