import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UsageError } from '../../src/sources/usage-error';
import type { FlowItem } from '../../src/traffic/flow-record';
import { FlowTally } from './flow-tally';
import { readFlows, type ReadFile, type ReadFlowsOptions } from '../../src/traffic/read-flows';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'intents-flows-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const FIXTURES = join(__dirname, 'fixtures');
const hubble = readFileSync(join(FIXTURES, 'hubble-flows.json'));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Read {
  readonly items: readonly FlowItem[];
  readonly files: readonly ReadFile[];
}

async function read(paths: readonly string[], options: ReadFlowsOptions = {}): Promise<Read> {
  const items: FlowItem[] = [];
  const files: ReadFile[] = [];
  await readFlows(paths, (item) => items.push(item), { ...options, onFile: (file) => files.push(file) });
  return { items, files };
}

const plainLine = (name: string): string => `{"from":"x/${name}","to":"x/server","port":80}\n`;
const names = ({ items }: Read): unknown[] =>
  items.flatMap((item) => (item.kind === 'flow' ? (item.source.workload?.name ?? []) : []));

/** Bytes as standard input gives them, in pieces of a size. */
async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size)
    yield await Promise.resolve(new Uint8Array(bytes.subarray(at, at + size)));
}

describe('reading flow logs', () => {
  it('decides for each file of a mixed folder and says so', async () => {
    const { files, items } = await read([FIXTURES]);
    const formats = Object.fromEntries(files.map(({ file, format }) => [file.split('/').at(-1), format]));
    expect(formats).toEqual({
      'calico-flows.log': 'Calico flow logs',
      'conntrack-events.txt': 'conntrack',
      'conntrack-list.txt': 'conntrack',
      'coredns.log': 'CoreDNS query logs',
      'dnstap.json': 'dnstap as JSON',
      'dnstap.txt': 'dnstap as text',
      'envoy-access.log': 'Istio/Envoy access logs as text',
      'gadget-new.json': 'Inspektor Gadget JSON',
      'gadget-old.json': 'Inspektor Gadget JSON',
      'goldmane-emitted.json': 'Calico flow logs',
      'goldmane.json': 'Calico flow logs',
      'hubble-flows.json': 'Cilium Hubble JSON',
      'istio-access.json': 'Istio/Envoy access logs as JSON',
      'istio-access.log': 'Istio/Envoy access logs as text',
      'istio-matrix.json': 'Istio telemetry from Prometheus',
      'istio-vector.json': 'Istio telemetry from Prometheus',
      'nf_conntrack.txt': 'conntrack',
      'plain.csv': 'plain CSV',
      'plain.json': 'plain JSON',
      'vpc-custom.log': 'AWS VPC flow logs',
      'vpc-default.log': 'AWS VPC flow logs',
      'whisker.json': 'Calico flow logs',
    });
    expect(items.length).toBeGreaterThan(70);
  });

  it('gives the same of a file that is packed, also when it was packed in parts', async () => {
    const plain = await read([write('flows.json', hubble)]);
    const half = hubble.indexOf('\n') + 1;
    const parts = [gzipSync(hubble.subarray(0, half)), gzipSync(hubble.subarray(half))];
    const packed = await read([write('packed', Buffer.concat(parts))]);
    const bare = ({ items }: Read): unknown => items.map((item) => ({ ...item, place: item.place.line }));
    expect(bare(packed)).toEqual(bare(plain));
  });

  it('reads standard input in whatever pieces it comes, packed or not', async () => {
    const expected = (await read([write('flows.json', hubble)])).items.map((item) => item.kind);
    for (const bytes of [hubble, gzipSync(hubble)])
      for (const size of [1, 1000]) {
        const { items } = await read(['-'], { stdin: () => piecesOf(bytes, size) });
        expect(items.map((item) => item.kind)).toEqual(expected);
        expect(items[0]?.place).toEqual({ file: 'stdin', line: 1 });
      }
  });

  it('reads rotated files from the oldest to the newest, and each file once', async () => {
    const newest = write('flows.log', plainLine('newest'));
    write('flows.log.1', plainLine('older'));
    write('flows.log.2.gz', gzipSync(plainLine('oldest')));
    symlinkSync(newest, join(folder, 'link.log'));
    mkdirSync(join(folder, '.hidden'));
    writeFileSync(join(folder, '.hidden', 'x'), plainLine('hidden'));
    expect(names(await read([folder, newest]))).toEqual(['oldest', 'older', 'newest']);
  });

  it('says of packed data that break off that what follows is missing', async () => {
    const many = Buffer.from(plainLine('a').repeat(20_000));
    const whole = gzipSync(many, { level: 0 });
    const { items } = await read([write('a.gz', whole.subarray(0, whole.length / 2))]);
    expect(items.at(-1)).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('break off') });
    expect(items[0]).toMatchObject({ kind: 'flow' });
  });

  it.each([
    ['a README', '# Notes\n\nsome text\n', 'the whole file is of no format that is known'],
    ['Parquet', 'PAR1\u0000\u0001', 'Parquet'],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), 'zstd'],
    ['UTF-16', Buffer.from('\ufeff{"a":1}', 'utf16le'), 'UTF-16'],
    ['conntrack -o xml', '<?xml version="1.0" encoding="utf-8"?>\n<conntrack>\n<flow>', 'without -o xml'],
    ['conntrack -E -o xml', '<flow type="new"><meta direction="original">', 'without -o xml'],
    ['dnstap -y', 'type: MESSAGE\nidentity: "coredns"\nmessage:\n  type: CLIENT_QUERY\n', 'dnstap -j'],
    [
      'advice of a gadget',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n',
      'not what it advises',
    ],
    ['a pcap', Buffer.from([0xd4, 0xc3, 0xb2, 0xa1, 0]), 'capture of packets'],
  ])('says of %s that it cannot be read', async (_, content, reason) => {
    const { items, files } = await read([write('file', content)]);
    expect(items).toMatchObject([{ kind: 'unreadable', reason: expect.stringContaining(reason) }]);
    expect(files).toMatchObject([{ format: undefined }]);
  });

  it('says that a file is empty', async () => {
    expect((await read([write('file', '')])).items).toMatchObject([
      { kind: 'skipped', reason: 'an empty file' },
    ]);
  });

  it('reads as what it was told, and says of every line that it is none', async () => {
    const path = write('file', 'one\n\ntwo\n');
    const { items, files } = await read([path], { format: 'conntrack' });
    expect(items).toMatchObject([
      { kind: 'unreadable', place: { line: 1 } },
      { kind: 'unreadable', place: { line: 3 } },
    ]);
    expect(files).toMatchObject([{ format: 'conntrack' }]);
    const json = await read([write('json', '{"a":1}\n')], { format: 'calico' });
    expect(json.items).toMatchObject([
      { kind: 'unreadable', reason: 'neither the source nor the destination is said' },
    ]);
  });

  it.each([
    ['CRI', (line: string) => `2026-01-31T12:00:00.123456789Z stdout F ${line}`],
    [
      'Docker',
      (line: string) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-01-31T12:00:00Z' }),
    ],
    ['kubectl logs --prefix', (line: string) => `[pod/hubble-export-x2x4z/export] ${line}`],
    ['kubectl logs --timestamps', (line: string) => `2026-01-31T12:00:00.123456789Z ${line}`],
    ['server-sent events', (line: string) => `data: ${line}`],
  ])('unwraps lines of %s', async (_, wrap) => {
    const lines = hubble.toString().trim().split('\n').map(wrap).join('\n');
    const { items, files } = await read([write('file', lines)]);
    expect(files[0]?.format).toMatch(/^Cilium Hubble JSON (in|after) /);
    expect(items.map(({ kind }) => kind)).toEqual(
      (await read([write('bare', hubble)])).items.map(({ kind }) => kind),
    );
  });

  describe('lines that a runtime of containers has written in parts', () => {
    const long = plainLine('a').trim();
    const cri = (stream: string, tag: string, text: string): string =>
      `2026-01-31T12:00:00.123456789Z ${stream} ${tag} ${text}\n`;
    const parts = (line: string, stream = 'stdout'): string[] => [
      cri(stream, 'P', line.slice(0, 10)),
      cri(stream, 'P:x', line.slice(10, 20)),
      cri(stream, 'F', line.slice(20)),
    ];

    it('are put together, those of each stream by themselves', async () => {
      const [a = '', b = '', c = ''] = parts(long);
      const [x = '', y = '', z = ''] = parts(plainLine('b').trim(), 'stderr');
      const content = [a, x, b, y, z, c, ...parts(plainLine('c').trim())].join('');
      expect(names(await read([write('0.log', content)]))).toEqual(['b', 'a', 'c']);
    });

    it('are put together with the time of their beginning, once', async () => {
      const line = '[INFO] 10.0.0.1:1 - 1 "A IN a.example. udp 1 false 512" NOERROR qr 1 0.1s';
      const { items } = await read([write('0.log', parts(line).join(''))]);
      expect(items).toMatchObject([{ kind: 'dns', time: Date.UTC(2026, 0, 31, 12, 0, 0, 123) }]);
    });

    it('are put together as Docker writes them, which leaves out the break', async () => {
      const docker = (log: string): string =>
        `${JSON.stringify({ log, stream: 'stdout', time: '2026-01-31T12:00:00Z' })}\n`;
      const content = [docker(long.slice(0, 12)), docker(`${long.slice(12)}\n`), docker(plainLine('b'))];
      expect(names(await read([write('0.log', content.join(''))]))).toEqual(['a', 'b']);
    });

    it('are not kept without bound, and end no sooner than their line', async () => {
      const piece = cri('stdout', 'P', 'x'.repeat(16_000));
      const content = `${cri('stdout', 'F', long)}${piece.repeat(100)}${cri('stdout', 'F', '')}${cri('stdout', 'F', long)}`;
      const { items } = await read([write('0.log', content)]);
      expect(items.map((item) => (item.kind === 'unreadable' ? item.reason : item.kind))).toEqual([
        'flow',
        'it is longer than 1 MB',
        'flow',
      ]);
    });

    it('are told to have no end where the file ends before', async () => {
      const { items } = await read([write('0.log', cri('stdout', 'F', long) + (parts(long)[0] ?? ''))]);
      expect(items).toMatchObject([
        { kind: 'flow' },
        {
          kind: 'unreadable',
          reason: 'the end of a line that was written in parts is missing',
          place: { line: 2 },
        },
      ]);
    });
  });

  it('keeps the time of a container log for CoreDNS, which writes none itself', async () => {
    const line = '[INFO] 10.0.0.1:1 - 1 "A IN a.example. udp 1 false 512" NOERROR qr 1 0.1s';
    const { items } = await read([write('0.log', `2026-01-31T12:00:00.5Z stdout F ${line}\n`)]);
    expect(items).toMatchObject([{ kind: 'dns', time: Date.UTC(2026, 0, 31, 12, 0, 0, 500) }]);
  });

  it('reads a file whose first line is cut off, as rotating by copying leaves it', async () => {
    const { items, files } = await read([write('file', hubble.subarray(100))]);
    expect(files[0]?.format).toBe('Cilium Hubble JSON');
    expect(items[0]).toMatchObject({ kind: 'unreadable', reason: 'it is no JSON' });
    expect(items[1]).toMatchObject({ kind: 'flow' });
  });

  it('reads an answer that is one line of many megabytes', async () => {
    const series =
      '{"metric":{"__name__":"istio_requests_total","source_workload":"a","destination_workload":"b"},"value":[1,"1"]}';
    const many = Array.from({ length: 30_000 }, () => series).join(',');
    const { items } = await read([
      write('file', `{"status":"success","data":{"resultType":"vector","result":[${many}]}}`),
    ]);
    expect(items).toHaveLength(30_000);
    expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['flow']));
  });

  it('reads no more than is taken, and closes what it has opened', async () => {
    let given = 0;
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given++;
          yield await Promise.resolve(Buffer.from(plainLine('a').repeat(10_000)));
        }
      } finally {
        closed = true;
      }
    }
    const enough = (): never => {
      throw new Error('enough');
    };
    await expect(readFlows(['-'], enough, { stdin: endless })).rejects.toThrow('enough');
    expect(given).toBeLessThan(4);
    expect(closed).toBe(true);
  });

  it('tells how far it is in bytes as they are on disk', async () => {
    const path = write('a.gz', gzipSync(hubble));
    const steps: (readonly [number, number | undefined])[] = [];
    await read([path], { onProgress: (...step) => steps.push(step) });
    const size = readFileSync(path).length;
    expect(steps.at(-1)).toEqual([size, size]);
    const totals = new Set<number | undefined>();
    await read([path, '-'], {
      stdin: () => piecesOf(hubble, 9),
      onProgress: (_, total) => totals.add(total),
    });
    expect(totals).toEqual(new Set([undefined]));
  });

  it('refuses a path that is not there and a folder without files, before it reads anything', async () => {
    const good = write('a', plainLine('a'));
    await expect(read([good, join(folder, 'absent')])).rejects.toThrow(UsageError);
    mkdirSync(join(folder, 'empty'));
    await expect(read([join(folder, 'empty')])).rejects.toThrow('is a folder without a file in it');
  });

  it('reads a pipe', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    spawn('sh', ['-c', `cat ${FIXTURES}/plain.csv > ${path}`], { stdio: 'ignore' });
    expect((await read([path])).files).toMatchObject([{ format: 'plain CSV' }]);
  });
});

describe('counting what lines end as', () => {
  it('tells what was left out, why, how often, and where first', async () => {
    const tally = new FlowTally();
    for (const item of (await read([join(FIXTURES, 'hubble-flows.json'), join(FIXTURES, 'vpc-default.log')]))
      .items)
      tally.add(item);
    expect([tally.flows, tally.dns]).toEqual([9, 1]);
    expect(
      tally.leftOut().map(({ kind, reason, count, first }) => [kind, reason, count, first.line]),
    ).toEqual([
      ['unreadable', '"destination_port" is no port (0 to 65535)', 1, 9],
      ['skipped', 'Hubble says that it lost events here', 1, 7],
      ['skipped', 'an event of the Cilium agent', 1, 8],
      ['skipped', 'an interval of which AWS has lost records (SKIPDATA)', 1, 5],
      ['skipped', 'an interval without traffic (NODATA)', 1, 4],
    ]);
  });
});
