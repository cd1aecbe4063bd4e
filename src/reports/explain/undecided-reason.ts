import type { Finding } from '../../model/finding';
import { DIRECTIONS } from '../../policies/direction';
import { policyId } from '../../policies/policy-id';
import { portNamesOfRule } from '../../policies/port-names';
import type { Explanation, Peer } from '../../reachability/reachability';
import type { ExplainedFlow } from './explained-flow';
import { peerLabel } from '../peer-name';

/** Findings of the evaluation that say which facts are missing. */
const DOUBT = /-open$/;

/** Why a verdict is undecided: the missing facts that touch one of the deciding policies, else all of them. */
export function undecidedReason(
  { from, to, explanation }: ExplainedFlow,
  findings: readonly Finding[],
): string {
  const range = [from, to].find((peer) => peer.type === 'addresses' && peer.first !== peer.last);
  if (range !== undefined)
    return `Not all addresses of ${peerLabel(range)} are treated alike, or not all are decided: ask about one of them.`;
  const unlisted = unlistedPorts(to, explanation);
  if (unlisted !== undefined) return unlisted;
  const doubts = findings.filter(({ id }) => DOUBT.test(id));
  const { egress, ingress } = explanation;
  const policies = [...egress.decidedBy, ...ingress.decidedBy].map(({ policy }) => policyId(policy));
  const touching = doubts.filter(({ message }) => policies.some((policy) => message.includes(policy)));
  const chosen = touching.length > 0 ? touching : doubts;
  if (chosen.length === 0) return 'The manifests do not say enough; see the findings.';
  return chosen.map(({ message, mend }) => `${message} ${mend}`).join('\n');
}

/** The port names that a rule asks for at a pod that is not in the manifests. */
function unlistedPorts(to: Peer, explanation: Explanation): string | undefined {
  if (to.type !== 'pod') return undefined;
  for (const direction of DIRECTIONS) {
    for (const { policy, rule } of explanation[direction].decidedBy) {
      const names = rule === undefined ? [] : portNamesOfRule(policy, direction, rule);
      if (rule === undefined || names.length === 0) continue;
      const asked = names.map((name) => `"${name}"`).join(', ');
      return `${direction}[${rule}] of ${policyId(policy)} asks for the port named ${asked}, and which number a pod that is not in the manifests declares under that name, if any, is not known. Add its workload to the manifests, or write the port as a number.`;
    }
  }
  return undefined;
}
