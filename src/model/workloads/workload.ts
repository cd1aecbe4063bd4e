import type { Place } from '../place';
import type { Labels, Resource } from '../resource';

export type TransportProtocol = 'TCP' | 'UDP' | 'SCTP';

/** A port a container (or restartable init container) declares. */
export interface ContainerPort {
  readonly name?: string | undefined;
  /** 1 to 65535. */
  readonly port: number;
  readonly protocol: TransportProtocol;
}

/** Something that makes pods: the unit that intents, policies and verdicts speak of. */
export interface Workload {
  /** `namespace/name[Kind]`: unique in a model, the id in every report. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  /** Labels of its pods, from the pod template (not from the object's own metadata). */
  readonly labels: Labels;
  /** Annotations of its pods. */
  readonly annotations: Labels;
  /** `default` when the template names none. */
  readonly serviceAccount: string;
  /** Its pods share the node's network: no policy selects them, and they speak with the node's address. */
  readonly hostNetwork: boolean;
  readonly ports: readonly ContainerPort[];
  /**
   * Those of `ports` that init containers have which keep running (`restartPolicy: Always`). kube-network-policies 1.1.1
   * does not resolve their names. Absent when there are none.
   */
  readonly sidecarPorts?: readonly ContainerPort[] | undefined;
  /**
   * Ports of init containers that end before the pod serves. Kubernetes does not look at them; Calico resolves named
   * ports among them too (calico-policy-model 5.5). Absent when there are none.
   */
  readonly initContainerPorts?: readonly ContainerPort[] | undefined;
  /**
   * Which ports it declares is not known, as of a pod that is not in the manifests; `ports` is empty then. Absent: known.
   */
  readonly portsUnknown?: true | undefined;
  /** Pod addresses where the input tells them (a live Pod's status); usually none. */
  readonly addresses: readonly string[];
  /** A Job or Pod that has run to its end: it has no network any more. */
  readonly finished: boolean;
  readonly resource: Resource;
  readonly place: Place;
}
