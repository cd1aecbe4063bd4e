import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHOP } from '../../examples/online-boutique/shop';
import { cliOn } from './cli-run';

const MANIFESTS = join(__dirname, '../../../shared/data/online-boutique/kubernetes-manifests.yaml');
const there = existsSync(MANIFESTS);
if (!there) console.log('../shared/data is not there: the shop of 12 workloads is not compiled.');

/** Its 16 calls as ClientIntents, one object a client. */
const INTENTS = SHOP.filter(({ calls }) => Object.keys(calls).length > 0).map(({ name, calls }) => ({
  apiVersion: 'k8s.otterize.com/v2beta1',
  kind: 'ClientIntents',
  metadata: { name },
  spec: {
    workload: { name, kind: 'Deployment' },
    targets: Object.keys(calls).map((server) => ({ service: { name: server } })),
  },
}));

function stream(...objects: readonly unknown[]): string {
  return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
}

interface Connection {
  readonly from: string;
  readonly to: string;
  readonly ports: unknown;
}

/** Who reaches whom once the output stands in the place of the input; clients are open, so only ways in count. */
async function connections(input: string, ...words: string[]): Promise<Connection[]> {
  const compiled = await cliOn(input, 'compile', '-', '-o', 'json', ...words);
  expect(compiled.code).toBe(0);
  const { objects } = JSON.parse(compiled.out);
  const changed = new Set(objects.map(({ kind, metadata }: any) => `${kind}/${metadata.name}`));
  const kept = input.split(/^---\n/m).filter((text) => {
    const kind = /^kind: (.*)$/m.exec(text)?.[1];
    const name = /^ {2}name: (.*)$/m.exec(text)?.[1];
    return !changed.has(`${kind}/${name}`);
  });
  const { out } = await cliOn(
    `${kept.join('---\n')}\n${stream(...objects)}`,
    'connectivity',
    '-',
    '-o',
    'json',
    '--cni',
    'calico',
  );
  return JSON.parse(out).connections;
}

(there ? describe : describe.skip)('the shop of 12 workloads, compiled', () => {
  const shop = there ? readFileSync(MANIFESTS, 'utf8') + stream(...INTENTS) : '';
  const declared = SHOP.flatMap(({ name, calls }) =>
    Object.keys(calls).map((server) => {
      const port = SHOP.find((one) => one.name === server)?.containerPort;
      return {
        from: `default/${name}[Deployment]`,
        to: `default/${server}[Deployment]`,
        ports: [{ protocol: 'TCP', first: port, last: port }],
      };
    }),
  );
  const external = ['0.0.0.0-255.255.255.255', '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'].map((from) => ({
    from,
    to: 'default/frontend[Deployment]',
    ports: [{ protocol: 'TCP', first: 8080, last: 8080 }],
  }));

  it.each([
    ['seed', 'kubernetes'],
    ['seed', 'calico'],
    ['otterize', 'kubernetes'],
    ['otterize', 'calico'],
    ['selectors', 'kubernetes'],
    ['selectors', 'calico'],
  ])(
    'has the public call graph and nothing else, and the way in from outside (%s, %s)',
    async (profile, dialect) => {
      const found = await connections(shop, '--profile', profile, '--dialect', dialect);
      const servers = new Set(declared.map(({ to }) => to));
      const inward = found.filter(({ to }) => servers.has(to));
      const key = (one: unknown): string => JSON.stringify(one);
      const fromEverywhere = inward.filter(({ to }) => to === 'default/frontend[Deployment]');
      // What anyone may do from outside, every pod may do too.
      expect(
        inward
          .filter((one) => !fromEverywhere.includes(one))
          .map(key)
          .sort(),
      ).toEqual(
        declared
          .filter(({ to }) => to !== 'default/frontend[Deployment]')
          .map(key)
          .sort(),
      );
      expect(fromEverywhere).toEqual(expect.arrayContaining(external));
      expect(new Set(fromEverywhere.map(({ ports }) => key(ports)))).toEqual(
        new Set([key([{ protocol: 'TCP', first: 8080, last: 8080 }])]),
      );
    },
  );

  it('has no way in from outside when nobody calls the frontend by intent: it is open anyway', async () => {
    const withoutLoad =
      readFileSync(MANIFESTS, 'utf8') +
      stream(...INTENTS.filter(({ metadata }) => metadata.name !== 'loadgenerator'));
    const { out } = await cliOn(withoutLoad, 'compile', '-', '--policies-only');
    expect(out).not.toContain('external');
  });
});
