import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../../src/controller/api/transport';

/** What a test server was asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export type Answer = (asked: Asked, response: http.ServerResponse) => void;

/** An HTTP server that answers what a test says, one answer per request; the last one goes for all that follow. */
export class FakeServer {
  readonly asked: Asked[] = [];
  private readonly server: http.Server;
  private sockets = 0;

  private constructor(private readonly answers: Answer[]) {
    this.server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const url = new URL(request.url ?? '/', 'http://server');
        const asked = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          headers: request.headers,
          body: Buffer.concat(parts).toString('utf8'),
        };
        this.asked.push(asked);
        const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
        answer(asked, response);
      });
    });
    this.server.on('connection', () => (this.sockets += 1));
  }

  static async start(...answers: Answer[]): Promise<FakeServer> {
    const server = new FakeServer(answers);
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections opened so far. */
  get connections(): number {
    return this.sockets;
  }

  connection(access?: Connection['access']): Connection {
    const agent = new http.Agent({ keepAlive: true });
    return {
      server: this.address,
      name: 'fake',
      access: access ?? (() => Promise.resolve({ agent, headers: { authorization: 'Bearer t' } })),
    };
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) =>
      this.server.close(() => {
        resolve();
      }),
    );
  }
}

/** Answers with JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers with lines of a watch and then ends, or stays silent. */
export function lines(events: readonly unknown[], end = true): Answer {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const event of events) {
      response.write(`${typeof event === 'string' ? event : JSON.stringify(event)}\n`);
    }
    if (end) response.end();
  };
}

/** A refusal as API servers write it. */
export function refusal(code: number, reason: string, message: string, more: object = {}): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, ...more };
}
