import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer, request, type Server } from 'node:https';
import { type Socket } from 'node:net';
import { type ControlPlane } from './control-plane';

/** What goes wrong with one request. */
export type Fault =
  /** The proxy answers itself, with a Status of that code; the server never sees the request. */
  | { readonly answer: number; readonly retryAfterSeconds?: number }
  /** The request waits before it is passed on. */
  | { readonly delayMilliseconds: number }
  /** The server does what is asked, and the connection breaks before the answer arrives. */
  | { readonly loseAnswer: true }
  /** The connection breaks before the server sees the request. */
  | { readonly reset: true }
  /** Of a watch: it begins, and ends at once. */
  | { readonly endAtOnce: true };

/** A request on its way to the server. */
export interface ProxiedRequest {
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly isWatch: boolean;
  /** Whether it changes something: anything but GET. */
  readonly isWrite: boolean;
}

/**
 * A proxy in front of the API server that makes the faults of networks and servers. It shows the server's own
 * certificate, so a kubeconfig needs no more than its address. Lets everything through until told otherwise.
 */
export class FaultProxy {
  /** Every request so far. */
  readonly requests: ProxiedRequest[] = [];
  /** What goes wrong with the next requests. May wait, and then the request waits as well. */
  fault: (request: ProxiedRequest) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  /** Called after the server has answered a write, before the answer is passed on, which waits for it. */
  afterWrite: (request: ProxiedRequest) => void | Promise<void> = () => undefined;

  private readonly agent: Agent;
  private readonly watches = new Map<ServerResponse, IncomingMessage>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly upstream: URL,
    certificate: string,
    private readonly port: number,
  ) {
    this.agent = new Agent({ keepAlive: true, ca: certificate });
    server.on('secureConnection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    server.on('request', (message, response) => void this.handle(message, response));
  }

  /** Starts a proxy in front of a control plane. */
  static async start(plane: ControlPlane): Promise<FaultProxy> {
    const server = createServer({ cert: plane.certificate, key: plane.certificateKey });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return new FaultProxy(server, new URL(plane.url), plane.certificate, address.port);
  }

  /** Where the proxy listens. */
  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Ends the proxy and every connection. */
  async stop(): Promise<void> {
    this.breakConnections();
    this.agent.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Everything works again. Watches that were made silent stay so, as half-open connections do. */
  heal(): void {
    this.fault = () => undefined;
    this.afterWrite = () => undefined;
  }

  /** Open watches say nothing any more, and nobody notices: a half-open connection. */
  silenceWatches(): void {
    for (const upstream of this.watches.values()) {
      upstream.unpipe();
      upstream.resume();
    }
  }

  /** Open watches end as they do when the server's time is up. */
  endWatches(): void {
    for (const [response, upstream] of this.watches) {
      upstream.unpipe();
      response.end();
    }
  }

  /** Cuts every connection, as a restarted load balancer does. */
  breakConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = proxied(message);
    this.requests.push(asked);
    // The body is taken before anything waits: a stream without a reader would lose its connection.
    const body = await read(message);
    const fault = await this.fault(asked);
    if (fault !== undefined && 'reset' in fault) message.socket.destroy();
    else if (fault !== undefined && 'answer' in fault) refuse(response, fault);
    else if (fault !== undefined && 'endAtOnce' in fault) response.writeHead(200).end();
    else {
      if (fault !== undefined && 'delayMilliseconds' in fault) {
        await new Promise((resolve) => setTimeout(resolve, fault.delayMilliseconds));
      }
      this.pass(asked, message, body, response, fault !== undefined && 'loseAnswer' in fault);
    }
  }

  private pass(
    asked: ProxiedRequest,
    message: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    loseAnswer: boolean,
  ): void {
    const { connection: _connection, ...headers } = message.headers;
    const call = request(
      new URL(asked.path, this.upstream),
      { method: asked.method, headers, agent: this.agent },
      (answer) => {
        if (asked.isWatch) this.relayWatch(answer, response);
        else void this.relay(asked, answer, response, loseAnswer);
      },
    );
    // No server, no connection: what a client of a dead server sees.
    call.once('error', () => message.socket.destroy());
    response.once('close', () => {
      if (!response.writableFinished) call.destroy();
    });
    call.end(body);
  }

  private relayWatch(answer: IncomingMessage, response: ServerResponse): void {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    this.watches.set(response, answer);
    response.once('close', () => this.watches.delete(response));
    answer.once('error', () => response.destroy());
    answer.pipe(response);
  }

  private async relay(
    asked: ProxiedRequest,
    answer: IncomingMessage,
    response: ServerResponse,
    loseAnswer: boolean,
  ): Promise<void> {
    try {
      const body = await read(answer);
      if (asked.isWrite) await this.afterWrite(asked);
      if (loseAnswer) {
        response.destroy();
        return;
      }
      const { 'transfer-encoding': _encoding, ...headers } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': body.length }).end(body);
    } catch {
      response.destroy();
    }
  }
}

function proxied(message: IncomingMessage): ProxiedRequest {
  const path = message.url ?? '/';
  const method = message.method ?? 'GET';
  return {
    at: Date.now(),
    method,
    path,
    isWatch: /[?&]watch=(true|1)/.test(path),
    isWrite: method !== 'GET',
  };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** An answer as API servers give it. */
function refuse(response: ServerResponse, fault: { answer: number; retryAfterSeconds?: number }): void {
  const { answer: code, retryAfterSeconds } = fault;
  const reasons: Record<number, string> = {
    403: 'Forbidden',
    409: 'Conflict',
    429: 'TooManyRequests',
    503: 'ServiceUnavailable',
  };
  const reason = reasons[code] ?? 'InternalError';
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason, code };
  response.writeHead(code, {
    'content-type': 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify({ ...status, message: `made by the fault proxy: ${reason}` }));
}
