import type { ClientIntents } from '../../intents/client-intents';
import type { Finding, Severity } from '../../model/finding';
import { printPlace, type Place } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';

/** A finding about a declaration, at one of its targets or at the declaration itself. */
export function intentFinding(
  intents: ClientIntents,
  place: Place,
  { id, severity, message, mend }: { id: string; severity: Severity; message: string; mend: string },
): Finding {
  return { id, severity, message, object: `ClientIntents/${intents.namespace}/${intents.name}`, place, mend };
}

/** ` (shop.yaml:12)`, or nothing when the place is not known: for messages. */
export function inBrackets(place: Place): string {
  const text = printPlace(place);
  return text === '' ? '' : ` (${text})`;
}

/** `Deployment shop/cart (shop.yaml:12)`: for messages. */
export function printWorkload({ kind, namespace, name, place }: Workload): string {
  return `${kind} ${namespace}/${name}${inBrackets(place)}`;
}
