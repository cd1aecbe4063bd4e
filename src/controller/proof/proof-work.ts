import { LiveProof, type ProofChange, type TargetProof } from './live-proof';
import { policiesInEffect } from './policies-in-effect';
import type { Clock } from '../api/clock';
import type { ControllerHooks, ControllerLog } from '../controller-hooks';
import type { IncrementalCompiler } from '../desired/incremental-compiler';
import type { ObservedCluster } from '../observed/observed-cluster';
import { proofKey } from '../writes/work-key';
import type { WorkResult } from '../writes/work-queue';
import type { Resource } from '../../model/resource';
import type { PolicySet } from '../../policies/policy';
import { readPolicies } from '../../policies/read-policies';
import type { CompileSettings } from '../../proof/compile-resources';

/** A proof gives way to everything else after this long. */
const SLICE_MS = 10;

/** What proofs are made with. */
export interface ProofParts {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  readonly settings: CompileSettings;
  /** Whether the cluster serves policies of Calico, whose rules then hold for all others too. */
  readonly calico: boolean;
  /** Whether what is there of a policy stays for now ({@link policiesInEffect}). */
  readonly staysAsItIs: (workKey: string) => boolean;
  readonly clock: Clock;
  readonly hooks: ControllerHooks | undefined;
  readonly log: ControllerLog | undefined;
  /** Told of each ClientIntents of which something else is proved than before. */
  readonly onChange: (change: ProofChange) => void;
}

/** Proves what is declared in the cluster, in small pieces between other work. */
export class ProofWork {
  private readonly proof: LiveProof | undefined;
  /** Namespaces that have changed since they were looked at. */
  private readonly changed = new Set<string>();
  private shared: { readonly resources: readonly Resource[]; readonly policies: PolicySet } | undefined;

  constructor(private readonly parts: ProofParts) {
    const { compiler, settings, calico } = parts;
    if (settings.options.proof === 'off') return;
    const { reachabilityOptions: options, options: compilerOptions } = settings;
    const cni = options.cni ?? (calico ? 'calico' : 'kubernetes');
    const shared = (): PolicySet => this.sharedPolicies();
    this.proof = new LiveProof({
      options: { ...options, cni },
      kubernetesApi: compilerOptions.kubernetesApi ?? [],
      unitOf: (namespace) => compiler.unit(namespace),
      podLabelsOf: (workload) => compiler.podLabelsOf(workload),
      namespaceOf: (name) => compiler.namespaceOf(name),
      servicesOf: (namespace) => compiler.objectsOf(namespace)?.cluster.services ?? [],
      serviceAccountsOf: (namespace) => compiler.objectsOf(namespace)?.cluster.serviceAccounts ?? [],
      policiesOf: (namespace) => policiesInEffect(parts, namespace),
      get sharedPolicies() {
        return shared();
      },
    });
  }

  /** Declared calls that would not work; undefined where nothing is proved. */
  get failures(): number | undefined {
    return this.proof?.failures;
  }

  /** Namespaces that have changed: the work that is due now. */
  mark(namespaces: Iterable<string>): string[] {
    if (this.proof === undefined) return [];
    const keys = new Set<string>();
    for (const namespace of namespaces) {
      this.changed.add(namespace);
      keys.add(proofKey(namespace));
    }
    return [...keys];
  }

  /** What was found about the targets of a ClientIntents, whose clients are in a namespace. */
  of(client: string, namespace: string, name: string): readonly TargetProof[] {
    return this.proof?.of(client, namespace, name) ?? [];
  }

  /** Proves a part of what is due because of a namespace. */
  async work(namespace: string): Promise<WorkResult> {
    await new Promise((resolve) => setImmediate(resolve));
    const { proof } = this;
    if (proof === undefined) return { type: 'done' };
    const { clock, hooks, log } = this.parts;
    const began = clock.now();
    let isDone = true;
    try {
      if (this.changed.delete(namespace)) this.tell(proof.begin(namespace));
      const step = proof.go(namespace, () => clock.now() - began >= SLICE_MS);
      isDone = step.isDone;
      this.tell(step.changes);
    } catch (error) {
      // What is not proved must not keep anybody from being told what is written.
      const stack = error instanceof Error ? error.stack : undefined;
      log?.error(
        { namespace, error: String(error), stack },
        'what is declared in a namespace cannot be proved',
      );
      proof.giveUp(namespace);
    }
    hooks?.onProof?.({ milliseconds: clock.now() - began });
    return isDone ? { type: 'done' } : { type: 'more' };
  }

  /** Forgets everything, as one who does not lead. */
  clear(): void {
    this.proof?.clear();
    this.changed.clear();
  }

  private tell(changes: readonly ProofChange[]): void {
    const { log, onChange } = this.parts;
    for (const change of changes) {
      const intents = `${change.namespace}/${change.name}`;
      for (const finding of change.appeared)
        log?.warn({ intents, finding: finding.id, why: finding.message }, 'a declared call would not work');
      if (change.appeared.length === 0 && change.vanished.length > 0)
        log?.info({ intents, mended: change.vanished.length }, 'declared calls would work again');
      onChange(change);
    }
  }

  private sharedPolicies(): PolicySet {
    const resources = this.parts.compiler.sharedObjects;
    if (this.shared?.resources !== resources) this.shared = { resources, policies: readPolicies(resources) };
    return this.shared.policies;
  }
}
