import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineName } from './bridge';
import type {
  ClusterAnswer,
  ConnectAnswer,
  ExchangeAnswer,
  ExchangeRequest,
  FlowsAnswer,
  HelloAnswer,
  Manifest,
  Probe,
  ProbeAnswer,
  ProbeResult,
  Refusal,
  Request,
  ValidateAnswer,
} from './protocol';

/** Answers by the request's `op`. */
interface Answers {
  readonly hello: HelloAnswer;
  readonly cluster: ClusterAnswer;
  readonly probe: ProbeAnswer;
  readonly judge: ProbeAnswer;
  readonly validate: ValidateAnswer;
  readonly connect: ConnectAnswer;
  readonly exchange: ExchangeAnswer;
  readonly close: { readonly closed: number };
  readonly flows: FlowsAnswer;
}

interface Waiting {
  readonly resolve: (line: string) => void;
  readonly reject: (reason: Error) => void;
}

/** Tests of packets: skipped, loudly, where set-up has found that none can be sent. */
export const withPackets: typeof describe.skip =
  process.env['DATAPLANE_SOCKETS'] === undefined ? describe.skip : describe;

/** A connection to an engine, which all test files of a run share. Requests are answered in the order they are made. */
export class DataplaneEngine {
  private readonly waiting: Waiting[] = [];

  private constructor(
    readonly name: EngineName,
    private readonly socket: Socket,
  ) {
    createInterface({ input: socket }).on('line', (line) => this.waiting.shift()?.resolve(line));
    const fail = (): void => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`lost ${name}`));
    };
    socket.on('error', fail).on('close', fail);
  }

  /** Only inside of `withPackets`. Waits until the engine has started. */
  static async connect(name: EngineName): Promise<DataplaneEngine> {
    const folder = process.env['DATAPLANE_SOCKETS'];
    if (folder === undefined) throw new Error('set-up has started no engine');
    const engine = new DataplaneEngine(name, connect(join(folder, name)));
    await engine.hello();
    return engine;
  }

  /** The engine with its version. */
  async hello(): Promise<string> {
    return (await this.ask({ op: 'hello' })).engine;
  }

  /** Makes these the whole cluster and waits until packets obey it; what is refused, in the engine's words. */
  async cluster(objects: readonly Manifest[], outside: readonly string[] = []): Promise<readonly Refusal[]> {
    return (await this.ask({ op: 'cluster', objects, outside })).refused;
  }

  /** Sends the packets; results in their order. */
  async probe(probes: readonly Probe[]): Promise<readonly ProbeResult[]> {
    if (probes.length === 0) return [];
    const { results } = await this.ask({ op: 'probe', probes });
    if (results.length !== probes.length) throw new Error(`${this.name} did not answer every probe`);
    return results;
  }

  /** The same without packets, from an engine that can. */
  async judge(probes: readonly Probe[]): Promise<readonly ProbeResult[]> {
    return probes.length === 0 ? [] : (await this.ask({ op: 'judge', probes })).results;
  }

  /** What the engine has against each object; empty when nothing. */
  async validate(objects: readonly Manifest[]): Promise<readonly string[]> {
    return (await this.ask({ op: 'validate', objects })).problems;
  }

  /** Opens a connection that later clusters do not close. */
  async connect(probe: Probe): Promise<ConnectAnswer> {
    return this.ask({ op: 'connect', probe });
  }

  /** Sends one message on an open connection. */
  async exchange(
    connection: number,
    speaker: NonNullable<ExchangeRequest['speaker']> = 'client',
  ): Promise<ProbeResult> {
    return (await this.ask({ op: 'exchange', connection, speaker })).result;
  }

  /** Closes what `connect` opened. */
  async closeConnections(): Promise<void> {
    await this.ask({ op: 'close' });
  }

  /** What the kernel has recorded since the last call; the first begins to record. */
  async flows(): Promise<FlowsAnswer> {
    return this.ask({ op: 'flows' });
  }

  /** Leaves an empty cluster behind and lets go of the engine. */
  async leave(): Promise<void> {
    await this.closeConnections();
    await this.cluster([]);
    this.socket.end();
  }

  private async ask<R extends Request>(request: R): Promise<Answers[R['op']]> {
    const line = await new Promise<string>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.socket.write(`${JSON.stringify(request)}\n`);
    });
    const answer: Answers[R['op']] & { readonly error?: string } = JSON.parse(line);
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer;
  }
}
