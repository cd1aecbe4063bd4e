import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'cdk8s';
import { onlineBoutique } from '../../examples/online-boutique/app';
import { platform } from '../../examples/platform/app';
import { tutorial } from '../../examples/tutorial/app';
import { compile } from '../../src/compiler/compile';
import type { CompileOptions, ProfileName } from '../../src/compiler/compilation';
import type { IntentsCompilerOptions } from '../../src/compiler/compiler-options';
import { presentReachability } from '../../src/compiler/present-policies';
import { IntentsCompiler } from '../../src/constructs/intents-compiler';
import { readIntents } from '../../src/intents/read-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Resource } from '../../src/model/resource';
import { readManifestFiles } from '../../src/sources/files';
import { readManifests } from '../../src/sources/manifest';
import { applied } from '../compiler/applied';
import { compareOn } from './compare';
import { DataplaneEngine, withPackets } from './engine';
import { stageOf } from './stage';

const ROOT = join(__dirname, '../..');
const DIST = join(ROOT, 'dist');
const SCENARIOS = join(ROOT, 'test/scenarios');
const PROFILES: readonly ProfileName[] = ['seed', 'otterize', 'selectors'];

/** The apps behind `dist/`, which has them as the profile `seed` writes them. */
const EXAMPLES: readonly (readonly [string, () => App])[] = [
  ['tutorial', tutorial],
  ['online-boutique', onlineBoutique],
  ['platform', platform],
];

/** Folders with manifests and intents of their own. */
const inputs = readdirSync(SCENARIOS).filter((folder) => {
  try {
    return readdirSync(join(SCENARIOS, folder)).includes('input.yaml');
  } catch {
    return false;
  }
});

withPackets('packets obey what we write, as the evaluator says', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  it.each(readdirSync(DIST))('dist/%s', async (file) => {
    const { resources } = readManifestFiles([join(DIST, file)]);
    const stage = stageOf(resources);
    const { differing, unexplained, compared } = await compareOn(engine, stage);
    expect(differing).toEqual([]);
    expect(unexplained).toEqual([]);
    // One file has what all others share, and nobody who could send or answer.
    expect(compared).toBeGreaterThan(stage.cluster.workloads.length === 0 ? -1 : 20);
  });

  it('everything in dist/ in one cluster: the global denies and their exemptions hold for every app', async () => {
    const { resources } = readManifestFiles([DIST]);
    const { differing, unexplained, compared, open, allowed } = await compareOn(engine, stageOf(resources));
    expect(differing).toEqual([]);
    expect(unexplained).toEqual([]);
    expect(compared).toBeGreaterThan(5000);
    // Nobody has said where the API server is, to which one of the denies has a hole.
    expect(open).toBeGreaterThan(0);
    expect(allowed).toBeGreaterThan(100);
  });

  it('and a policy that the evaluator does not know of shows', async () => {
    const { resources } = readManifestFiles([join(DIST, 'otterize-tutorial-npol.k8s.yaml')]);
    const stage = stageOf(resources);
    const { reachability, alone } = stageOf(resources.filter(({ kind }) => kind !== 'NetworkPolicy'));
    const fewer = { ...stage, reachability, alone };
    expect((await compareOn(engine, fewer)).differing).not.toEqual([]);
  });

  describe.each(PROFILES)('compiled with the profile %s', (profile) => {
    describe.each(['if-blocked', 'always'] as const)('and egress %s', (egress) => {
      it.each(inputs)('%s', async (folder) => {
        const text = readFileSync(join(SCENARIOS, folder, 'input.yaml'), 'utf8');
        const { resources } = readManifests(text, { file: 'input.yaml' });
        const { differing, unexplained, compared } = await compareOn(
          engine,
          stageOf(compiled(resources, { profile, egress })),
        );
        expect(differing).toEqual([]);
        expect(unexplained).toEqual([]);
        expect(compared).toBeGreaterThan(20);
      });

      it.each(EXAMPLES)('the example %s', async (_, example) => {
        const { resources } = readManifests(synthesised(example, { profile, egress }), { file: 'app.yaml' });
        const { differing, unexplained, compared, allowed } = await compareOn(engine, stageOf(resources));
        expect(differing).toEqual([]);
        expect(unexplained).toEqual([]);
        expect(compared).toBeGreaterThan(20);
        expect(allowed).toBeGreaterThan(1);
      });
    });
  });
});

/** What an example writes with other options than its own. */
function synthesised(example: () => App, options: IntentsCompilerOptions): string {
  const attach = IntentsCompiler.attach.bind(IntentsCompiler);
  const instead = jest
    .spyOn(IntentsCompiler, 'attach')
    .mockImplementation((app) => attach(app, { ...options, kubernetesApi: ['192.168.7.7:6443'] }));
  try {
    return example().synthYaml();
  } finally {
    instead.mockRestore();
  }
}

/** The resources with what the compiler makes of their intents. */
function compiled(resources: readonly Resource[], options: CompileOptions): readonly Resource[] {
  const { intents, protectedServices } = readIntents(resources);
  const cluster = buildCluster(resources);
  const present = presentReachability(cluster);
  const compilation = compile(cluster, intents, {
    kubernetesApi: ['192.168.7.7:6443'],
    ...options,
    protectedServices,
    present,
  });
  return applied(cluster, compilation).cluster.resources;
}
