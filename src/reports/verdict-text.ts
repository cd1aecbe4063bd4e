import { printConnections } from '../reachability/sets/connection-print';
import type { Verdict } from '../reachability/reachability';

/** `TCP 80`, `TCP 80; undecided: TCP 443`, `undecided: all`. */
export function printVerdict({ allowed, undecided }: Verdict): string {
  if (undecided.isEmpty) return printConnections(allowed);
  const open = `undecided: ${printConnections(undecided)}`;
  return allowed.isEmpty ? open : `${printConnections(allowed)}; ${open}`;
}
