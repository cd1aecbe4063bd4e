import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { declaredPolicies, importedFrom, recordedShop } from '../traffic/recorded/shop';
import { DataplaneEngine, withPackets } from './engine';
import type { Probe } from './protocol';

const RECORDING = join(__dirname, '../traffic/recorded/shop-conntrack.txt');
/** Addresses of the engine's own canary, whose packets are no traffic of the cluster. */
const CANARY = /100\.127\.255\.|fd00:feed/;

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
    const others = undeclared(declared);
    const passed = await engine.probe(declared);
    expect(new Set(passed.map(({ verdict }) => verdict))).toEqual(new Set(['allow']));
    const refused = await engine.probe(others);
    expect(new Set(refused.map(({ verdict }) => verdict))).toEqual(new Set(['deny']));
    const { conntrack } = await engine.flows();
    const recording = `${conntrack.filter((line) => !CANARY.test(line)).join('\n')}\n`;
    if (process.env['RECORD_FLOWS'] !== undefined) writeFileSync(RECORDING, recording);
    const { calls, policies, findings } = await importedFrom(shop, recording);
    expect(findings).toEqual([]);
    expect(calls).toEqual(shop.calls.map(({ name }) => name));
    expect(policies).toEqual(declaredPolicies(shop));
  });
});

/** The same ports from every other client: nobody but the declared ones may call, except the load balancer's frontend. */
function undeclared(declared: readonly Probe[]): Probe[] {
  const clients = [...new Set(declared.map(({ from }) => from))];
  const known = new Set(declared.map(({ from, to, port }) => `${from} ${to} ${String(port)}`));
  return declared
    .filter(({ to }) => !isFrontend(declared, to))
    .flatMap((probe) => clients.map((from) => ({ ...probe, from })))
    .filter(({ from, to, port }) => from !== to && !known.has(`${from} ${to} ${String(port)}`));
}

/** The one that calls most others is the one that the world comes to. */
function isFrontend(declared: readonly Probe[], address: string): boolean {
  return declared.filter(({ from }) => from === address).length === 7;
}
