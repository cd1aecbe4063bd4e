import type { Automatic, DeclaredExternal } from './compilation';
import { portsOf } from './declared-ports';
import {
  externalWays,
  type ExternalOpening,
  type ExternalWay,
  type ExternalWayOptions,
} from './external-ways';
import { LabelMap } from './label-map';
import type { ModelIndex } from './model-index';
import { hasLabels, OwnIsolation } from './own-isolation';
import { mergeRules, type DraftPeer, type DraftRule, type PolicyDraft } from './policy-draft';
import type { PresentPolicies } from './present-policies';
import { EXTERNAL_LABEL, type Profile, type SelectedPods } from './profile';
import { portsAt } from './resolve-ports';
import { identity, workloadName } from '../intents/identity';
import { lastAddress, lastOf, type Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import { labelValueProblem } from '../model/label-syntax';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Labels } from '../model/resource';
import type { Workload } from '../model/workload';
import type { AddressPeer, Peer } from '../reachability/reachability';

const FOR_SERVICE = 'intents.otterize.com/created-for-service';
const FOR_INGRESS = 'intents.otterize.com/created-for-ingress';

/** What ways in from outside are made of. */
export interface ExternalInput extends ExternalWayOptions {
  readonly mode: Automatic;
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
 * Lets in what load balancers, node ports and Ingresses bring, by one policy `external-access-to-<service>` (6.1, 6.2 of
 * otterize-operator; its defects W-18 mended): the target ports only, no more of them than an Ingress names, just for
 * ingress controllers or source ranges where they are known, and nothing for servers that no policy isolates.
 */
export function emitExternal(input: ExternalInput): ExternalEmission {
  return new Emission(input);
}

class Emission implements ExternalEmission {
  readonly policies: PolicyDraft[] = [];
  readonly declared: DeclaredExternal[] = [];
  readonly findings: Finding[] = [];
  private readonly labels = new LabelMap();
  private ownIsolation: OwnIsolation | undefined;

  constructor(private readonly input: ExternalInput) {
    if (input.mode === 'off') return;
    for (const way of externalWays(input.index, input, this.findings)) this.add(way);
  }

  get podLabels(): ReadonlyMap<Workload, Labels> {
    return this.labels.map;
  }

  /** What the policies about intents isolate; most apps offer nothing to the outside and never ask. */
  private get isolation(): OwnIsolation {
    this.ownIsolation ??= new OwnIsolation(this.input.policies, this.input.podLabels);
    return this.ownIsolation;
  }

  private add(way: ExternalWay): void {
    for (const server of way.servers) {
      for (const { callers, ports } of way.openings) {
        const there = portsAt(server, ports);
        if (there !== 'all' && there.length === 0) continue;
        const who = callers === 'anyone' ? {} : { callers };
        this.declared.push({ server, service: way.service, ports: there, ...who });
      }
    }
    const blocked = way.servers.filter(
      (server) => this.input.mode === 'always' || this.isBlocked(server, way),
    );
    if (blocked.length === 0) return;
    this.findings.push(...way.openings.flatMap(({ doubts }) => doubts));
    const rules = mergeRules(way.openings.map((opening) => this.rule(opening)));
    for (const selected of this.select(way, blocked))
      this.policies.push(draft(way, blocked, selected, rules));
  }

  /**
   * Whether policies keep out what comes from outside. Policies of somebody else that let in a part of what may be
   * anyone have drawn a line on purpose: it is not moved, and a finding says so.
   */
  private isBlocked(server: Workload, way: ExternalWay): boolean {
    const { present } = this.input;
    if (!present.isolates(server, 'ingress')) return this.isolation.of(server).length > 0;
    let partly = false;
    for (const { callers, ports } of way.openings) {
      const needed = portsOf(portsAt(server, ports));
      const peers = callers === 'anyone' ? WORLD : peersOf(callers);
      if (callers !== 'anyone' && peers.every((peer) => present.admit(server, 'ingress', peer, needed)))
        continue;
      if (callers !== 'anyone') return true;
      if (!needed.subtract(present.possible(server, 'ingress', peers)).isEmpty) return true;
      partly ||= !peers.some((peer) => present.admit(server, 'ingress', peer, needed));
    }
    if (partly) this.findings.push(partlyAdmitted(server, way));
    return false;
  }

  /** By the Service's own selector when all of its pods are meant, which needs no label; else each workload by itself. */
  private select(
    way: ExternalWay,
    blocked: readonly Workload[],
  ): readonly Pick<SelectedPods, 'key' | 'podLabels'>[] {
    const { service, servers } = way;
    const { profile, index } = this.input;
    if (blocked.length === servers.length && service.selector !== undefined)
      return [{ key: '', podLabels: this.accessSelector(servers) ?? service.selector }];
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
    const access = this.isolation.of(server).at(0)?.podLabels;
    if (access === undefined) return undefined;
    const carriers = this.input.index
      .inNamespace(server.namespace)
      .filter((other) => hasLabels({ ...other.labels, ...this.input.podLabels.get(other) }, access));
    return carriers.length === 1 ? access : undefined;
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
    const peers: DraftPeer[] = [...pods, ...namespaces, ...blocks];
    return { peers, ports };
  }
}

function draft(
  { service, ingresses }: ExternalWay,
  servers: readonly Workload[],
  { key, podLabels }: Pick<SelectedPods, 'key' | 'podLabels'>,
  ingress: readonly DraftRule[],
): PolicyDraft {
  const { namespace, name } = service;
  const from = ingresses.map((object) => object.name).join(',');
  return {
    namespace,
    name: `external-access-to-${name}`,
    key: JSON.stringify(['external', namespace, name, key]),
    labels: { [EXTERNAL_LABEL]: labelValue(servers, namespace, name) },
    annotations: { [FOR_SERVICE]: name, ...(from === '' ? {} : { [FOR_INGRESS]: from }) },
    podLabels,
    ingress,
    causes: new Set(),
  };
}

/** The identity of the server; of the Service's name where the server's own is none that a label takes. */
function labelValue([server]: readonly Workload[], namespace: string, service: string): string {
  const value = server === undefined ? '' : identity(workloadName(server).name, server.namespace);
  return value === '' || labelValueProblem(value) !== undefined ? identity(service, namespace) : value;
}

function peersOf({ workloads, namespaces, ranges }: Exclude<ExternalOpening['callers'], 'anyone'>): Peer[] {
  return [
    ...workloads.map((workload): Peer => ({ type: 'workload', workload })),
    ...namespaces.map((namespace): Peer => ({ type: 'pod', namespace, labels: {} })),
    ...ranges.map(addressesOf),
  ];
}

function addressesOf(cidr: Cidr): AddressPeer {
  return { type: 'addresses', version: cidr.version, first: cidr.base, last: lastOf(cidr) };
}

function partlyAdmitted(server: Workload, { service }: ExternalWay): Finding {
  return {
    id: 'external-partly-admitted',
    severity: 'info',
    message: `Service ${service.namespace}/${service.name} offers ${server.id} to anyone, but policies that are there already let in only some addresses; they are left as they are`,
    object: `Service/${service.namespace}/${service.name}`,
    place: service.place,
    mend: 'Nothing to do if that is meant; otherwise widen that policy.',
  };
}
