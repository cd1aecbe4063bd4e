import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { tutorial } from '../../examples/tutorial/app';
import { compile } from '../../src/compiler/compile';
import { buildCluster } from '../../src/model/build-cluster';
import { readManifests } from '../../src/sources/manifest';
import { cli, folderOf } from '../cli/cli-run';
import { Random } from '../oracle/random';
import { play, type GraphCall, type Played } from './played/play';
import { playedWorld } from './played/world';
import type { PlayedFormat } from './played/written-format';
import { PLAYED_FORMATS } from './played/written-logs';

const home = process.cwd();
afterEach(() => {
  process.chdir(home);
});

/** Names that are something else in YAML, TypeScript, Markdown, on a terminal, and in objects of JavaScript. */
const HOSTILE: readonly string[] = [
  'a: b # c',
  '- [x](javascript:alert(1))',
  `it's "a" \`b\` \${process.exit(9)} \\ */ //`,
  '&anchor *alias !!js/function x',
  '\u001b[2J\u001b]0;title\u0007\u009b31m',
  'nul\u0000and\u2028\u202eturned\ufeff',
  'first\n---\nkind: Pod\r\nlast',
  '__proto__',
  'constructor',
  '| <b>&amp; | yes',
  'evil.example: {',
  '{{ x }}%{y}',
  'x'.repeat(2_000),
];

const APP = tutorial().synthYaml();
const CLUSTER = buildCluster(readManifests(APP, { file: 'app.yaml' }).resources);
const [NAMESPACE = ''] = CLUSTER.workloads.map(({ namespace }) => namespace);

/** Workloads that are called so, in the namespace of the app and in one that is called so too. */
const OBJECTS = HOSTILE.flatMap((name, index) =>
  [NAMESPACE, name].map((namespace) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: { labels: { app: `hostile-${index}`, odd: name } },
        spec: { containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 80 }] }] },
      },
    },
  })),
);

/** Every connection there is a shape of: a call, one to the outside, a look-up, one that is denied. */
function connections(): { readonly played: readonly Played[]; readonly snapshot: string } {
  const random = new Random(3);
  const world = playedWorld(CLUSTER, random);
  const [client, server] = CLUSTER.workloads;
  const [service] = CLUSTER.services.filter(({ selector }) => selector !== undefined);
  const [port] = service?.ports ?? [];
  if (client === undefined || server === undefined || service === undefined || port === undefined)
    throw new Error('the app is another one');
  const graph: readonly GraphCall[] = [
    { client, server, protocol: 'TCP', port: 80, service: { service, port } },
    { client, protocol: 'TCP', port: 443, domain: 'api.example.com', address: '198.18.0.1' },
  ];
  const [call, ...others] = play(graph, world, random, { noise: false, least: 1 });
  if (call === undefined) throw new Error('nothing was played');
  return {
    played: [call, ...others.slice(0, 6), { ...call, denied: true, answered: false }],
    snapshot: world.snapshot,
  };
}

const { played, snapshot } = connections();

/** Intents of workloads with such names, none of which was ever seen to call what they declare. */
const HOSTILE_INTENTS = JSON.stringify({
  apiVersion: 'v1',
  kind: 'List',
  items: HOSTILE.map((name, index) => ({
    apiVersion: 'k8s.otterize.com/v2beta1',
    kind: 'ClientIntents',
    metadata: { name: `never-${index}`, namespace: NAMESPACE },
    spec: {
      workload: { name },
      targets: [{ internet: { domains: ['never.example.com'], ports: [443] } }, { service: { name } }],
    },
  })),
});

/** What makes callers lose access, so that a comparison has somebody to name. */
const DENY = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny', namespace: NAMESPACE },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
});

function replaced<T>(list: readonly T[], at: number, by: T): T[] {
  return list.map((item, index) => (index === at ? by : item));
}

/** Values of a record with one of its texts, or the key of one, exchanged for each of the names. */
function exchanged(value: unknown, name: string): unknown[] {
  if (typeof value === 'string') return [name];
  if (Array.isArray(value))
    return value.flatMap((item, index) => exchanged(item, name).map((one) => replaced(value, index, one)));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...exchanged(inner, name).map((one) => ({ ...value, [key]: one })),
    Object.fromEntries(Object.entries(value).map(([other, one]) => [other === key ? name : other, one])),
  ]);
}

