import { Causes, type PolicyReference } from './causes';
import { Contributions } from './contributions';
import { bringsTraffic, joinParts, linksOf, namespaceOf, type NamespacePart } from './model-parts';
import { differences } from './declared-differences';
import { KnownOutcomes } from './known-outcomes';
import { changesGateways, isOpenToTraffic, namedIn, routedFrom, sharedReach } from './shared-reach';
import { Troubles, type Step } from './troubles';
import { outcomeOf, unitOf, type Unit } from './unit';
import type { NamespaceIntents, NamespaceObjects } from '../observed/namespace-model';
import { compile } from '../../compiler/compile';
import type { Compilation, CompileOptions, GeneratedPolicy } from '../../compiler/compilation';
import { compileOptions } from '../../compiler/compiler-options';
import { assumedDefaultDeny } from '../../compiler/default-denies/assumed-deny';
import { inDialect } from '../../compiler/dialect';
import { ModelIndex } from '../../compiler/resolution/model-index';
import { presentReachability } from '../../compiler/present-policies';
import type { ClientIntents, ProtectedService } from '../../intents/client-intents';
import type { Cluster } from '../../model/cluster';
import { collectGatewayApi } from '../../model/gateway-api/collect-gateway-api';
import type { Namespace } from '../../model/namespace';
import { NOWHERE } from '../../model/place';
import { impliedNamespace } from '../../model/read-namespace';
import type { Labels, Resource } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';
import type { CompileSettings } from '../../proof/compile-resources';

/** What one step of compiling has changed. */
export interface UnitChange {
  readonly namespace: string;
  readonly before: Unit | undefined;
  /** Absent when the namespace is gone. */
  readonly after: Unit | undefined;
  /** Ids of workloads whose pods are to have other labels. */
  readonly workloads: ReadonlySet<string>;
  /** Namespaces that are to have other labels. */
  readonly namespaces: ReadonlySet<string>;
}

const NO_INTENTS: NamespaceIntents = {
  intents: [],
  protectedServices: [],
  findings: [],
  generations: new Map(),
};

/**
 * Compiles a cluster namespace by namespace, and again only those that a change can reach: the one it is in, and those
 * that its intents speak of or that speak of it. All of them together are what compiling the whole cluster gives
 * (test/controller/desired/incremental.property.test.ts).
 */
export class IncrementalCompiler {
  private readonly parts = new Map<string, NamespacePart>();
  private readonly units = new Map<string, Unit>();
  private readonly dirty = new Set<string>();
  /** Compiled and not wanted yet; `undefined` for namespaces that are gone. */
  private readonly compiled = new Map<string, Unit | undefined>();
  private readonly links = new Links();
  private readonly labels = new Contributions();
  private readonly namespaceLabels = new Contributions();
  private namespaces: Map<string, Namespace> = new Map();
  private shared: readonly Resource[] = [];
  /** Namespaces that stand anywhere in shared objects. */
  private named: ReadonlySet<string> = new Set();
  private supports: ReadonlySet<string> = new Set();
  private readonly bringing = new Set<string>();
  private readonly causes = new Causes();
  private readonly outcomes = new KnownOutcomes();
  private readonly troubles = new Troubles();

  constructor(private readonly settings: CompileSettings) {
    this.readSupports();
  }

  /** What there is in a namespace now; only what is given has changed. */
  put(namespace: string, change: Partial<NamespacePart>): void {
    const before = this.parts.get(namespace);
    const objects = change.objects ?? before?.objects;
    if (objects === undefined) return;
    const { policies = before?.policies ?? [], intents = before?.intents ?? NO_INTENTS } = change;
    const after: NamespacePart = { objects, policies, intents };
    this.parts.set(namespace, after);
    this.dirty.add(namespace);
    this.troubles.settled(namespace, 'read');
    if (change.objects !== undefined) this.objectsChanged(namespace, after);
    if (change.intents !== undefined || before?.objects.annotated !== objects.annotated)
      this.intentsChanged(namespace, declarationsOf(before), declarationsOf(after));
  }

  /** The namespace has no objects any more. */
  remove(namespace: string): void {
    const part = this.parts.get(namespace);
    if (part === undefined) return;
    this.parts.delete(namespace);
    this.outcomes.forget(namespace);
    this.troubles.forget(namespace);
    this.namespaces = new Map(this.namespaces);
    this.namespaces.delete(namespace);
    this.dirty.add(namespace);
    for (const other of this.links.of(namespace)) this.dirty.add(other);
    this.intentsChanged(namespace, declarationsOf(part), []);
    if (this.supports.has(namespace)) this.trafficChanged();
  }

  /** Objects that concern more than the namespace they are in; what has changed of them is found by identity. */
  putShared(shared: readonly Resource[]): void {
    const world = { parts: this.parts, namespaces: this.namespaces, before: this.shared, after: shared };
    const reach = sharedReach(world);
    this.shared = shared;
    this.named = namedIn(shared);
    if (changesGateways(world)) this.readSupports();
    const reached = reach === 'all' ? this.parts.keys() : [...reach, ...this.supports];
    for (const namespace of reached) if (this.parts.has(namespace)) this.dirty.add(namespace);
  }

