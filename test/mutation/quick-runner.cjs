/**
 * Runs tests of the engine for Stryker in one process. Stryker's jest runner opens a new environment for each file of
 * tests and each mutant, a second at the least, and there are thousands of mutants. Here every file is compiled once
 * and evaluated anew for each mutant, so that no memo outlives it, which takes milliseconds. Of jest there is what
 * these tests use: describe, it, their `each`, spies, and jest's own expect.
 */
const { existsSync, readdirSync, readFileSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join, relative, resolve } = require('node:path');
const { performance } = require('node:perf_hooks');
const { format } = require('node:util');
const { Script } = require('node:vm');

/** What Stryker calls the outcomes of a run and of a test, and where its instrumented code looks for the mutant. */
const RUN = { complete: 'complete', killed: 'killed', survived: 'survived', timeout: 'timeout' };
const TEST = { success: 0, failed: 1 };
const NAMESPACE = '__stryker__';

/** Tests of answers about a whole model, against those of `connection`, which the oracle checks. */
const WHOLE_MODEL = ['test/reachability', 'test/reachability/consistency.test.ts'];

/** The tests that must find a mutant: reading is tested where it is done, verdicts by the oracle too. The first row counts. */
const TESTS_OF = [
  [
    'src/policies/calico/from-network-policy.ts',
    ['test/policies/calico', 'test/oracle/calico-dialect.test.ts'],
  ],
  ['src/policies/kubernetes/', ['test/policies/kubernetes', 'test/policies/read-policies.test.ts']],
  ['src/policies/calico/', ['test/policies/calico', 'test/policies/read-policies.test.ts']],
  ['src/policies/cluster-network-policy/', ['test/policies/cluster-network-policy']],
  ['src/policies/', ['test/policies']],
  [
    'src/reachability/reevaluation/',
    [
      'reevaluation',
      ...[
        'reevaluation/toggles',
        'reevaluation/patched-doubts',
        'reevaluate-endpoints',
        'reevaluate-reach',
      ].map((name) => `${name}.test.ts`),
    ].map((path) => `test/reachability/${path}`),
  ],
  ['src/reachability/compare/', ['test/reachability/compare/compare.test.ts']],
  [
    'src/reachability/rule-effects.ts',
    [
      'test/reachability/rule-effects.test.ts',
      'test/reachability/rule-effects-together.test.ts',
      ...['shadowed-rule', 'redundant-rule', 'redundant-policy', 'calico-policy-selects-nothing'].map(
        (check) => `test/checks/${check}.test.ts`,
      ),
    ],
  ],
  [
    'src/reachability/unlisted/',
    ['test/reports/connectivity/exposure.test.ts', 'test/oracle/exposure.test.ts'],
  ],
  ...['actors', 'groups', 'openings', 'explain', 'evaluate', 'ends/position-peers', 'ends/told-apart'].map(
    (file) => [`src/reachability/${file}.ts`, WHOLE_MODEL],
  ),
  ['src/reachability/', ['test/reachability', 'test/oracle/property.test.ts']],
];

/** Tests over many generated inputs: they come last. */
const SLOW = ['property', 'print-policy', 'memo-table', 'long-policy', 'toggles', 'patched-doubts'].map(
  (name) => `/${name}.test.ts`,
);

/**
 * Tests that compare the evaluator with itself, for seconds each: what breaks both sides alike they cannot find. They run
 * for the files whose rows name them.
 */
const LEFT_OUT = ['consistency', 'reevaluate', 'many-changes', 'toggles', 'patched-doubts', 'compare'].map(
  (name) => `/${name}.test.ts`,
);

