import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { buildEngine, type EngineName } from './build';

/** The first packet of a connection, Services already replaced by pods. */
export interface EnginePacket {
  /** Addresses; one that no pod of the objects has is outside the cluster. */
  readonly from: string;
  readonly to: string;
  /** IP protocol number. */
  readonly protocol: number;
  /** Destination port; for ICMP and ICMPv6, type * 256 + code. */
  readonly port: number;
}

/** What each end's policies do; a packet passes when both allow. */
export interface EngineVerdict {
  readonly egress: 'allow' | 'deny';
  readonly ingress: 'allow' | 'deny';
}

interface Answer {
  readonly verdicts?: readonly EngineVerdict[];
  readonly problems?: readonly string[];
  readonly canonical?: readonly (string | null)[];
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/** A running engine. It answers any number of requests, in the order they are made. */
export class Engine {
  private readonly waiting: Waiting[] = [];
  private complaints = '';
  private ended: Error | undefined;

  private constructor(
    readonly name: EngineName,
    private readonly child: ChildProcessWithoutNullStreams,
  ) {
    createInterface({ input: child.stdout }).on('line', (line) =>
      this.waiting.shift()?.resolve(readAnswer(line)),
    );
    child.stderr.on('data', (data: Buffer) => {
      this.complaints += data.toString();
    });
    child.on('close', (code) => {
      const ended = new Error(`${name} ended with code ${String(code)}: ${this.complaints.slice(0, 4000)}`);
      this.ended = ended;
      for (const { reject } of this.waiting.splice(0)) reject(ended);
    });
  }

  /** Builds the engine when it is not built yet, and starts it. @param variables of its environment, beside ours */
  static start(name: EngineName, variables: Readonly<Record<string, string>> = {}): Engine {
    return new Engine(name, spawn(buildEngine(name), { env: { ...process.env, ...variables } }));
  }

  /**
   * Verdicts of the packets in their order, in a cluster of these manifests. Rejects when the engine refuses an
   * object: then it has no opinion about the rest either.
   */
  async judge(
    objects: readonly unknown[],
    packets: readonly EnginePacket[],
  ): Promise<readonly EngineVerdict[]> {
    if (packets.length === 0) return [];
    const { verdicts } = await this.ask({ objects, packets });
    if (verdicts?.length !== packets.length) throw new Error(`${this.name} did not answer every packet`);
    return verdicts;
  }

  /** What Calico's API server has against each object, in their order; empty when nothing. Only of `calico`. */
  async validate(objects: readonly unknown[]): Promise<readonly string[]> {
    if (objects.length === 0) return [];
    const { problems } = await this.ask({ validate: objects });
    if (problems?.length !== objects.length) throw new Error(`${this.name} did not answer for every object`);
    return problems;
  }

  /** The selectors in Calico's canonical spelling, in their order; null for one that Calico refuses. Only of `calico`. */
  async canonical(selectors: readonly string[]): Promise<readonly (string | null)[]> {
    if (selectors.length === 0) return [];
    const { canonical } = await this.ask({ selectors });
    if (canonical?.length !== selectors.length)
      throw new Error(`${this.name} did not answer for every selector`);
    return canonical;
  }

  /** Ends the program; resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.ended !== undefined) return;
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin.end();
    await ended;
  }

  private async ask(request: object): Promise<Answer> {
    if (this.ended !== undefined) throw this.ended;
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer;
  }
}

function readAnswer(line: string): Answer {
  const answer: Answer = JSON.parse(line);
  return answer;
}
