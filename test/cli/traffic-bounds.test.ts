import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

const OPEN = SHOP.slice(0, SHOP.indexOf('apiVersion: networking.k8s.io/v1'));

function csv(records: Iterable<readonly [from: string, to: string, port: number]>): string {
  const lines = [...records].map(([from, to, port]) => `2026-11-02T10:00:00Z,${from},${to},${port}`);
  return `${['time,from,to,port', ...lines].join('\n')}\n`;
}

/** What `shop/frontend` calls more often than a tenth of all it tries, in the middle of a scan of all ports. */
function* scanned(): Generator<[string, string, number]> {
  for (let port = 1; port <= 65_535; port++) {
    yield ['shop/frontend', 'shop/cart', port];
    if (port > 30_000 && port <= 37_000) yield ['shop/frontend', 'shop/cart', 7070];
    if (port > 40_000 && port <= 47_000) yield ['shop/frontend', 'shop/cart', 55_555];
  }
}

/** More than are kept of so small a model. */
const STRANGERS = 14_000;

/** Pods that no manifest has, one after the other, each of them once, before and after calls of a workload. */
function* strangers(real: readonly [string, string, number], times: number) {
  for (let index = 0; index < STRANGERS; index++) {
    yield [`other/stranger-${index}`, 'shop/frontend', 8080] as const;
    if (index >= 5_000 && index < 5_000 + times) yield real;
  }
}

function run(command: string, manifests: string, flows: string, ...words: string[]) {
  process.chdir(folderOf({ 'shop.yaml': manifests, 'flows.csv': flows }));
  return cli([command, 'flows.csv', '--manifests', 'shop.yaml', ...words]);
}

function sum(numbers: readonly unknown[]): number {
  return numbers.reduce<number>((total, number) => total + Number(number), 0);
}

describe('a scan of all ports of a workload', () => {
  it('leaves one line of other ports in import, with their ranges, and calls that are no part of it', async () => {
    const { out } = await run('import', SHOP, csv(scanned()), '-o', 'json');
    const { leftOut, evidence, records } = parseChecked('import', out);
    expect(leftOut.length).toBeLessThan(200);
    const others = leftOut.filter(({ why }: any) => why === 'many-ports');
    expect(others).toMatchObject([{ to: 'shop/cart[Deployment]', protocol: 'TCP' }]);
    const ports = evidence.flatMap(({ calls }: any) => calls.map(({ port, count }: any) => [port, count]));
    expect(ports).toEqual([
      [7070, 7_001],
      [55_555, 7_001],
    ]);
    expect(sum(leftOut.map(({ count }: any) => count))).toBe(65_535 - 2);
    expect(others[0].otherPorts).toContain('1-7069');
    expect(records.mapped).toBe(65_535 + 14_000);
  });

  it('is told in words', async () => {
    const { err } = await run('import', SHOP, csv(scanned()));
    expect(err).toContain('of which too many were seen to tell them all apart');
    expect(err).toMatch(
      /shop\/frontend\[Deployment\] -> shop\/cart\[Deployment\] TCP other ports {2}\d{5} connections/,
    );
  });

  it('is judged by replay port by port, also where ports are not told apart', async () => {
    const { out, code } = await run('replay', SHOP, csv(scanned()), '-o', 'json');
    expect(code).toBe(1);
    const { connections, counts, notKept } = parseChecked('replay', out);
    expect(notKept).toBe(0);
    expect(counts).toMatchObject({ allowed: 1, undecided: 0 });
    const others = connections.filter(({ otherPorts }: any) => otherPorts !== undefined);
    expect(others).toMatchObject([
      { verdict: 'cut', reason: expect.stringContaining('these would not get through: TCP 1-') },
    ]);
    expect(connections.map(({ port }: any) => port)).not.toContain(7070);
    expect(connections.map(({ port }: any) => port)).toContain(55_555);
    expect(sum(connections.map(({ count }: any) => count))).toBe(65_535 + 7_000 - 1);
  });

  it('is no cut where all of it would get through', async () => {
    const { out, code } = await run('replay', OPEN, csv(scanned()));
    expect([code, out]).toEqual([0, expect.stringContaining('Nothing would be cut')]);
  });
});

describe('more callers than are kept apart', () => {
  it('are counted and listed by import, every record in one number', async () => {
    const { out, code } = await run(
      'import',
      SHOP,
      csv(strangers(['tools/probe', 'shop/cart', 7070], 20)),
      '-o',
      'json',
    );
    expect(code).toBe(0);
    const { records, unmapped, evidence } = parseChecked('import', out);
    const [dropped] = unmapped;
    expect(dropped).toMatchObject({ reason: 'too-many-addresses' });
    expect(dropped.records).toBeGreaterThan(3_000);
    expect(sum([records.mapped, dropped.records])).toBe(STRANGERS + 20);
    expect(records.passedNotKept).toBe(dropped.connections);
    expect(evidence.flatMap(({ calls }: any) => calls)).toMatchObject([{ port: 7070, count: 20 }]);
  });

  it('are never a silent gap in replay: it says how many are not judged, and ends with 2', async () => {
    const flows = csv(strangers(['shop/frontend', 'shop/cart', 7070], 20));
    const { out, err, code } = await run('replay', OPEN, flows, '-o', 'markdown');
    expect(code).toBe(2);
    expect(out).toMatch(
      /^### Nothing would be cut of .*; \d+ connections not judged, of more different ones than are kept apart\n/,
    );
    expect(err).toContain('calls of or from more different addresses and names than are kept apart');
  });

  it('do not hide what would be cut', async () => {
    const flows = csv(strangers(['tools/probe', 'shop/cart', 7070], 20));
    const { out, code } = await run('replay', SHOP, flows, '-o', 'json');
    expect(code).toBe(1);
    const { connections, notKept } = parseChecked('replay', out);
    expect(connections).toMatchObject([{ from: 'tools/probe[Deployment]', verdict: 'cut', count: 20 }]);
    expect(notKept).toBeGreaterThan(3_000);
  });
});
