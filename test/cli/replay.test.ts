import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

function record(
  from: string,
  to: string,
  port: number,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const [source_namespace, source_workload] = from.split('/');
  const [destination_namespace, destination_workload] = to.split('/');
  const ends = { source_namespace, source_workload, destination_namespace, destination_workload };
  return JSON.stringify({ time: '2026-11-02T10:00:00Z', ...ends, port, ...more });
}

const ALLOWED = record('shop/frontend', 'shop/cart', 7070);
const CUT = record('tools/probe', 'shop/cart', 7070, { count: 5 });

function replay(log: readonly string[], ...words: string[]) {
  process.chdir(folderOf({ 'shop.yaml': SHOP, 'flows.json': log.join('\n') }));
  return cli(['replay', 'flows.json', ...words]);
}

const MANIFESTS = ['--manifests', 'shop.yaml'];

describe('intents replay', () => {
  it('exits with 0 when all that was seen gets through, with 1 and the line of the policy when not', async () => {
    expect((await replay([ALLOWED], ...MANIFESTS)).code).toBe(0);
    const { out, code } = await replay([ALLOWED, CUT, CUT], ...MANIFESTS);
    expect(code).toBe(1);
    expect(out).toContain('1 would be cut of 2 distinct connections that were seen');
    expect(out).toContain('- tools/probe[Deployment] -> shop/cart[Deployment] TCP 7070');
    expect(out).toContain('seen: 10 connections, last 2026-11-02T10:00:00Z');
    expect(out).toMatch(/ingress of shop\/cart\[Deployment\]: NetworkPolicy\/shop\/cart +shop.yaml:\d+/);
  });

  it('prints JSON that its schema describes', async () => {
    const { out } = await replay([ALLOWED, CUT], ...MANIFESTS, '-o', 'json');
    const json = parseChecked('replay', out);
    expect(json).toMatchObject({
      judged: 2,
      counts: { allowed: 1, cut: 1, undecided: 0, gone: 0 },
      connections: [
        {
          from: 'tools/probe[Deployment]',
          to: 'shop/cart[Deployment]',
          verdict: 'cut',
          count: 5,
          decidedBy: [{ direction: 'ingress', policies: [{ action: 'deny' }, { action: 'deny' }] }],
        },
      ],
    });
  });

  it('does not call cut what policies denied already, and counts it', async () => {
    const { out, code } = await replay(
      [ALLOWED, record('tools/probe', 'shop/cart', 7070, { verdict: 'denied' })],
      ...MANIFESTS,
    );
    expect(code).toBe(0);
    expect(out).toContain('Denied then, every time: 1 distinct connection, of which 0 would get through now');
  });

  it('lists what policies let just one client do and was never seen', async () => {
    const { out } = await replay([record('shop/cart', 'shop/cart', 7070)], ...MANIFESTS);
    expect(out).toContain('Declared and never seen');
    expect(out).toContain('shop/frontend[Deployment] -> shop/cart[Deployment]  NetworkPolicy/shop/cart');
  });

  it('shows of a change only what comes out differently, as Markdown too', async () => {
    process.chdir(
      folderOf({
        'before.yaml': SHOP.replace(/---\napiVersion: networking[^]*/, ''),
        'after.yaml': SHOP,
        'flows.json': [ALLOWED, CUT].join('\n'),
      }),
    );
    const words = ['replay', 'flows.json', '--before', 'before.yaml', '--after', 'after.yaml'];
    const { out, code } = await cli([...words, '-o', 'markdown']);
    expect(code).toBe(1);
    expect(out).toContain('### The change cuts 1 of 2 distinct connections that were seen');
    expect(out).toContain('| tools/probe\\[Deployment\\] |');
    expect(out).not.toContain('| shop/frontend');
    const marked = ['replay', 'flows.json', '--manifests', 'BEFORE:before.yaml', 'AFTER:after.yaml'];
    expect(await cli([...marked, '-o', 'markdown'])).toMatchObject({ out, code });
    const back = await cli(['replay', 'flows.json', '--before', 'after.yaml', '--after', 'before.yaml']);
    expect([back.code, back.out]).toEqual([0, expect.stringContaining('lets 1 through that was cut')]);
    const same = await cli(['replay', 'flows.json', '--before', 'after.yaml', '--after', 'after.yaml']);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('The change cuts nothing')]);
  });

  it('says that an end is gone, rather than that it is cut', async () => {
    process.chdir(
      folderOf({
        'before.yaml': SHOP,
        'after.yaml': SHOP.replaceAll('name: probe', 'name: renamed'),
        'flows.json': CUT,
      }),
    );
    const { out, code } = await cli([
      'replay',
      'flows.json',
      '--before',
      'before.yaml',
      '--after',
      'after.yaml',
    ]);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('tools/probe[Deployment] is not there any more'),
    ]);
  });

  it('leaves undecided what a node sends to a pod, and judges no probe', async () => {
    const log = [
      JSON.stringify({
        source_ip: '192.168.0.2',
        destination_namespace: 'shop',
        destination_workload: 'cart',
        port: 7070,
      }),
    ];
    const { out, code } = await replay(log, ...MANIFESTS, '--node-cidr', '192.168.0.0/24');
    expect(code).toBe(0);
    expect(out).toContain('1 cannot be decided');
    expect(out).toContain('A node reaches the pods that run on it');
    expect((await replay(log, ...MANIFESTS, '--node-cidr', '192.168.0.0/24', '--strict')).code).toBe(1);
  });

  it.each([
    [[], 'name the manifests'],
    [['--before', 'shop.yaml'], 'A change has two sides'],
    [['--manifests', 'BEFORE:shop.yaml'], 'both sides have to be there'],
    [['--manifests', 'BEFORE:shop.yaml', 'shop.yaml', 'AFTER:shop.yaml'], 'each has to'],
    [['--manifests', 'shop.yaml', '--after', 'shop.yaml'], 'cannot be used with option'],
  ])('refuses %j', async (words, message) => {
    const { code, err } = await replay([ALLOWED], ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});
