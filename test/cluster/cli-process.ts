import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..', '..');
const OUT = join(ROOT, '.cache', 'cli');

/** Translates the sources file by file, as the package has them, and returns the path of the `intents` program. */
export function translateCli(): string {
  const sources = join(ROOT, 'src');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('map-page'))
    .map((file) => join(sources, file));
  buildSync({
    entryPoints: files,
    outdir: join(OUT, 'lib'),
    outbase: sources,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
  });
  mkdirSync(OUT, { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(OUT, 'package.json'));
  return join(OUT, 'lib', 'cli', 'main.js');
}

/** What a process has used so far. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentMegabytes: number;
  readonly mostResidentMegabytes: number;
}

/** `intents` as a process of its own. */
export class CliProcess {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | NodeJS.Signals | null>;

  /** @param within a command that runs the words after it */
  constructor(
    program: string,
    args: readonly string[],
    environment: Record<string, string> = {},
    within: readonly string[] = [],
  ) {
    const [command = process.execPath, ...words] = [...within, process.execPath, program, ...args];
    this.child = spawn(command, words, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream
        ?.setEncoding('utf8')
        .on('data', (text: string) => this.lines.push(...text.trimEnd().split('\n')));
    }
    this.ended = new Promise((resolve) =>
      this.child.once('exit', (code, signal) => {
        resolve(code ?? signal);
      }),
    );
  }

  /** Sends a signal and waits for the end; the exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    this.child.kill(signal);
    return this.ended;
  }

  /** From /proc, so on Linux only. */
  usage(): Usage {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const kilobytes = (field: string): number =>
      Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return {
      cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
      residentMegabytes: kilobytes('VmRSS') / 1024,
      mostResidentMegabytes: kilobytes('VmHWM') / 1024,
    };
  }
}
