import type { Finding } from '../model/finding';
import type { Ignore } from './ignore';
import { matchesPattern } from './path-pattern';
import { isCheckId } from './rule-ids';

/** What applying ignores needs to know of the input. */
export interface IgnoreInput {
  /** How patterns call a file: its path from the folder of the configuration. Default: as places name it. */
  readonly pathOf?: ((file: string) => string) | undefined;
  /** Rules that were not run, so that an ignore of theirs says nothing. Default: none. */
  readonly isOff?: ((rule: string) => boolean) | undefined;
}

/** Findings after ignores. */
export interface IgnoredFindings {
  readonly kept: readonly Finding[];
  /** Rules of ignores that matched no finding. */
  readonly unused: readonly UnusedIgnore[];
}

export interface UnusedIgnore {
  readonly ignore: Ignore;
  readonly rule: string;
  /** Whether it matched an error that nobody can ignore. */
  readonly refused: boolean;
}

/**
 * Whether a finding may be left out or made milder. An error that is no judgement of a check says that something is
 * refused, lost, or does not hold: that stays so whatever is wished.
 */
export function isNegotiable({ id, severity }: Pick<Finding, 'id' | 'severity'>): boolean {
  return severity !== 'error' || isCheckId(id);
}

/** Leaves out what ignores name. */
export function applyIgnores(
  findings: readonly Finding[],
  ignores: readonly Ignore[],
  { pathOf = (file) => file, isOff = () => false }: IgnoreInput = {},
): IgnoredFindings {
  const index = new IgnoreIndex(ignores, pathOf);
  const used = new Set<string>();
  const refused = new Set<string>();
  const kept = findings.filter((finding) => {
    const matching = index.matching(finding);
    const negotiable = isNegotiable(finding);
    const marks = negotiable ? used : refused;
    for (const { at } of matching) marks.add(markOf(at, finding.id));
    return matching.length === 0 || !negotiable;
  });
  const unused = ignores.flatMap((ignore, at) =>
    ignore.rules
      .filter((rule) => !used.has(markOf(at, rule)) && !isOff(rule))
      .map((rule): UnusedIgnore => ({ ignore, rule, refused: refused.has(markOf(at, rule)) })),
  );
  return { kept, unused };
}

function markOf(index: number, rule: string): string {
  return `${index} ${rule}`;
}

interface Indexed {
  readonly ignore: Ignore;
  /** Its index among all. */
  readonly at: number;
}

/** Ignores by their rules, so that a finding is held against few. */
class IgnoreIndex {
  private readonly byRule = new Map<string, Indexed[]>();

  constructor(
    ignores: readonly Ignore[],
    private readonly pathOf: (file: string) => string,
  ) {
    for (const [at, ignore] of ignores.entries()) {
      for (const rule of ignore.rules) {
        const list = this.byRule.get(rule);
        if (list === undefined) this.byRule.set(rule, [{ ignore, at }]);
        else list.push({ ignore, at });
      }
    }
  }

  matching(finding: Finding): readonly Indexed[] {
    return (this.byRule.get(finding.id) ?? []).filter(({ ignore }) => this.isMeant(ignore, finding));
  }

  private isMeant({ scope }: Ignore, { place, object }: Finding): boolean {
    switch (scope.type) {
      case 'line':
        return place.file === scope.file && place.line === scope.line;
      case 'file':
        return place.file === scope.file;
      case 'object':
        return object === scope.object;
      case 'pattern':
        return (
          (scope.object === undefined || (object !== undefined && matchesPattern(scope.object, object))) &&
          (scope.files === undefined || this.isIn(scope.files, place.file))
        );
    }
  }

  private isIn(files: readonly string[], file: string | undefined): boolean {
    if (file === undefined) return false;
    const path = this.pathOf(file);
    return files.some((pattern) => matchesPattern(pattern, path));
  }
}
