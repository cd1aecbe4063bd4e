import { readFileSync, writeFileSync } from 'node:fs';
import { cli, cliOn, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

interface Row {
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
  readonly count?: number;
  readonly [field: string]: unknown;
}

/** Records in our own format: ends are `namespace/workload`, or given by fields of their own. */
function flows(...rows: readonly Row[]): string {
  return rows
    .map(({ from, to, ...rest }) => {
      const end = (name: string, text: string | undefined): Record<string, unknown> => {
        const [namespace, workload] = text?.split('/') ?? [];
        return text === undefined ? {} : { [`${name}_namespace`]: namespace, [`${name}_workload`]: workload };
      };
      return JSON.stringify({
        time: '2026-11-02T10:00:00Z',
        ...end('source', from),
        ...end('destination', to),
        ...rest,
      });
    })
    .join('\n');
}

const CALL = { from: 'shop/frontend', to: 'shop/cart', port: 7070, count: 12 };

function run(files: Readonly<Record<string, string>>, ...words: string[]) {
  process.chdir(folderOf({ 'shop.yaml': SHOP, ...files }));
  return cli(['import', 'flows.json', '--manifests', 'shop.yaml', ...words]);
}

describe('intents import', () => {
  it('writes an intent for what was seen, with the evidence as a comment', async () => {
    const { out, code } = await run({ 'flows.json': flows(CALL) });
    expect(code).toBe(0);
    expect(out).toContain(
      '    # TCP 7070: 12 connections, 2026-11-02T10:00:00Z, plain JSON; high confidence\n    - service:\n        name: cart\n',
    );
  });

  it('prints JSON that its schema describes, with what is in no intent', async () => {
    const { out } = await run(
      {
        'flows.json': flows(
          CALL,
          { from: 'shop/cart', source_ip: '10.0.0.1', destination_ip: '203.0.113.7', port: 443 },
          { source_ip: '203.0.113.9', to: 'shop/frontend', port: 8080 },
          { source_ip: '10.0.0.8', to: 'shop/frontend', port: 8080 },
        ),
      },
      '-o',
      'json',
    );
    const json = parseChecked('import', out);
    expect(json.objects).toMatchObject([{ metadata: { name: 'frontend', namespace: 'shop' } }]);
    expect(json.leftOut).toMatchObject([{ why: 'below-confidence', to: '203.0.113.7', confidence: 'low' }]);
    expect(json.other).toMatchObject([{ kind: 'from-outside', to: 'shop/frontend[Deployment]' }]);
    expect(json.unmapped).toMatchObject([
      { reason: 'unknown-private-address', about: [{ text: '10.0.0.8' }] },
    ]);
  });

  it('reads standard input, and refuses to take two things from it', async () => {
    process.chdir(folderOf({ 'shop.yaml': SHOP }));
    const { out } = await cliOn(flows(CALL), 'import', '-', '--manifests', 'shop.yaml');
    expect(out).toContain('name: cart');
    const { code, err } = await cliOn('', 'import', '-', '--manifests', '-');
    expect([code, err]).toEqual([2, expect.stringContaining('only one of them')]);
  });

  it('takes names from a hostile log as data: nothing of them gets out of a comment, a string or a line', async () => {
    const evil = 'x\n- injected: true\u001b[31m\u2028*/}{{"';
    const { out, err, code } = await run({
      'flows.json': flows(CALL, { source_namespace: 'shop', source_pod: evil, to: 'shop/cart', port: 7070 }),
    });
    expect(code).toBe(0);
    expect(out + err).not.toMatch(/[\u001b\u2028]|^\s*- injected/m);
    expect(err).toContain('\\u001b');
  });

  it('merges into intents that are there, and keeps every word and comment of them', async () => {
    const before = `# Ours.
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec:
  workload: { name: frontend }
  targets:
    # The probe.
    - kubernetes: { name: probe.tools } # why not
`;
    const files = {
      'intents.yaml': before,
      'flows.json': flows(CALL, { from: 'tools/probe', to: 'shop/cart', port: 7070, count: 9 }),
    };
    const dry = await run(files, '--merge', 'intents.yaml', '--dry-run');
    expect(dry.out).toContain('+    - service: { name: cart }');
    expect(readFileSync('intents.yaml', 'utf8')).toBe(before);
    const { code } = await cli([
      'import',
      'flows.json',
      '--manifests',
      'shop.yaml',
      '--merge',
      'intents.yaml',
    ]);
    expect(code).toBe(0);
    const after = readFileSync('intents.yaml', 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(after).toContain('    # TCP 7070: 12 connections');
    expect(after).toContain(
      '---\napiVersion: k8s.otterize.com/v2beta1\nkind: ClientIntents\nmetadata:\n  name: probe',
    );
    const again = await cli(['import', 'flows.json', '--manifests', 'shop.yaml', '--merge', 'intents.yaml']);
    expect(again.err).toContain('added 0 targets to intents that are there, and 0 new objects');
    expect(readFileSync('intents.yaml', 'utf8')).toBe(after);
  });

  it('says who else gets what is merged into an object whose workload has no kind', async () => {
    const intents = (workload: string): string => `apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec:
  workload: ${workload}
  targets:
    - kubernetes: { name: probe.tools }
`;
    const twin = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: frontend, namespace: shop }
spec:
  selector: { matchLabels: { app: other } }
  template:
    metadata: { labels: { app: other } }
    spec: { containers: [{ name: main, image: a }] }
`;
    const seen = flows({ ...CALL, source_kind: 'Deployment' });
    const merge = (workload: string) =>
      run(
        { 'intents.yaml': intents(workload), 'twin.yaml': twin, 'flows.json': seen },
        'twin.yaml',
        '--merge',
        'intents.yaml',
      );
    const { code, err } = await merge('{ name: frontend }');
    expect(code).toBe(0);
    expect(err).toContain(
      'warning: ClientIntents/shop/frontend names no kind, so what was seen of shop/frontend[Deployment] is declared for shop/frontend[StatefulSet] too',
    );
    expect((await merge('{ name: frontend, kind: Deployment }')).err).not.toContain('warning:');
  });

  it('does not merge into an object of an older version or of another file, says so, and fails', async () => {
    const old = `apiVersion: k8s.otterize.com/v1alpha3
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec: { service: { name: frontend }, calls: [{ name: probe.tools }] }
`;
    const files = { 'intents.yaml': old, 'flows.json': flows(CALL) };
    const { code, err } = await run(files, '--merge', 'intents.yaml');
    expect(code).toBe(1);
    expect(err).toContain('bring it into v2beta1 first (intents convert)');
    const elsewhere = await run(files, 'intents.yaml', '--merge', 'new.yaml');
    expect([elsewhere.code, elsewhere.err]).toEqual([
      1,
      expect.stringContaining('which --merge does not name'),
    ]);
  });

  it('reports what is declared and was never seen', async () => {
    const intents = `apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec:
  workload: { name: frontend }
  targets:
    - service: { name: cart }
    - kubernetes: { name: probe.tools }
    - internet: { domains: [old.example.com], ports: [443] }
`;
    const { out } = await run(
      { 'intents.yaml': intents, 'flows.json': flows(CALL) },
      'intents.yaml',
      '--prune-report',
    );
    expect(out).toContain('2 targets declared and never seen');
    expect(out).toContain('tools/probe[Deployment]  ClientIntents/shop/frontend  intents.yaml:8');
    expect(out).toContain('old.example.com');
    expect(out).not.toContain('shop/cart');
  });

  it('leaves out what is not in the time window, and what has no time', async () => {
    const { err, out } = await run(
      { 'flows.json': flows({ ...CALL, time: '2026-10-01T00:00:00Z' }, { ...CALL, time: undefined }) },
      '--since',
      '2026-11-01',
    );
    expect(out).toBe('');
    expect(err).toContain('1 outside the time window');
    expect(err).toContain('records without a time');
  });

  it.each([
    [['--since', 'yesterday'], 'Write a moment'],
    [['--min-count', '0'], 'whole number'],
    [['--merge', 'nowhere'], 'does not exist'],
  ])('refuses %j', async (words, message) => {
    const { code, err } = await run({ 'flows.json': flows(CALL) }, ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('says so when nothing is a flow log', async () => {
    const { code, err } = await run({ 'flows.json': 'hello\n' });
    expect(code).toBe(2);
    expect(err).toContain('no flow log');
  });

  it('says on standard error how far it is, over the same line on a screen, and wipes it off', async () => {
    process.chdir(folderOf({ 'shop.yaml': SHOP, 'flows.json': `${flows(CALL)}\n`.repeat(20_000) }));
    let time = 0;
    const now = (): number => (time += 300);
    const words = ['import', 'flows.json', '--manifests', 'shop.yaml'];
    const { err } = await cli(words, { now, live: true });
    expect(err).toMatch(/\rreading flows: \d+ records, \d+ % of \d+ MB \(\d+ s\)/);
    expect(err).toMatch(/\r +\r\nflows.json: plain JSON\n/);
    const log = await cli(words, { now, live: false });
    expect(log.err).toMatch(/^reading flows: \d+ records, \d+ % of \d+ MB \(\d+ s\)$/m);
    expect(log.err).not.toContain('\r');
  });

  it('goes on after a line of a megabyte, bytes that are no text, and NUL, and says where they are', async () => {
    const line = `${flows(CALL)}\n`;
    const bad = [
      Buffer.from(`{"from":"${'x'.repeat(1_200_000)}"}\n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x0a]),
      Buffer.from('\u0000\u0000\n'),
      Buffer.from(`${'['.repeat(50_000)}\n`),
    ];
    process.chdir(folderOf({ 'shop.yaml': SHOP }));
    writeFileSync('flows.json', Buffer.concat([Buffer.from(line), ...bad, Buffer.from(line)]));
    const { out, err, code } = await cli(['import', 'flows.json', '--manifests', 'shop.yaml']);
    expect(code).toBe(0);
    expect(out).toContain('24 connections');
    expect(err).toContain('6 records: 2 mapped');
    expect(err).toContain('it is longer than 1 MB');
    expect(err).toContain('it is not UTF-8');
    expect(err).toContain('flows.json:2');
    expect(err).not.toContain('\u0000');
  });
});
