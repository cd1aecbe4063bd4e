import { expiryFindings } from './expiry';
import {
  EXPIRES_ANNOTATION,
  OWNER_ANNOTATION,
  REASON_ANNOTATION,
  type AccessPeer,
  type ExternalAccess,
  type NamespaceAccess,
} from './external-access';
import { checkCidrs, mergeCidrs } from '../checked-input';
import type { DeclaredExternal, ExternalCallers, OutsideCall } from '../compilation';
import { internetBlocks } from '../egress/internet-blocks';
import { printWorkload } from '../resolution/intent-finding';
import { LabelMap } from '../profiles/label-map';
import type { ModelIndex } from '../resolution/model-index';
import { NotFound } from '../resolution/not-found';
import { OwnIsolation } from '../own-isolation';
import type { DraftRule, PolicyDraft } from '../policy-draft';
import type { PresentPolicies } from '../present-policies';
import { EXTERNAL_LABEL, type Profile, type SelectedPods } from '../profiles/profile';
import { portsAt } from '../resolution/resolve-ports';
import type { PolicyPorts } from '../resolution/resolved-call';
import type { ClientIntents, InternetTarget } from '../../intents/client-intents';
import { identity, printWorkloadName, workloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import { labelValueProblem } from '../../model/label-syntax';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/** What policies for exceptions are made of. */
export interface ExceptionsInput {
  readonly profile: Profile;
  readonly index: ModelIndex;
  readonly present: PresentPolicies;
  /** All other policies that are made, and the labels that pods get for them. */
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
  readonly externalAccess: readonly ExternalAccess[];
  readonly namespaceAccess: readonly NamespaceAccess[];
  /** The day, as `2026-12-31`; absent: nothing is said of expiry. */
  readonly today?: string | undefined;
}

/** Policies for exceptions, and what they declare. */
export interface ExceptionsEmission {
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
  readonly external: readonly DeclaredExternal[];
  readonly outside: readonly OutsideCall[];
  readonly findings: readonly Finding[];
}

/**
 * Opens what exceptions declare, for workloads that some policy isolates in that direction. For any other there is no
 * policy, for it would isolate them and cut all the rest; a note says that the exception opens nothing.
 *
 * @throws InvalidInputError for a CIDR that cannot be read
 */
export function emitExceptions(input: ExceptionsInput): ExceptionsEmission {
  return new Emission(input);
}

class Emission implements ExceptionsEmission {
  readonly policies: PolicyDraft[] = [];
  readonly external: DeclaredExternal[] = [];
  readonly outside: OutsideCall[] = [];
  readonly findings: Finding[] = [];
  private readonly labels = new LabelMap();
  private readonly notFound: NotFound;
  private readonly own: Partial<Record<Direction, OwnIsolation>> = {};

  constructor(private readonly input: ExceptionsInput) {
    const { index, externalAccess, namespaceAccess, today } = input;
    this.notFound = new NotFound(index);
    for (const access of externalAccess) {
      if (today !== undefined) this.findings.push(...expiryFindings(access, today));
      this.addExternal(access);
    }
    for (const access of namespaceAccess) this.addNamespace(access);
  }

  get podLabels(): ReadonlyMap<Workload, Labels> {
    return this.labels.map;
  }

  private addExternal(access: ExternalAccess): void {
    const workloads = this.workloadsOf(access);
    for (const workload of workloads) {
      if (access.direction === 'ingress') this.declareInward(access, workload);
      else this.declareOutward(access, workload);
    }
    const isolated = workloads.filter((workload) => this.isIsolated(workload, access));
    if (isolated.length < workloads.length) this.findings.push(notNeeded(access, workloads, isolated));
    if (isolated.length === 0) return;
    const { index, profile } = this.input;
    const selected = isolated.flatMap((workload) => {
      const reference = { index, wanted: workloadName(workload), workloads: [workload] };
      return profile.select(reference, this.findings);
    });
    for (const pods of selected) {
      this.labels.addAll(pods.serverLabels);
      this.policies.push(draft(access, pods, selected.length > 1));
    }
  }

  private workloadsOf(access: ExternalAccess): Workload[] {
    const found = access.workloads.flatMap((wanted) => {
      const named = this.input.index.named(wanted).filter(({ finished }) => !finished);
      if (named.length === 0) {
        this.findings.push({
          id: 'external-access-not-found',
          severity: 'error',
          message: `The exception ${access.name} is for ${printWorkloadName(wanted)}, which is not ${this.input.index.source.inside}, so it opens nothing`,
          ...subject(access),
          mend: this.notFound.workloadHint(wanted),
        });
      }
      return named;
    });
    for (const workload of found.filter(({ hostNetwork }) => hostNetwork))
      this.findings.push(onHostNetwork(access, workload));
    return [...new Set(found)].filter(({ hostNetwork }) => !hostNetwork);
  }

  private isIsolated(workload: Workload, { direction }: ExternalAccess): boolean {
    return (
      this.input.present.isolates(workload, direction) || this.ownIsolation(direction).of(workload).length > 0
    );
  }

  /** What the policies made here isolate; most apps have no exceptions and never ask. */
  private ownIsolation(direction: Direction): OwnIsolation {
    const { policies, podLabels } = this.input;
    return (this.own[direction] ??= new OwnIsolation(policies, podLabels, direction));
  }

  private declareInward(access: ExternalAccess, server: Workload): void {
    const ports = access.ports.length === 0 ? 'all' : portsAt(server, access.ports);
    if (ports !== 'all' && ports.length === 0) {
      this.findings.push(portMissing(access, server));
      return;
    }
    const ranges = mergeCidrs(checkCidrs('cidrs', access.cidrs));
    const callers = { workloads: [], namespaces: [], ranges };
    this.external.push({ server, ports, callers, origin: originOf(access, policyName(access)) });
  }

  private declareOutward(access: ExternalAccess, client: Workload): void {
    const { namespace, name, cidrs, ports, place } = access;
    const target: InternetTarget = { type: 'internet', domains: [], ips: [...cidrs], ports, place };
    const intents: ClientIntents = {
      namespace,
      name,
      client: workloadName(client),
      targets: [target],
      place,
    };
    this.outside.push({ intents, target, client });
  }

  private addNamespace({ namespace, from, object, policy, place }: NamespaceAccess): void {
    const origin = { kind: 'exception', object, policy, place } as const;
    for (const server of this.input.index.inNamespace(namespace)) {
      if (server.finished || server.hostNetwork) continue;
      for (const peer of from) {
        const ports = peer.ports.length === 0 ? 'all' : portsAt(server, peer.ports);
        if (ports !== 'all' && ports.length === 0) continue;
        this.external.push({ server, ports, callers: callersOf(peer), origin });
      }
    }
  }
}

function callersOf({ namespace, labels }: AccessPeer): ExternalCallers {
  return labels === undefined
    ? { workloads: [], namespaces: [namespace], ranges: [] }
    : { workloads: [], namespaces: [], ranges: [], pods: [{ namespace, labels }] };
}

function originOf(access: ExternalAccess, policy: string): DeclaredExternal['origin'] {
  return { kind: 'exception', ...subject(access), policy };
}

function subject({ namespace, name, place }: ExternalAccess): Pick<ExternalAccess, 'place'> & {
  readonly object: string;
} {
  return { object: `ExternalAccess/${namespace}/${name}`, place };
}

function policyName({ name }: ExternalAccess): string {
  return `external-access-${name}`;
}

function draft(
  access: ExternalAccess,
  { namespace, key, stem, podLabels }: SelectedPods,
  several: boolean,
): PolicyDraft {
  const { direction, owner, reason, expires } = access;
  const name = policyName(access);
  return {
    namespace,
    name: several ? `${name}-${stem}` : name,
    key: JSON.stringify(['exception', access.name, key]),
    labels: { [EXTERNAL_LABEL]: labelValue(access) },
    annotations: {
      [OWNER_ANNOTATION]: owner,
      [REASON_ANNOTATION]: reason,
      [EXPIRES_ANNOTATION]: expires,
    },
    podLabels,
    [direction]: [rule(access)],
    causes: new Set(),
  };
}

/** Of a wide block the metadata address is left out for egress, as of every internet target. */
function rule({ direction, cidrs, ports }: ExternalAccess): DraftRule {
  const opened: PolicyPorts = ports.length === 0 ? 'all' : ports;
  if (direction === 'egress') return { peers: internetBlocks({ ips: cidrs }), ports: opened };
  const blocks = mergeCidrs(checkCidrs('cidrs', cidrs));
  return { peers: blocks.map((cidr) => ({ cidr, except: [] })), ports: opened };
}

function labelValue({ name, namespace }: ExternalAccess): string {
  const value = identity(name, namespace);
  return labelValueProblem(value) === undefined ? value : 'exception';
}

function notNeeded(
  access: ExternalAccess,
  workloads: readonly Workload[],
  isolated: readonly Workload[],
): Finding {
  const open = workloads.filter((workload) => !isolated.includes(workload)).map(({ id }) => id);
  return {
    id: 'external-access-not-needed',
    severity: 'info',
    message: `No policy isolates ${open.join(', ')} for ${access.direction}, so the exception ${access.name} has nothing to open there, and no policy is written for it`,
    ...subject(access),
    mend: 'Nothing to do: its policy appears with the first one that isolates them.',
  };
}

function onHostNetwork(access: ExternalAccess, workload: Workload): Finding {
  return {
    id: 'external-access-host-network',
    severity: 'warning',
    message: `The exception ${access.name} is for ${printWorkload(workload)}, which is on the host network, where policies for pods have no effect`,
    ...subject(access),
    mend: 'Remove it, or take the workload off the host network.',
  };
}

function portMissing(access: ExternalAccess, server: Workload): Finding {
  return {
    id: 'external-access-port-not-found',
    severity: 'error',
    message: `The exception ${access.name} names ports that ${printWorkload(server)} does not have, so it opens nothing there`,
    ...subject(access),
    mend: 'Write the number of the port, or a name that a container of the workload declares.',
  };
}
