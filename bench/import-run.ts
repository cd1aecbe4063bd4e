/**
 * Reads a file of flows in a process of its own, for bench/import.ts, and prints what it cost as JSON.
 *
 *   node .bench/import-run.js parse|read FILE
 *
 * `parse`: split into lines and JSON.parse each, no more. `read`: the reader of flow logs, and counting.
 */
import { createReadStream } from 'node:fs';
import { readFlows } from '../src/traffic/read-flows';

const [, , mode = '', file = ''] = process.argv;

async function parse(): Promise<number> {
  let rest = Buffer.alloc(0);
  let lines = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 128 * 1024 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
      JSON.parse(bytes.toString('utf8', start, end));
      lines++;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
  return lines;
}

async function read(): Promise<number> {
  let flows = 0;
  await readFlows([file], ({ kind }) => {
    if (kind === 'flow') flows++;
  });
  return flows;
}

async function main(): Promise<void> {
  const start = performance.now();
  const records = await (mode === 'parse' ? parse() : read());
  const { user, system } = process.cpuUsage();
  console.log(
    JSON.stringify({
      records,
      clock: performance.now() - start,
      cpu: (user + system) / 1_000,
      memory: process.resourceUsage().maxRSS / 1_024,
    }),
  );
}

void main();
