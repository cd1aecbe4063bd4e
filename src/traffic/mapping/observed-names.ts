import type { Inventory } from './inventory';
import { locateEnd } from './locate-end';
import type { OutsideEnd, TrafficEnd } from './traffic-end';
import type { DnsRecord } from '../flow-record';
import { ownText } from '../own-text';

/** Names of one address that are told apart. */
const MOST_NAMES = 16;

/** What a name takes in memory next to a client that asked for it. */
const NAME_WEIGHT = 16;

/** Names and clients that are kept, in clients (about 32 bytes): an answer of DNS may be anything. */
export const MOST_KEPT = 1_000_000;

/** How a name for an address was found. */
export interface SeenName {
  readonly name: string;
  /**
   * `called`: the record of the connection itself names it. `asked`: this client got the address as the answer for it.
   * `others`: another client did.
   */
  readonly by: 'called' | 'asked' | 'others';
}

/** A name that led to an address, with those who asked for it. */
interface KnownName {
  readonly clients: Set<string>;
  /** How many answers, or records of connections, had it. */
  records: number;
}

interface OfAddress {
  readonly names: Map<string, KnownName>;
  /** Whether somebody was seen to call it. */
  isCalled: boolean;
}

/** What is known by one key: names by their address, or by their client and address. */
type Table = Map<string, OfAddress>;

/**
 * Which names in DNS led to which addresses, and for whom, in bounded memory: when there are too many, the half goes that
 * nobody was seen to call and that came least. What comes again is kept again.
 */
export class ObservedNames {
  private readonly addresses: Table = new Map();
  private readonly direct: Table = new Map();
  private kept = 0;
  private gone = 0;

  /** @param most names and clients that are kept. Default {@link MOST_KEPT} */
  constructor(
    private readonly inventory: Inventory,
    private readonly most = MOST_KEPT,
  ) {}

  /** How many names of addresses were not kept, as there were too many. */
  get forgotten(): number {
    return this.gone;
  }

  /** An answer of DNS; names of the cluster itself say nothing about the outside. */
  take({ client, name, addresses, time, code }: DnsRecord): void {
    if (code !== undefined && code !== 'NOERROR') return;
    if (addresses.length === 0 || !isPublicName(name)) return;
    const { end } = locateEnd(client, time, this.inventory);
    const who = end === undefined ? '' : clientKey(end);
    for (const ip of addresses) this.add(this.addresses, ip, name, who);
  }

  /** A record of a connection goes to this address, and may name what was called. */
  called({ address = '' }: OutsideEnd, from: TrafficEnd, domains: readonly string[] = []): void {
    const known = this.addresses.get(address);
    if (known !== undefined) known.isCalled = true;
    if (domains.length === 0) return;
    const who = clientKey(from);
    for (const domain of domains)
      if (isPublicName(domain)) this.add(this.direct, `${who} ${address}`, domain, who);
  }

  /** The names of an address as this client called it, sorted; the surest kind of evidence alone counts. */
  of(address: string, client: TrafficEnd): SeenName[] {
    const who = clientKey(client);
    const direct = [...(this.direct.get(`${who} ${address}`)?.names.keys() ?? [])].sort();
    if (direct.length > 0) return direct.map((name) => ({ name, by: 'called' }));
    const names = [...(this.addresses.get(address)?.names ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const own = names.filter(([, { clients }]) => clients.has(who));
    if (own.length > 0) return own.map(([name]) => ({ name, by: 'asked' }));
    return names.map(([name]) => ({ name, by: 'others' }));
  }

  private add(table: Table, key: string, name: string, who: string): void {
    const known = table.get(key);
    const found = known?.names.get(name);
    if (found !== undefined) {
      found.records += 1;
      if (found.clients.has(who)) return;
      found.clients.add(who);
      this.kept += 1;
    } else if (known !== undefined && known.names.size >= MOST_NAMES) this.gone += 1;
    else {
      const names = known?.names ?? new Map<string, KnownName>();
      names.set(ownText(name), { clients: new Set([who]), records: 1 });
      if (known === undefined) table.set(ownText(key), { names, isCalled: table === this.direct });
      this.kept += NAME_WEIGHT + 1;
    }
    if (this.kept > this.most) this.forget();
  }

  private forget(): void {
    const all = [this.addresses, this.direct].flatMap((table) =>
      [...table].flatMap(([key, { names, isCalled }]) =>
        [...names].map(([name, { clients, records }]) => ({ table, key, name, isCalled, records, clients })),
      ),
    );
    all.sort((a, b) => Number(a.isCalled) - Number(b.isCalled) || a.records - b.records);
    for (const { table, key, name, clients } of all) {
      if (this.kept <= this.most / 2) return;
      const known = table.get(key);
      known?.names.delete(name);
      if (known?.names.size === 0) table.delete(key);
      this.kept -= NAME_WEIGHT + clients.size;
      this.gone += 1;
    }
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
