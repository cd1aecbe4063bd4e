import { AskedNamespaces } from '../asked-namespaces';
import type { DeclaredExternal } from '../compilation';
import { portsOf } from '../resolution/declared-ports';
import {
  automaticWays,
  switchedOffWays,
  type AutomaticWay,
  type AutomaticWayOptions,
} from './automatic-ways';
import type { ExternalOpening, ExternalWay } from './external-way';
import { partlyAdmitted, switchedOff, withoutDeadPorts } from './way-findings';
import { LabelMap } from '../profiles/label-map';
import type { ModelIndex } from '../resolution/model-index';
import { hasLabels, OwnIsolation } from '../own-isolation';
import { mergeRules, type DraftPeer, type DraftRule, type PolicyDraft } from '../policy-draft';
import type { PresentPolicies } from '../present-policies';
import type { Profile, SelectedPods } from '../profiles/profile';
import { portsAt } from '../resolution/resolve-ports';
import { portsKey } from '../resolution/resolved-call';
import { workloadName } from '../../intents/identity';
import { lastAddress, lastOf, type Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { AddressPeer, Peer } from '../../reachability/reachability';

/** What ways in from outside are made of. */
export interface ExternalInput {
  readonly options: AutomaticWayOptions;
  readonly profile: Profile;
  readonly index: ModelIndex;
  readonly present: PresentPolicies;
  /** The policies about intents, and the labels that pods get for them. */
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
}

/** Ways in from outside: policies, further labels for them, and what the manifests declare. */
export interface ExternalEmission {
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
  readonly declared: readonly DeclaredExternal[];
  readonly findings: readonly Finding[];
}

/** The whole of each address family. */
const WORLD: readonly AddressPeer[] = ([4, 6] as const).map((version) => ({
  type: 'addresses',
  version,
  first: 0n,
  last: lastAddress(version),
}));

/**
 * Lets in what load balancers, node ports, Ingresses and routes bring, what scrapers of metrics and what the API server
 * ask for, by one policy for each of them (6.1 to 6.5 of otterize-operator; its defects W-18 to W-20 mended): the target
 * ports only, no more of them than an Ingress names, just for those who come where they are known, and nothing for servers
 * that no policy isolates.
 */
export function emitExternal(input: ExternalInput): ExternalEmission {
  return new Emission(input);
}

class Emission implements ExternalEmission {
  readonly policies: PolicyDraft[] = [];
  readonly declared: DeclaredExternal[] = [];
  readonly findings: Finding[] = [];
  private readonly labels = new LabelMap();
  private accessIsolation: OwnIsolation | undefined;
  private ownIsolation: OwnIsolation | undefined;

  constructor(private readonly input: ExternalInput) {
    const ways = automaticWays(input.index, input.options, this.findings);
    const asked = new AskedNamespaces(input.options.within);
    for (const { way, mode } of ways) {
      if (!asked.has(way.namespace)) continue;
      const live = withoutDeadPorts(way, this.findings);
      if (live !== undefined) this.add(live, mode);
    }
    for (const way of switchedOffWays(input.index, input.options)) {
      const refused = way.servers.filter((server) => this.admission(server, way) === 'blocked');
      if (refused.length > 0) this.findings.push(switchedOff(refused, way));
    }
  }

  get podLabels(): ReadonlyMap<Workload, Labels> {
    return this.labels.map;
  }

  /** What the policies about intents isolate. Most apps offer nothing to the outside and never ask. */
  private get access(): OwnIsolation {
    this.accessIsolation ??= new OwnIsolation(this.input.policies, this.input.podLabels);
    return this.accessIsolation;
  }

  /** The same with the policies that are made in any case; these come first, and are all made when this is asked. */
  private get isolation(): OwnIsolation {
    if (this.ownIsolation !== undefined) return this.ownIsolation;
    const labels = new LabelMap();
    for (const part of [this.input.podLabels, this.labels.map]) labels.addAll(part);
    const own = [...this.input.policies, ...this.policies];
    this.ownIsolation = this.policies.length === 0 ? this.access : new OwnIsolation(own, labels.map);
    return this.ownIsolation;
  }

  private add(way: ExternalWay, mode: AutomaticWay['mode']): void {
    const blocked = way.servers.filter((server) => mode === 'always' || this.isBlocked(server, way));
    this.declare(way, way.declaredWhenMade === true ? blocked : way.servers);
    if (blocked.length === 0) return;
    this.findings.push(...way.openings.flatMap(({ doubts }) => doubts));
    const rules = mergeRules(way.openings.map((opening) => this.rule(this.inNumbers(way, opening))));
    for (const selected of this.select(way, blocked)) this.policies.push(draft(way, selected, rules));
  }

  private declare({ service, origin, openings }: ExternalWay, servers: readonly Workload[]): void {
    for (const server of servers) {
      for (const { callers, ports } of openings) {
        const there = portsAt(server, ports);
        if (there !== 'all' && there.length === 0) continue;
        const who = callers === 'anyone' ? {} : { callers };
        this.declared.push({ server, service, ports: there, origin, ...who });
      }
    }
  }

  /**
   * Whether policies keep out what comes from outside. Policies of somebody else that let in a part of what may be
   * anyone have drawn a line on purpose: it is not moved, and a finding says so.
   */
  private isBlocked(server: Workload, way: ExternalWay): boolean {
    const admission = this.admission(server, way);
    if (admission === 'partly' && way.declaredWhenMade !== true)
      this.findings.push(partlyAdmitted(server, way));
    return admission === 'blocked';
  }

  private admission(server: Workload, way: ExternalWay): 'blocked' | 'partly' | 'open' {
    const { present } = this.input;
    if (!present.isolates(server, 'ingress'))
      return this.isolation.of(server).length > 0 ? 'blocked' : 'open';
    let partly = false;
    for (const { callers, ports } of way.openings) {
      const needed = portsOf(portsAt(server, ports));
      const peers = callers === 'anyone' ? WORLD : peersOf(callers);
      if (callers !== 'anyone' && peers.every((peer) => present.admit(server, 'ingress', peer, needed)))
        continue;
      if (callers !== 'anyone') return 'blocked';
      if (!needed.subtract(present.possible(server, 'ingress', peers)).isEmpty) return 'blocked';
      partly ||= !peers.every((peer) => present.admit(server, 'ingress', peer, needed));
    }
    return partly ? 'partly' : 'open';
  }

  /** By the selector of the Service, where that is just those that need it; else one by one. */
  private select(
    way: ExternalWay,
    blocked: readonly Workload[],
  ): readonly Pick<SelectedPods, 'key' | 'podLabels'>[] {
    const { service, servers, policy } = way;
    const { profile, index } = this.input;
    if (blocked.length === servers.length && service?.selector !== undefined) {
      const like = policy.likeAccess ? this.accessSelector(servers) : undefined;
      return [{ key: '', podLabels: like ?? service.selector }];
    }
    return blocked.flatMap((workload) => {
      const wanted = workloadName(workload);
      const selected = profile.select({ index, wanted, workloads: [workload] }, this.findings);
      for (const { serverLabels } of selected) this.labels.addAll(serverLabels);
      return selected;
    });
  }

  /** The selector of the first access policy by name (otterize-operator 6.1), where it selects just the same pods. */
  private accessSelector(servers: readonly Workload[]): Labels | undefined {
    const [server] = servers;
    if (!this.input.profile.externalLikeAccess || server === undefined || servers.length > 1)
      return undefined;
    const access = this.access.of(server).at(0)?.podLabels;
    if (access === undefined) return undefined;
    const carriers = this.input.index
      .inNamespace(server.namespace)
      .filter((other) => hasLabels({ ...other.labels, ...this.input.podLabels.get(other) }, access));
    return carriers.length === 1 ? access : undefined;
  }

  /** Ports as the Endpoints have them (otterize-operator 6.2), where a name means the same number at every server. */
  private inNumbers({ policy, servers }: ExternalWay, opening: ExternalOpening): ExternalOpening {
    if (!this.input.profile.externalLikeAccess || !policy.likeAccess) return opening;
    const lists = servers.map((server) => portsAt(server, opening.ports));
    const [first] = lists;
    if (first === undefined || first === 'all' || new Set(lists.map(portsKey)).size > 1) return opening;
    return { ...opening, ports: first };
  }

  private rule({ callers, ports }: ExternalOpening): DraftRule {
    if (callers === 'anyone') return { peers: 'anyone', ports };
    const { index, profile } = this.input;
    const pods = callers.workloads.flatMap((workload) => {
      const reference = { index, wanted: workloadName(workload), workloads: [workload] };
      return profile.select(reference, this.findings).map(({ namespace, podLabels, serverLabels }) => {
        this.labels.addAll(serverLabels);
        return { namespaceLabels: { [NAMESPACE_NAME_LABEL]: namespace }, podLabels };
      });
    });
    const namespaces = callers.namespaces.map((name) => ({
      namespaceLabels: { [NAMESPACE_NAME_LABEL]: name },
    }));
    const blocks = callers.ranges.map((cidr) => ({ cidr, except: [] }));
    const labelled = (callers.pods ?? []).map(({ namespace, labels }) => ({
      namespaceLabels: { [NAMESPACE_NAME_LABEL]: namespace },
      podLabels: labels,
    }));
    const peers: DraftPeer[] = [...pods, ...namespaces, ...labelled, ...blocks];
    return { peers, ports };
  }
}

function draft(
  { namespace, policy: { name, key, labels, annotations } }: ExternalWay,
  selected: Pick<SelectedPods, 'key' | 'podLabels'>,
  ingress: readonly DraftRule[],
): PolicyDraft {
  return {
    namespace,
    name,
    key: JSON.stringify([key, selected.key]),
    labels,
    annotations,
    podLabels: selected.podLabels,
    ingress,
    causes: new Set(),
  };
}

function peersOf({
  workloads,
  namespaces,
  ranges,
  pods = [],
}: Exclude<ExternalOpening['callers'], 'anyone'>): Peer[] {
  return [
    ...workloads.map((workload): Peer => ({ type: 'workload', workload })),
    ...namespaces.map((namespace): Peer => ({ type: 'pod', namespace, labels: {} })),
    ...pods.map(({ namespace, labels }): Peer => ({ type: 'pod', namespace, labels })),
    ...ranges.map(addressesOf),
  ];
}

function addressesOf(cidr: Cidr): AddressPeer {
  return { type: 'addresses', version: cidr.version, first: cidr.base, last: lastOf(cidr) };
}
