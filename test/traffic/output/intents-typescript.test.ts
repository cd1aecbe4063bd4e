import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import * as cdk8s from 'cdk8s';
import ts from 'typescript';
import * as cdk8sIntents from '../../../src/index';
import { readIntents } from '../../../src/intents/read-intents';
import { readManifests } from '../../../src/sources/manifest';
import { cli, folderOf } from '../../cli/cli-run';

const ROOT = join(__dirname, '../../..');
const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

/** Names that get out of strings, comments and templates where nobody looks. */
const HOSTILE = 'it\'s "a" `b` ${process.exit(9)} \\ */ //\u2028\u202e';

function workload(namespace: string, name: string, kind = 'Deployment'): object {
  const labels = { app: 'x', name: Buffer.from(`${kind} ${name}`).toString('hex').slice(0, 60) };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 7070 }, { containerPort: 7071 }] }],
        },
      },
    },
  };
}

function record(from: string, to: string, more: object = {}): string {
  const [[source_namespace, source_workload], [destination_namespace, destination_workload]] = [from, to].map(
    (text) => text.split('|'),
  ) as [string[], string[]];
  return JSON.stringify({
    ...{ time: '2026-11-02T10:00:00Z', count: 12, port: 7070 },
    ...{ source_namespace, source_workload, destination_namespace, destination_workload },
    ...more,
  });
}

async function imported(manifests: readonly object[], log: readonly string[], ...words: string[]) {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
  process.chdir(folderOf({ 'app.json': list, 'flows.json': log.join('\n') }));
  const options = ['--manifests', 'app.json', '--min-confidence', 'low', ...words];
  return cli(['import', 'flows.json', ...options]);
}

/** What the compiler of TypeScript says of a module, as strictly as it can, beside the sources of the library. */
function diagnostics(source: string): string[] {
  const file = join(ROOT, 'generated-intents.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    paths: { 'cdk8s-intents': [join(ROOT, 'src/index.ts')] },
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    getSourceFile: (name, ...rest) =>
      name === file
        ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022)
        : disk.getSourceFile(name, ...rest),
    fileExists: (name) => name === file || disk.fileExists(name),
    readFile: (name) => (name === file ? source : disk.readFile(name)),
    getCurrentDirectory: () => ROOT,
  };
  const program = ts.createProgram([file], options, host);
  const own = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(own), ...program.getSemanticDiagnostics(own)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

/** The functions of a module. */
function loaded(source: string): Record<string, (chart: cdk8s.Chart) => void> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exported = {};
  const modules: Readonly<Record<string, unknown>> = { cdk8s, 'cdk8s-intents': cdk8sIntents };
  compileFunction(outputText, ['exports', 'require'])(exported, (name: string) => modules[name]);
  return exported;
}

/** What a module declares, in the chart of one namespace. */
function synthesised(source: string, name: string, namespace: string) {
  const chart = new cdk8s.Chart(new cdk8s.App(), 'chart', { namespace });
  loaded(source)[name]?.(chart);
  return chart.node
    .findAll()
    .filter((construct) => cdk8sIntents.ClientIntents.isClientIntents(construct))
    .map((construct) => construct.intents);
}

const meaning = ({ client, targets }: ReturnType<typeof readIntents>['intents'][number]): unknown => ({
  client,
  targets: targets.map(({ place: _, ...target }: any) =>
    JSON.parse(JSON.stringify(target, without('place'))),
  ),
});

function without(field: string) {
  return (key: string, value: unknown): unknown => (key === field ? undefined : value);
}

const SHOP = [
  workload('shop', 'frontend'),
  workload('shop', 'cart'),
  workload('shop', 'cart', 'StatefulSet'),
];
const CART_SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'db', namespace: 'other-place' },
  spec: {
    selector: { app: 'x' },
    ports: [
      { name: 'a', port: 80, targetPort: 7070 },
      { name: 'b', port: 81, targetPort: 7071 },
    ],
  },
};

