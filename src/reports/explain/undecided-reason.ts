import type { Finding } from '../../model/finding';
import { policyId } from '../../policies/policy-id';
import type { ExplainedFlow } from './explained-flow';
import { peerLabel } from '../peer-name';

/** Findings of the evaluation that say which facts are missing. */
const DOUBT = /-open$/;

/** Why a verdict is undecided: the missing facts that touch one of the deciding policies, else all of them. */
export function undecidedReason(
  { from, to, explanation: { egress, ingress } }: ExplainedFlow,
  findings: readonly Finding[],
): string {
  const range = [from, to].find((peer) => peer.type === 'addresses' && peer.first !== peer.last);
  if (range !== undefined)
    return `Not all addresses of ${peerLabel(range)} are treated alike, or not all are decided: ask about one of them.`;
  const doubts = findings.filter(({ id }) => DOUBT.test(id));
  const policies = [...egress.decidedBy, ...ingress.decidedBy].map(({ policy }) => policyId(policy));
  const touching = doubts.filter(({ message }) => policies.some((policy) => message.includes(policy)));
  const chosen = touching.length > 0 ? touching : doubts;
  if (chosen.length === 0) return 'The manifests do not say enough; see the findings.';
  return chosen.map(({ message, mend }) => `${message} ${mend}`).join('\n');
}
