import { checkInput } from '../checks/check-input';
import { policyMissingForIntents } from '../checks/policy-missing-for-intents';
import { isFormerOutput } from '../compiler/present-policies';
import { readIntents } from '../intents/read-intents';
import { distinctFindings, type Finding } from '../model/finding';
import { uncompiledIntents } from '../proof/uncompiled-intents';
import { parseLivePath } from '../sources/live/live-path';
import type { CompilerFlags } from './compile-options';
import { compileSources } from './compile-sources';
import { askingForNodes } from './flow-options';
import { inOptionWords } from './option-words';
import type { Progress } from './progress';
import { modelOf, readSources, type Model } from './read-model';
import type { Terminal } from './terminal';

/** How a side of a replay is made of what was read. */
export interface ReplayModelFlags extends CompilerFlags {
  /** Whether policies are made from intents first. Default false. */
  readonly compile?: boolean;
}

/** Whether every path stands for a live cluster: what it enforces is there, and nothing is proposed. */
export function isLive(paths: readonly string[]): boolean {
  return paths.every((path) => parseLivePath(path) !== undefined);
}

/**
 * The manifests of one side of a replay: as they are, or with the policies of their intents where these are to be
 * compiled. What is proposed and not in the policies that are judged is said.
 * @throws UsageError when a path cannot be read, or the compiler refuses an option
 */
export async function readReplayModel(
  paths: readonly string[],
  flags: ReplayModelFlags,
  { terminal, progress }: { readonly terminal: Terminal; readonly progress: Progress },
): Promise<Model> {
  const sources = await readSources(paths, askingForNodes(flags), terminal, progress);
  if (flags.compile !== true) {
    const model = modelOf(sources, flags, progress);
    const ofIntents = readIntents(model.cluster.resources).findings;
    return {
      ...model,
      findings: distinctFindings([...model.findings, ...ofIntents, ...missingPolicies(model)]),
    };
  }
  progress.step(`compiling ${sources.resources.length} objects`);
  const { resources, findings } = compileSources(sources, flags, terminal);
  const model = modelOf({ ...sources, resources, findings }, flags, progress);
  return { ...model, findings: distinctFindings(model.findings) };
}

/** Of intents that have no policy, and would be judged as if nobody had declared them. */
function missingPolicies(model: Model): readonly Finding[] {
  const { cluster, options } = model;
  const found = cluster.resources.some(isFormerOutput)
    ? checkInput(model, [policyMissingForIntents]).filter(({ id }) => id === policyMissingForIntents.id)
    : [uncompiledIntents(cluster, options) ?? []].flat();
  return found.map(inOptionWords);
}