  /** The namespace that is compiled next; `undefined` when none waits. */
  get waiting(): string | undefined {
    const [namespace] = this.dirty;
    return namespace;
  }

  /** Compiles one of the namespaces that wait; false when none does. What is wanted stays as it is until {@link commit}. */
  next(): boolean {
    const namespace = this.waiting;
    if (namespace === undefined) return false;
    this.dirty.delete(namespace);
    const part = this.parts.get(namespace);
    this.compiled.set(namespace, part === undefined ? undefined : this.compileUnit(namespace, part));
    this.troubles.settled(namespace, 'compile');
    return true;
  }

  /** A namespace cannot be read or compiled as it is now: it stays as it was, until that step succeeds. */
  fail(namespace: string, step: Step, why: string): void {
    this.troubles.put(namespace, step, why);
  }

  /** Why a namespace stays as it was compiled last; undefined where all is as it should be. */
  troubleOf(namespace: string): string | undefined {
    return this.troubles.of(namespace);
  }

  /**
   * Wants what was compiled since the last time, all of it at once: what one namespace wants no more another may want in its
   * place.
   */
  commit(): UnitChange[] {
    const changes = [...this.compiled].map(([namespace, unit]) => this.replace(namespace, unit));
    const stuck = this.troubles.takeChanged().filter((namespace) => !this.compiled.has(namespace));
    this.compiled.clear();
    return [...changes, ...stuck.map((namespace) => this.replace(namespace, this.units.get(namespace)))];
  }

  private replace(namespace: string, after: Unit | undefined): UnitChange {
    const before = this.units.get(namespace);
    if (after === undefined) this.units.delete(namespace);
    else this.units.set(namespace, after);
    this.causes.put(before, after);
    return {
      namespace,
      before,
      after,
      workloads: this.labels.put(namespace, after?.podLabels ?? new Map()),
      namespaces: this.namespaceLabels.put(namespace, after?.namespaceLabels ?? new Map()),
    };
  }

  unit(namespace: string): Unit | undefined {
    return this.units.get(namespace);
  }

  policy(namespace: string, key: string): GeneratedPolicy | undefined {
    return this.units.get(namespace)?.policies.get(key);
  }

  /** A workload by its id, as of the last commit. */
  workload(namespace: string, id: string): Workload | undefined {
    return this.units.get(namespace)?.workloads.get(id);
  }

  /** Policies that a ClientIntents is a cause of, wherever they are. */
  policiesCausedBy(namespace: string, name: string): Iterable<PolicyReference> {
    return this.causes.of(namespace, name);
  }

  /** Labels that the pods of a workload are to have. */
  podLabelsOf(workload: string): Labels {
    return this.labels.of(workload);
  }

  /** Labels that a namespace is to have. */
  namespaceLabelsOf(namespace: string): Labels {
    return this.namespaceLabels.of(namespace);
  }

  /** A namespace with the labels that it is to have; as it is taken to be when nobody may look at it. */
  namespaceOf(name: string): Namespace {
    const namespace = this.namespaces.get(name) ?? impliedNamespace(name, NOWHERE);
    return { ...namespace, labels: { ...namespace.labels, ...this.namespaceLabels.of(name) } };
  }

  /** Policies of a namespace that intents did not make, an assumed default deny among them. */
  othersPolicies(namespace: string): readonly Resource[] {
    const part = this.parts.get(namespace);
    return part === undefined ? [] : this.policiesOf(namespace, part);
  }

  /** Objects that concern any namespace; the same list until one of them changes. */
  get sharedObjects(): readonly Resource[] {
    return this.shared;
  }

  objectsOf(namespace: string): NamespaceObjects | undefined {
    return this.parts.get(namespace)?.objects;
  }

  intentsOf(namespace: string): NamespaceIntents {
    return this.parts.get(namespace)?.intents ?? NO_INTENTS;
  }

  get allUnits(): ReadonlyMap<string, Unit> {
    return this.units;
  }

  /** Everything at once, for tests: what all units together must be. */
  compileWhole(): Compilation {
    const names = [...this.parts.keys()];
    const parts = [...this.parts.values()];
    const policies = [...this.parts].flatMap(([name, part]) => this.policiesOf(name, part));
    const cluster = joinParts(
      parts.map(({ objects }) => objects),
      this.shared,
      this.namespaces,
      policies,
    );
    const intents = parts.flatMap((part) => part.intents.intents);
    const services = parts.flatMap((part) => part.intents.protectedServices);
    return this.compile(cluster, intents, services, new Set(names));
  }

