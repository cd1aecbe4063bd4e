import { existsSync, readFileSync } from 'node:fs';

/** One request to the API server, as its audit log tells it. */
export interface AuditedRequest {
  readonly user: string;
  readonly userAgent: string;
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`. */
  readonly verb: string;
  /** Plural name of the resource with a subresource after a slash; empty for paths that are no resources. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly uri: string;
  /** HTTP status of the answer. */
  readonly code: number;
  /** Milliseconds since 1970 at which the request came. */
  readonly at: number;
}

/** Reads the log: one line an event, at most two events a request (a watch is told when it begins and when it ends). */
export function readAuditLog(path: string): AuditedRequest[] {
  if (!existsSync(path)) return [];
  const requests = new Map<string, AuditedRequest>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const event = parseLine(line);
    if (event !== undefined) requests.set(event.auditID as string, auditedRequest(event));
  }
  return [...requests.values()];
}

/** How many requests of each kind, as `patch pods` → 12, by number and then by name. */
export function countRequests(requests: readonly AuditedRequest[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { verb, resource, uri } of requests) {
    const key = `${verb} ${resource === '' ? uri : resource}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)));
}

/** The most requests in any second that begins with one of them. */
export function mostPerSecond(requests: readonly { readonly at: number }[]): number {
  const times = requests.map(({ at }) => at).sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (let last = 0; last < times.length; last += 1) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** The last line may be half written. */
function parseLine(line: string): Record<string, any> | undefined {
  try {
    return JSON.parse(line) as Record<string, any>;
  } catch {
    return undefined;
  }
}

function auditedRequest(event: Record<string, any>): AuditedRequest {
  const { objectRef = {} } = event;
  return {
    user: event.user?.username ?? '',
    userAgent: event.userAgent ?? '',
    verb: event.verb,
    resource: [objectRef.resource, objectRef.subresource].filter((word) => word !== undefined).join('/'),
    namespace: objectRef.namespace ?? '',
    name: objectRef.name ?? '',
    uri: event.requestURI,
    code: event.responseStatus?.code ?? 0,
    at: Date.parse(event.requestReceivedTimestamp as string),
  };
}
