import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';
import { ApiError, ConnectionError } from './api-error';
import { apiVersionOf, type ApiResource } from './api-resource';
import type { ApiList } from './kubernetes-api';

/** What a request for a page says. */
export type PageQuery = Readonly<Record<'limit' | 'continue' | 'resourceVersion', string | undefined>>;

/** After so many lists that the server forgot half-way, it is asked for everything at once. */
const TRIES_IN_PAGES = 3;

/**
 * Puts the pages of a list together. A list that the server has forgotten half-way (410) starts anew: going on from the
 * newer state would miss what moved from a later page to an earlier one.
 */
export async function listInPages<T>(
  resource: ApiResource,
  project: (object: JsonObject) => T,
  limit: number,
  ask: (page: Partial<PageQuery>) => Promise<Json>,
): Promise<ApiList<T>> {
  for (let tries = 1; ; tries++) {
    try {
      return await readPages(resource, project, tries > TRIES_IN_PAGES ? undefined : limit, ask);
    } catch (error) {
      if (!(error instanceof ApiError && error.isExpired) || tries > TRIES_IN_PAGES) throw error;
    }
  }
}

async function readPages<T>(
  resource: ApiResource,
  project: (object: JsonObject) => T,
  limit: number | undefined,
  ask: (page: Partial<PageQuery>) => Promise<Json>,
): Promise<ApiList<T>> {
  const items: T[] = [];
  const size = limit === undefined ? {} : { limit: String(limit) };
  let page = await ask(size);
  for (;;) {
    for (const item of itemsOf(page)) items.push(project(named(resource, item)));
    const next = stringAt(page, 'continue');
    if (next === '') return { items, resourceVersion: stringAt(page, 'resourceVersion') };
    // The token carries the version of the list; giving one besides it is an error.
    page = await ask({ ...size, continue: next, resourceVersion: undefined });
  }
}

/** Items of a list carry no kind where the type of the list says it, and another one where only metadata was asked for. */
export function named(resource: ApiResource, object: JsonObject): JsonObject {
  object['apiVersion'] = apiVersionOf(resource);
  object['kind'] = resource.kind;
  return object;
}

function itemsOf(page: Json): JsonObject[] {
  const items = jsonAt(page, ['items']);
  // Go writes an empty list that was never made as null.
  if (items === undefined || items === null) {
    if (isJsonObject(page) && isJsonObject(page['metadata'])) return [];
    throw new ConnectionError('The API server answered with something that is not a list', 'BAD_BODY');
  }
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

function stringAt(page: Json, key: string): string {
  const value = jsonAt(page, ['metadata', key]);
  return typeof value === 'string' ? value : '';
}