describe('the TypeScript of intents import', () => {
  const manifests = [...SHOP, workload('other-place', 'db'), CART_SERVICE];
  const log = [
    record('shop|frontend', 'other-place|db'),
    record('shop|frontend', 'shop|cart', { destination_kind: undefined }),
    record('shop|frontend', '', { destination_domain: 'api.example.com', port: 443 }),
    record('shop|frontend', '', { destination_ip: '203.0.113.7', port: 8443 }),
    record('shop|frontend', 'other-place|db', { port: 7071, protocol: 'UDP' }),
    record('other-place|db', 'shop|frontend'),
  ];

  it('compiles under the strictest options, against the constructs as they are', async () => {
    const { out } = await imported(manifests, log, '-o', 'typescript');
    expect(out).toContain('export function otherPlaceIntents(chart: Chart)');
    expect(diagnostics(out)).toEqual([]);
    expect(diagnostics(out.replace('Target.service(', 'Target.servise('))).not.toEqual([]);
  }, 120_000);

  it('declares what the YAML declares', async () => {
    const { out } = await imported(manifests, log, '-o', 'typescript');
    const yaml = (await imported(manifests, log)).out;
    const written = readIntents(readManifests(yaml, { file: 'x.yaml' }).resources).intents;
    for (const [name, namespace] of [
      ['shopIntents', 'shop'],
      ['otherPlaceIntents', 'other-place'],
    ] as const) {
      const own = written.filter((one) => one.namespace === namespace);
      expect(own.length).toBeGreaterThan(0);
      expect(synthesised(out, name, namespace).map(meaning)).toEqual(own.map(meaning));
    }
  });

  it('compiles where nothing was seen', async () => {
    const { out } = await imported(manifests, [record('x|y', 'shop|cart')], '-o', 'typescript');
    expect(out).toContain('export {}');
    expect(ts.transpileModule(out, { reportDiagnostics: true }).diagnostics).toEqual([]);
  });

  it('is no code of names, whatever they are', async () => {
    const hostile = [workload('shop', HOSTILE), workload('shop', 'cart')];
    const { out } = await imported(
      hostile,
      [
        record(`shop|${HOSTILE}`, 'shop|cart'),
        record('shop|cart', `shop|${HOSTILE}`),
        record('shop|cart', '', { destination_domain: HOSTILE, port: 443 }),
      ],
      ...['-o', 'typescript'],
    );
    expect(out).toContain('process.exit');
    expect(out).not.toMatch(/[\u2028\u202e]/);
    expect(diagnostics(out)).toEqual([]);
    const functions = Object.values(loaded(out));
    expect(functions).toHaveLength(1);
    const [first] = synthesised(out, 'shopIntents', 'shop').filter(({ client }) => client.name !== 'cart');
    expect(first?.client.name).toBe(HOSTILE.replaceAll('.', '_'));
  }, 120_000);

  it('gives two namespaces two functions, and each a name that may be one', async () => {
    const names = ['a-b', 'a--b', '1st'];
    const pairs = names.flatMap((name) => [workload(name, 'one'), workload(name, 'two')]);
    const log = names.map((name) => record(`${name}|one`, `${name}|two`));
    const { out } = await imported(pairs, log, '-o', 'typescript');
    expect(Object.keys(loaded(out)).sort()).toEqual(['aBIntents', 'aBIntents2', 'namespace1stIntents']);
  });
});

describe('clients that share an object without a kind', () => {
  const shared = {
    apiVersion: 'k8s.otterize.com/v2beta1',
    kind: 'ClientIntents',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { workload: { name: 'cart' }, targets: [{ kubernetes: { name: 'other' } }] },
  };
  const from = (kind: string, count: number) =>
    JSON.stringify({ ...JSON.parse(record('shop|cart', 'shop|frontend')), source_kind: kind, count });
  const log = [from('Deployment', 12), from('StatefulSet', 13)];

  it('have drafts with names of their own', async () => {
    const { out } = await imported([...SHOP, shared], log, '-o', 'json');
    const { objects } = JSON.parse(out);
    expect(objects.map(({ metadata }: any) => metadata.name)).toEqual(['cart', 'cart-statefulset']);
  });

  it('add a target to it once', async () => {
    process.chdir(
      folderOf({
        'app.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: SHOP }),
        'intents.yaml': `apiVersion: ${shared.apiVersion}
kind: ClientIntents
metadata: { name: cart, namespace: shop }
spec:
  workload: { name: cart }
  targets:
    - kubernetes: { name: other }
`,
        'flows.json': log.join('\n'),
      }),
    );
    const words = ['--manifests', 'app.json', '--merge', 'intents.yaml', '--dry-run'];
    const { out } = await cli(['import', 'flows.json', ...words]);
    expect(out.match(/^\+.*name: frontend/gm)).toHaveLength(1);
  });
});
