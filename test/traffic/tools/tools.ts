import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildGoProgram } from '../../go-program';

/** Logs of test/traffic/recorded/tools that a program writes by the code of the tools themselves. */
export const WRITTEN_LOGS = [
  'coredns-common',
  'coredns-combined',
  'dnstap-json',
  'dnstap-text',
  'gadget',
  'gadget-v0.30',
  'hubble-exporter',
  'hubble-json',
  'hubble-jsonpb',
] as const;

/** The lines of a log, written anew. How long CoreDNS took for an answer is always the same. */
export function writtenAnew(log: (typeof WRITTEN_LOGS)[number]): string {
  const isOld = log === 'gadget-v0.30';
  const program = buildGoProgram(isOld ? join(__dirname, 'old-gadgets') : __dirname);
  const { status, stdout, stderr } = spawnSync(program, isOld ? [] : [log], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  if (status !== 0) throw new Error(stderr);
  return log.startsWith('coredns') ? stdout.replace(/ [\d.e-]+s(?= "0"$|$)/gm, ' 0.000012345s') : stdout;
}
