import { isOwnLabel } from '../../compiler/labels/former-labels';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';

/** Whose hands wrote an object, as far as `metadata.managedFields` tells. */
export interface Writers {
  /** Whether the controller has written the object itself, not only its status. */
  readonly ours: boolean;
  /** Nobody is known to have written it: somebody has emptied the list of managers, as some tools do. Default false. */
  readonly isUnowned?: boolean | undefined;
  /**
   * Labels of intents that an apply takes off when it leaves them out, sorted: those that the controller has applied, and
   * that nobody else has set as well, be it the controller itself by a patch.
   */
  readonly ourLabels: readonly string[];
  /**
   * Who else wrote the object last, of several at the same second the last listed; nobody who has not since the controller
   * did. Who only takes something away owns nothing, and is not known.
   */
  readonly other?: string | undefined;
  /** Who else wrote the status last, where that was asked for. */
  readonly otherOfStatus?: string | undefined;
}

/** Field managers that count as the controller itself. */
export interface OwnManagers {
  /** Field manager of the controller, which writes by server-side apply and by patches. */
  readonly own: string;
  /** Managers of an operator that it takes over from. */
  readonly adopted: readonly string[];
}

const NOBODY: Writers = { ours: false, ourLabels: [], isUnowned: true };
/** Pods of one workload carry the same labels: their lists are kept once. */
const LISTS = new Map<string, readonly string[]>();
const KEPT_LISTS = 10_000;

/**
 * Reads `metadata.managedFields` (Kubernetes, "Server-Side Apply"). What has an unknown shape says nothing.
 *
 * @param ofStatus whether to say who else wrote the status
 */
export function readWriters(object: JsonObject, { own, adopted }: OwnManagers, ofStatus = false): Writers {
  const entries = jsonAt(object, ['metadata', 'managedFields']);
  if (!Array.isArray(entries) || entries.length === 0) return NOBODY;
  const [main, status] = [new LastWriters(), new LastWriters()];
  const [applied, set] = [new Set<string>(), new Set<string>()];
  for (const entry of entries) {
    if (!isJsonObject(entry)) continue;
    const { manager, operation } = entry;
    if (typeof manager !== 'string') continue;
    // One manager that applies and updates counts as two.
    const isApplied = manager === own && operation === 'Apply' && !isSubresource(entry);
    for (const label of labelsIn(entry)) (isApplied ? applied : set).add(label);
    // Status has managers of its own: kubelets and controllers.
    const writers = isSubresource(entry) ? status : main;
    writers.add(entry['time'], manager, manager === own || adopted.includes(manager));
  }
  // A finalizer is all that the controller has of intents but for their status: who takes it off leaves no other trace.
  const other = main.otherSince(latest(main.ours, status.ours));
  const otherOfStatus = ofStatus ? status.otherSince(status.ours) : undefined;
  return {
    ours: main.ours !== undefined,
    ourLabels: kept([...applied].filter((label) => !set.has(label)).sort()),
    ...(other === undefined ? {} : { other }),
    ...(otherOfStatus === undefined ? {} : { otherOfStatus }),
  };
}

/** When the controller wrote last, and who else did. */
class LastWriters {
  /** When the controller did; undefined when it never has. */
  ours: string | undefined;
  private last: { readonly manager: string; readonly time: string } | undefined;

  add(at: Json | undefined, manager: string, isOurs: boolean): void {
    const time = typeof at === 'string' ? at : '';
    if (isOurs) this.ours = latest(this.ours, time);
    else if (this.last === undefined || time >= this.last.time) this.last = { manager, time };
  }

  otherSince(time = ''): string | undefined {
    const { last } = this;
    return last === undefined || last.time < time ? undefined : last.manager;
  }
}

function latest(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

function isSubresource(entry: JsonObject): boolean {
  return typeof entry['subresource'] === 'string' && entry['subresource'] !== '';
}

function labelsIn(entry: JsonObject): string[] {
  const labels: Json | undefined = jsonAt(entry, ['fieldsV1', 'f:metadata', 'f:labels']);
  if (!isJsonObject(labels)) return [];
  return Object.keys(labels).flatMap((key) => {
    const name = key.startsWith('f:') ? key.slice(2) : '';
    return isOwnLabel(name) ? [name] : [];
  });
}

function kept(list: readonly string[]): readonly string[] {
  const key = list.join(' ');
  const known = LISTS.get(key);
  if (known !== undefined) return known;
  if (LISTS.size >= KEPT_LISTS) LISTS.clear();
  LISTS.set(key, list);
  return list;
}
