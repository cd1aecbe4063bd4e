import { Option } from 'commander';
import { sortFindings, type Finding } from '../model/finding';
import type { Compared } from '../reachability/compare/compared';
import { loadLayers } from '../reports/map/layers';
import { makeMap } from '../reports/map/make-map';
import type { MapData } from '../reports/map/map-data';
import { mapDot } from '../reports/map/map-dot';
import { mapHtml } from '../reports/map/map-html';
import { layoutMap } from '../reports/map/map-layout';
import { mapMermaid } from '../reports/map/map-mermaid';
import { mapSvg } from '../reports/map/map-svg';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, collect, type ModelFlags } from './model-options';
import type { MapSides } from '../reports/map/map-peers';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readModel, type Model } from './read-model';
import { underSamePlugin } from './same-plugin';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['html', 'svg', 'dot', 'mermaid'] as const;

interface Flags extends ModelFlags {
  readonly output: (typeof FORMS)[number];
  readonly before?: readonly string[];
  readonly title?: string;
}

const EXAMPLES = `
Examples:
  $ intents map manifests/ > map.html                       one page: open it in any browser
  $ intents map dist --before main:dist > change.html       what a branch changes, with before and after
  $ intents map manifests/ -o svg > map.svg                 a picture
  $ intents map manifests/ -o mermaid                       for Markdown that shows Mermaid
  $ intents map manifests/ -o dot | dot -Tpdf > map.pdf     for Graphviz`;

/** `intents map`: a picture of who can talk to whom. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('[path...]', PATHS_WORDS)
        .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('html'))
        .option('--before <path>', 'manifests before a change: map what differs; repeatable', collect)
        .option('--title <text>', 'title of the map (default: the paths)'),
    )
      .addHelpText('after', EXAMPLES)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await map(paths, flags, terminal));
      });
  },
};

async function map(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const earlier = flags.before;
  if (earlier?.includes('-') === true && paths.includes('-'))
    throw new UsageError('Only one of --before and the paths can be standard input.');
  const progress = new Progress(terminal);
  const before = earlier === undefined ? undefined : await readModel(earlier, flags, terminal, progress);
  const after = await readModel(withCluster(paths, flags), flags, terminal, progress);
  progress.step('making the map');
  const sides = sidesOf(before, after);
  const data = makeMap(sides, flags.title ?? titleOf(withCluster(paths, flags), earlier));
  if (data.nodes.length === 0)
    throw new UsageError('There is no workload in these manifests, so there is nothing to map.');
  const pieces = await print(data, flags.output);
  progress.clear();
  await writeAll(terminal, pieces);
  const findings = findingsOf(before, after);
  printFindingsAside(findings, terminal);
  return exitCodeOf(findings, flags);
}

function sidesOf(before: Model | undefined, after: Model): MapSides {
  if (before === undefined) return { before, after: comparedOf(after) };
  const [old, young] = underSamePlugin(before, after);
  return { before: comparedOf(old), after: comparedOf(young) };
}

function comparedOf({ cluster, reachability }: Model): Compared {
  return { workloads: cluster.workloads, reachability };
}

function titleOf(paths: readonly string[], before: readonly string[] | undefined): string {
  const after = paths.join(', ');
  return before === undefined ? `Network map of ${after}` : `Network map: ${before.join(', ')} → ${after}`;
}

async function print(data: MapData, form: Flags['output']): Promise<Iterable<string>> {
  switch (form) {
    case 'html':
      return [mapHtml(data, layoutMap(data, await loadLayers()))];
    case 'svg':
      return [mapSvg(data, layoutMap(data, await loadLayers()))];
    case 'dot':
      return mapDot(data);
    case 'mermaid':
      return mapMermaid(data);
  }
}

/** What is wrong with the input; what both versions say alike stands once. */
function findingsOf(before: Model | undefined, after: Model): Finding[] {
  const keyOf = ({ id, object, message }: Finding): string => JSON.stringify([id, object, message]);
  const young = new Set(after.findings.map(keyOf));
  const gone = before?.findings.filter((finding) => !young.has(keyOf(finding))) ?? [];
  return sortFindings([...after.findings, ...gone]);
}
