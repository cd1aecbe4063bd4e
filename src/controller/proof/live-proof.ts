import { JoinedReachability } from './joined-reachability';
import type { ChangedSides, SliceSources } from './namespace-slice';
import { Slices } from './slices';
import type { DeclaredCall, OutsideCall } from '../../compiler/compilation';
import { isCalledBy } from '../../compiler/resolution/called-by';
import type { ClientIntents } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import { resourceId } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { OutOfModel } from '../../policies/policy';
import { proveDeclaredCalls } from '../../proof/declared-calls';
import { proveDeclaredOutside } from '../../proof/declared-outside';
import { CNI_PROFILES, droppedFromPods } from '../../reachability/cni-profile';
import type { Unit } from '../desired/unit';

/** What the proof says of one target of a ClientIntents. */
export interface TargetProof {
  /** Its place in the list of targets. */
  readonly target: number;
  /** What would not work (errors), and what is not proved (warnings). */
  readonly findings: readonly Finding[];
}

/** How what the proof says of a ClientIntents has changed. */
export interface ProofChange {
  readonly namespace: string;
  readonly name: string;
  /** The server whose annotation declares it; absent for objects of intents. */
  readonly annotated?: Workload | undefined;
  /** Errors that were not there before. */
  readonly appeared: readonly Finding[];
  /** Errors that are not there any more. */
  readonly vanished: readonly Finding[];
}

/** What is proved from what. */
export interface ProofSources extends SliceSources {
  /** Where the API server is, as the compiler takes it. */
  readonly kubernetesApi: readonly string[];
  unitOf(namespace: string): Unit | undefined;
}

/** What the clients of one namespace declare in one ClientIntents. */
interface Declared {
  readonly calls: DeclaredCall[];
  readonly outside: OutsideCall[];
}

/** What is declared of the clients of a namespace, by `namespace/name` of the intents. */
interface Grouped {
  readonly unit: Unit;
  readonly byIntents: ReadonlyMap<string, Declared>;
}

/** A ClientIntents, and the namespace of its clients. */
interface Due {
  readonly client: string;
  readonly intents: string;
}

/**
 * Proves that what is declared can connect, under all policies that the cluster has: by namespaces, and of each again only
 * what a change can reach. Pure but for what it remembers.
 */
export class LiveProof {
  private readonly slices: Slices;
  private readonly reachability: JoinedReachability;
  /** By namespace of the client, then by `namespace/name` of the intents; only those with something to say. */
  private readonly results = new Map<string, Map<string, readonly TargetProof[]>>();
  /** Still to be proved, by namespace that has changed: intents by namespace of their client. */
  private readonly due = new Map<string, Due[]>();
  private grouped: Grouped | undefined;

  constructor(
    private readonly sources: ProofSources,
    mostKept?: number,
  ) {
    this.slices = new Slices(sources, (namespace) => sources.unitOf(namespace), mostKept);
    const { cni = 'kubernetes' } = sources.options;
    const dropped = droppedFromPods(CNI_PROFILES[cni]);
    this.reachability = new JoinedReachability((namespace) => this.slices.of(namespace), dropped);
  }

  /** Declared calls that would not work. */
  get failures(): number {
    let count = 0;
    for (const byIntents of this.results.values())
      for (const targets of byIntents.values())
        count += targets.flatMap(({ findings }) => errorsIn(findings)).length;
    return count;
  }

  /** What was found about the targets of a ClientIntents whose clients are in a namespace; nothing where all is proved. */
  of(client: string, namespace: string, name: string): readonly TargetProof[] {
    return this.results.get(client)?.get(`${namespace}/${name}`) ?? [];
  }

