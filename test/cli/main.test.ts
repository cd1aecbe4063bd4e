import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** The program as a process of its own, from its sources. */
function intents(words: string, input = ''): { status: number | null; stdout: string; stderr: string } {
  const program = `"${process.execPath}" --import tsx --conditions=@cdk8s-intents/source src/cli/main.ts`;
  return spawnSync('bash', ['-c', `set -o pipefail; ${program} ${words}`], {
    cwd: ROOT,
    encoding: 'utf8',
    input,
  });
}

describe('the program', () => {
  it('reads standard input, prints without colours into a pipe, and gives its exit code', () => {
    const pod = '{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [] } }';
    const { status, stdout, stderr } = intents('connectivity -', pod);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^FROM {2,}TO {2,}PORTS\n/);
    expect(intents('connectivity - --nothing').status).toBe(2);
  }, 30_000);

  it('ends quietly when nobody reads on', () => {
    const pods = Array.from(
      { length: 60 },
      (_, index) =>
        `{ apiVersion: v1, kind: Pod, metadata: { name: pod-with-a-long-name-${index} }, spec: { containers: [] } }`,
    );
    const { status, stdout, stderr } = intents('connectivity - | head -n 1', pods.join('\n---\n'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^FROM/);
  }, 30_000);
});
