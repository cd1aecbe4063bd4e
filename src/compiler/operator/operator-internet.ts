import type { ClientIntents, InternetTarget } from '../../intents/client-intents';
import { INTENTS_GROUP } from '../../intents/read-intents';
import { addressBits, parseAddress, parseCidr, printCidr } from '../../model/cidr';
import { isJsonObject, jsonAt } from '../../model/json';
import type { ModelIndex } from '../resolution/model-index';

/**
 * The blocks of an internet target (otterize-operator 4.8): its addresses, and for each of its domains those that the
 * status of the object lists under just that text. Host bits are cleared, nothing is left out of a range, each block is
 * there once, sorted as text.
 */
export function internetCidrs(
  intents: ClientIntents,
  { ips, domains }: InternetTarget,
  index: ModelIndex,
): string[] {
  const resolved = domains.length === 0 ? [] : resolvedIps(intents, new Set(domains), index);
  const blocks = [...ips, ...resolved].flatMap((text) => blockOf(text) ?? []);
  return [...new Set(blocks)].sort();
}

function resolvedIps(
  { namespace, name }: ClientIntents,
  domains: ReadonlySet<string>,
  index: ModelIndex,
): string[] {
  const object = index.cluster.resources.find(
    (resource) =>
      resource.group === INTENTS_GROUP &&
      resource.kind === 'ClientIntents' &&
      (resource.namespace ?? 'default') === namespace &&
      resource.name === name,
  );
  const list = object && jsonAt(object.manifest, ['status', 'resolvedIPs']);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    if (!isJsonObject(entry)) return [];
    const { dns, ips } = entry;
    if (typeof dns !== 'string' || !domains.has(dns) || !Array.isArray(ips)) return [];
    return ips.flatMap((ip) => (typeof ip === 'string' ? [ip] : []));
  });
}

function blockOf(text: string): string | undefined {
  if (text.includes('/')) {
    const { cidr } = parseCidr(text, { hostBits: 'mask' });
    return cidr && printCidr(cidr);
  }
  const { address } = parseAddress(text);
  return (
    address &&
    printCidr({ version: address.version, base: address.value, prefix: addressBits(address.version) })
  );
}
