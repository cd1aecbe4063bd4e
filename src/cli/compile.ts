import { Option } from 'commander';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { renderedOrder } from '../compiler/rendered-order';
import type { Finding } from '../model/finding';
import { isJsonObject, type JsonObject } from '../model/json';
import { NOWHERE } from '../model/place';
import type { Resource } from '../model/resource';
import { compileResources, type CompiledResources } from '../proof/compile-resources';
import { objectsJson } from '../reports/objects-json';
import { readDnsLockFile } from '../sources/dns-lock-file';
import { asWritten } from '../sources/live/trim-live';
import { printManifests } from '../sources/print-manifests';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { addCompilerOptions, compilerOptions, type CompilerFlags } from './compile-options';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, reachabilityOptions } from './model-options';
import { inOptionWords, textInOptionWords } from './option-words';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readSources } from './read-model';
import { todayOf, writeAll, type Terminal } from './terminal';

interface Flags extends CompilerFlags {
  readonly policiesOnly?: boolean;
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
  const { assumeDefaultDeny, exempt = [], namespace, output } = flags;
  const progress = new Progress(terminal);
  const sources = await readSources(withCluster(paths, flags), flags, terminal, progress);
  progress.step(`compiling ${sources.resources.length} objects`);
  const options = compilerOptions(flags, todayOf(terminal));
  const compiled = asUsage(() =>
    compileResources(sources.resources, {
      options,
      dnsLock: options.dnsLock === undefined ? undefined : readDnsLockFile(options.dnsLock),
      reachabilityOptions: reachabilityOptions(flags),
      dialect: flags.dialect,
      assumedDeny: assumeDefaultDeny === true ? { exempt } : undefined,
      defaultNamespace: namespace,
      policiesOnly: flags.policiesOnly,
    }),
  );
  progress.clear();
  const findings = [
    ...(exempt.length > 0 && assumeDefaultDeny !== true ? [EXEMPT_WITHOUT_DENY] : []),
    ...sources.findings,
    ...compiled.findings,
  ].map(inOptionWords);
  const objects = objectsOf(compiled, flags);
  await writeAll(terminal, output === 'json' ? objectsJson(objects, findings) : printManifests(objects));
  if (output !== 'json') printFindingsAside(findings, terminal);
  return exitCodeOf(findings, flags);
}

const EXEMPT_WITHOUT_DENY: Finding = {
  id: 'exempt-without-deny',
  severity: 'warning',
  message: '--exempt says what --assume-default-deny leaves out, and has no effect without it',
  place: NOWHERE,
  mend: 'Give both, or neither.',
};

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

/** What the compiler refuses is an option of the command. */
function asUsage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InvalidInputError) throw new UsageError(textInOptionWords(error.message));
    throw error;
  }
}
