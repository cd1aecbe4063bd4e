import type { TrafficKind } from './map-flow';
import type { PortRange } from './port-bits';
import type { TrafficEnd } from './traffic-end';
import type { FlowProtocol } from '../flow-record';
import type { Service } from '../../model/services/service';

/** All that was seen between two ends on one port. */
export interface ObservedEdge {
  readonly from: TrafficEnd;
  readonly to: TrafficEnd;
  readonly protocol: FlowProtocol;
  /** At the pods; of an end of type `service`, the port of the Service. 0 where no record has it, or for {@link otherPorts}. */
  readonly port: number;
  /**
   * Ports that are not told apart, as there were too many between the two ends: those that were seen least. Sorted; what
   * was seen of them is counted together. Either all of them got through at some time or none did.
   */
  readonly otherPorts?: readonly PortRange[] | undefined;
  readonly kind: TrafficKind;
  /** Connections that got through, or of which nobody says that they did not: as many as one point saw at least. */
  readonly count: number;
  /** Connections that a policy denied then. */
  readonly denied: number;
  /** Connections that nobody answered, or that were lost for another reason. */
  readonly unanswered: number;
  /** Milliseconds since 1970; absent where no record has a time. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  /** Doubts that all of its records have: bits of `DOUBT`. */
  readonly doubts: number;
  /** Services that were called, sorted by namespace and name. */
  readonly services: readonly Service[];
  /** Which kinds of logs it is from, sorted: `Cilium Hubble JSON`. */
  readonly sources: readonly string[];
}
