import type { Random } from '../../oracle/random';
import type { Played } from './play';

/** A call of the graph, as far as it matters for who sees it. */
export interface SeenCall {
  readonly protocol: string;
  /** At the pods, or outside. */
  readonly port: number;
  readonly domain?: string | undefined;
  readonly service?: unknown;
}

/** How a tool writes down what was played; what it cannot see it leaves out. */
export interface PlayedFormat {
  readonly name: string;
  readonly file: string;
  /** How the command calls it once it was read, in `--format auto`. */
  readonly title: string;
  /** Which calls of the graph it tells, exactly those and no others. */
  readonly sees: (call: SeenCall) => boolean;
  readonly header?: string;
  /** Lines for a connection, replies among them. */
  readonly lines: (one: Played, random: Random) => readonly string[];
  /** Whether the tool writes the same line once only, whatever happens. Default false. */
  readonly distinct?: boolean;
}

export const everything = (): boolean => true;

/** Formats that have no record of a client with a server. */
export const nothing = (): boolean => false;

/** Requests go through proxies where the client and the Service are in the mesh. */
export const inMesh = ({ protocol, service }: SeenCall): boolean =>
  protocol === 'TCP' && service !== undefined;

/** Without addresses and names of DNS, a call to the outside has no other end. */
export const inCluster = ({ domain }: SeenCall): boolean => domain === undefined;

export const iso = (time: number): string => new Date(time).toISOString();
export const seconds = (time: number): number => Math.floor(time / 1000);
export const PROTOCOL = { TCP: 6, UDP: 17 } as const;
