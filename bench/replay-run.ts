/** One run of bench/replay: `records size`, in a process of its own. Prints figures as JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { run } from '../src/cli/run';
import type { Terminal } from '../src/cli/terminal';
import { manifestsOf } from './reachability-worlds';

const [records = 0, workloads = 0] = process.argv.slice(2).map(Number);
const LINES_A_PIECE = 1_000;

interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

/** The world of bench/reachability with an address for every workload, two pods each. */
function world(): { readonly text: string; readonly pods: readonly Pod[] } {
  const text = manifestsOf({
    workloads,
    namespaces: workloads / 20,
    kubernetes: workloads / 2,
    calico: 0,
    blocks: 0,
  });
  const objects = loadAll(text) as { kind: string; metadata: { name: string; namespace: string } }[];
  const own = objects.filter(
    ({ kind }) => kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet',
  );
  const pods: Pod[] = [];
  const items = own.flatMap(({ kind, metadata: { name, namespace } }) =>
    [0, 1].map((copy) => {
      const ip = `10.${16 + (pods.length >> 16)}.${(pods.length >> 8) & 255}.${pods.length & 255}`;
      pods.push({ namespace, name, ip });
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${name}-${copy}`,
          namespace,
          uid: ip,
          ownerReferences: [{ apiVersion: 'apps/v1', kind, name, controller: true }],
        },
        spec: { containers: [] },
        status: { phase: 'Running', podIP: ip, startTime: '2026-11-01T00:00:00Z' },
      };
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  writeFileSync(join(folder, 'app.yaml'), text);
  writeFileSync(join(folder, 'snapshot.yaml'), dump({ apiVersion: 'v1', kind: 'List', items }));
  process.chdir(folder);
  return { text, pods };
}

/** 10 servers for each client, ports 1 to 3 above 8000; each connection a line with a port of the moment. */
async function* lines(pods: readonly Pod[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from('time,source_ip,source_port,destination_ip,destination_port,protocol\n');
  let state = 7;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  for (let done = 0; done < records; done += LINES_A_PIECE) {
    let text = '';
    for (let line = 0; line < LINES_A_PIECE; line++) {
      const from = next(pods.length);
      const server = (from + 1 + next(10) * 37) % pods.length;
      text += `${1_793_700_000 + ((done + line) >> 7)},${pods[from]?.ip},${32_768 + next(28_000)},${pods[server]?.ip},${8_000 + (server % 3)},TCP\n`;
    }
    yield Buffer.from(text);
    // As a file would: others get their turn.
    await Promise.resolve();
  }
}

async function main(): Promise<void> {
  const { pods } = world();
  const folder = process.cwd();
  // What is printed lists everything that is cut: only the figures at both ends of it are kept.
  let [head, tail] = ['', ''];
  const terminal: Terminal = {
    out: (text) => {
      if (head.length < 1_000) head += text.slice(0, 1_000);
      tail = (tail + text).slice(-100_000);
      return Promise.resolve();
    },
    err: () => undefined,
    stdin: () => '',
    stdinPieces: () => lines(pods),
    screen: false,
    colours: false,
    live: false,
    columns: 80,
    now: () => performance.now(),
  };
  const cost = async (action: () => Promise<unknown>): Promise<number> => {
    const before = process.cpuUsage();
    await action();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  let bytes = 0;
  const writing = await cost(async () => {
    for await (const piece of lines(pods)) bytes += piece.length;
  });
  const all = await cost(() =>
    run(['replay', '-', '--manifests', 'app.yaml', '--snapshot', 'snapshot.yaml', '-o', 'json'], terminal),
  );
  const figure = (text: string, name: string): number =>
    Number(new RegExp(`"${name}": ([0-9]+)`).exec(text)?.[1] ?? NaN);
  const [judged, cut, mapped] = [figure(head, 'judged'), figure(head, 'cut'), figure(tail, 'mapped')];
  const peak = process.resourceUsage().maxRSS / 1024;
  rmSync(folder, { recursive: true });
  process.stdout.write(JSON.stringify({ writing, all, bytes, judged, cut, mapped, peak }));
}

void main();
