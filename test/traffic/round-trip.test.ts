import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onlineBoutique } from '../../examples/online-boutique/app';
import { platform } from '../../examples/platform/app';
import { SHOP } from '../../examples/online-boutique/shop';
import { tutorial } from '../../examples/tutorial/app';
import { compile } from '../../src/compiler/compile';
import { ModelIndex } from '../../src/compiler/resolution/model-index';
import { portsAt } from '../../src/compiler/resolution/resolve-ports';
import { ClientIntents } from '../../src/constructs/client-intents';
import { readIntents } from '../../src/intents/read-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import { readManifests } from '../../src/sources/manifest';
import { cli, folderOf } from '../cli/cli-run';
import { Random } from '../oracle/random';
import { play, type GraphCall } from './played/play';
import { playedWorld } from './played/world';
import { dnstapLine } from './played/written-dns';
import type { PlayedFormat } from './played/written-format';
import { PLAYED_FORMATS, writtenLog } from './played/written-logs';

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

interface App {
  readonly manifests: string;
  readonly cluster: Cluster;
  readonly graph: readonly GraphCall[];
}

/** The call graph of an example: what its intents declare, through Services where these stand before the server. */
function exampleApp(app: ReturnType<typeof tutorial>): App {
  const manifests = app.synthYaml();
  const cluster = buildCluster(readManifests(manifests, { file: 'app.yaml' }).resources);
  const intents = app.node
    .findAll()
    .filter((construct) => ClientIntents.isClientIntents(construct))
    .map((construct) => construct.intents);
  return { manifests, cluster, graph: graphOf(cluster, intents) };
}

function graphOf(cluster: Cluster, intents: Parameters<typeof compile>[1]): GraphCall[] {
  const { declared, outside = [] } = compile(cluster, intents);
  const index = new ModelIndex(cluster);
  const graph = declared.flatMap((call) => {
    const ports = call.ports === 'all' ? call.server.ports : call.ports;
    return ports.map(({ port, protocol }): GraphCall => {
      if (protocol === 'SCTP') throw new Error('not played');
      const found = index
        .servicesIn(call.server.namespace)
        .filter((service) => index.selected(service.namespace, service.selector ?? {}).includes(call.server))
        .filter((service) => service.selector !== undefined && !service.headless)
        .flatMap((service) => service.ports.map((one) => ({ service, port: one })))
        .find(({ port: one }) => {
          const at = portsAt(call.server, [{ port: one.targetPort, protocol: one.protocol }]);
          return (
            at !== 'all' && at.some((resolved) => resolved.port === port && resolved.protocol === protocol)
          );
        });
      return { client: call.client, server: call.server, protocol, port, service: found };
    });
  });
  let last = 0;
  const addresses = new Map<string, string>();
  const addressOf = (domain: string): string => {
    const address = addresses.get(domain) ?? `198.18.0.${++last}`;
    addresses.set(domain, address);
    return address;
  };
  const out = outside.flatMap(({ client, target }) =>
    target.type !== 'internet'
      ? []
      : target.domains.flatMap((domain) =>
          target.ports.map(({ port }): GraphCall => ({
            client,
            protocol: 'TCP',
            port: Number(port),
            domain,
            address: addressOf(domain),
          })),
        ),
  );
  return [...new Map([...graph, ...out].map((call) => [keyOf(call), call])).values()];
}

function keyOf(call: GraphCall): string {
  return `${call.client.id} -> ${call.server?.id ?? call.domain} ${call.protocol} ${call.port}`;
}

/** What the intents that came out declare. */
function graphOfYaml(cluster: Cluster, yaml: string): string[] {
  const { resources } = readManifests(yaml, { file: 'intents.yaml' });
  const read = readIntents(resources);
  expect(read.findings).toEqual([]);
  const compilation = compile(cluster, read.intents);
  const inside = compilation.declared.flatMap(({ client, server, ports }) =>
    (ports === 'all' ? server.ports : ports).map(
      ({ protocol, port }) => `${client.id} -> ${server.id} ${protocol} ${port}`,
    ),
  );
  const outside = (compilation.outside ?? []).flatMap(({ client, target }) =>
    target.type !== 'internet'
      ? [`${client.id} -> ${target.type}`]
      : [...target.domains, ...target.ips].flatMap((to) =>
          target.ports.map(({ port }) => `${client.id} -> ${to} TCP ${port}`),
        ),
  );
  return [...new Set([...inside, ...outside])].sort();
}

interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

async function imported(
  { manifests, cluster, graph }: App,
  format: PlayedFormat,
  seed: number,
  options: Parameters<typeof play>[3],
  ...words: string[]
): Promise<Outcome> {
  const random = new Random(seed);
  const world = playedWorld(cluster, random);
  const played = play(graph, world, random, options);
  const names = played.flatMap((one) => dnstapLine(one) ?? []);
  process.chdir(
    folderOf({
      'app.yaml': manifests,
      'snapshot.json': world.snapshot,
      [`flows/${format.file}`]: writtenLog(format, played, random, options.noise),
      ...(names.length === 0 ? {} : { 'flows/dnstap.json': `${names.join('\n')}\n` }),
    }),
  );
  return cli(['import', 'flows', '--manifests', 'app.yaml', '--snapshot', 'snapshot.json', ...words]);
}