  /** A namespace has changed: what is declared of its workloads is to be proved, as far as the change can reach it. */
  begin(namespace: string): ProofChange[] {
    const unit = this.sources.unitOf(namespace);
    const slice = this.slices.updated(namespace);
    if (unit === undefined || slice === undefined) return this.forget(namespace);
    const sides = slice.takeChanges();
    const fresh = slice.takeNewCalls(
      new Set([...unit.declared.map(callKey), ...unit.outside.map(outsideKey)]),
    );
    const due = new Map<string, Due>();
    const add = (client: string, intents: string): void => {
      due.set(`${client} ${intents}`, { client, intents });
    };
    for (const call of unit.declared)
      if (fresh.has(callKey(call)) || isChanged(sides, call, namespace))
        add(call.client.namespace, keyOf(call.intents));
    for (const call of unit.outside)
      if (fresh.has(outsideKey(call)) || sides === 'all' || sides.get(call.client.id)?.has('egress') === true)
        add(call.client.namespace, keyOf(call.intents));
    // What was found may be about calls that nobody declares any more.
    for (const intents of this.results.get(namespace)?.keys() ?? []) add(namespace, intents);
    for (const { client, intents } of this.due.get(namespace) ?? []) add(client, intents);
    this.due.set(namespace, [...due.values()]);
    return [];
  }

  /** Proves some of what is due because of a namespace, until `isLate`. */
  go(
    namespace: string,
    isLate: () => boolean,
  ): { readonly changes: ProofChange[]; readonly isDone: boolean } {
    const due = this.due.get(namespace) ?? [];
    const changes: ProofChange[] = [];
    for (let next = due.pop(); next !== undefined; next = due.pop()) {
      const change = this.prove(next.client, next.intents);
      if (change !== undefined) changes.push(change);
      if (isLate()) break;
    }
    const isDone = due.length === 0;
    if (isDone) this.due.delete(namespace);
    return { changes, isDone };
  }

  /** Leaves unproved what is due because of a namespace, and begins with it anew when it changes. */
  giveUp(namespace: string): void {
    this.slices.forget(namespace);
    this.due.delete(namespace);
  }

  /** Forgets everything. */
  clear(): void {
    this.slices.clear();
    this.results.clear();
    this.due.clear();
  }

  private forget(namespace: string): ProofChange[] {
    this.slices.forget(namespace);
    this.due.delete(namespace);
    const before = this.results.get(namespace) ?? [];
    this.results.delete(namespace);
    return [...before].map(([intents, targets]) => changeOf(intents, targets, []));
  }

  private prove(client: string, intents: string): ProofChange | undefined {
    const declared = this.declaredOf(client).get(intents);
    const after = declared === undefined ? [] : this.targetsOf(client, declared);
    const byIntents = this.results.get(client) ?? new Map<string, readonly TargetProof[]>();
    const before = byIntents.get(intents) ?? [];
    if (after.length === 0) byIntents.delete(intents);
    else byIntents.set(intents, after);
    if (byIntents.size === 0) this.results.delete(client);
    else this.results.set(client, byIntents);
    if (textOf(before) === textOf(after)) return undefined;
    const annotated = declared?.calls.find((call) => isCalledBy(call.intents))?.server;
    return { ...changeOf(intents, before, after), annotated };
  }

  /** Denied or not, it is not decided where policies that cannot be evaluated are about one of the ends. */
  private withDoubt(proved: readonly Finding[], namespaces: readonly string[]): readonly Finding[] {
    for (const namespace of namespaces) {
      const [unread] = this.slices.of(namespace)?.unread ?? [];
      if (unread !== undefined) return doubted(proved, unread);
    }
    return proved;
  }

  private declaredOf(client: string): ReadonlyMap<string, Declared> {
    const unit = this.sources.unitOf(client);
    if (unit === undefined) return NOTHING_DECLARED;
    if (this.grouped?.unit !== unit) this.grouped = { unit, byIntents: byIntents(unit) };
    return this.grouped.byIntents;
  }

