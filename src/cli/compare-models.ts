import { compile } from '../compiler/compile';
import { readIntents } from '../intents/read-intents';
import { sortFindings, type Finding } from '../model/finding';
import { isolationImpacts, type ImpactSide, type RecordedAccesses } from '../proof/isolation-impact';
import { diffOf, type Diff } from '../reports/diff/diff';
import type { DiffSides } from '../reports/diff/diff-reason';
import { isIncomplete, type Model } from './read-model';
import { underSamePlugin } from './same-plugin';

/** Manifests before a change and after it. */
export interface Models {
  readonly before: Model;
  /** Where it says what is affected, it was evaluated on top of `before`. */
  readonly after: Model;
}

/** What a change means, with both sides to ask why. */
export interface Comparison {
  readonly diff: Diff;
  readonly sides: DiffSides;
  /** What is wrong with one side only; of both sides where a part could not be read. */
  readonly findings: readonly Finding[];
}

/** Compares two models. @param recorded what flow logs show of callers besides */
export function compareModels(models: Models, recorded?: RecordedAccesses): Comparison {
  const [before, after] = underSamePlugin(models.before, models.after);
  const { affected } = after;
  const sides = { before: comparedOf(before), after: { ...comparedOf(after), affected } };
  const diff = diffOf(sides.before, sides.after, (changes) =>
    isolationImpacts(declaring(before), declaring(after), changes, recorded),
  );
  return { diff, sides, findings: findingsOf(models) };
}

/** What a model declares: intents, and every way in from outside, also where nothing blocks it. */
function declaring(model: Model): ImpactSide {
  const { cluster } = model;
  const { intents, protectedServices } = readIntents(cluster.resources);
  const compilation = compile(cluster, intents, {
    protectedServices,
    externalTraffic: 'always',
    webhookTraffic: 'always',
  });
  return { ...comparedOf(model), cluster, compilation };
}

function comparedOf({ cluster, reachability }: Model): DiffSides['before'] {
  return { workloads: cluster.workloads, reachability };
}

/** What both sides say alike is no news, and left to the other commands; not that a part of a cluster is unknown. */
function findingsOf({ before, after }: Models): Finding[] {
  const keyOf = ({ id, object, message }: Finding): string => JSON.stringify([id, object, message]);
  const [old, young] = [before, after].map(({ findings }) => new Set(findings.map(keyOf)));
  return sortFindings([
    ...before.findings.filter((finding) => young?.has(keyOf(finding)) !== true || isIncomplete([finding])),
    ...after.findings.filter(
      (finding) =>
        old?.has(keyOf(finding)) !== true || isIncomplete([finding]) || finding.id === 'live-kind-unread',
    ),
  ]);
}
