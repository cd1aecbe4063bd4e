import { parseAddress } from '../../model/cidr';
import type { Workload } from '../../model/workloads/workload';
import type { AddressPeer } from '../../reachability/reachability';

/**
 * The addresses that pods are known to have, of their own or of their node. Whoever is there is the pod or the node, so that a
 * range of outside addresses says nothing of them.
 */
export class PodAddresses {
  readonly count: number;
  private readonly values: Readonly<Record<4 | 6, ReadonlySet<bigint>>>;

  constructor(workloads: readonly Workload[]) {
    const values = { 4: new Set<bigint>(), 6: new Set<bigint>() };
    for (const { finished, addresses } of workloads) {
      if (finished) continue;
      for (const text of addresses) {
        const { address } = parseAddress(text);
        if (address !== undefined) values[address.version].add(address.value);
      }
    }
    this.values = values;
    this.count = values[4].size + values[6].size;
  }

  /** Whether all addresses of a range are among them, so that it speaks of nobody. */
  fill({ version, first, last }: AddressPeer): boolean {
    const known = this.values[version];
    if (last - first >= BigInt(known.size)) return false;
    for (let value = first; value <= last; value++) if (!known.has(value)) return false;
    return true;
  }
}
