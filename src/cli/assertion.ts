import type { Place } from '../model/place';
import type { ConnectionWords } from './flow-port';
import type { PeerReference } from './peer-reference';

/** One expected flow, as its file says it. */
export interface Assertion {
  readonly from: PeerReference;
  readonly to: PeerReference;
  readonly connection: ConnectionWords;
  readonly expect: 'allow' | 'deny';
  /** The ends and the connection as written, for reports. */
  readonly written: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly fromPlace: Place;
  readonly toPlace: Place;
  readonly portPlace: Place;
}

/** Something wrong in an assertions file: one or more whole sentences, and where. */
export interface AssertionProblem {
  readonly message: string;
  readonly place: Place;
}
