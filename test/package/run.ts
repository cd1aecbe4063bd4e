import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What this process was started with and the programs of an app must not know: npm's own state, and conditions of Node. */
function environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(lifecycle|package|config_local_prefix|execpath|command)/.test(name),
  );
  return { ...Object.fromEntries(own), NODE_OPTIONS: '', NODE_ENV: '', NO_COLOR: '1', ...more };
}

/** Runs a program in a folder to its end. */
export function run(
  folder: string,
  [program = '', ...args]: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: environment(more),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/**
 * Runs a program that has to succeed, and returns what it printed on stdout.
 *
 * @throws Error with all it printed when it ends with another code than 0
 */
export async function succeed(
  folder: string,
  command: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(folder, command, more);
  if (code === 0) return stdout;
  throw new Error(`${command.join(' ')} in ${folder} ended with ${String(code)}:\n${stdout}\n${stderr}`);
}
