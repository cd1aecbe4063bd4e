import { cli, cliOn, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

/** A first policy of Calico, which says that Calico enforces everything. */
const CALICO_POLICY = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: no-probes }
spec: { order: 10, selector: app == 'nobody', types: [Ingress], ingress: [{ action: Deny }] }
`;

/** One more server, which says nothing of its ports. */
const PORTLESS = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: quiet, namespace: shop }
spec: { selector: { matchLabels: { app: quiet } }, template: { metadata: { labels: { app: quiet } }, spec: { containers: [{ name: c, image: x }] } } }
`;

/** In place of the selector of the default deny: nobody is isolated. */
const NOBODY = 'podSelector: { matchLabels: { no: one } }, policyTypes';

const DROPPED = 'Calico itself drops VXLAN (UDP 4789) from every pod, whatever policies say';
const VXLAN = ['--port', '4789', '--protocol', 'UDP'];

/** What Calico does with VXLAN and IP in IP from pods (calico-policy-model 5.4). */
describe('tunnel packets from pods, with --cni calico', () => {
  it('are missing from what is open, in short words', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '--cni', 'calico');
    expect(out).toMatch(/shop\/cart\[Deployment\] +tools\/probe\[Deployment\] +all but tunnels\n/);
    expect(out).toMatch(/0\.0\.0\.0\/0, ::\/0 +tools\/probe\[Deployment\] +all\n/);
    const csv = await cliOn(SHOP, 'connectivity', '-', '--cni', 'calico', '-o', 'csv');
    expect(csv.out).toContain(
      'shop/cart[Deployment],tools/probe[Deployment],allow,all but tunnels,0,65535\n',
    );
  });

  it('stand beside "all" in JSON', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '--cni', 'calico', '-o', 'json');
    const { connections } = parseChecked('connectivity', out) as { connections: { from: string }[] };
    expect(connections.filter(({ from }) => from === 'shop/cart[Deployment]')[0]).toEqual({
      from: 'shop/cart[Deployment]',
      to: 'tools/probe[Deployment]',
      ports: 'all',
      except: [
        { protocol: 4, first: 0, last: 65535 },
        { protocol: 'UDP', first: 4789, last: 4789 },
      ],
    });
    expect(connections.at(-1)).toEqual({
      from: '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      to: 'tools/probe[Deployment]',
      ports: 'all',
    });
    const grouped = await cliOn(SHOP, 'connectivity', '-', '--cni', 'calico', '--grouped', '-o', 'json');
    expect(parseChecked('connectivity', grouped.out)['groups']).toContainEqual(
      expect.objectContaining({ ports: 'all', except: expect.any(Array) as unknown }),
    );
  });

  it('are explained, with the setting of Felix that lets them through', async () => {
    const asked = ['explain', '-', '--cni', 'calico', '--from', 'tools/probe', '--to', 'shop/cart'];
    const { out } = await cliOn(SHOP, ...asked, ...VXLAN);
    expect(out).toContain(`Egress of tools/probe[Deployment]: denied: ${DROPPED}`);
    expect(out).toContain('`allowVXLANPacketsFromWorkloads: true`');
    expect(out).not.toContain('Declare the call');
    const ipip = await cliOn(SHOP, ...asked, '--protocol', '4');
    expect(ipip.out).toContain('Calico itself drops IP in IP (protocol 4) from every pod');
    expect(ipip.out).toContain('`allowIPIPPacketsFromWorkloads: true`');
    const json = parseChecked('explain', (await cliOn(SHOP, ...asked, ...VXLAN, '-o', 'json')).out);
    expect(json).toMatchObject({
      verdict: 'deny',
      egress: { verdict: 'deny', decidedBy: [], dropped: true },
    });
    const kubernetes = await cliOn(SHOP, ...asked.filter((word) => !/cni|calico/.test(word)), ...VXLAN);
    expect(kubernetes.out).not.toContain('Calico');
  });

  it('pass, and are open again, where the FelixConfiguration says so', async () => {
    const felix = (spec: string): string =>
      `${SHOP}---\napiVersion: projectcalico.org/v3\nkind: FelixConfiguration\nmetadata: { name: default }\nspec: { ${spec} }\n`;
    const asked = ['explain', '-', '--from', 'tools/probe', '--to', 'shop/frontend'];
    const open = (spec: string): string => felix(spec).replace('podSelector: {}, policyTypes', NOBODY);
    const { out, err } = await cliOn(open('allowVXLANPacketsFromWorkloads: true'), ...asked, ...VXLAN);
    expect([out.split('\n')[0], err]).toEqual([
      'tools/probe[Deployment] -> shop/frontend[Deployment] UDP 4789: ALLOWED',
      '',
    ]);
    const moved = await cliOn(open('vxlanPort: 8472'), ...asked, '--port', '8472', '--protocol', 'UDP');
    expect(moved.out).toContain('Calico itself drops VXLAN (UDP 8472) from every pod');
  });

  it('say of settings that verdicts do not follow what follows from them', async () => {
    const felix = `${SHOP}---\napiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: { name: default }\nspec: { defaultEndpointToHostAction: Drop }\n`;
    const { err } = await cliOn(felix, 'connectivity', '-');
    expect(err).toContain('outside-the-model: FelixConfiguration/default');
    expect(err).toContain(
      'Its `defaultEndpointToHostAction: Drop` drops what pods send to the node they run on',
    );
    expect(err).toContain('Set it to `Accept`');
  });

  it('fail a test that expects them, and say why', async () => {
    process.chdir(
      folderOf({
        'shop.yaml': SHOP,
        'flows.yaml':
          'flows: [{ from: tools/probe, to: { ip: 8.8.8.8 }, port: 4789, protocol: UDP, expect: allow }]',
      }),
    );
    const words = ['test', 'flows.yaml', '--manifests', 'shop.yaml', '--cni', 'calico'];
    const { out, code } = await cli(words);
    expect(code).toBe(1);
    expect(out).toContain(`egress: ${DROPPED}`);
    expect(out).toContain('`allowVXLANPacketsFromWorkloads: true`');
    const json = await cli([...words, '-o', 'json']);
    expect(parseChecked('test', json.out)['results']).toMatchObject([{ verdict: 'deny', dropped: true }]);
  });

  it('make no lines in a written test file: two ranges of UDP are not meant', async () => {
    const { out } = await cliOn(SHOP, 'test', '--generate', '--manifests', '-', '--cni', 'calico');
    expect(out).toBe((await cliOn(SHOP, 'test', '--generate', '--manifests', '-')).out);
  });

  it('do not come or go with the first policy of Calico, for it does not bring Calico', async () => {
    process.chdir(folderOf({ 'before.yaml': SHOP, 'after.yaml': SHOP + CALICO_POLICY }));
    for (const sides of [
      ['before.yaml', 'after.yaml'],
      ['after.yaml', 'before.yaml'],
    ]) {
      const { out, code } = await cli(['diff', ...sides, '--fail-on', 'any']);
      expect([code, out]).toEqual([0, 'No change in who can talk to whom\n']);
    }
    const map = await cli(['map', 'after.yaml', '--before', 'before.yaml', '-o', 'dot']);
    expect(map.out).not.toContain('4789');
  });

  it('are no part of a call without ports, neither for the proof nor for replay', async () => {
    process.chdir(
      folderOf({
        'shop.yaml': `${SHOP}${PORTLESS}---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec: { workload: { name: frontend, kind: Deployment }, targets: [{ kubernetes: { name: quiet, kind: Deployment } }, { internet: { ips: [203.0.113.0/24] } }] }
${CALICO_POLICY}`,
      }),
    );
    const compiled = await cli(['compile', 'shop.yaml', '--egress']);
    expect(compiled.err).not.toMatch(/4789|would not work/);
    expect(compiled.code).toBe(0);
  });

  it('that were seen would be cut, and replay says by whom', async () => {
    const flow = (port: number, protocol: string): string =>
      JSON.stringify({
        time: '2026-11-02T10:00:00Z',
        source_namespace: 'tools',
        source_workload: 'probe',
        destination_namespace: 'shop',
        destination_workload: 'frontend',
        port,
        protocol,
      });
    const open = SHOP.replace('podSelector: {}, policyTypes', NOBODY);
    process.chdir(folderOf({ 'shop.yaml': open, 'flows.json': `${flow(4789, 'UDP')}\n${flow(53, 'UDP')}` }));
    const words = ['replay', 'flows.json', '--manifests', 'shop.yaml', '--cni', 'calico'];
    const { out, code } = await cli(words);
    expect(code).toBe(1);
    expect(out).toContain('1 would be cut of 2 distinct connections');
    expect(out).toContain(`egress of tools/probe[Deployment]: ${DROPPED}`);
    expect((await cli([...words, '-o', 'markdown'])).out).toContain('Calico itself drops VXLAN');
    expect(parseChecked('replay', (await cli([...words, '-o', 'json'])).out)['connections']).toMatchObject([
      { verdict: 'cut', decidedBy: [{ direction: 'egress', policies: [], dropped: true }] },
    ]);
  });

  it('do not keep policies from being adopted as calls of every port', async () => {
    const manifests = `${PORTLESS}${PORTLESS.replaceAll('quiet', 'client')}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: quiet, namespace: shop }
spec: { podSelector: { matchLabels: { app: quiet } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }] }] }
`;
    const { out } = await cliOn(manifests, 'adopt', '-', '--cni', 'calico');
    expect(out).toBe((await cliOn(manifests, 'adopt', '-')).out);
    expect(out).toContain('kind: ClientIntents');
  });
});
