import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  declaredPolicies,
  importedFrom,
  recordedShop,
  replayed,
  undeclaredCalls,
  underTheirNames,
} from '../traffic/recorded/shop';
import { DataplaneEngine, withPackets } from './engine';
import type { Probe } from './protocol';

const CONNTRACK = join(__dirname, '../traffic/recorded/shop-conntrack.txt');
const FLOW_LOGS = join(__dirname, '../traffic/recorded/shop-calico.log');
/** Addresses and name of the engine's own canary, whose packets are no traffic of the cluster. */
const CANARY = /100\.127\.255\.|fd00:feed|lab-canary/;
/** Felix holds flows back for some seconds, until it knows more of them. */
const MOST_SECONDS = 90;

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

withPackets('intents, policies, packets, import', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  it('come back to the intents, on the shop', async () => {
    const shop = recordedShop();
    await engine.flows();
    expect(await engine.cluster(shop.stage.objects, shop.stage.outside)).toEqual([]);
    await engine.flows();
    const declared = shop.calls.map(({ from, to, port }): Probe => ({ from, to, port, protocol: 6 }));
    const others = undeclaredCalls(shop).map((call): Probe => ({ ...call, protocol: 6 }));
    const passed = await engine.probe(declared);
    expect(new Set(passed.map(({ verdict }) => verdict))).toEqual(new Set(['allow']));
    const refused = await engine.probe(others);
    expect(new Set(refused.map(({ verdict }) => verdict))).toEqual(new Set(['deny']));
    const { conntrack } = await engine.flows();
    const recording = `${conntrack.filter((line) => !CANARY.test(line)).join('\n')}\n`;
    if (process.env['RECORD_FLOWS'] !== undefined) writeFileSync(CONNTRACK, recording);
    const { calls, policies, findings } = await importedFrom(shop, recording);
    expect(findings).toEqual([]);
    expect(calls).toEqual(shop.calls.map(({ name }) => name));
    expect(policies).toEqual(declaredPolicies(shop));
  });
});

withPackets('denied connections, which conntrack does not know', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico-flow-logs');
  });
  afterAll(() => engine.leave());

  it(
    'are in the flow logs that Calico writes, and become no intents',
    async () => {
      const shop = recordedShop();
      expect(await engine.cluster(underTheirNames(shop), shop.stage.outside)).toEqual([]);
      await engine.flows();
      const others = undeclaredCalls(shop).filter((_, index) => index % 2 === 0);
      expect(others.length).toBeGreaterThan(10);
      await engine.probe(
        [...shop.calls, ...others].map(({ from, to, port }) => ({ from, to, port, protocol: 6 })),
      );
      const recording = await flowLog(engine, others.length);
      if (process.env['RECORD_FLOWS'] !== undefined) writeFileSync(FLOW_LOGS, recording);
      const { calls, policies, findings } = await importedFrom(shop, recording);
      expect(findings).toEqual([]);
      expect(calls).toEqual(shop.calls.map(({ name }) => name));
      expect(policies).toEqual(declaredPolicies(shop));
      const { out, code } = await replayed(shop, recording);
      expect(code).toBe(0);
      expect(out).toContain(
        `Denied then, every time: ${String(others.length)} distinct connections, of which 0`,
      );
    },
    (MOST_SECONDS + 60) * 1000,
  );
});

/** The lines that Calico has written once it has told of so many denied calls, and some that come with them. */
async function flowLog(engine: DataplaneEngine, denied: number): Promise<string> {
  const lines: string[] = [];
  for (let second = 0; second < MOST_SECONDS; second++) {
    lines.push(...(await engine.flows()).log.filter((line) => !CANARY.test(line)));
    const told = new Set(lines.filter((line) => line.includes('"action":"Deny"')).map(endsOf));
    if (told.size >= denied) return `${lines.join('\n')}\n`;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`Calico has not told of ${String(denied)} denied calls in ${String(lines.length)} lines`);
}

function endsOf(line: string): string {
  return ['source_name', 'dest_name', 'dest_port']
    .map((name) => new RegExp(`"${name}":"([^"]*)"`).exec(line)?.[1])
    .join(' ');
}
