import { Option } from 'commander';
import { convertIntents } from '../intents/convert/convert-intents';
import { INTENTS_VERSIONS, type IntentsVersion } from '../intents/read-intents';
import { objectsJson } from '../reports/objects-json';
import { INTENTS_GROUP } from '../intents/api-group';
import { asWritten } from '../sources/live/trim-live';
import { printManifests } from '../sources/print-manifests';
import type { CommandModule } from './command-module';
import { addLiveOptions, PATHS_WORDS, withCluster, type LiveFlags } from './live-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readSources } from './read-model';
import { writeAll, type Terminal } from './terminal';

interface Flags extends LiveFlags {
  readonly to: IntentsVersion;
  readonly output: 'text' | 'json';
  readonly strict?: boolean;
}

const HELP = `
What a version has no place for is not dropped: the object stays in its version, and a finding says why. Objects
of other kinds pass through, so that a whole file can be exchanged for the output.

Examples:
  $ intents convert --to v2beta1 intents.yaml > intents.v2beta1.yaml
  $ intents convert --to v2beta1 manifests/ -o json
  $ kubectl get clientintents -A -o yaml | intents convert --to v1beta1 -`;

/** `intents convert`: ClientIntents and ProtectedServices in another API version. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addLiveOptions(command)
      .argument('[path...]', PATHS_WORDS)
      .addOption(
        new Option('--to <version>', 'the version to write').choices(INTENTS_VERSIONS).makeOptionMandatory(),
      )
      .addOption(
        new Option('-o, --output <form>', 'YAML with findings on standard error, or JSON with both')
          .choices(['text', 'json'])
          .default('text'),
      )
      .option('--strict', 'exit with 1 on warnings too')
      .addHelpText('after', HELP)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await convert(paths, flags, terminal));
      });
  },
};

async function convert(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const progress = new Progress(terminal);
  const sources = await readSources(withCluster(paths, flags), flags, terminal, progress);
  // Of a whole cluster nothing is to be exchanged but the intents.
  const resources = sources.resources.filter(
    (resource) => resource.place.live === undefined || resource.group === INTENTS_GROUP,
  );
  progress.step(`converting ${resources.length} objects`);
  const converted = resources.map((resource) => convertIntents(resource, flags.to));
  progress.clear();
  const objects = converted.map(({ resource }) =>
    resource.place.live === undefined ? resource.manifest : asWritten(resource.manifest),
  );
  const findings = [...sources.findings, ...converted.flatMap((one) => one.findings)];
  await writeAll(
    terminal,
    flags.output === 'json' ? objectsJson(objects, findings) : printManifests(objects),
  );
  if (flags.output !== 'json') printFindingsAside(findings, terminal);
  return exitCodeOf(findings, flags);
}
