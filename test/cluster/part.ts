import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** One running part of the control plane: a process that ends with this one, and whose words go to a file. */
export class Part {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private status: string | undefined;

  constructor(
    readonly name: string,
    program: string,
    args: readonly string[],
    private readonly log: string,
  ) {
    // The program ends when its standard input does, so nothing is left behind when the test run is killed.
    this.child = spawn(program, [name, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const file = createWriteStream(log, { flags: 'a' });
    this.child.stdout?.pipe(file, { end: false });
    this.child.stderr?.pipe(file, { end: false });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.status = error.message;
        resolve();
      });
      this.child.once('exit', (code, signal) => {
        this.status = signal ?? `exit code ${code}`;
        file.end();
        resolve();
      });
    });
  }

  /** Number of the process, for measuring it. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Waits until a question is answered with true. Throws with the end of the log when the part ends or the time does. */
  async until(ready: () => Promise<boolean>, milliseconds = 180_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!(await ready())) {
      if (this.status !== undefined) throw new Error(`${this.name} ended (${this.status}):\n${this.tail()}`);
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready:\n${this.tail()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the process: SIGTERM asks it to, SIGKILL leaves it no word. Returns when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.status === undefined) this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(late);
  }

  private tail(): string {
    return readFileSync(this.log, 'utf8').split('\n').slice(-30).join('\n');
  }
}

/** A port of the loopback address that nobody listens at now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
