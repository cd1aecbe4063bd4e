import { isOwnLabel } from '../../compiler/labels/former-labels';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';

/** Labels of intents that selectors of a policy go by: of pods that it is about, and of namespaces. */
export interface SelectorLabels {
  /** One for each selector of pods that goes by any; all of them must be on a pod. */
  readonly pods: readonly Labels[];
  readonly namespaces: readonly Labels[];
}

const PREFIX = 'intents.otterize.com/';
const KEY = /intents\.otterize\.com\/[A-Za-z0-9_.-]+/g;

/** What must be on pods and namespaces before a policy lets through what it is to let through. */
export function selectorLabels({ spec }: JsonObject): SelectorLabels {
  const pods: Labels[] = [];
  const namespaces: Labels[] = [];
  const take = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(take);
    if (!isJsonObject(value)) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === 'podSelector') add(pods, item);
      else if (key === 'namespaceSelector') add(namespaces, item);
      else take(item);
    }
  };
  take(spec);
  return { pods, namespaces };
}

function add(list: Labels[], selector: Json | undefined): void {
  const own = ownMatchLabels(selector);
  if (Object.keys(own).length > 0) list.push(own);
}

/** The labels of intents that a selector asks for by value. */
export function ownMatchLabels(selector: Json | undefined): Labels {
  const labels = jsonAt(selector, ['matchLabels']);
  if (!isJsonObject(labels)) return {};
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      isOwnLabel(key) && typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
}

/** Keys of labels of intents that a policy speaks of in any of its selectors, in the words of Calico too. */
export function labelsSpokenOf({ spec }: JsonObject): ReadonlySet<string> {
  const text = JSON.stringify(spec ?? {});
  return new Set(text.includes(PREFIX) ? text.match(KEY) : []);
}

export function hasAll(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}
