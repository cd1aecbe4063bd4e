import { sortFindings, type Finding } from '../../model/finding';
import type { Place } from '../../model/place';
import { resourceId } from '../../model/resource';
import type { OutOfModel } from '../../policies/policy';

/** Where something was written. */
export interface PlaceJson {
  readonly file?: string;
  readonly line?: number;
  readonly construct?: string;
  readonly live?: string;
  readonly field?: string;
}

/** A finding in the JSON of every command. */
export interface FindingJson {
  readonly id: string;
  readonly severity: Finding['severity'];
  readonly message: string;
  readonly object?: string;
  readonly place?: PlaceJson;
  readonly mend: string;
}

/** An object that may change verdicts but is not evaluated. */
export interface UnknownJson {
  readonly object: string;
  readonly apiVersion: string;
  readonly reason: string;
  readonly place?: PlaceJson;
}

/** The place as JSON; undefined when nothing is known. */
export function placeJson({ file, line, construct, live, field }: Place): PlaceJson | undefined {
  if (file === undefined && construct === undefined && live === undefined) return undefined;
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(construct === undefined ? {} : { construct }),
    ...(live === undefined ? {} : { live }),
    ...(field === undefined ? {} : { field }),
  };
}

/** Findings in the order of reports. */
export function findingsJson(findings: readonly Finding[]): FindingJson[] {
  return sortFindings(findings).map(({ id, severity, message, object, place, mend }) => ({
    id,
    severity,
    message,
    ...(object === undefined ? {} : { object }),
    ...withPlace(place),
    mend,
  }));
}

/** Objects outside the model, in the order given. */
export function unknownJson(objects: readonly OutOfModel[]): UnknownJson[] {
  return objects.map(({ resource, reason }) => ({
    object: resourceId(resource),
    apiVersion: resource.apiVersion,
    reason,
    ...withPlace(resource.place),
  }));
}

/** `{ place }`, or nothing when no place is known: for spreading into an object. */
export function withPlace(place: Place): { readonly place?: PlaceJson } {
  const json = placeJson(place);
  return json === undefined ? {} : { place: json };
}