  private targetsOf(client: string, { calls, outside }: Declared): TargetProof[] {
    const byTarget = new Map<number, Finding[]>();
    const add = (target: number, findings: readonly Finding[]): void => {
      if (findings.length > 0) byTarget.set(target, [...(byTarget.get(target) ?? []), ...findings]);
    };
    for (const call of calls)
      add(
        call.intents.targets.indexOf(call.target),
        this.withDoubt(proveDeclaredCalls(this.reachability, [call]), [client, call.server.namespace]),
      );
    const home = this.slices.of(client)?.reachability;
    for (const call of outside) {
      if (home === undefined) break;
      const workload = this.slices.of(client)?.workload(call.client.id);
      if (workload === undefined) continue;
      const proved = proveDeclaredOutside(home, [{ ...call, client: workload }], this.sources.kubernetesApi);
      add(
        call.intents.targets.findIndex((target) => target === call.target),
        this.withDoubt(proved, [client]),
      );
    }
    return [...byTarget]
      .map(([target, findings]) => ({ target, findings }))
      .sort((a, b) => a.target - b.target);
  }
}

/** What only counts as long as a policy that nobody can evaluate here does not decide otherwise. */
function doubted(proved: readonly Finding[], { resource, reason }: OutOfModel): Finding[] {
  const object = resourceId(resource);
  return [
    ...proved.map((finding) =>
      finding.severity === 'error'
        ? { ...finding, id: 'declared-call-undecided', severity: 'warning' as const }
        : finding,
    ),
    {
      id: 'declared-call-undecided',
      severity: 'warning',
      message: `${object} may decide otherwise: ${reason.replace(/\.$/, '')}`,
      object,
      place: resource.place,
      mend: 'Judge what it allows or denies by hand.',
    },
  ];
}

/** Whether the end of a call that is in the namespace may let it through now and did not before, or the other way round. */
function isChanged(sides: ChangedSides, { client, server }: DeclaredCall, namespace: string): boolean {
  if (sides === 'all') return true;
  return (
    (client.namespace === namespace && sides.get(client.id)?.has('egress') === true) ||
    (server.namespace === namespace && sides.get(server.id)?.has('ingress') === true)
  );
}

const NOTHING_DECLARED: ReadonlyMap<string, Declared> = new Map();

function byIntents({ namespace, declared, outside }: Unit): ReadonlyMap<string, Declared> {
  const all = new Map<string, Declared>();
  const of = ({ intents }: DeclaredCall | OutsideCall): Declared => {
    const known = all.get(keyOf(intents)) ?? { calls: [], outside: [] };
    all.set(keyOf(intents), known);
    return known;
  };
  for (const call of declared) if (call.client.namespace === namespace) of(call).calls.push(call);
  for (const call of outside) of(call).outside.push(call);
  return all;
}

function keyOf({ namespace, name }: ClientIntents): string {
  return `${namespace}/${name}`;
}

function callKey({ client, server, intents, ports }: DeclaredCall): string {
  return JSON.stringify([client.id, server.id, keyOf(intents), ports]);
}

function outsideKey({ client, target, intents }: OutsideCall): string {
  const what = target.type === 'internet' ? [target.domains, target.ips, target.ports] : [];
  return JSON.stringify([client.id, keyOf(intents), target.type, what]);
}

function errorsIn(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === 'error');
}

function textOf(targets: readonly TargetProof[]): string {
  return JSON.stringify(
    targets.map(({ target, findings }) => [target, findings.map(({ message }) => message)]),
  );
}

function changeOf(
  intents: string,
  before: readonly TargetProof[],
  after: readonly TargetProof[],
): ProofChange {
  const slash = intents.indexOf('/');
  const [old, now] = [before, after].map((targets) => targets.flatMap(({ findings }) => errorsIn(findings)));
  const without = (list: readonly Finding[] = [], others: readonly Finding[] = []): Finding[] => {
    const said = new Set(others.map(({ message }) => message));
    return list.filter(({ message }) => !said.has(message));
  };
  return {
    namespace: intents.slice(0, slash),
    name: intents.slice(slash + 1),
    appeared: without(now, old),
    vanished: without(old, now),
  };
}