class QuickRunner {
  constructor() {
    this.root = process.cwd();
    const fromRoot = createRequire(join(this.root, 'package.json'));
    this.swc = fromRoot('@swc/core');
    this.expect = createRequire(fromRoot.resolve('@types/jest/package.json'))('expect').expect;
    const { ModuleMocker } = createRequire(fromRoot.resolve('@types/jest/package.json'))('jest-mock');
    this.mocker = new ModuleMocker(globalThis);
    this.scripts = new Map();
    process.env.ORACLE_RUNS ??= '4';
    process.env.CONSISTENCY_RUNS ??= '4';
    process.env.COMPARE_RUNS ??= '4';
    process.env.REEVALUATE_RUNS ??= '1';
    fromRoot('fast-check').configureGlobal({ seed: Number(process.env.FC_SEED ?? 20220911), numRuns: 40 });
    this.state = globalThis[NAMESPACE] ??= {};
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  /** Runs everything once without a mutant, noting which test meets which mutants. */
  async dryRun({ files }) {
    const modules = new Map();
    const tests = [];
    for (const test of this.testFiles(files).flatMap((file) => this.load(file, modules))) {
      this.state.currentTestId = test.id;
      const started = performance.now();
      const failureMessage = await failureOf(test.run);
      const status = failureMessage === undefined ? TEST.success : TEST.failed;
      const { id, name, fileName } = test;
      tests.push({ id, name, fileName, timeSpentMs: performance.now() - started, status, failureMessage });
    }
    this.state.currentTestId = undefined;
    return { status: RUN.complete, tests, mutantCoverage: this.state.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    const { state } = this;
    Object.assign(state, { mutantCoverage: undefined, hitLimit, hitCount: hitLimit && 0 });
    const modules = new Map();
    let nrOfTests = 0;
    try {
      for (const file of this.testFiles([activeMutant.fileName], testFilter)) {
        state.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
        const tests = this.load(file, modules);
        state.activeMutant = activeMutant.id;
        for (const test of tests) {
          if (testFilter !== undefined && !testFilter.includes(test.id)) continue;
          nrOfTests++;
          const failureMessage = await failureOf(test.run);
          if (state.hitCount > state.hitLimit) return { status: RUN.timeout, reason: 'too many hits' };
          if (failureMessage !== undefined)
            return { status: RUN.killed, killedBy: [test.id], failureMessage, nrOfTests };
        }
      }
    } catch (error) {
      // A file of tests whose cases cannot be built: jest would fail it.
      return { status: RUN.killed, killedBy: [], failureMessage: String(error), nrOfTests };
    } finally {
      state.activeMutant = undefined;
    }
    return { status: RUN.survived, nrOfTests };
  }

  /** The tests of a file, in the order in which they run. */
  load(file, modules) {
    const tests = [];
    Object.assign(globalThis, collector(relative(this.root, file), tests), {
      expect: this.expect,
      jest: this.mocker,
    });
    this.evaluate(file, modules);
    return tests;
  }

  /** The files of tests for the mutated ones, nearest first; with a filter only those it names. */
  testFiles(mutated, filter) {
    const rows = mutated.map((file) => TESTS_OF.find(([folder]) => file.includes(`/${folder}`)) ?? ['', []]);
    const roots = new Set(rows.flatMap(([, paths]) => paths));
    const isLeftOut = (file) =>
      LEFT_OUT.some((end) => file.endsWith(end)) && !roots.has(relative(this.root, file));
    const paths = new Set(
      [...roots].flatMap((root) => testFilesIn(resolve(this.root, root))).filter((file) => !isLeftOut(file)),
    );
    const source = relative(this.root, mutated[0] ?? '').replace(/^src/, 'test');
    return [...paths]
      .map((path) => ({ path, name: relative(this.root, path) }))
      .filter(({ name }) => filter === undefined || filter.some((id) => id.startsWith(`${name} `)))
      .map(({ path, name }) => ({ path, rank: isSlow(path) * 1000 - commonStart(name, source) }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ path }) => path);
  }

  /** What the module exports; each module is evaluated once for a map of modules. */
  evaluate(file, modules) {
    const known = modules.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    modules.set(file, module);
    const { run, outside } = this.compiled(file);
    const requireFrom = (name) => {
      const target = name.startsWith('.') ? sourceOf(resolve(dirname(file), name)) : undefined;
      return target === undefined ? outside(name) : this.evaluate(target, modules);
    };
    run(module.exports, requireFrom, module, file, dirname(file));
    return module.exports;
  }

  compiled(file) {
    let compiled = this.scripts.get(file);
    if (compiled === undefined) {
      const { code } = this.swc.transformSync(readFileSync(file, 'utf8'), {
        filename: file,
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      });
      const wrapped = `(function (exports, require, module, __filename, __dirname) {${code}\n})`;
      const run = new Script(wrapped, { filename: file }).runInThisContext();
      compiled = { run, outside: createRequire(file) };
      this.scripts.set(file, compiled);
    }
    return compiled;
  }
}

function sourceOf(path) {
  return [`${path}.ts`, join(path, 'index.ts')].find((file) => existsSync(file));
}

function testFilesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => testFilesIn(join(path, name)))
    .filter((file) => file.endsWith('.test.ts'));
}

function isSlow(file) {
  return SLOW.some((end) => file.endsWith(end)) ? 1 : 0;
}

function commonStart(a, b) {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

async function failureOf(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The words of jest, which add to `tests`. */
function collector(fileName, tests) {
  const path = [];
  let count = 0;
  const it = (title, run) => {
    const name = [...path, title].join(' ');
    tests.push({ id: `${fileName} ${++count} ${name}`, name, fileName, run });
  };
  const describe = (title, run) => {
    path.push(title);
    run();
    path.pop();
  };
  const each = (declare) => (rows) => (title, run) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      declare(titleOf(title, values), () => run(...values));
    }
  };
  it.each = each(it);
  describe.each = each(describe);
  return { describe, it };
}

function titleOf(title, values) {
  const count = title.match(/%[sdipjo]/g)?.length ?? 0;
  return format(title.replaceAll('%p', '%j').replaceAll('%i', '%d'), ...values.slice(0, count));
}

exports.strykerPlugins = [{ kind: 'TestRunner', name: 'quick', injectableClass: QuickRunner }];
