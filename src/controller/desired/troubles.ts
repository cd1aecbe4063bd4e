/** At which step a namespace is stuck. */
export type Step = 'read' | 'compile';

/** Why namespaces stay as they were compiled last. */
export class Troubles {
  private readonly byStep: Readonly<Record<Step, Map<string, string>>> = {
    read: new Map(),
    compile: new Map(),
  };
  /** Namespaces that somebody is yet to be told of. */
  private readonly untold = new Set<string>();

  /** @param why what went wrong, in the words of the error */
  put(namespace: string, step: Step, why: string): void {
    this.byStep[step].set(namespace, why);
    this.untold.add(namespace);
  }

  /** The step was done without an error. */
  settled(namespace: string, step: Step): void {
    if (this.byStep[step].delete(namespace)) this.untold.add(namespace);
  }

  /** The namespace is gone. */
  forget(namespace: string): void {
    this.settled(namespace, 'read');
    this.settled(namespace, 'compile');
  }

  of(namespace: string): string | undefined {
    return this.byStep.read.get(namespace) ?? this.byStep.compile.get(namespace);
  }

  /** Namespaces of which this has changed since the last time. */
  takeChanged(): readonly string[] {
    const changed = [...this.untold];
    this.untold.clear();
    return changed;
  }
}