const BOUTIQUE = join(__dirname, '../../../shared/data/online-boutique/kubernetes-manifests.yaml');

function publishedBoutique(): App {
  const manifests = readFileSync(BOUTIQUE, 'utf8');
  const cluster = buildCluster(readManifests(manifests, { file: 'app.yaml' }).resources);
  const targets = SHOP.flatMap(({ name, calls }) => {
    const own = Object.keys(calls).map((server) => `    - service: { name: ${server} }\n`);
    return own.length === 0
      ? []
      : [
          `apiVersion: k8s.otterize.com/v2beta1\nkind: ClientIntents\nmetadata: { name: ${name}, namespace: default }\nspec:\n  workload: { name: ${name} }\n  targets:\n${own.join('')}`,
        ];
  });
  const { intents } = readIntents(readManifests(targets.join('---\n'), { file: 'graph.yaml' }).resources);
  return { manifests, cluster, graph: graphOf(cluster, intents) };
}

const APPS: readonly (readonly [string, () => App])[] = [
  ['tutorial', () => exampleApp(tutorial())],
  ['online-boutique', () => exampleApp(onlineBoutique())],
  ['platform', () => exampleApp(platform())],
  ...(existsSync(BOUTIQUE) ? [['the published online-boutique', publishedBoutique] as const] : []),
];
if (!existsSync(BOUTIQUE)) process.stderr.write('skipped: the published online-boutique is not there\n');

/** Of the play; others come to the same. */
const SEED = Number(process.env['ROUND_TRIP_SEED'] ?? 7);

describe.each(APPS)('traffic of %s, played with noise', (_, make) => {
  const app = make();

  it('has calls', () => {
    expect(app.graph.length).toBeGreaterThan(0);
  });

  it.each(PLAYED_FORMATS.map((format) => [format.name, format] as const))(
    'as %s writes it, gives back exactly the call graph',
    async (_name, format) => {
      const expected = app.graph
        .filter((call) => format.sees(call))
        .map(keyOf)
        .sort();
      const { out, err, code } = await imported(app, format, SEED, { noise: true });
      expect([code, err.match(/no flow log|unreadable/)]).toEqual([0, null]);
      expect(err).toContain(`flows/${format.file}: ${format.title}\n`);
      expect(graphOfYaml(app.cluster, out)).toEqual(expected);
    },
  );
});

/** Words and what they let in, as the table of the guide has them. */
const THRESHOLDS: readonly (readonly string[])[] = [
  ['--min-confidence', 'low'],
  ['--min-confidence', 'low', '--min-count', '2'],
  ['--min-confidence', 'low', '--min-count', '3'],
  ['--min-confidence', 'low', '--min-count', '10'],
  [],
  ['--min-count', '3'],
  ['--min-confidence', 'high'],
];

describe('thresholds under a scan', () => {
  it.each([1, 2, 3, 4, 5])('let no edge of the scan in by default, in play %i', async (seed) => {
    const app = exampleApp(onlineBoutique());
    const format = PLAYED_FORMATS.find(({ name }) => name === 'plain');
    if (format === undefined) throw new Error('no format');
    const expected = new Set(app.graph.map(keyOf));
    const { out, err } = await imported(app, format, seed, { noise: true, scans: 0.01, least: 600 });
    const found = graphOfYaml(app.cluster, out);
    expect(found.filter((call) => !expected.has(call))).toEqual([]);
    expect(found).toHaveLength(expected.size);
    expect(err).toContain('its client tries many ports that nobody declares');
  });

  it('are as the guide says: 1 % of all connections are of a pod that scans, and some calls are rare', async () => {
    const app = exampleApp(onlineBoutique());
    const format = PLAYED_FORMATS.find(({ name }) => name === 'plain');
    if (format === undefined) throw new Error('no format');
    const expected = new Set(app.graph.map(keyOf));
    const rows: string[] = [];
    for (const words of THRESHOLDS) {
      const options = { noise: true, scans: 0.01, least: 600, rare: [1, 2, 4, 8] };
      const { out } = await imported(app, format, 11, options, ...words);
      const found = graphOfYaml(app.cluster, out);
      const wrong = found.filter((call) => !expected.has(call)).length;
      rows.push(
        `| \`${words.join(' ') || '(defaults)'}\` | ${found.length - wrong} of ${expected.size} | ${wrong} |`,
      );
    }
    const path = join(__dirname, '../../docs/traffic.md');
    const page = readFileSync(path, 'utf8');
    const table = /(<!-- thresholds -->\n\n)[^]*?(?=\n\n<!-- end -->)/;
    const head =
      '| options | calls that are in the intents | edges of the scan that are |\n| --- | --- | --- |\n';
    const now = page.replace(table, (_, mark: string) => `${mark}${head}${rows.join('\n')}`);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, now);
    else for (const row of rows) expect(page.replaceAll(/ +/g, ' ')).toContain(row);
  }, 60_000);
});
