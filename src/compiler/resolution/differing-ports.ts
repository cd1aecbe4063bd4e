import type { DeclaredCall } from '../compilation';
import { inBrackets, intentFinding } from './intent-finding';
import type { ClientIntents } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';

/**
 * Calls that two declarations of one client give different ports, each of them told once for every two declarations. All
 * the ports are open: declarations of several sources add up, and nothing that one of them says takes away what another
 * does. Which of them is right is for a person to say.
 */
export function findDifferingPorts(declared: readonly DeclaredCall[]): Finding[] {
  const findings: Finding[] = [];
  for (const calls of byEnds(declared)) {
    const [first, ...others] = [...byIntents(calls).values()];
    if (first === undefined) continue;
    for (const other of others) {
      const [one] = first;
      const [two] = other;
      const [before, now] = [portsOf(first), portsOf(other)];
      // Without any port the names were not found, which is said already.
      if (one === undefined || two === undefined || before === '' || now === '' || before === now) continue;
      findings.push(differing(one, before, two, now));
    }
  }
  return findings;
}

/** The declared calls of every client that more than one declaration is about, by client and server. */
function byEnds(declared: readonly DeclaredCall[]): Iterable<readonly DeclaredCall[]> {
  const shared = clientsOfSeveral(declared);
  const groups = new Map<string, DeclaredCall[]>();
  // Most clients have one declaration, and their calls need not be looked at any closer.
  if (shared.size === 0) return [];
  for (const call of declared) {
    if (!shared.has(call.client)) continue;
    const key = `${call.client.id}\u0000${call.server.id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [call]);
    else group.push(call);
  }
  return groups.values();
}

function clientsOfSeveral(declared: readonly DeclaredCall[]): ReadonlySet<Workload> {
  const first = new Map<Workload, ClientIntents>();
  const shared = new Set<Workload>();
  for (const { client, intents } of declared) {
    const known = first.get(client);
    if (known === undefined) first.set(client, intents);
    else if (known !== intents) shared.add(client);
  }
  return shared;
}

function byIntents(calls: readonly DeclaredCall[]): Map<ClientIntents, DeclaredCall[]> {
  const groups = new Map<ClientIntents, DeclaredCall[]>();
  for (const call of calls) {
    const group = groups.get(call.intents);
    if (group === undefined) groups.set(call.intents, [call]);
    else group.push(call);
  }
  return groups;
}

/** Ports at the pods of the server, as text that equal sets of ports share. */
function portsOf(calls: readonly DeclaredCall[]): string {
  const ports = calls.map((call) => call.ports);
  if (ports.some((some) => some === 'all')) return 'every port';
  const texts = ports.flatMap((some) =>
    some === 'all' ? [] : some.map(({ protocol, port }) => `${protocol} ${port}`),
  );
  return [...new Set(texts)].sort().join(', ');
}

function differing(one: DeclaredCall, portsOfOne: string, two: DeclaredCall, portsOfTwo: string): Finding {
  const { intents, target, client, server } = two;
  const other = `ClientIntents ${one.intents.namespace}/${one.intents.name}${inBrackets(one.target.place)}`;
  return intentFinding(intents, target.place, {
    id: 'differing-ports',
    severity: 'warning',
    message: `The call of ${client.id} to ${server.id} is declared with ${portsOfTwo} here and with ${portsOfOne} in ${other}: all of them are open`,
    mend: 'Take back the wider declaration if it is not meant, or write the ports in one place.',
  });
}