  private compileUnit(namespace: string, part: NamespacePart): Unit {
    const linked = this.links.of(namespace);
    const supports = this.isOpen(namespace, part) ? this.supports : [];
    const around = new Set([namespace, ...linked, ...supports]);
    const parts = [...around].flatMap((name) => this.parts.get(name)?.objects ?? []);
    const cluster = joinParts(parts, this.shared, this.namespaces, this.policiesOf(namespace, part));
    const intents = [
      ...part.intents.intents,
      ...[...linked].flatMap((other) =>
        this.intentsOf(other).intents.filter((one) => linksOf([one]).has(namespace)),
      ),
    ];
    const compilation = this.compile(cluster, intents, part.intents.protectedServices, new Set([namespace]));
    const index = new ModelIndex(cluster);
    const outcomes = this.outcomes.of(
      namespace,
      part.intents.intents,
      [...parts, this.shared, this.namespaces],
      (declaration) => outcomeOf(declaration, index),
    );
    return unitOf(namespace, compilation, index, part.intents, outcomes);
  }

  private compile(
    cluster: Cluster,
    intents: readonly ClientIntents[],
    protectedServices: readonly ProtectedService[],
    within: ReadonlySet<string>,
  ): Compilation {
    const { options, reachabilityOptions, dialect, dnsLock, source = 'cluster' } = this.settings;
    const given: CompileOptions = {
      ...compileOptions(options),
      source,
      dnsLock,
      protectedServices,
      present: presentReachability(cluster, reachabilityOptions),
      within,
    };
    return inDialect(compile(cluster, intents, given), dialect, cluster.resources);
  }

  private policiesOf(namespace: string, { objects, policies }: NamespacePart): readonly Resource[] {
    const { assumedDeny } = this.settings;
    if (assumedDeny === undefined) return policies;
    const { resources } = assumedDefaultDeny(
      objects.cluster.workloads.map(({ resource }) => resource),
      assumedDeny.exempt,
      DEFAULT_POD_TEMPLATE_KINDS,
    );
    return [...policies, ...resources.filter((resource) => resource.namespace === namespace)];
  }

  private objectsChanged(namespace: string, part: NamespacePart): void {
    this.namespaces = new Map(this.namespaces).set(namespace, namespaceOf(namespace, part));
    for (const other of this.links.of(namespace)) this.dirty.add(other);
    const brought = this.bringing.has(namespace);
    const brings = bringsTraffic(part.objects);
    if (brings) this.bringing.add(namespace);
    else this.bringing.delete(namespace);
    if (brought !== brings) this.readSupports();
    if (brought || this.supports.has(namespace)) this.trafficChanged();
    for (const other of routedFrom(namespace, this.shared)) if (this.parts.has(other)) this.dirty.add(other);
  }

  private intentsChanged(
    namespace: string,
    before: readonly ClientIntents[],
    after: readonly ClientIntents[],
  ): void {
    this.links.put(namespace, after);
    for (const other of linksOf(differences(before, after))) if (this.parts.has(other)) this.dirty.add(other);
  }

  /** Those to which it comes may let others in now. */
  private trafficChanged(): void {
    this.readSupports();
    for (const [namespace, part] of this.parts) if (this.isOpen(namespace, part)) this.dirty.add(namespace);
  }

  /** Whether traffic from outside, of scrapers or of the API server may come to a namespace, whosever pods bring it. */
  private isOpen(namespace: string, { objects }: NamespacePart): boolean {
    return this.named.has(namespace) || isOpenToTraffic(objects);
  }

  /** Namespaces from which traffic may come that no intent declares: they are part of every compilation of one that it comes to. */
  private readSupports(): void {
    const { options } = this.settings;
    const named = [...(options.ingressControllers ?? []), ...(options.metricsScrapers ?? [])];
    const gateways = (options.gateways ?? []).map((text) => text.slice(text.indexOf('=') + 1));
    const api = collectGatewayApi(this.shared, ({ namespace = 'default' }) => namespace, []);
    this.supports = new Set([
      ...this.bringing,
      ...[...named, ...gateways].map((text) => text.slice(0, text.indexOf('/'))),
      ...api.gateways.flatMap(({ namespace, hostnames }) => [
        namespace,
        ...hostnames.flatMap((hostname) => hostname.split('.')[1] ?? []),
      ]),
    ]);
  }
}

function declarationsOf(part: NamespacePart | undefined): readonly ClientIntents[] {
  return part === undefined ? [] : [...part.intents.intents, ...part.objects.annotated];
}

/** Which namespaces speak of each other. */
class Links {
  private readonly spoken = new Map<string, ReadonlySet<string>>();
  private readonly speakers = new Map<string, Set<string>>();

  /** The namespaces that intents of a namespace speak of, and those whose intents speak of it. */
  of(namespace: string): ReadonlySet<string> {
    const all = new Set([...(this.spoken.get(namespace) ?? []), ...(this.speakers.get(namespace) ?? [])]);
    all.delete(namespace);
    return all;
  }

  put(namespace: string, intents: readonly ClientIntents[]): void {
    for (const other of this.spoken.get(namespace) ?? []) this.speakers.get(other)?.delete(namespace);
    const spoken = linksOf(intents);
    for (const other of spoken)
      this.speakers.set(other, (this.speakers.get(other) ?? new Set<string>()).add(namespace));
    this.spoken.set(namespace, spoken);
  }
}
