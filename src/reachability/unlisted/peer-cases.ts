import type { Budget } from './budget';
import {
  asCalicoSees,
  caseOfWritten,
  casesOfLabels,
  casesOfSelector,
  inNamespace,
  namespaceAsCalicoSees,
  written,
} from './selector-cases';
import type { Case } from './term';
import type { LabelSelector } from '../../model/label-selector';
import type { Service } from '../../model/services/service';
import { entityScope } from '../../policies/calico/scope';
import type { CalicoPolicy, EntityRule } from '../../policies/calico/policy';
import type { Direction } from '../../policies/direction';
import { isCalicoPolicy, type Policy } from '../../policies/policy';

/** What reading the peers of rules needs to know. */
export interface PeerContext {
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, Service>;
  /** Whether selectors of Kubernetes see the labels that Calico sets. */
  readonly calicoLabels: boolean;
  readonly budget: Budget;
}

/** Everybody. */
const EVERY_POD: readonly Case[] = [[]];
const NO_POD: readonly Case[] = [];

/** At most so many cases of one rule are looked at. */
const MOST = 512;

/**
 * Which pods a rule may speak of by its selectors, as cases of which any may hold. Addresses, ports and the like are not
 * looked at: what they leave out, the evaluation of an example does.
 */
export function casesOfRule(
  policy: Policy,
  direction: Direction,
  index: number,
  context: PeerContext,
): readonly Case[] {
  if (isCalicoPolicy(policy)) {
    const rule = policy[direction][index];
    if (rule === undefined) return NO_POD;
    return casesOfEntity(direction === 'ingress' ? rule.source : rule.destination, policy, context);
  }
  const peers = policy[direction][index]?.peers ?? [];
  if (peers === 'any') return EVERY_POD;
  const own = policy.kind === 'NetworkPolicy' ? policy.namespace : undefined;
  const cases = peers.flatMap((peer): readonly Case[] => {
    if (peer.type !== 'pods') return EVERY_POD;
    return casesOfPods('pods' in peer ? peer.pods : peer, own, context);
  });
  return context.budget.keep(cases, MOST);
}

interface SelectedPods {
  readonly namespaceSelector?: LabelSelector | undefined;
  readonly podSelector?: LabelSelector | undefined;
}

/** Without a namespaceSelector a peer stays in the namespace of its policy (network-policy-semantics 2.1 item 6). */
function casesOfPods(
  { namespaceSelector, podSelector }: SelectedPods,
  own: string | undefined,
  { calicoLabels, budget }: PeerContext,
): readonly Case[] {
  const namespaces =
    namespaceSelector === undefined
      ? [own === undefined ? [] : inNamespace(own)]
      : casesOfLabels(namespaceSelector, calicoLabels ? namespaceAsCalicoSees : written('namespace'));
  const pods =
    podSelector === undefined
      ? EVERY_POD
      : casesOfLabels(podSelector, calicoLabels ? asCalicoSees : written('pod'));
  return budget.product(namespaces, pods, MOST);
}

function casesOfEntity(entity: EntityRule, policy: CalicoPolicy, context: PeerContext): readonly Case[] {
  if (entity.services !== undefined) return casesOfService(entity.services, context);
  const { positive, except } = entityScope(entity, policy.namespace);
  const { budget } = context;
  const within = positive === undefined ? EVERY_POD : casesOfSelector(positive, asCalicoSees, budget);
  if (except === undefined) return within;
  return budget.product(within, casesOfSelector(except, asCalicoSees, budget, false), MOST);
}

/** Pods stand behind a Service by their labels as they are written; who else may is not known. */
function casesOfService(
  { name, namespace }: { readonly name: string; readonly namespace?: string | undefined },
  { services }: PeerContext,
): readonly Case[] {
  if (namespace === undefined) return NO_POD;
  const service = services.get(`${namespace}/${name}`);
  const selector = service?.type === 'ExternalName' ? {} : (service?.selector ?? {});
  if (Object.keys(selector).length === 0) return EVERY_POD;
  return [[...inNamespace(namespace), ...caseOfWritten(selector)], []];
}
