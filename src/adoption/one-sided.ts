import type { AccessRule } from './access-policy-peer';
import type { Evaluated } from './evaluated';
import type { Residue, SystemName } from './residue';
import type { Place } from '../model/place';
import { resourceId, type Resource } from '../model/resource';
import type { Workload } from '../model/workloads/workload';

/** What a rule of an accessPolicy says of two applications. */
export interface StatedRule {
  /** `namespace/name`. */
  readonly client: string;
  readonly server: string;
  readonly said: 'inbound' | 'outbound';
  readonly system: SystemName;
  readonly object: string;
  readonly place: Place;
}

/** The rules of both directions that are about one application each. */
export function statedRules(
  rules: Readonly<Record<StatedRule['said'], readonly AccessRule[]>>,
  resource: Resource,
  system: SystemName,
): StatedRule[] {
  return (['inbound', 'outbound'] as const).flatMap((said) =>
    rules[said].flatMap((rule) => statedRule(rule, resource, { system, said }) ?? []),
  );
}

/** The rule as a pair; undefined where it is about more than one application. */
function statedRule(
  rule: AccessRule,
  resource: Resource,
  { system, said }: Pick<StatedRule, 'system' | 'said'>,
): StatedRule | undefined {
  const { namespace: home = 'default', name } = resource;
  const { application, namespace = home, namespacesByLabel, reader } = rule;
  if (application === '*' || namespace === '*' || namespacesByLabel !== undefined) return undefined;
  const [own, other] = [`${home}/${name}`, `${namespace}/${application}`];
  const pair = said === 'outbound' ? { client: own, server: other } : { client: other, server: own };
  return { ...pair, said, system, object: resourceId(resource), place: resource.place.at(reader.path) };
}

/**
 * Rules that have no effect, because the other end does not have its half (intent-systems C1, C2). No intent says them:
 * it would open what is shut today.
 */
export function oneSidedRules(rules: readonly StatedRule[], { cluster, reachability }: Evaluated): Residue[] {
  const byName = new Map(cluster.workloads.map((workload) => [nameOf(workload), workload]));
  return rules.flatMap((rule): Residue[] => {
    const [client, server] = [byName.get(rule.client), byName.get(rule.server)];
    if (client === undefined || server === undefined || client === server) return [];
    const { allowed, undecided } = reachability.connection(
      { type: 'workload', workload: client },
      { type: 'workload', workload: server },
    );
    return allowed.isEmpty && undecided.isEmpty ? [residueOf(rule)] : [];
  });
}

function nameOf({ namespace, name }: Workload): string {
  return `${namespace}/${name}`;
}

function residueOf({ client, server, said, system, object, place }: StatedRule): Residue {
  const [has, lacks, missing] =
    said === 'outbound'
      ? [
          `${client} has an outbound rule for ${server}`,
          'which does not let it in',
          `an inbound rule to ${server}`,
        ]
      : [
          `${server} has an inbound rule for ${client}`,
          'which may not go out to it',
          `an outbound rule to ${client}`,
        ];
  return {
    kind: 'lost',
    system,
    object,
    place,
    message: `${has}, ${lacks}: nothing goes through today, and no intent is written for it`,
    mend: `Where the call is meant, add ${missing} and adopt anew; else take the rule away.`,
  };
}
