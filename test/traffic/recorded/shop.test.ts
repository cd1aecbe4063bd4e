import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importedFrom, recordedShop } from './shop';

const RECORDING = join(__dirname, 'shop-conntrack.txt');
// Synthesising the shop takes its time.
jest.setTimeout(60_000);

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

/*
 * The recording is what a kernel has written down while packets of every declared call, and some that were denied, went
 * between pods under the policies in dist/ (test/dataplane/round-trip.dataplane.ts, with RECORD_FLOWS=1).
 */
describe('a recording of the shop by conntrack', () => {
  it('gives back exactly the declared calls, and nothing that was denied', async () => {
    const shop = recordedShop();
    const { calls, code, findings } = await importedFrom(shop, readFileSync(RECORDING, 'utf8'));
    expect(code).toBe(0);
    expect(findings).toEqual([]);
    expect(calls).toEqual(shop.calls.map(({ name }) => name));
    expect(calls.length).toBeGreaterThan(12);
  });

  it('whatever is left out of it is left out of the intents', async () => {
    const shop = recordedShop();
    const lines = readFileSync(RECORDING, 'utf8').split('\n');
    const fewer = lines.filter((line) => !line.includes('dport=6379') && !line.includes('sport=6379'));
    const { calls } = await importedFrom(shop, fewer.join('\n'));
    expect(calls).toEqual(shop.calls.map(({ name }) => name).filter((name) => !name.endsWith('TCP 6379')));
  });
});
