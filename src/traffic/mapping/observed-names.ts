import type { Inventory } from './inventory';
import { locateEnd } from './locate-end';
import type { OutsideEnd, TrafficEnd } from './traffic-end';
import type { DnsRecord } from '../flow-record';

/** More addresses, or names of one address, than these are not kept: an answer of DNS may be anything. */
const MOST_ADDRESSES = 100_000;
const MOST_NAMES = 16;

/** How a name for an address was found. */
export interface SeenName {
  readonly name: string;
  /**
   * `called`: the record of the connection itself names it. `asked`: this client got the address as the answer for it.
   * `others`: another client did.
   */
  readonly by: 'called' | 'asked' | 'others';
}

interface OfAddress {
  readonly names: Map<string, Set<string>>;
}

/** Which names in DNS led to which addresses, and for whom. */
export class ObservedNames {
  private readonly addresses = new Map<string, OfAddress>();
  private readonly direct = new Map<string, Set<string>>();

  constructor(private readonly inventory: Inventory) {}

  /** An answer of DNS; names of the cluster itself say nothing about the outside. */
  take({ client, name, addresses, time, code }: DnsRecord): void {
    if (code !== undefined && code !== 'NOERROR') return;
    if (addresses.length === 0 || !isPublicName(name)) return;
    const { end } = locateEnd(client, time, this.inventory);
    const who = end === undefined ? '' : clientKey(end);
    for (const ip of addresses) {
      let known = this.addresses.get(ip);
      if (known === undefined) {
        if (this.addresses.size >= MOST_ADDRESSES) return;
        known = { names: new Map() };
        this.addresses.set(ip, known);
      }
      const clients = known.names.get(name);
      if (clients !== undefined) clients.add(who);
      else if (known.names.size < MOST_NAMES) known.names.set(name, new Set([who]));
    }
  }

  /** A record of a connection names what was called. */
  called(to: OutsideEnd, from: TrafficEnd, domains: readonly string[]): void {
    const key = `${clientKey(from)} ${to.address ?? ''}`;
    const known = this.direct.get(key);
    const names = known ?? new Set<string>();
    for (const domain of domains) if (isPublicName(domain) && names.size < MOST_NAMES) names.add(domain);
    if (known === undefined && this.direct.size < MOST_ADDRESSES) this.direct.set(key, names);
  }

  /** The names of an address as this client called it, sorted; the surest kind of evidence alone counts. */
  of(address: string, client: TrafficEnd): SeenName[] {
    const who = clientKey(client);
    const direct = [...(this.direct.get(`${who} ${address}`) ?? [])].sort();
    if (direct.length > 0) return direct.map((name) => ({ name, by: 'called' }));
    const names = [...(this.addresses.get(address)?.names ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const own = names.filter(([, clients]) => clients.has(who));
    if (own.length > 0) return own.map(([name]) => ({ name, by: 'asked' }));
    return names.map(([name]) => ({ name, by: 'others' }));
  }
}

function clientKey(end: TrafficEnd): string {
  return end.type === 'workload' ? end.workload.id : end.type;
}

/** A name in the DNS of the world: what intents take, and none of the cluster. */
function isPublicName(name: string): boolean {
  if (name.length > 253 || /\.(?:cluster\.local|arpa|svc)$|\.svc\./.test(name)) return false;
  const labels = name.split('.');
  return (
    labels.length > 1 && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  );
}
