import type { Fix } from './fix';
import { printPlace, type Place } from './place';

/** How much a finding matters. An `error` fails a synth and a check; a `warning` and an `info` do not. */
export type Severity = 'error' | 'warning' | 'info';

/** Something a person should know about an object, with the way to mend it. */
export interface Finding {
  /** Stable name of the rule that found it, for example `and-or-peer`. */
  readonly id: string;
  readonly severity: Severity;
  /** One or two sentences: what is wrong and what follows from it. */
  readonly message: string;
  /** The object it speaks of: `Kind/namespace/name`, or `Kind/name` for cluster-scoped kinds. */
  readonly object?: string | undefined;
  readonly place: Place;
  /** What to do about it, as an instruction. */
  readonly mend: string;
  /** How to mend it without asking anybody; absent where there is more than one way, or none that is safe. */
  readonly fix?: Fix | undefined;
}

const SEVERITY_ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** Errors first, then by place, object, id and message: the order in which every report lists findings. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const key = (finding: Finding): string =>
    [printPlace(finding.place), finding.object ?? '', finding.id, finding.message].join('\u0000');
  return findings
    .map((finding) => ({ finding, key: key(finding) }))
    .sort(
      (a, b) =>
        SEVERITY_ORDER[a.finding.severity] - SEVERITY_ORDER[b.finding.severity] ||
        (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    )
    .map(({ finding }) => finding);
}

/** Each finding once, in the order of {@link sortFindings}: two parts may find the same. */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
  const key = ({ id, object, message, place }: Finding): string =>
    [id, object, message, printPlace(place)].join('\u0000');
  return sortFindings([...new Map(findings.map((finding) => [key(finding), finding])).values()]);
}
