import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

const INTENTS = `
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec:
  workload: { name: frontend, kind: Deployment }
  targets:
    - service: { name: cart }
`;

/** Workloads and the default deny, without a policy that lets anybody in. */
const DENIED = SHOP.replace(/---\napiVersion: networking[^-]*\nmetadata: \{ name: cart,[^]*/, '');

function record(from: string, to: string, port: number): string {
  const [source_namespace, source_workload] = from.split('/');
  const [destination_namespace, destination_workload] = to.split('/');
  const ends = { source_namespace, source_workload, destination_namespace, destination_workload };
  return JSON.stringify({ time: '2026-11-02T10:00:00Z', ...ends, port });
}

const DECLARED = record('shop/frontend', 'shop/cart', 7070);
const UNDECLARED = record('tools/probe', 'shop/cart', 7070);

function replay(files: Readonly<Record<string, string>>, ...words: string[]) {
  process.chdir(folderOf({ 'flows.json': `${DECLARED}\n${UNDECLARED}\n`, ...files }));
  return cli(['replay', 'flows.json', ...words]);
}

const FILES = { 'shop.yaml': DENIED, 'intents.yaml': INTENTS };
const MANIFESTS = ['--manifests', 'shop.yaml', 'intents.yaml'];

describe('intents replay of manifests with intents', () => {
  it('says that they were not compiled, and judges what is there', async () => {
    const { out, err, code } = await replay(FILES, ...MANIFESTS);
    expect(code).toBe(1);
    expect(out).toContain('2 would be cut of 2 distinct connections');
    expect(err).toContain('warning intents-not-compiled: ClientIntents/shop/frontend, intents.yaml:2');
    expect(err).toContain('Give --compile');
  });

  it('judges with --compile what intents compile makes of them, at the line of the intent', async () => {
    const { out, err, code } = await replay(FILES, ...MANIFESTS, '--compile');
    expect(err).not.toContain('intents-not-compiled');
    expect(out).toContain('1 would be cut of 2 distinct connections');
    expect(out).toContain('- tools/probe[Deployment] -> shop/cart[Deployment] TCP 7070');
    expect(out).toMatch(/NetworkPolicy\/shop\/svc-access-to-cart-from-shop +intents\.yaml:\d+/);
    expect(code).toBe(1);
  });

  it('comes to the same as a replay of what intents compile writes', async () => {
    process.chdir(folderOf(FILES));
    const { out: compiled } = await cli(['compile', 'shop.yaml', 'intents.yaml']);
    // Labels are on the workloads of the output, which stand for those of the input.
    const rest = DENIED.split('---').filter((one) => !/name: frontend|kind: Namespace/.test(one));
    const policies = { 'rest.yaml': rest.join('---'), 'compiled.yaml': compiled, 'intents.yaml': INTENTS };
    const applied = await replay(policies, '--manifests', 'rest.yaml', 'compiled.yaml', 'intents.yaml');
    const { out } = await replay(FILES, ...MANIFESTS, '--compile');
    const cutOf = (text: string): string => text.split('Would be cut')[1]?.split('\n')[1] ?? '';
    expect(cutOf(applied.out)).toContain('tools/probe');
    expect(cutOf(out)).toBe(cutOf(applied.out));
    expect(applied.err).not.toContain('intents-not-compiled');
  });

  it('takes the options of the compiler', async () => {
    const files = { ...FILES, 'shop.yaml': DENIED.replace(/---\napiVersion: networking[^]*/, '') };
    const open = await replay(files, ...MANIFESTS, '--compile');
    expect(open.out).toContain('2 distinct connections');
    const words = ['--compile', '--assume-default-deny', '--profile', 'selectors', '-o', 'json'];
    const { out } = await replay(files, ...MANIFESTS, ...words);
    expect(parseChecked('replay', out)).toMatchObject({
      counts: { cut: 1 },
      connections: [{ from: 'tools/probe[Deployment]' }],
    });
  });

  it('refuses them where nothing is compiled, rather than to leave them without effect', async () => {
    const { err, code } = await replay(FILES, ...MANIFESTS, '--profile', 'otterize', '--no-egress');
    expect(code).toBe(2);
    expect(err).toContain(
      '--profile, --egress say how intents are compiled, and nothing is compiled without --compile',
    );
  });

  it('compiles both sides of a change', async () => {
    const { out, code } = await replay(
      { ...FILES, 'none.yaml': INTENTS.replace('name: cart', 'name: frontend') },
      ...['--before', 'shop.yaml', 'intents.yaml', '--after', 'shop.yaml', 'none.yaml', '--compile'],
    );
    expect(code).toBe(1);
    expect(out).toContain('The change cuts 1 of 2 distinct connections');
    expect(out).toContain('- shop/frontend[Deployment] -> shop/cart[Deployment] TCP 7070');
  });

  it('says which policy is missing where only some of them are there', async () => {
    const one = INTENTS.replace('service: { name: cart }', 'kubernetes: { name: cart, kind: Deployment }');
    process.chdir(folderOf({ ...FILES, 'intents.yaml': one }));
    const { out: policies } = await cli(['compile', 'shop.yaml', 'intents.yaml', '--policies-only']);
    const more = `${one}    - kubernetes: { name: probe.tools, kind: Deployment }\n`;
    const { err } = await replay(
      { ...FILES, 'intents.yaml': more, 'policies.yaml': policies },
      ...[...MANIFESTS, 'policies.yaml'],
    );
    expect(err).toContain('policy-missing-for-intents');
    expect(err).toContain('access-to-probe-from-shop');
    expect(err).not.toContain('intents-not-compiled');
  });

  it('is silent where intents call for no policy', async () => {
    const outside = INTENTS.replace('service: { name: cart }', 'internet: { domains: [a.example] }');
    const { err } = await replay({ ...FILES, 'intents.yaml': outside }, ...MANIFESTS);
    expect(err).not.toContain('intents-not-compiled');
  });

  it('says so in the comment for a pull request too, with what was not judged', async () => {
    const unknown = JSON.stringify({ source_ip: '10.9.9.9', destination_namespace: 'shop', port: 1 });
    const files = { ...FILES, 'flows.json': `${DECLARED}\n${unknown}\n{"port":"x"}\n` };
    const { out } = await replay(files, ...MANIFESTS, '-o', 'markdown');
    expect(out).toMatch(
      /^### 1 would be cut of 1 distinct connection that was seen\n\n- \*\*warning\*\* intents-not-compiled: /,
    );
    expect(out).toContain('Give --compile, with the options');
    expect(out).toContain('1 record not mapped, 1 line not readable, and so not judged');
    const compiled = await replay(files, ...MANIFESTS, '--compile', '-o', 'markdown');
    expect(compiled.out).not.toContain('intents-not-compiled');
  });
});
