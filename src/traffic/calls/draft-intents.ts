import { draftTargets, type DraftTarget } from './draft-targets';
import type { LeftOut, ObservedCall } from './observed-call';
import type { ModelIndex } from '../../compiler/resolution/model-index';
import type { ClientIntents } from '../../intents/client-intents';
import { workloadMatches } from '../../intents/identity';
import { groupBy } from '../../model/group-by';
import type { Workload } from '../../model/workloads/workload';

/** The intents of one client, as they were seen. */
export interface DraftIntents {
  readonly client: Workload;
  /** Name for the object: that of the client, or of the object that it has already. */
  readonly name: string;
  /** Sorted: Services, workloads, the Kubernetes API, the internet. Never empty. */
  readonly targets: readonly DraftTarget[];
}

/** Drafts, sorted by namespace and name of the client. */
export interface Drafts {
  readonly intents: readonly DraftIntents[];
  readonly leftOut: readonly LeftOut[];
}

/** @param present intents that there are already: an object for the same client keeps its name */
export function draftIntents(
  calls: readonly ObservedCall[],
  index: ModelIndex,
  present: readonly ClientIntents[],
): Drafts {
  const taken = new Set(present.map(({ namespace, name }) => `${namespace}/${name}`));
  const used = new Set<ClientIntents>();
  const intents: DraftIntents[] = [];
  const leftOut: LeftOut[] = [];
  for (const own of groupBy(calls, ({ client }) => client.id).values()) {
    const [first] = own;
    if (first === undefined) continue;
    const { client } = first;
    const { targets, leftOut: wordless } = draftTargets(own, index);
    leftOut.push(...wordless);
    if (targets.length === 0) continue;
    const earlier = present.find((one) => workloadMatches(one.client, client));
    intents.push({ client, name: nameOf(client, earlier, { taken, used }), targets });
  }
  return { intents: intents.sort((a, b) => (a.client.id < b.client.id ? -1 : 1)), leftOut };
}

/** An object without a kind may be for several clients: only one draft can have its name. */
function nameOf(
  client: Workload,
  earlier: ClientIntents | undefined,
  { taken, used }: { readonly taken: Set<string>; readonly used: Set<ClientIntents> },
): string {
  if (earlier === undefined || used.has(earlier)) return freeName(client, taken);
  used.add(earlier);
  return earlier.name;
}

function freeName({ namespace, name, kind }: Workload, taken: Set<string>): string {
  const isTaken = (text: string): boolean => taken.has(`${namespace}/${text}`);
  const withKind = `${name}-${kind.toLowerCase()}`;
  let free = isTaken(name) ? withKind : name;
  for (let number = 2; isTaken(free); number++) free = `${withKind}-${number}`;
  taken.add(`${namespace}/${free}`);
  return free;
}
