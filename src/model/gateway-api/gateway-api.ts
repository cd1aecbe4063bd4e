import type { LabelSelector } from '../label-selector';
import type { Place } from '../place';
import type { Resource } from '../resource';

/** API group of Gateways and their routes. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** A port of a Gateway, and which routes may attach to it. */
export interface GatewayListener {
  readonly name: string;
  /** 1 to 65535. */
  readonly port: number;
  /** `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP`, or a word of an implementation. */
  readonly protocol: string;
  /** Absent: every host. */
  readonly hostname?: string | undefined;
  readonly tlsMode: 'Terminate' | 'Passthrough';
  /** Namespaces whose routes may attach. Default `Same`: that of the Gateway. */
  readonly namespaces: 'Same' | 'All' | 'None' | LabelSelector;
  /** `group/Kind` of routes that may attach. Absent: those that fit the protocol. */
  readonly kinds?: readonly string[] | undefined;
}

/** Where traffic from outside is taken in for routes. */
export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly className?: string | undefined;
  /** `spec.addresses` of type `Hostname`: a Service of the cluster when the pods are deployed by hand. */
  readonly hostnames: readonly string[];
  readonly listeners: readonly GatewayListener[];
  readonly resource: Resource;
  readonly place: Place;
}

/** What a route attaches to. */
export interface RouteParent {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Name of the one listener meant. Absent: all. */
  readonly sectionName?: string | undefined;
  /** Port of the listeners meant. Absent: any. */
  readonly port?: number | undefined;
  readonly place: Place;
}

/** What a route sends traffic to; mirrored traffic too. */
export interface RouteBackend {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Port of the Service. */
  readonly port?: number | undefined;
  /** Share of the traffic; 0 is none. Default 1. */
  readonly weight: number;
  readonly place: Place;
}

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute' | 'UDPRoute';

export interface GatewayRoute {
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly name: string;
  /** Empty: every host. */
  readonly hostnames: readonly string[];
  readonly parents: readonly RouteParent[];
  readonly backends: readonly RouteBackend[];
  readonly resource: Resource;
  readonly place: Place;
}

/** Leave for objects of other namespaces to refer to objects of this one. */
export interface ReferenceGrant {
  readonly namespace: string;
  readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
  readonly to: readonly {
    readonly group: string;
    readonly kind: string;
    /** Absent: every object of the kind. */
    readonly name?: string | undefined;
  }[];
}

/** The objects of the Gateway API in the input. Lists are sorted by namespace and name. */
export interface GatewayApi {
  readonly gateways: readonly Gateway[];
  /** `spec.controllerName` by name of the GatewayClass. */
  readonly classes: ReadonlyMap<string, string>;
  readonly routes: readonly GatewayRoute[];
  readonly grants: readonly ReferenceGrant[];
}

export const NO_GATEWAY_API: GatewayApi = { gateways: [], classes: new Map(), routes: [], grants: [] };
