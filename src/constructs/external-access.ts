import { Construct, type IConstruct } from 'constructs';
import { chartNamespace } from './chart-namespace';
import { ConstructError, constructPath } from './construct-error';
import { asConstruct } from './api-object-props';
import { describeGiven, fieldsProblem } from './given-value';
import type { LateName, NameOf } from './rendered-names';
import { readPorts, type PortReference } from './target';
import { nameWorkload, type WorkloadReference } from './workload-reference';
import { checkCidrs } from '../compiler/checked-input';
import { isDay } from '../compiler/exceptions/expiry';
import type * as exceptions from '../compiler/exceptions/external-access';
import { constructPlace } from '../model/place';
import type { Direction } from '../policies/direction';

/** Properties of {@link ExternalAccess}. */
export interface ExternalAccessProps {
  /** Whom it is for: a construct that makes pods, or its name; several as a list. In the namespace of the chart. */
  readonly workload: WorkloadReference | readonly WorkloadReference[];
  /** `ingress`: the addresses may call the workload. `egress`: the workload may call the addresses. */
  readonly direction: Direction;
  /** Addresses and CIDRs, IPv4 or IPv6. At least one. */
  readonly cidrs: readonly string[];
  /**
   * Ports of the workload's containers for `ingress`, of the addresses for `egress`.
   *
   * @default - every port
   */
  readonly ports?: readonly PortReference[];
  /** Who answers for it: a team, an address. */
  readonly owner: string;
  /** Why it is needed. */
  readonly reason: string;
  /** The last day on which it holds, as `2026-12-31` (UTC), or `never`. Afterwards the synth fails. */
  readonly expires: string;
}

const FIELDS = ['workload', 'direction', 'cidrs', 'ports', 'owner', 'reason', 'expires'];
const MARK = Symbol.for('cdk8s-intents.ExternalAccess');

/**
 * An exception for addresses outside the cluster that somebody answers for. Where a policy isolates the workload,
 * `IntentsCompiler.attach(app)` writes a policy `external-access-<id>` for it with owner, reason and last day as
 * annotations; the proof takes it for declared. An exception that has run out fails the synth.
 */
export class ExternalAccess extends Construct {
  /** Whether `construct` is an ExternalAccess, of this or another copy of the package. */
  static isExternalAccess(construct: IConstruct): construct is ExternalAccess {
    return MARK in construct;
  }

  private readonly late: (nameOf: NameOf) => exceptions.ExternalAccess;

  /** @throws ConstructError when something is missing or cannot be used */
  constructor(scope: Construct, id: string, props: ExternalAccessProps) {
    const wrong = fieldsProblem(props, FIELDS);
    if (wrong !== undefined)
      throw new ConstructError(scope, id, `its properties: it ${wrong.problem}`, wrong.mend);
    const namespace = chartNamespace(scope, id);
    const workloads = readWorkloads(scope, id, namespace, props.workload);
    const direction = readDirection(scope, id, props.direction);
    const cidrs = readCidrs(scope, id, props.cidrs);
    const ports = props.ports === undefined ? [] : readPorts(scope, id, props.ports);
    if (direction === 'egress' && ports.some(({ port }) => typeof port === 'string')) {
      const problem = 'an address outside the cluster has no named ports';
      throw new ConstructError(scope, id, problem, 'Write port numbers.');
    }
    const owner = readText(scope, id, 'owner', props.owner);
    const reason = readText(scope, id, 'reason', props.reason);
    const expires = readExpiry(scope, id, props.expires);
    const place = constructPlace(constructPath(scope, id));
    super(scope, id);
    Object.defineProperty(this, MARK, { value: true });
    const rest = { namespace, name: id, direction, cidrs, ports, owner, reason, expires, place };
    this.late = (nameOf) => ({ ...rest, workloads: workloads.map((name) => name(nameOf)) });
  }

  /** @internal The exception with the names that its constructs are rendered with. */
  _renderedAccess(nameOf: NameOf): exceptions.ExternalAccess {
    return this.late(nameOf);
  }
}

function readWorkloads(
  scope: Construct,
  id: string,
  namespace: string,
  given: WorkloadReference | readonly WorkloadReference[],
): LateName[] {
  const references = isList(given) ? given : [given];
  if (references.length === 0)
    throw new ConstructError(scope, id, 'it is for no workload', 'Name the workload, or remove it.');
  return references.map((reference) => {
    const { early, late } = nameWorkload(scope, id, reference);
    if (early.namespace === namespace) return late;
    throw new ConstructError(
      scope,
      id,
      `the workload ${early.name} is in namespace ${early.namespace}, but the exception is in ${namespace}`,
      `Declare it in the chart of namespace ${early.namespace}.`,
    );
  });
}

function isList(
  given: WorkloadReference | readonly WorkloadReference[],
): given is readonly WorkloadReference[] {
  return Array.isArray(given);
}

/** Types promise one of the two; plain JavaScript does not. */
function readDirection(scope: Construct, id: string, given: unknown): Direction {
  if (given === 'ingress' || given === 'egress') return given;
  const problem = `direction is ${describeGiven(given)}, which is neither ingress nor egress`;
  throw new ConstructError(scope, id, problem, 'Write ingress or egress; for both, make two of them.');
}

function readCidrs(scope: Construct, id: string, given: readonly string[]): readonly string[] {
  const list: unknown = given;
  if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === 'string')) {
    const problem = `cidrs is ${Array.isArray(list) && list.length === 0 ? 'an empty list' : describeGiven(list)}`;
    throw new ConstructError(scope, id, problem, "Write cidrs: ['203.0.113.0/24'].");
  }
  asConstruct(scope, id, () => checkCidrs('cidrs', given));
  return [...given];
}

function readText(scope: Construct, id: string, field: string, given: unknown): string {
  if (typeof given === 'string' && given.trim() !== '') return given;
  const mend = `Write ${field}: '…': whoever finds the exception in a year must know.`;
  throw new ConstructError(scope, id, `${field} is ${describeGiven(given)}`, mend);
}

function readExpiry(scope: Construct, id: string, given: unknown): string {
  if (typeof given === 'string' && (given === 'never' || isDay(given))) return given;
  const mend = "Write the last day as '2026-12-31', or 'never'.";
  throw new ConstructError(scope, id, `expires is ${describeGiven(given)}, which is no day`, mend);
}
