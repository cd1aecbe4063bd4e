import { InvalidInputError } from '../invalid-input-error';
import { checkKeys } from '../known-keys';
import type { ModelIndex } from '../resolution/model-index';
import { SERVICE_KIND, workloadName } from '../../intents/identity';
import { nearest } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';
import type { ResolvedProtection } from '../profiles/profile';
import { type SourceWords } from '../resolution/source-words';

/**
 * `enforce`: what isolates is written. `shadow`: it is compiled, proved and reported, and nothing is written that
 * isolates.
 */
export type EnforcementMode = 'enforce' | 'shadow';

/** Staged adoption: what is enforced, and what is only in shadow. The closest word counts: workload, namespace, default. */
export interface EnforcementOptions {
  /** For whatever nothing closer is said of. Default `enforce`. */
  readonly default?: EnforcementMode;
  /** By namespace. */
  readonly namespaces?: Readonly<Record<string, EnforcementMode>>;
  /** By workload: `shop/cart`, or `shop/cart[Deployment]` for one kind of that name. */
  readonly workloads?: Readonly<Record<string, EnforcementMode>>;
}

const MODES: readonly EnforcementMode[] = ['enforce', 'shadow'];

/**
 * Refuses what {@link EnforcementOptions} cannot be: a misspelt word would leave open what it was to close.
 *
 * @throws InvalidInputError for the first wrong field
 */
export function checkEnforcement(options: EnforcementOptions): void {
  checkKeys('enforcement', options, ['default', 'namespaces', 'workloads']);
  const { default: usual, namespaces = {}, workloads = {} } = options;
  if (usual !== undefined) checkMode('enforcement.default', usual);
  checkMap('enforcement.namespaces', namespaces, /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/, 'shop');
  checkMap('enforcement.workloads', workloads, /^[^/\s]+\/[^/\s[\]]+(?:\[\w+\])?$/, 'shop/cart');
}

function checkMap(field: string, modes: object, key: RegExp, example: string): void {
  const given: unknown = modes;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const mend = `Write { '${example}': 'enforce' }.`;
    throw new InvalidInputError(field, given, 'it is no map of names and modes', mend);
  }
  for (const [name, mode] of Object.entries(given)) {
    if (!key.test(name))
      throw new InvalidInputError(field, name, 'it is no name', `Write it like '${example}'.`);
    checkMode(`${field}.${name}`, mode);
  }
}

function checkMode(field: string, mode: unknown): void {
  if (MODES.some((known) => known === mode)) return;
  const near = typeof mode === 'string' ? nearest(mode, MODES) : undefined;
  const mend = near === undefined ? 'Write enforce or shadow.' : `Did you mean ${near}?`;
  throw new InvalidInputError(field, mode, 'it is neither enforce nor shadow', mend);
}

/** The mode of every workload, looked up. */
export class Enforcement {
  readonly findings: Finding[] = [];
  /** The mode of whatever nothing closer is said of. */
  readonly usual: EnforcementMode;
  private readonly namespaces: ReadonlyMap<string, EnforcementMode>;
  private readonly workloads = new Map<Workload, EnforcementMode>();
  /** Servers that a ProtectedService enforces, for ingress (otterize-operator 7.1). */
  private readonly protectedServers: ReadonlySet<Workload>;

  /** @throws InvalidInputError for options that cannot be used */
  constructor(
    options: EnforcementOptions,
    private readonly index: ModelIndex,
    protections: readonly ResolvedProtection[],
  ) {
    checkEnforcement(options);
    this.usual = options.default ?? 'enforce';
    this.namespaces = new Map(Object.entries(options.namespaces ?? {}));
    this.protectedServers = new Set(protections.flatMap(({ servers }) => servers));
    this.reportNamespaces();
    this.readWorkloads(options.workloads ?? {});
  }

  /** Namespaces that the options name, sorted. */
  get namedNamespaces(): readonly string[] {
    return [...this.namespaces.keys()].sort();
  }

  /** What is said of a namespace as a whole: of pods that nothing closer is said of. */
  ofNamespace(namespace: string): EnforcementMode {
    return this.namespaces.get(namespace) ?? this.usual;
  }

  /** The closest word: of the workload, of a ProtectedService (which speaks of ingress only), of its namespace. */
  of(workload: Workload, direction: Direction): EnforcementMode {
    const own = this.workloads.get(workload);
    if (own !== undefined) return own;
    if (direction === 'ingress' && this.protectedServers.has(workload)) return 'enforce';
    return this.ofNamespace(workload.namespace);
  }

  private readWorkloads(modes: Readonly<Record<string, EnforcementMode>>): void {
    // Names before names with a kind, which are closer.
    const sorted = Object.entries(modes).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
    for (const [reference, mode] of sorted) {
      const [, namespace = '', name = '', kind] = /^([^/]+)\/([^[]+)(?:\[(\w+)\])?$/.exec(reference) ?? [];
      const wanted = { namespace, name, ...(kind === undefined ? {} : { kind }) };
      const found = kind === SERVICE_KIND ? [] : this.index.named(wanted);
      for (const workload of found) this.workloads.set(workload, mode);
      if (found.length === 0) this.findings.push(this.unknownWorkload(reference, namespace));
    }
  }

  private unknownWorkload(reference: string, namespace: string): Finding {
    const there = this.index.inNamespace(namespace).map((workload) => {
      const own = workloadName(workload);
      return `${own.namespace}/${own.name}`;
    });
    return unknown('workload', reference, nearest(reference.replace(/\[.*$/, ''), there), this.index.source);
  }

  private reportNamespaces(): void {
    const known = this.index.cluster.namespaces;
    for (const name of [...this.namespaces.keys()].sort()) {
      if (known.has(name) || this.index.inNamespace(name).length > 0) continue;
      this.findings.push(unknown('namespace', name, nearest(name, [...known.keys()]), this.index.source));
    }
  }
}

function rank(reference: string): number {
  return reference.endsWith(']') ? 1 : 0;
}

function unknown(
  what: 'namespace' | 'workload',
  name: string,
  near: string | undefined,
  { inside }: SourceWords,
): Finding {
  return {
    id: what === 'namespace' ? 'enforcement-unknown-namespace' : 'enforcement-unknown-workload',
    severity: 'error',
    message: `enforcement names the ${what} ${name}, which is not ${inside}, so it changes nothing`,
    place: NOWHERE,
    mend: near === undefined ? 'Correct the name, or remove it.' : `Did you mean ${near}?`,
  };
}
