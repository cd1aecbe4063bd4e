import { Option } from 'commander';
import { renderedOrder } from '../compiler/rendered-order';
import { isJsonObject, type JsonObject } from '../model/json';
import type { Resource } from '../model/resource';
import type { CompiledResources } from '../proof/compile-resources';
import { objectsJson } from '../reports/objects-json';
import { asWritten } from '../sources/live/trim-live';
import { printManifests } from '../sources/print-manifests';
import type { CommandModule } from './command-module';
import { addCompilerOptions } from './compile-options';
import { compileSources, type CompileSourcesFlags } from './compile-sources';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readSources } from './read-model';
import { writeAll, type Terminal } from './terminal';

interface Flags extends CompileSourcesFlags {
  readonly output: 'text' | 'json';
}

const HELP = `
Manifests with ClientIntents and ProtectedService objects go in; the policies come out, and before them the
workloads and Namespaces whose labels change. What intents made before is replaced, never piled up.

Examples:
  $ intents compile manifests/ intents/ | kubectl apply -f -
  $ intents compile manifests/ --policies-only > policies.yaml
  $ intents compile main:manifests --profile otterize        what the intents of a commit give
  $ kubectl get ns,all,ing,netpol,clientintents -A -o yaml | intents compile - --egress --kubernetes-api 10.0.0.1:6443
  $ intents compile manifests/ --assume-default-deny --exempt kube-system
  $ intents compile manifests/ --dialect calico -o json`;

/** `intents compile`: the policies and labels of the intents in manifests, proved. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addCompilerOptions(
      addModelOptions(
        command
          .argument('[path...]', PATHS_WORDS)
          .option(
            '--policies-only',
            'print the policies, without the workloads and Namespaces that get labels',
          )
          .addOption(
            new Option('-o, --output <form>', 'YAML with findings on standard error, or JSON with both')
              .choices(['text', 'json'])
              .default('text'),
          ),
      ),
    )
      .addHelpText('after', HELP)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await compile(paths, flags, terminal));
      });
  },
};

async function compile(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const { output } = flags;
  const progress = new Progress(terminal);
  const sources = await readSources(withCluster(paths, flags), flags, terminal, progress);
  progress.step(`compiling ${sources.resources.length} objects`);
  const compiled = compileSources(sources, flags, terminal);
  progress.clear();
  const { findings } = compiled;
  const objects = objectsOf(compiled, flags);
  await writeAll(terminal, output === 'json' ? objectsJson(objects, findings) : printManifests(objects));
  if (output !== 'json') printFindingsAside(findings, terminal);
  return exitCodeOf(findings, flags);
}

function objectsOf(
  { changed, policies }: CompiledResources,
  { policiesOnly, namespace }: Flags,
): JsonObject[] {
  return [
    ...(policiesOnly === true
      ? []
      : changed.map((resource) =>
          resource.place.live === undefined ? placed(resource, namespace) : asWritten(resource.manifest),
        )),
    ...policies.map(({ manifest }) => renderedOrder(manifest)),
  ];
}

/**
 * With -n, an object without a namespace is written with the one that it was read in: the policies beside it carry theirs,
 * and kubectl puts what has none somewhere else.
 */
function placed({ manifest, namespace }: Resource, given: string | undefined): JsonObject {
  const { metadata } = manifest;
  if (given === undefined || namespace === undefined || !isJsonObject(metadata)) return manifest;
  if (typeof metadata['namespace'] === 'string' && metadata['namespace'] !== '') return manifest;
  return { ...manifest, metadata: { ...metadata, namespace } };
}
