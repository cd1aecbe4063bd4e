import { sortFindings, type Finding } from '../model/finding';
import { diffOf, type Diff } from '../reports/diff';
import type { DiffSides } from '../reports/diff-reason';
import { isIncomplete, type Model } from './read-model';

/** Manifests before a change and after it. */
export interface Models {
  readonly before: Model;
  readonly after: Model;
}

/** What a change means, with both sides to ask why. */
export interface Comparison {
  readonly diff: Diff;
  readonly sides: DiffSides;
  /** What is wrong with one side only; of both sides where a part could not be read. */
  readonly findings: readonly Finding[];
}

/** Compares two models. */
export function compareModels(models: Models): Comparison {
  const sides = { before: comparedOf(models.before), after: comparedOf(models.after) };
  return { diff: diffOf(sides.before, sides.after), sides, findings: findingsOf(models) };
}

function comparedOf({ cluster, reachability }: Model): DiffSides['before'] {
  return { workloads: cluster.workloads, reachability };
}

/** What both sides say alike is no news, and left to the other commands. */
function findingsOf({ before, after }: Models): Finding[] {
  const keyOf = ({ id, object, message }: Finding): string => JSON.stringify([id, object, message]);
  const [old, young] = [before, after].map(({ findings }) => new Set(findings.map(keyOf)));
  return sortFindings([
    ...before.findings.filter((finding) => young?.has(keyOf(finding)) !== true || isIncomplete([finding])),
    ...after.findings.filter((finding) => old?.has(keyOf(finding)) !== true || isIncomplete([finding])),
  ]);
}
