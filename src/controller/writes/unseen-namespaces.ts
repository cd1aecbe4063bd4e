import { NOTHING, type Decision } from './decision';
import type { JsonObject } from '../../model/json';

/** A policy as it is, and as it is wanted by what is known. */
export interface PolicyStates {
  readonly present: JsonObject | undefined;
  readonly wanted: JsonObject | undefined;
}

/**
 * What is left of a decision about a policy while namespaces that belong to this controller may not be seen: what intents in
 * them ask for is not known, so what has been written for them stays. Nobody loses a call by a right that was lost.
 *
 * @param unseen names of these namespaces
 */
export function heldBack(
  decision: Decision,
  { present, wanted }: PolicyStates,
  unseen: readonly string[],
): Decision {
  if (decision.type !== 'write' || present === undefined) return decision;
  const lost = unseen.find((name) => speaksOf(present, name) && !speaksOf(wanted, name));
  if (lost === undefined) return decision;
  if (wanted === undefined) return NOTHING;
  return {
    type: 'conflict',
    message:
      `It stays as it is: it has rules about namespace ${lost}, which may not be seen, so nobody knows what is wanted ` +
      'there. Give the controller its rights there back, or leave the namespace out of --namespace.',
  };
}

/** Namespaces are told by labels that have their name, and by Calico's selectors, which are texts. */
function speaksOf(manifest: JsonObject | undefined, namespace: string): boolean {
  const text = JSON.stringify(manifest?.['spec'] ?? {});
  return text.includes(`"${namespace}"`) || text.includes(`'${namespace}'`);
}
