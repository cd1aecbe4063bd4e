import { Option } from 'commander';
import { adopt, type Adoption } from '../adoption/adopt';
import { isLoss } from '../adoption/residue';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { renderedOrder } from '../compiler/rendered-order';
import type { CompileOptions } from '../compiler/compilation';
import { adoptionJson } from '../reports/adoption/adoption-json';
import { adoptionText } from '../reports/adoption/adoption-text';
import { printManifests } from '../sources/print-manifests';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, collect, reachabilityOptions, type ModelFlags } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { inOptionWords } from './option-words';
import { readSources } from './read-model';
import { writeAll, type Terminal } from './terminal';

interface Flags extends ModelFlags {
  readonly output: 'text' | 'json';
  readonly profile?: NonNullable<CompileOptions['profile']>;
  readonly operatorEgress?: boolean;
  readonly kubernetesApi?: readonly string[];
}

const HELP = `
ClientIntents come out, with the default denies that go with them, for what Otterize, nais, skiperator, UDS or plain
NetworkPolicies say today. What the intents compile to is proved to leave who can talk to whom as it is; what they do
not say is listed on standard error.

Examples:
  $ intents adopt manifests/ > intents.yaml
  $ intents adopt applications/ deployments/ -o json          objects, residue and findings
  $ kubectl get ns,all,netpol,clientintents -A -o yaml | intents adopt - --operator-egress
  $ intents adopt main:manifests --profile selectors`;

/** `intents adopt`: the intents that say what other systems say, and what they do not say. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('[path...]', PATHS_WORDS)
        .addOption(
          new Option(
            '--profile <name>',
            'names and labels that the proof compiles with (default: "seed")',
          ).choices(['seed', 'otterize', 'selectors']),
        )
        .option(
          '--operator-egress',
          'the operator that enforces the ClientIntents of the input restricts egress',
        )
        .option(
          '--kubernetes-api <address:port>',
          'where the API server is, for clients that call it; repeatable',
          collect,
        )
        .addOption(
          new Option('-o, --output <form>', 'YAML with the residue on standard error, or JSON with both')
            .choices(['text', 'json'])
            .default('text'),
        ),
    )
      .addHelpText('after', HELP)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await adoptTree(paths, flags, terminal));
      });
  },
};

async function adoptTree(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const progress = new Progress(terminal);
  const sources = await readSources(withCluster(paths, flags), flags, terminal, progress);
  progress.step(`adopting ${sources.resources.length} objects`);
  const adopted = adoptResources(sources.resources, flags);
  progress.clear();
  const adoption: Adoption = {
    ...adopted,
    objects: adopted.objects.map(renderedOrder),
    findings: [...sources.findings, ...adopted.findings].map(inOptionWords),
  };
  const json = flags.output === 'json';
  await writeAll(terminal, json ? adoptionJson(adoption) : printManifests(adoption.objects));
  if (!json) {
    const errors = adoption.findings.filter(({ severity }) => severity !== 'info');
    if (errors.length > 0) printFindingsAside(errors, terminal);
    terminal.err(`\n${adoptionText(adoption)}\n`);
  }
  return exitCodeOf(adoption.findings, { strict: flags.strict, failed: fails(adoption, flags) });
}

/** Whatever is lost or changed; with `--strict` also what is kept beside the intents, or not proved. */
function fails({ residue }: Adoption, { strict = false }: Flags): boolean {
  return strict ? residue.length > 0 : residue.some(isLoss);
}

function adoptResources(resources: Parameters<typeof adopt>[0], flags: Flags): Adoption {
  const { namespace, profile, operatorEgress, kubernetesApi } = flags;
  try {
    return adopt(resources, {
      reachabilityOptions: reachabilityOptions(flags),
      defaultNamespace: namespace,
      operatorEgress,
      options: {
        ...(profile === undefined ? {} : { profile }),
        ...(kubernetesApi === undefined ? {} : { kubernetesApi }),
      },
    });
  } catch (error) {
    if (error instanceof InvalidInputError) throw new UsageError(error.message);
    throw error;
  }
}
