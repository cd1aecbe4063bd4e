import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importedFrom, recordedShop, replayed, undeclaredCalls } from './shop';

const RECORDING = join(__dirname, 'shop-conntrack.txt');
const FLOW_LOGS = readFileSync(join(__dirname, 'shop-calico.log'), 'utf8');
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

/*
 * The flow logs that Calico's own collector has written of every declared call, and of some that policies denied. Of a
 * denied one the source reports "Allow" and the destination "Deny".
 */
describe('flow logs of the shop, written by Calico', () => {
  const denied = new Set(
    FLOW_LOGS.split('\n')
      .filter((line) => line.includes('"Deny"'))
      .map(endsOf),
  );

  it('tell the sides of a denied connection apart', () => {
    const allowed = FLOW_LOGS.split('\n').filter(
      (line) => line.includes('"Allow"') && line.includes('"Src"'),
    );
    expect(denied.size).toBeGreaterThan(10);
    for (const ends of denied) expect(allowed.map(endsOf)).toContain(ends);
  });

  it('give back exactly the declared calls: what was denied never becomes an intent', async () => {
    const shop = recordedShop();
    const { calls, findings } = await importedFrom(shop, FLOW_LOGS);
    expect(findings).toEqual([]);
    expect(calls).toEqual(shop.calls.map(({ name }) => name));
    expect(undeclaredCalls(shop).length).toBeGreaterThanOrEqual(denied.size);
  });

  it('are replayed with what was denied as denied then, and nothing cut', async () => {
    const { out, code } = await replayed(recordedShop(), FLOW_LOGS);
    expect(code).toBe(0);
    expect(out).toContain(
      `Denied then, every time: ${String(denied.size)} distinct connections, of which 0 would get through now`,
    );
  });
});

function endsOf(line: string): string {
  return ['source_name', 'dest_name', 'dest_port']
    .map((name) => new RegExp(`"${name}":"([^"]*)"`).exec(line)?.[1])
    .join(' ');
}
