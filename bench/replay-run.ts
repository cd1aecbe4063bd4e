/**
 * What bench/replay replays, from a process of its own.
 *
 *   node .bench/replay-run.js WORKLOADS FOLDER        writes app.yaml and snapshot.json there
 *   node .bench/replay-run.js WORKLOADS - RECORDS     writes lines of CSV to standard output
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { manifestsOf } from './reachability-worlds';

const [, , size = '', folder = '', count = ''] = process.argv;
const [workloads, records] = [Number(size), Number(count)];
const LINES_A_PIECE = 1_000;

interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly ip: string;
}

/** The world of bench/reachability with an address for every workload, two pods each. */
function world(): { readonly text: string; readonly snapshot: string; readonly pods: readonly Pod[] } {
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
  return { text, pods, snapshot: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) };
}

/** 10 servers for each client, ports 1 to 3 above 8000; each connection a line with a port of the moment. */
function* lines(pods: readonly Pod[]): Generator<Uint8Array> {
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
  }
}

/** Writes to standard output no faster than it is read. */
async function write(pods: readonly Pod[]): Promise<void> {
  for (const piece of lines(pods)) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

const { pods, text, snapshot } = world();
if (folder === '-') void write(pods);
else {
  writeFileSync(join(folder, 'app.yaml'), text);
  writeFileSync(join(folder, 'snapshot.json'), snapshot);
}
