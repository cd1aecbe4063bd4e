import { portsOf, TRANSPORT } from '../compiler/resolution/declared-ports';
import { droppedMend, droppedWords } from './dropped-wording';
import { policyName } from './policy-name';
import { onConnections } from './wording';
import type { DeclaredCall, DeclaredPort } from '../compiler/compilation';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import { printConnections } from '../reachability/sets/connection-print';
import { PROTOCOL, type ConnectionSet } from '../reachability/sets/connection-set';
import type { DirectionExplanation, Explanation, Reachability, Verdict } from '../reachability/reachability';

/** What is asked about declared calls. */
export type CallReachability = Pick<Reachability, 'connection' | 'explain' | 'droppedFromPods'>;

/**
 * Declared implies allowed: a finding for each declared call that the policies do not let through on every port that
 * it needs.
 */
export function proveDeclaredCalls(
  reachability: CallReachability,
  calls: readonly DeclaredCall[],
): Finding[] {
  const needs: Needs = new Map();
  return calls.flatMap((call) => proveCall(reachability, call, needs));
}

/** What a call needs to get through. */
export interface Need {
  readonly connections: ConnectionSet;
  /** Nobody says which ports: any of these may be meant. */
  readonly open: boolean;
}

/** What is needed by those who call every port of a server: the same for all of them. */
export type Needs = Map<Workload, Need>;

function proveCall(reachability: CallReachability, call: DeclaredCall, needs: Needs): Finding[] {
  if (call.client === call.server) return [];
  const verdict = reachability.connection(
    { type: 'workload', workload: call.client },
    { type: 'workload', workload: call.server },
  );
  const { connections: needed, open } = neededConnections(call, needs);
  const lacking = needed.subtract(verdict.allowed);
  // Who names no port does not mean what no pod may send.
  const missing = open ? lacking.subtract(reachability.droppedFromPods) : lacking;
  if (missing.isEmpty) return [];
  // Without ports on either side nobody knows which port is meant: a way through for some is not nothing.
  if (open && !verdict.allowed.intersect(TRANSPORT).isEmpty)
    return [partlyAllowed(reachability, call, missing)];
  const denied = missing.subtract(verdict.undecided);
  return denied.isEmpty ? [undecided(call, missing)] : [deniedCall(reachability, call, denied, verdict)];
}

/** What a call needs: its ports; else those the server's containers declare; else, as far as anyone knows, all. */
export function neededConnections({ ports, server }: DeclaredCall, needs: Needs): Need {
  if (ports !== 'all') return needOf(ports);
  const need = needs.get(server) ?? needOf(server.ports);
  needs.set(server, need);
  return need;
}

function needOf(ports: readonly DeclaredPort[]): Need {
  return ports.length === 0
    ? { connections: TRANSPORT, open: true }
    : { connections: portsOf(ports), open: false };
}

function deniedCall(
  reachability: CallReachability,
  call: DeclaredCall,
  denied: ConnectionSet,
  verdict: Verdict,
): Finding {
  const explanation = explainFirst(reachability, call, denied);
  const { reasons, mend } =
    explanation === undefined
      ? { reasons: [], mend: '' }
      : blame(call, explanation, denied.ranges()[0]?.first);
  const partly = verdict.allowed.isEmpty ? '' : ` (${printConnections(verdict.allowed)} would work)`;
  return {
    id: 'declared-call-denied',
    severity: 'error',
    message: `${describeCall(call)} would not work ${onConnections(denied)}${partly}: ${reasons.join('; ')}`,
    object: workloadObject(call.client),
    place: call.target.place,
    mend,
  };
}

function partlyAllowed(reachability: CallReachability, call: DeclaredCall, missing: ConnectionSet): Finding {
  const explanation = explainFirst(reachability, call, missing);
  const reasons = explanation === undefined ? [] : blame(call, explanation).reasons;
  return {
    id: 'declared-call-partly-allowed',
    severity: 'warning',
    message: `${describeCall(call)} names no port, and ${call.server.id} declares none: it would not work ${onConnections(missing)} (${reasons.join('; ')})`,
    object: workloadObject(call.client),
    place: call.target.place,
    mend: 'Name the ports that are called in the intent, or declare containerPorts on the server.',
  };
}

function undecided(call: DeclaredCall, missing: ConnectionSet): Finding {
  return {
    id: 'declared-call-undecided',
    severity: 'warning',
    message: `${describeCall(call)} is not proved ${onConnections(missing)}: a policy decides it by something the manifests do not say`,
    object: workloadObject(call.client),
    place: call.target.place,
    mend: 'Give what is missing (pod address ranges, node addresses), or a policy that selects by labels.',
  };
}

function explainFirst(
  reachability: CallReachability,
  call: DeclaredCall,
  connections: ConnectionSet,
): Explanation | undefined {
  const range = connections.ranges()[0];
  if (range === undefined) return undefined;
  return reachability.explain(
    { type: 'workload', workload: call.client },
    { type: 'workload', workload: call.server },
    range.protocol,
    range.first,
  );
}

/** Which side's policies deny, in words, and what to do about it. */
function blame(
  call: DeclaredCall,
  explanation: Explanation,
  port?: number,
): { reasons: string[]; mend: string } {
  const reasons: string[] = [];
  const mends: string[] = [];
  const { egress, ingress } = explanation;
  if (egress.dropped === true) {
    // Of the protocols that a call may name, tunnels are UDP.
    reasons.push(droppedWords(PROTOCOL.udp, port));
    mends.push(droppedMend(PROTOCOL.udp));
  } else if (egress.verdict !== 'allow') {
    reasons.push(`egress of ${call.client.id} is denied by ${deniers(egress)}`);
    mends.push(
      `Let ${call.client.id} out to ${call.server.id}: an egress rule of your own, or an exemption from ${deniers(egress)}.`,
    );
  }
  if (ingress.verdict !== 'allow') {
    reasons.push(`ingress of ${call.server.id} is denied by ${deniers(ingress)}`);
    mends.push(
      `See that the policy and the labels made for this intent are in the output unchanged, and that ${deniers(ingress)} does not come before it.`,
    );
  }
  return { reasons, mend: mends.join(' ') };
}

/** The policies that decide, by name. */
export function deniers({ decidedBy, dropped }: DirectionExplanation): string {
  if (dropped === true) return 'Calico itself, whatever policies say';
  const names = [...new Set(decidedBy.map((decision) => policyName(decision.policy)))].sort();
  return names.length === 0 ? 'what the model knows of it (it has no network)' : names.join(', ');
}

/** `shop/frontend[Deployment] calls shop/cart[Deployment] through Service cart`, as messages begin. */
export function describeCall(call: DeclaredCall): string {
  const through =
    call.service === undefined ? '' : ` through Service ${call.service.namespace}/${call.service.name}`;
  return `The declared call of ${call.client.id} to ${call.server.id}${through}`;
}

function workloadObject(workload: Workload): string {
  return `${workload.kind}/${workload.namespace}/${workload.name}`;
}
