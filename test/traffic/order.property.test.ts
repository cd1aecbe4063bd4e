import { mkdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { chooseCalls } from '../../src/traffic/calls/observed-call';
import { draftIntents } from '../../src/traffic/calls/draft-intents';
import type { DnsRecord, FlowItem } from '../../src/traffic/flow-record';
import { Observer } from '../../src/traffic/mapping/observe';
import { importJson } from '../../src/traffic/output/import-json';
import { intentsYaml } from '../../src/traffic/output/intents-yaml';
import { cli, folderOf } from '../cli/cli-run';
import { CART, DB, flow, FRONTEND, inventoryOf, NODE, SHOP, at } from './mapping/mapping-fixture';

const ADDRESSES = [
  ...['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.99', '10.96.0.10', '10.96.0.11'],
  ...['192.168.0.2', '10.1.7.0', '203.0.113.7', '203.0.113.9', '169.254.20.10'],
];
const PORTS = [53, 80, 443, 5432, 7070, 8080, 8081, 30080, 40000, 50051];

const aFlow = fc
  .record({
    from: fc.constantFrom(...ADDRESSES),
    to: fc.constantFrom(...ADDRESSES),
    ports: fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS)),
    count: fc.integer({ min: 0, max: 9 }),
    minute: fc.integer({ min: 10, max: 59 }),
    seenAt: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    isReply: fc.option(fc.boolean(), { nil: undefined }),
    verdict: fc.constantFrom('allowed', 'denied', 'lost', undefined),
  })
  .map(({ from, to, ports: [source, destination], minute, ...more }) =>
    flow(`${from}:${source} ${to}:${destination}`, { time: at(`10:${minute}:00`), ...more }),
  );

const anAnswer = fc
  .record({
    client: fc.constantFrom(...ADDRESSES),
    name: fc.constantFrom('api.example.com', 'www.example.com', 'cart.shop.svc.cluster.local'),
    address: fc.constantFrom('203.0.113.7', '203.0.113.9'),
  })
  .map(({ client, name, address }): DnsRecord => ({
    kind: 'dns',
    time: at('10:00:00'),
    client: { ip: client },
    server: {},
    name,
    addresses: [address],
    place: { file: 'dns', line: 1 },
  }));

const inventory = inventoryOf([
  FRONTEND,
  CART,
  DB,
  { ...NODE, status: nodeAt('192.168.0.2', '169.254.20.10') },
]);

function nodeAt(...addresses: string[]): object {
  return { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) };
}

/** All that an import says of the items. */
function imported(items: readonly FlowItem[]): string {
  const observer = new Observer(inventory);
  for (const item of items) observer.take(item, item.kind === 'dns' ? 'dnstap' : 'plain JSON');
  const observed = observer.observed();
  const chosen = chooseCalls(observed, inventory, { minConfidence: 'low' });
  const { intents, leftOut } = draftIntents(chosen.calls, inventory.index, []);
  const result = {
    drafts: intents,
    leftOut: [...chosen.leftOut, ...leftOut],
    neverSeen: [],
    observed,
    files: [],
    findings: [],
  };
  return `${[...intentsYaml(intents)].join('')}${[...importJson(result)].join('')}`;
}

describe('an import', () => {
  it('is the same in whatever order the records come', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.oneof({ weight: 5, arbitrary: aFlow }, anAnswer), { maxLength: 60 })
          .chain((items) =>
            fc.tuple(
              fc.constant(items),
              fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
            ),
          ),
        ([items, shuffled]) => {
          expect(imported(shuffled)).toBe(imported(items));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the same however the records lie in files', async () => {
    const home = process.cwd();
    const one = fc.tuple(aFlow, fc.nat({ max: 3 }));
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 40 }), async (records) => {
        const lines = records.map(([record, file]) => ({ text: plainLine(record), file }));
        process.chdir(
          folderOf({
            'shop.yaml': SHOP,
            'snapshot.json': JSON.stringify({
              apiVersion: 'v1',
              kind: 'List',
              items: [FRONTEND, CART, DB, NODE],
            }),
            'whole/all.json': lines.map(({ text }) => `${text}\n`).join(''),
          }),
        );
        mkdirSync('split');
        for (const number of [0, 1, 2, 3]) {
          const own = lines.filter(({ file }) => file === number);
          if (own.length > 0)
            writeFileSync(`split/${number}.json`, own.map(({ text }) => `${text}\n`).join(''));
        }
        const run = async (folder: string): Promise<unknown> => {
          const words = [
            '--manifests',
            'shop.yaml',
            '--snapshot',
            'snapshot.json',
            '--min-confidence',
            'low',
          ];
          const { out, code } = await cli(['import', folder, ...words, '-o', 'json']);
          expect(code).toBe(0);
          return { ...JSON.parse(out), files: [] };
        };
        expect(await run('split')).toEqual(await run('whole'));
      }),
      { numRuns: 25 },
    );
    process.chdir(home);
  });
});

function plainLine({ time = 0, source, destination, count, isReply, verdict }: ReturnType<typeof flow>) {
  return JSON.stringify({
    time: new Date(time).toISOString(),
    source_ip: source.ip,
    source_port: source.port,
    destination_ip: destination.ip,
    destination_port: destination.port,
    protocol: 'TCP',
    count,
    reply: isReply,
    verdict,
  });
}
