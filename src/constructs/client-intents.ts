import { Construct, type IConstruct } from 'constructs';
import { chartNamespace } from './chart-namespace';
import { ConstructError, constructPath } from './construct-error';
import { describeGiven, fieldsProblem } from './given-value';
import type { NameOf } from './rendered-names';
import type { Target } from './target';
import { nameWorkload, type WorkloadReference } from './workload-reference';
import type * as intents from '../intents/client-intents';
import { constructPlace } from '../model/place';

/** Properties of {@link ClientIntents}. */
export interface ClientIntentsProps {
  /** The client: a construct that makes pods, or its name. It lies in the namespace of the chart. */
  readonly workload: WorkloadReference;
  /** What the client calls. At least one. */
  readonly targets: readonly Target[];
}

const MARK = Symbol.for('cdk8s-intents.ClientIntents');

/**
 * Declares which servers a client calls. It renders nothing by itself: `IntentsCompiler.attach(app)` makes the
 * policies and labels of all intents of the app, and proves that they do what is declared.
 */
export class ClientIntents extends Construct {
  /** Whether `construct` is a ClientIntents, of this or another copy of the package. */
  static isClientIntents(construct: IConstruct): construct is ClientIntents {
    return MARK in construct;
  }

  private readonly late: (nameOf: NameOf) => intents.ClientIntents;

  constructor(scope: Construct, id: string, props: ClientIntentsProps) {
    const wrong = fieldsProblem(props, ['workload', 'targets']);
    if (wrong !== undefined)
      throw new ConstructError(scope, id, `its properties: it ${wrong.problem}`, wrong.mend);
    const namespace = chartNamespace(scope, id);
    const { early: client, late } = nameWorkload(scope, id, props.workload);
    if (client.namespace !== namespace) {
      throw new ConstructError(
        scope,
        id,
        `the client ${client.name} is in namespace ${client.namespace}, but its intents are in ${namespace}`,
        `Declare them in the chart of namespace ${client.namespace}.`,
      );
    }
    checkTargets(scope, id, props.targets);
    // All that can be refused is refused before the construct joins the tree.
    const place = constructPlace(constructPath(scope, id));
    const targets = props.targets.map((target) => target._bind(scope, id, place));
    super(scope, id);
    Object.defineProperty(this, MARK, { value: true });
    this.late = (nameOf) => ({
      namespace,
      name: id,
      client: late(nameOf),
      targets: targets.map((target) => target(nameOf)),
      place,
    });
  }

  /**
   * The declaration in the one form that all sources of intents are read into, with the names that its constructs have
   * now; an annotation or a patch may still give them others.
   */
  get intents(): intents.ClientIntents {
    return this.late(() => undefined);
  }

  /** @internal The declaration with the names that its constructs are rendered with. */
  _renderedIntents(nameOf: NameOf): intents.ClientIntents {
    return this.late(nameOf);
  }
}

/** Types say the same, but only to those who have them checked. */
function checkTargets(scope: Construct, id: string, given: unknown): void {
  if (!Array.isArray(given)) {
    const problem = `its targets are ${describeGiven(given)}, not a list`;
    throw new ConstructError(scope, id, problem, 'Write targets: [Target.workload(server)].');
  }
  if (given.length === 0) {
    throw new ConstructError(
      scope,
      id,
      'it declares no target',
      'Name what the client calls, or remove the ClientIntents.',
    );
  }
  for (const [index, target] of given.entries()) {
    // Not `instanceof`: the target may come from another copy of the package.
    if (typeof target === 'object' && target !== null && '_bind' in target) continue;
    throw new ConstructError(
      scope,
      id,
      `targets[${index}] is ${describeGiven(target)}, not a Target`,
      "Write Target.workload(server), Target.workload({ name: 'server' }) or Target.service('server').",
    );
  }
}
