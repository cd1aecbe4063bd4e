import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cliOn } from '../cli/cli-run';

const SCENARIOS = join(__dirname, '../scenarios');

async function connectivity(input: string, ...words: string[]): Promise<unknown> {
  const { out } = await cliOn(input, 'compile', '-', ...words);
  const whole = out.split(/^---\n/m);
  const changed = new Set(whole.map(idOf));
  const kept = input.split(/^---\n/m).filter((text) => !changed.has(idOf(text)));
  const result = await cliOn(
    [...kept, ...whole].join('---\n'),
    'connectivity',
    '-',
    '-o',
    'json',
    '--cni',
    'calico',
  );
  expect(result.code).toBe(0);
  const { peers, connections } = JSON.parse(result.out);
  return { peers, connections };
}

function idOf(text: string): string {
  const kind = /^kind: (.*)$/m.exec(text)?.[1] ?? '';
  const name = /^ {2}name: (.*)$|^metadata: \{ name: ([^,} ]*)/m.exec(text);
  return `${kind}/${name?.[1] ?? name?.[2] ?? ''}`;
}

describe('the dialect calico', () => {
  it.each(
    ['load-balancer', 'ingress-controller', 'egress-default-deny'].flatMap((scenario) =>
      ['seed', 'otterize', 'selectors'].map((profile) => [scenario, profile] as const),
    ),
  )('gives the same connectivity as the dialect kubernetes (%s, %s)', async (scenario, profile) => {
    const input = readFileSync(join(SCENARIOS, scenario, 'input.yaml'), 'utf8');
    const words = ['--profile', profile, '--egress', '--kubernetes-api', '10.0.0.1:6443'];
    const kubernetes = await connectivity(input, ...words);
    expect(await connectivity(input, ...words, '--dialect', 'calico')).toEqual(kubernetes);
  });

  it('writes no dots into names, which old versions of Calico take for a tier (calico-policy-model 1.4)', async () => {
    const input = readFileSync(join(SCENARIOS, 'load-balancer/input.yaml'), 'utf8');
    const dotted = input
      .replaceAll('name: frontend,', 'name: front.end,')
      .replace('{ name: frontend }', '{ name: front_end }');
    const words = ['compile', '-', '--profile', 'otterize', '--policies-only'];
    expect((await cliOn(dotted, ...words)).out).toContain('  name: front.end-access\n');
    const names = [
      ...(await cliOn(dotted, ...words, '--dialect', 'calico')).out.matchAll(/^ {2}name: (.*)$/gm),
    ];
    expect(names.map(([, name = '']) => name).filter((name) => !/^[-a-z0-9]+$/.test(name))).toEqual([]);
    expect(names.some(([, name = '']) => /^front-end-access-[0-9a-f]{10}$/.test(name))).toBe(true);
  });

  it('reports a policy of Calico that has the name of one made here', async () => {
    const input = readFileSync(join(SCENARIOS, 'load-balancer/input.yaml'), 'utf8');
    const taken = `${input}---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: access-to-frontend-from-shop, namespace: shop }
spec: { tier: default, selector: app == "x", types: [Ingress] }
`;
    const { err, code } = await cliOn(taken, 'compile', '-', '--dialect', 'calico');
    expect(err).toContain(
      'policy-name-taken: NetworkPolicy.projectcalico.org/shop/access-to-frontend-from-shop',
    );
    expect(code).toBe(1);
    expect((await cliOn(taken, 'compile', '-')).err).not.toContain('policy-name-taken');
  });

  it('replaces what it wrote before', async () => {
    const input = readFileSync(join(SCENARIOS, 'load-balancer/input.yaml'), 'utf8');
    const { out } = await cliOn(input, 'compile', '-', '--dialect', 'calico', '--policies-only');
    const again = await cliOn(
      `${input}---\n${out}`,
      'compile',
      '-',
      '--dialect',
      'calico',
      '--policies-only',
    );
    expect(again).toEqual({ out, err: '', code: 0 });
    const back = await cliOn(`${input}---\n${out}`, 'compile', '-');
    expect(back.err).toContain('kubectl delete networkpolicy.projectcalico.org -n shop');
  });
});
