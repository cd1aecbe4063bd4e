import { AccessLosses, type AccessLoss, type KeptAccess } from './access-loss';
import { onConnections, outsideAddresses } from './wording';
import { listSome } from '../model/list-some';
import { groupBy } from '../model/group-by';
import type { StagedEnforcement } from '../compiler/enforcement/staged-enforcement';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import type { Workload } from '../model/workloads/workload';
import type { Reachability } from '../reachability/reachability';

/** What {@link reportEnforcement} compares. */
export interface EnforcementInput {
  /** The model with the labels of the compilation. */
  readonly cluster: Cluster;
  readonly staged: StagedEnforcement;
  /** Nothing is enforced: under the policies of others alone. */
  readonly shadow: Reachability;
  /** Everything is enforced. */
  readonly enforced: Reachability;
}

/** How many workloads the line about a namespace names. */
const NAMED = 6;

/**
 * Says who loses access when a namespace moves from shadow to enforced: one warning for each namespace with something in
 * shadow that would lose, and a note for each workload with all that can be said about it. Of what is enforced already
 * the same is said in notes. What a namespace isolates is decided by its own policies only, so that one evaluation of
 * everything enforced is enough for all of them.
 */
export function reportEnforcement(input: EnforcementInput): Finding[] {
  const losses = new AccessLosses(input.shadow, input.enforced);
  const running = input.cluster.workloads.filter(({ finished, hostNetwork }) => !finished && !hostNetwork);
  return [...groupBy(running, ({ namespace }) => namespace)].flatMap(([namespace, workloads]) =>
    reportNamespace(namespace, workloads, input.staged, losses),
  );
}

function reportNamespace(
  namespace: string,
  workloads: readonly Workload[],
  staged: StagedEnforcement,
  losses: AccessLosses,
): Finding[] {
  const all = workloads.flatMap((workload) =>
    (['ingress', 'egress'] as const).flatMap((direction) => losses.of(workload, direction) ?? []),
  );
  const isShadow = ({ workload, direction }: AccessLoss): boolean => staged.isWithheld(workload, direction);
  const details = all.map((loss) => detail(loss, isShadow(loss)));
  const shadow = all.filter(isShadow);
  const line = `enforcement: { default: '${staged.usual}', namespaces: { '${namespace}': 'enforce' } }`;
  if (shadow.length > 0) return [wouldCut(namespace, shadow, line), ...details];
  return staged.modeOf(namespace) === 'shadow' ? [cutsNothing(namespace, line), ...details] : details;
}

function wouldCut(namespace: string, losses: readonly AccessLoss[], line: string): Finding {
  const inward = losses.filter(({ direction }) => direction === 'ingress').map(summary);
  const outward = losses.filter(({ direction }) => direction === 'egress').map(summary);
  const parts = [
    ...(inward.length === 0 ? [] : [`these lose their undeclared callers: ${listSome(inward, NAMED)}`]),
    ...(outward.length === 0 ? [] : [`these may not go out to the undeclared: ${listSome(outward, NAMED)}`]),
  ];
  return {
    id: 'enforcement-would-cut',
    severity: 'warning',
    message: `Namespace ${namespace} is in shadow. Once it is enforced, ${parts.join('; ')}`,
    object: `Namespace/${namespace}`,
    place: NOWHERE,
    mend: `Declare what is meant (ClientIntents, ExternalAccess); the notes (notes: true) say it of each workload. Then enforce it: ${line}.`,
  };
}

function cutsNothing(namespace: string, line: string): Finding {
  return {
    id: 'enforcement-cuts-nothing',
    severity: 'info',
    message: `Namespace ${namespace} is in shadow, and nobody who is in the manifests loses access once it is enforced`,
    object: `Namespace/${namespace}`,
    place: NOWHERE,
    mend: `Enforce it: ${line}.`,
  };
}

/** `shop/cart[Deployment] (10 workloads, any address outside the cluster)`. */
function summary(loss: AccessLoss): string {
  const { count } = loss.workloads;
  const partly = loss.kept.filter(({ loses }) => loses).length;
  const who = [
    ...(count === 0 ? [] : [`${count} workload${count === 1 ? '' : 's'}`]),
    ...(partly === 0 ? [] : [`${partly} on other ports`]),
    ...(loss.addresses.length === 0 ? [] : [outsideAddresses(loss.addresses)]),
  ];
  return `${loss.workload.id} (${who.join(', ')})`;
}

function detail(loss: AccessLoss, shadow: boolean): Finding {
  const { workload, direction, kept, workloads, addresses } = loss;
  const named = listSome(workloads.first.map(({ id }) => id));
  const more = workloads.count - workloads.first.length;
  const losing = [
    ...(workloads.count === 0 ? [] : [more > 0 ? `${named} and ${more} more` : named]),
    ...(addresses.length === 0 ? [] : [outsideAddresses(addresses)]),
  ];
  const lost =
    losing.length === 0
      ? ''
      : `${losing.join(', ')} ${shadow ? 'will have' : isOne(losing) ? 'has' : 'have'} none`;
  const left =
    kept.length === 0
      ? ''
      : `${listSome(kept.map(keptWords), 8)} ${shadow ? 'will keep it' : kept.length > 1 ? 'keep it' : 'keeps it'}`;
  const what = direction === 'ingress' ? `access to ${workload.id}` : `access from ${workload.id} to others`;
  return {
    id: 'enforcement-access',
    severity: 'info',
    message: `Of ${what}: ${[lost, left].filter((part) => part !== '').join('; ')}`,
    object: `${workload.kind}/${workload.namespace}/${workload.name}`,
    place: workload.place,
    mend: shadow
      ? 'Declare what is meant before it is enforced.'
      : 'Nothing to do if that is meant; otherwise declare the call.',
  };
}

function keptWords({ workload, connections }: KeptAccess): string {
  return `${workload.id} (${onConnections(connections)})`;
}

function isOne([first = '', ...more]: readonly string[]): boolean {
  return more.length === 0 && !/, | and \d+ more$|^addresses /.test(first);
}
