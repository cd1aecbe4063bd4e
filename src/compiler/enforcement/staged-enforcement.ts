import type { Enforcement, EnforcementMode } from './enforcement';
import { denyScope, type DenyScope } from './stage-deny';
import { stagePolicies, type StageInput } from './stage-policies';
import type { NamedPolicy } from '../final-names';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/** What a compilation leaves out of the output because it is in shadow. */
export class StagedEnforcement {
  /** @internal Policies that are written, in the order of all. */
  readonly written: readonly NamedPolicy[];
  readonly findings: readonly Finding[];
  private readonly withheld: Readonly<Record<Direction, ReadonlySet<Workload>>>;
  private readonly ids: Readonly<Record<Direction, ReadonlySet<string>>>;
  private readonly enforcement: Enforcement;

  constructor(
    named: readonly NamedPolicy[],
    private readonly input: StageInput,
  ) {
    const { written, withheld, findings } = stagePolicies(named, input);
    this.written = written;
    this.withheld = withheld;
    this.enforcement = input.enforcement;
    this.findings = [...this.enforcement.findings, ...findings];
    this.ids = { ingress: idsOf(withheld.ingress), egress: idsOf(withheld.egress) };
  }

  /** What is said of the namespace as a whole. */
  modeOf(namespace: string): EnforcementMode {
    return this.enforcement.ofNamespace(namespace);
  }

  /** The mode of whatever nothing closer is said of. */
  get usual(): EnforcementMode {
    return this.enforcement.usual;
  }

  /** Namespaces that the options name. */
  get namedNamespaces(): readonly string[] {
    return this.enforcement.namedNamespaces;
  }

  /** Whether nothing is written that isolates this workload, known by its id: of the model before or after. */
  isWithheld({ id }: Pick<Workload, 'id'>, direction: Direction): boolean {
    return this.ids[direction].has(id);
  }

  /** The pods of a namespace that a default deny of the app isolates for now. */
  denyScope(namespace: string, directions: readonly Direction[]): DenyScope {
    const { index, podLabels } = this.input;
    return denyScope(namespace, directions, {
      index,
      enforcement: this.enforcement,
      withheld: this.withheld,
      podLabels,
    });
  }
}

function idsOf(workloads: ReadonlySet<Workload>): ReadonlySet<string> {
  return new Set([...workloads].map(({ id }) => id));
}