/** Lines of a log with hostile names in every place where a text is. */
function hostileLines(line: string): string[] {
  const [, before = '', json] = /^(data: )?(\{.*\})$/.exec(line) ?? [];
  if (json !== undefined)
    return HOSTILE.flatMap((name) => exchanged(JSON.parse(json), name)).map(
      (record) => `${before}${JSON.stringify(record)}`,
    );
  // A text has no escapes: whatever is written stands there as it is.
  const parts = line.split(/([\s,="|[\]]+)/);
  return HOSTILE.flatMap((name) =>
    parts.flatMap((part, index) =>
      /[a-z0-9]/i.test(part) ? [replaced(parts, index, name.replaceAll(/[\r\n]/g, ' ')).join('')] : [],
    ),
  );
}

function hostileLog(format: PlayedFormat): string {
  const random = new Random(5);
  const lines = [...new Set(played.flatMap((one) => format.lines(one, random)))].slice(0, 8);
  // Good ones first, by which the format is known.
  const good = Array.from({ length: 60 }, () => lines).flat();
  return [...(format.header === undefined ? [] : [format.header]), ...good, ...lines.flatMap(hostileLines)]
    .map((line) => `${line}\n`)
    .join('');
}

/** What must never reach a terminal or a file that people read: all but line breaks. */
const UNSHOWN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** How many records came to something: mapped, names, left out or not mapped, each with a reason. None is dropped. */
function accounted({ records, unmapped, unreadable }: any): number {
  const sum = (numbers: readonly unknown[]): number =>
    numbers.reduce<number>((total, number) => total + Number(number), 0);
  return sum([
    records.mapped,
    records.dns,
    ...Object.values(records.aside),
    ...unmapped.map((one: any) => one.records),
    ...unreadable.map((one: any) => one.lines),
  ]);
}

const run = (words: readonly string[]) => cli([...words, '--format', 'auto']);

/**
 * @param objects also in the manifests, where names of the log may be found
 * @param others more files, by their names
 */
function prepare(
  format: PlayedFormat,
  objects: readonly object[] = [],
  others: Readonly<Record<string, string>> = {},
): readonly string[] {
  process.chdir(
    folderOf({
      'app.yaml': APP,
      'hostile.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
      'snapshot.json': snapshot,
      [`flows/${format.file}`]: hostileLog(format),
      ...others,
    }),
  );
  return ['flows', '--manifests', 'app.yaml', 'hostile.json', '--snapshot', 'snapshot.json'];
}

describe.each(PLAYED_FORMATS.map((format) => [format.name, format] as const))(
  'hostile names in %s',
  (_name, format) => {
    const low = ['--min-confidence', 'low', '--denied'];

    it('come out of import as data: YAML and JSON say the same, and nothing moves a cursor', async () => {
      const { code, err } = await run(['import', ...prepare(format), ...low]);
      expect([code, UNSHOWN.exec(err)]).toEqual([0, null]);
      expect(err.split('\n').filter((line) => line.length > 5_000)).toEqual([]);
      // With workloads that are called so as well, which no cluster has.
      const words = ['import', ...prepare(format, OBJECTS), ...low];
      const { out } = await run(words);
      const documents = parseAllDocuments(out).filter(({ contents }) => contents !== null);
      expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
      // The printed text may have what a name has in quotes, and there as an escape.
      expect(UNSHOWN.exec(out)).toBeNull();
      const read = documents.map((document) => JSON.stringify(document.toJS()));
      const { objects, ...rest } = JSON.parse((await run([...words, '-o', 'json'])).out);
      expect(read).toEqual(objects.map((object: unknown) => JSON.stringify(object)));
      expect(rest.version).toBe(1);
      expect(accounted(rest)).toBe(rest.records.total);
      const kinds = new Set(objects.map(({ apiVersion, kind }: any) => `${apiVersion} ${kind}`));
      expect([...kinds]).toEqual(objects.length === 0 ? [] : ['k8s.otterize.com/v2beta1 ClientIntents']);
      // Without times nobody knows who had the address then.
      const isTimeless = /^(?:conntrack -L|\/proc)/.test(format.name);
      if (!isTimeless && format.sees({ protocol: 'TCP', port: 80, service: {} }))
        expect(objects.length).toBeGreaterThan(0);
    });

    it('come out of import as TypeScript with nothing but functions that declare intents', async () => {
      const { out } = await run(['import', ...prepare(format, OBJECTS), ...low, '-o', 'typescript']);
      const { diagnostics } = ts.transpileModule(out, { reportDiagnostics: true });
      expect(diagnostics).toEqual([]);
      const source = ts.createSourceFile('intents.ts', out, ts.ScriptTarget.ES2022, true);
      const calls = new Set<string>();
      const visit = (node: ts.Node): void => {
        if (ts.isCallExpression(node) || ts.isNewExpression(node)) calls.add(node.expression.getText());
        if (ts.isTemplateLiteral(node)) calls.add(node.getText());
        node.forEachChild(visit);
      };
      visit(source);
      const known = ['ClientIntents', 'Target.service', 'Target.workload', 'Target.internet'];
      expect([...calls].filter((call) => !known.includes(call))).toEqual([]);
      expect(UNSHOWN.exec(out)).toBeNull();
    });

    it('come out of replay as data, in every form', async () => {
      const words = ['replay', ...prepare(format)];
      for (const form of ['text', 'markdown', 'json']) {
        const { out, err, code } = await run([...words, '-o', form]);
        expect([form, code <= 1, UNSHOWN.exec(out), UNSHOWN.exec(err)]).toEqual([form, true, null, null]);
        if (form === 'json') expect(JSON.parse(out)).toMatchObject({ version: 1 });
        // No cell of a table, no link and no tag that a name made.
        else if (form === 'markdown') expect(out).not.toMatch(/(?<!\\)\[x\]\(|<b>/);
      }
    });

    it('come out of import --prune-report as data', async () => {
      const [flows = '', ...words] = prepare(format, OBJECTS, { 'intents.json': HOSTILE_INTENTS });
      const all = ['import', flows, '--manifests', 'intents.json', ...words.slice(1), '--prune-report'];
      const { out, err, code } = await run(all);
      expect([code <= 1, UNSHOWN.exec(out), UNSHOWN.exec(err)]).toEqual([true, null, null]);
      expect(out).toContain('never.example.com  ClientIntents/');
      expect(out.split('\n').filter((line) => line.length > 5_000)).toEqual([]);
    });

    it('come out of diff --flows as data, in every form', async () => {
      const sides = { 'before/app.yaml': APP, 'after/app.yaml': APP, 'after/deny.json': DENY };
      const [flows = ''] = prepare(format, [], sides);
      const words = ['diff', 'before', 'after', '--flows', flows, '--snapshot', 'snapshot.json'];
      for (const form of ['text', 'markdown', 'json']) {
        const { out, err, code } = await run([...words, '-o', form]);
        expect([form, code <= 1, UNSHOWN.exec(out), UNSHOWN.exec(err)]).toEqual([form, true, null, null]);
        if (form === 'json') expect(JSON.parse(out)).toMatchObject({ version: 1 });
        else if (form === 'markdown') expect(out).not.toMatch(/(?<!\\)\[x\]\(|<b>/);
      }
    });

    it('are merged into a file as data, beside what people wrote', async () => {
      const words = prepare(format);
      const target = 'service: { name: mine } # kept';
      const own = `# Mine.\napiVersion: k8s.otterize.com/v2beta1\nkind: ClientIntents\nmetadata: { name: x, namespace: ${NAMESPACE} }\nspec:\n  workload: { name: ${CLUSTER.workloads[0]?.name ?? ''} }\n  targets:\n    - ${target}\n`;
      process.chdir(
        folderOf({
          'app.yaml': APP,
          'intents.yaml': own,
          'snapshot.json': snapshot,
          [`flows/${format.file}`]: hostileLog(format),
        }),
      );
      const log = words.filter((word) => word !== 'hostile.json');
      const { out, err, code } = await run([
        'import',
        ...log,
        ...low,
        '--merge',
        'intents.yaml',
        '--dry-run',
      ]);
      expect([code, UNSHOWN.exec(out), UNSHOWN.exec(err)]).toEqual([0, null, null]);
      expect((await run(['import', ...log, ...low, '--merge', 'intents.yaml'])).code).toBe(0);
      const { resources, findings } = readManifests(ts.sys.readFile('intents.yaml') ?? '', { file: 'x' });
      expect(findings).toEqual([]);
      expect(ts.sys.readFile('intents.yaml')).toContain(`# Mine.`);
      expect(ts.sys.readFile('intents.yaml')).toContain(target);
      expect(new Set(resources.map(({ kind }) => kind))).toEqual(new Set(['ClientIntents']));
      expect(() => compile(CLUSTER, [])).not.toThrow();
    });
  },
);
