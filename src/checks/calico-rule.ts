import { containsCidr, parseCidr, type Cidr } from '../model/cidr';
import type { CalicoPolicy, CalicoPort, CalicoRule, EntityRule } from '../policies/calico/policy';

export const TCP = 6;
export const UDP = 17;

/** Blocks that are used inside networks: RFC 1918, RFC 6598, RFC 4193 and link-local addresses. */
const PRIVATE_BLOCKS: readonly Cidr[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
].flatMap((text) => {
  const { cidr } = parseCidr(text, { hostBits: 'error' });
  return cidr === undefined ? [] : [cidr];
});

/** Whether the block lies in address space that is only used inside networks. */
export function isPrivate(cidr: Cidr): boolean {
  return PRIVATE_BLOCKS.some((block) => containsCidr(block, cidr));
}

/** Whether a list of ports has this one, or none at all, which means every port. Named ports are not known here. */
export function coversPort(ports: readonly CalicoPort[], port: number): boolean {
  return ports.length === 0 || namesPort(ports, port);
}

/** Whether a list of ports has this one as a number or in a range. */
export function namesPort(ports: readonly CalicoPort[], port: number): boolean {
  return ports.some((one) => 'first' in one && one.first <= port && port <= one.last);
}

/** Whether the rule is about this protocol, whatever else it is about. */
export function coversProtocol(rule: CalicoRule, protocol: number): boolean {
  if (rule.notProtocol === protocol) return false;
  return rule.protocol === undefined || rule.protocol === protocol;
}

/** Whether the side says nothing about who stands there: any address. */
export function isAnyone(entity: EntityRule): boolean {
  return entityKey(entity) === ANYONE;
}

/** A text that sides have in common when they speak of the same peers; ports are left out. */
export function entityKey({
  selector,
  notSelector,
  namespaceSelector,
  serviceAccounts,
  services,
  nets,
  notNets,
}: EntityRule): string {
  return JSON.stringify(
    [selector, notSelector, namespaceSelector, serviceAccounts, services, nets, notNets],
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  );
}

const ANYONE = entityKey({ nets: [], notNets: [], ports: [], notPorts: [] });

/** The rules of a policy that allow something to go out, if it speaks of egress at all. */
export function allowedEgress(policy: CalicoPolicy): readonly CalicoRule[] {
  return policy.types.includes('egress') ? policy.egress.filter(({ action }) => action === 'Allow') : [];
}

/** Where an item stands inside its rule, for a finding. */
export function destinationPlace(
  rule: CalicoRule,
  field: 'ports' | 'nets' | 'selector',
): CalicoRule['place'] {
  return rule.place.at(['destination', field]);
}
