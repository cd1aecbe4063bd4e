import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildGoProgram } from '../go-program';

/** The engines: each the program of a folder beside this file, with variables of its environment. */
const PROGRAMS = {
  calico: { folder: 'calico', env: {} },
  /** The same, writing the flow logs that Calico writes; they slow every connection down. */
  'calico-flow-logs': { folder: 'calico', env: { LAB_FLOW_LOGS: '1' } },
  /** Calico's default data plane, which holds what the other cannot; every denial costs a second. */
  'calico-iptables': { folder: 'calico', env: { LAB_IPTABLES: '1' } },
  nfqueue: { folder: 'nfqueue', env: {} },
} as const;

export type EngineName = keyof typeof PROGRAMS;

export const ENGINES: readonly EngineName[] = ['calico', 'calico-flow-logs', 'calico-iptables', 'nfqueue'];

/**
 * Starts an engine at the first request for it, in namespaces of its own, and hands requests of any number of test
 * files on to it one after the other: they share one process, and see each other's clusters.
 */
export class Bridge {
  private readonly server: Server;
  private child: ChildProcessWithoutNullStreams | undefined;
  private readonly waiting: Socket[] = [];
  private readonly sockets = new Set<Socket>();
  private complaints = '';

  constructor(
    private readonly name: EngineName,
    socketPath: string,
  ) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => this.sockets.delete(socket));
      createInterface({ input: socket }).on('line', (line) => {
        this.passOn(line, socket);
      });
    });
    this.server.listen(socketPath);
  }

  /** Ends the program, and waits for it. */
  async stop(): Promise<void> {
    this.server.close();
    // Those of test files that failed before they could let go.
    for (const socket of this.sockets) socket.destroy();
    const child = this.child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.end();
    await ended;
  }

  private passOn(line: string, socket: Socket): void {
    try {
      this.child ??= this.start();
    } catch (error) {
      socket.write(`${JSON.stringify({ error: String(error) })}\n`);
      return;
    }
    if (this.child.exitCode !== null) {
      socket.write(`${this.ended()}\n`);
      return;
    }
    this.waiting.push(socket);
    this.child.stdin.write(`${line}\n`);
  }

  private start(): ChildProcessWithoutNullStreams {
    const program = programOf(this.name);
    const env = { ...process.env, ...PROGRAMS[this.name].env };
    const child = spawn('unshare', ['-n', '-m', program], { env });
    createInterface({ input: child.stdout }).on('line', (line) => this.waiting.shift()?.write(`${line}\n`));
    child.stderr.on('data', (data: Buffer) => {
      this.complaints = (this.complaints + data.toString()).slice(-8000);
    });
    // A write to a program that has just ended; `close` says why.
    child.stdin.on('error', () => undefined);
    child.on('close', () => {
      for (const socket of this.waiting.splice(0)) socket.write(`${this.ended()}\n`);
      // Who asked has been told; the next request begins with a fresh one.
      this.child = undefined;
      this.complaints = '';
    });
    return child;
  }

  private ended(): string {
    return JSON.stringify({
      error: `${this.name} ended with code ${String(this.child?.exitCode)}: ${this.complaints}`,
    });
  }
}

/** Builds an engine when it is not built yet; undefined where the folder has none. */
export function programOf(name: EngineName): string {
  return buildGoProgram(join(__dirname, PROGRAMS[name].folder), '-s -w');
}

/** Whether the sources of an engine are here. */
export function hasSources(name: EngineName): boolean {
  return existsSync(join(__dirname, PROGRAMS[name].folder, 'go.mod'));
}
