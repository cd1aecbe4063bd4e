import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { translateCli } from './cli-process';
import { until } from './install';
import { freePort } from './part';

let translated: string | undefined;

/** Translated once for each file of tests: a process that translates its sources itself takes a busy machine its time. */
function program(): string {
  return (translated ??= translateCli());
}

/** A replica as a process of its own, as its pod runs it, with the account of an installation. */
export class Replica {
  readonly process: ChildProcess;
  log = '';

  private constructor(
    readonly probes: number,
    readonly metrics: number,
    words: readonly string[],
  ) {
    this.process = spawn(process.execPath, [program(), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
  }

  /** Starts one that logs all it does; its probes and metrics are on free ports. */
  static async start(args: readonly string[], kubeconfig: string): Promise<Replica> {
    const [probes, metrics] = [await freePort(), await freePort()];
    return new Replica(probes, metrics, [
      ...args,
      ...['--kubeconfig', kubeconfig, '--log-level', 'debug'],
      ...['--health-probe-bind-address', `127.0.0.1:${probes}`],
      ...['--metrics-bind-address', `127.0.0.1:${metrics}`],
    ]);
  }

  /** Waits until it says so. */
  async ready(): Promise<void> {
    const isReady = async (): Promise<boolean> => (await ask(this.probes, '/readyz')).status === 200;
    await until(isReady, { every: 200, within: 60_000 }).catch(async (error: unknown) => {
      const { text } = await ask(this.probes, '/readyz');
      throw new Error(`${String(error)}: ${text}${this.log.slice(0, 3000)}`);
    });
  }

  /** What it says of its readiness. */
  async readiness(): Promise<string> {
    return (await ask(this.probes, '/readyz')).text;
  }

  /** The value of a metric without labels. */
  async metric(name: string): Promise<number> {
    const { text } = await ask(this.metrics, '/metrics');
    return Number(new RegExp(`^intents_controller_${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** Sends a signal and gives the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<unknown> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    const [code, by] = await ended;
    return code ?? by;
  }
}

function ask(port: number, path: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    }).on('error', () => {
      resolve({ status: 0, text: '' });
    });
  });
}
