import type { Place } from '../place';
import type { Resource } from '../resource';

/** A Service that an Ingress sends traffic to. */
export interface IngressBackend {
  readonly service: string;
  /** The Service's port by number or name. */
  readonly port: number | string | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

export interface Ingress {
  readonly namespace: string;
  readonly name: string;
  readonly className?: string | undefined;
  readonly backends: readonly IngressBackend[];
  readonly resource: Resource;
  readonly place: Place;
}
