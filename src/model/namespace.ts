import type { Place } from './place';
import type { Labels } from './resource';

/** The label every namespace carries, whether or not its manifest says so. */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

export interface Namespace {
  readonly name: string;
  /** Including {@link NAMESPACE_NAME_LABEL}, which the API server adds. */
  readonly labels: Labels;
  /** Whether the input has the Namespace object; false for one that is only used by others. */
  readonly declared: boolean;
  readonly place: Place;
}
