import type { RequestListener, ServerResponse } from 'node:http';

/** What probes ask for. */
export interface Health {
  /** Each that must hold before others may rely on this replica, with a word on whether it does. */
  readonly readiness: () => Readonly<Record<string, boolean>>;
  /** What may not be seen in the cluster, which is said and keeps nobody from being ready. Default: nothing. */
  readonly unseen?: (() => readonly string[]) | undefined;
}

/**
 * Answers `/healthz` (the process answers at all) and `/readyz` (everything was listed, and what is served is served; `503`
 * until then and while it ends), the words in lines as API servers write them: `[+]synced ok`. One of them alone is at
 * `/readyz/synced`, as with API servers: who sends conversions here waits for `/readyz/webhook` and for nothing else.
 */
export function probes({ readiness, unseen = () => [] }: Health): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, 'only GET');
    else if (pathname === '/healthz' || pathname === '/livez') answer(response, 200, 'ok');
    else if (pathname === '/readyz') answerReadiness(response, readiness(), unseen());
    else if (!answerOne(response, readiness(), pathname))
      answer(response, 404, 'there are /healthz and /readyz');
  };
}

function answerReadiness(
  response: ServerResponse,
  checks: Readonly<Record<string, boolean>>,
  unseen: readonly string[] = [],
): void {
  const lines = Object.entries(checks).map(([name, holds]) =>
    holds ? `[+]${name} ok` : `[-]${name} not yet`,
  );
  const notes = unseen.map((what) => `[!]may not see ${what}`);
  answer(response, Object.values(checks).every(Boolean) ? 200 : 503, [...lines, ...notes].join('\n'));
}

function answerOne(
  response: ServerResponse,
  checks: Readonly<Record<string, boolean>>,
  pathname: string,
): boolean {
  const [, name = ''] = /^\/readyz\/(\w+)$/.exec(pathname) ?? [];
  const holds = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (holds === undefined) return false;
  answerReadiness(response, { [name]: holds });
  return true;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(`${text}\n`);
}
