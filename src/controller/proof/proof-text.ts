import type { Finding } from '../../model/finding';

/** What the proof has found, for people who look at a cluster. */
export function proofText({ message }: Finding): string {
  return `${message}. Let it through there, or take the target back; intents explain --context says more.`;
}
