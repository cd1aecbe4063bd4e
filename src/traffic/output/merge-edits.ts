import { evidenceLines } from './evidence';
import { targetJson } from './target-json';
import type { DraftIntents } from '../calls/draft-intents';
import type { ClientIntents } from '../../intents/client-intents';
import { workloadMatches } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';
import { printPlace } from '../../model/place';
import { resourceId, type Resource } from '../../model/resource';

/** What has to be done so that files say what was seen too. */
export interface MergeEdits {
  /** Targets for objects that are in the files, each as a finding with its edit. */
  readonly edits: readonly Finding[];
  /** Objects for clients that have none. */
  readonly added: readonly DraftIntents[];
  /** Clients whose objects cannot take them, with the reason. */
  readonly refused: readonly { readonly draft: DraftIntents; readonly reason: string }[];
  /** Targets that become those of others too, because the object of their client names no kind. */
  readonly shared: readonly SharedTargets[];
}

/** Targets that were seen of one client and are added to an object which speaks for others as well. */
export interface SharedTargets {
  readonly draft: DraftIntents;
  readonly object: Resource;
  /** Never empty; sorted. */
  readonly others: readonly Workload[];
}

/** An object with what it says. */
export interface PresentIntents {
  readonly intents: ClientIntents;
  readonly resource: Resource;
  /** Whether it is in the files that may be written. */
  readonly isInFiles: boolean;
}

/**
 * Where each draft goes: at the end of the targets of the object that its client has, or into an object of its own.
 *
 * @param workloads of which an object without a kind may mean several
 */
export function mergeEdits(
  drafts: readonly DraftIntents[],
  present: readonly PresentIntents[],
  workloads: readonly Workload[],
): MergeEdits {
  const edits: Finding[] = [];
  const added: DraftIntents[] = [];
  const refused: { draft: DraftIntents; reason: string }[] = [];
  const shared: SharedTargets[] = [];
  for (const draft of drafts) {
    const own = present.find(({ intents }) => workloadMatches(intents.client, draft.client));
    const reason = own === undefined ? undefined : refusal(own);
    if (own === undefined) added.push(draft);
    else if (reason !== undefined) refused.push({ draft, reason });
    else {
      edits.push(...draft.targets.map((target) => edit(draft, target, own.resource)));
      const others = othersOf(own.intents, draft.client, workloads);
      if (others.length > 0) shared.push({ draft, object: own.resource, others });
    }
  }
  return { edits: distinct(edits), added, refused, shared };
}

/** Who else the object speaks for: only a name without a kind is that of several. */
function othersOf(
  { client }: ClientIntents,
  own: Workload,
  workloads: readonly Workload[],
): readonly Workload[] {
  return workloads
    .filter((workload) => workload.id !== own.id && workloadMatches(client, workload))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** An object without a kind may be for several clients, of which each was seen to call the same. */
function distinct(edits: readonly Finding[]): Finding[] {
  return [
    ...new Map([...edits].reverse().map((one) => [`${one.object} ${one.message}`, one])).values(),
  ].reverse();
}

function refusal({ resource, isInFiles }: PresentIntents): string | undefined {
  const object = resourceId(resource);
  if (!isInFiles)
    return `${object} is in ${printPlace(resource.place) || 'another input'}, which --merge does not name`;
  if (!resource.version.startsWith('v2'))
    return `${object} is of ${resource.apiVersion}: bring it into v2beta1 first (intents convert)`;
  return undefined;
}

function edit(draft: DraftIntents, target: DraftIntents['targets'][number], resource: Resource): Finding {
  const value = targetJson(target, draft.client.namespace);
  const list = resource.place.at(['spec', 'targets']);
  return {
    id: 'observed-call',
    severity: 'info',
    message: `the target ${JSON.stringify(value)} was seen and is not declared`,
    object: resourceId(resource),
    place: list,
    mend: 'Add the target.',
    fix: [{ type: 'append', list, value, comment: evidenceLines(target) }],
  };
}
