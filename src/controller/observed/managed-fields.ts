import { isOwnLabel } from '../../compiler/labels/former-labels';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';

/** Whose hands wrote an object, as far as `metadata.managedFields` tells. */
export interface Writers {
  /** Whether the controller has written the object itself, not only its status. */
  readonly ours: boolean;
  /** Labels of intents that the controller has set, sorted. */
  readonly ourLabels: readonly string[];
  /** Who else wrote the object last; of several at the same second the last listed. */
  readonly other?: string | undefined;
}

/** Field managers that count as the controller itself. */
export interface OwnManagers {
  /** Field manager of the controller, which writes by server-side apply and by patches. */
  readonly own: string;
  /** Managers of an operator that it takes over from. */
  readonly adopted: readonly string[];
}

const NOBODY: Writers = { ours: false, ourLabels: [] };
/** Pods of one workload carry the same labels: their lists are kept once. */
const LISTS = new Map<string, readonly string[]>();
const KEPT_LISTS = 10_000;

/** Reads `metadata.managedFields` (Kubernetes, "Server-Side Apply"). What has an unknown shape says nothing. */
export function readWriters(object: JsonObject, { own, adopted }: OwnManagers): Writers {
  const entries = jsonAt(object, ['metadata', 'managedFields']);
  if (!Array.isArray(entries)) return NOBODY;
  let ours = false;
  let other: { readonly manager: string; readonly time: string } | undefined;
  const ourLabels = new Set<string>();
  for (const entry of entries) {
    // Status has managers of its own: kubelets and controllers.
    if (!isJsonObject(entry) || isSubresource(entry)) continue;
    const { manager } = entry;
    if (typeof manager !== 'string') continue;
    if (manager === own || adopted.includes(manager)) {
      ours = true;
      for (const label of labelsIn(entry)) ourLabels.add(label);
      continue;
    }
    const time = typeof entry['time'] === 'string' ? entry['time'] : '';
    if (other === undefined || time >= other.time) other = { manager, time };
  }
  return {
    ours,
    ourLabels: kept([...ourLabels].sort()),
    ...(other === undefined ? {} : { other: other.manager }),
  };
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
