import type { Fuzzy } from '../ends/end-addresses';
import type { EndClass } from '../ends/end-class';
import type { PortLookup } from '../ends/named-ports';
import { atMost, mapFuzzy } from '../ends/peer-regions';
import { connectionsAt, openConnectionsAt, usesNames, type PortMatch } from './port-match';
import { endsRegion, intersectRegions, isNowhere, subtractRegions, type Region } from '../sets/region';
import type { Action, CompiledRule, Piece } from './rule';
import type { Place } from '../../model/place';
import type { ContainerPort } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/** Peers of a rule and the connections it speaks of with them, names not yet looked up. */
export interface RulePart {
  readonly peers: Fuzzy<Region>;
  readonly ports: PortMatch;
}

export interface RuleDraft {
  readonly index: number;
  readonly action: Action;
  readonly place: Place;
  readonly parts: readonly RulePart[];
  /** Where the names of {@link parts} are looked up. */
  readonly names: PortLookup;
  readonly own?: Fuzzy<Region> | undefined;
}

/**
 * Looks named ports up where the destination is: at each peer for egress, at the selected pod itself for ingress
 * (network-policy-semantics 2.1 item 9).
 */
export function compileRule(draft: RuleDraft, direction: Direction): CompiledRule {
  const { index, action, place, own, names } = draft;
  const [only] = draft.parts;
  if (only !== undefined && draft.parts.length === 1 && !usesNames(only.ports)) {
    // Most rules are such, and there may be very many.
    const piece = { peers: only.peers, connections: connectionsAt(only.ports, []) };
    const pieces = isFilled(piece) ? [piece] : [];
    const peers = isNowhere(only.peers.possible) ? [] : [only.peers];
    return { index, action, place, own, peers, pieces: () => pieces };
  }
  const parts = draft.parts.filter(({ peers }) => !isNowhere(peers.possible));
  const everybody = parts.map(({ peers }) => peers);
  if (direction === 'egress' || !parts.some(({ ports }) => usesNames(ports))) {
    const pieces = parts.flatMap((part) => piecesOf(part, names));
    return { index, action, place, own, peers: everybody, pieces: () => pieces };
  }
  const named = [...new Set(parts.flatMap(({ ports }) => namesIn(ports)))];
  const pieces = (declared: readonly ContainerPort[]): readonly Piece[] =>
    parts.flatMap(({ peers, ports }) => piecesAt(peers, ports, declared)).filter(isFilled);
  const ownPorts = (pod: EndClass): readonly ContainerPort[] => names.at(pod, named);
  return { index, action, place, own, peers: everybody, ownPorts, pieces };
}

function namesIn({ names, notNames }: PortMatch): string[] {
  return [...names, ...notNames].map(({ name }) => name);
}

function piecesOf({ peers, ports }: RulePart, names: PortLookup): Piece[] {
  const elsewhere = connectionsAt(ports, []);
  if (!usesNames(ports)) return [{ peers, connections: elsewhere }].filter(isFilled);
  const groups = names.groups(namesIn(ports));
  const pieces = groups.flatMap(({ pods, ports: declared }) => {
    const declaring = mapFuzzy(peers, (region) => intersectRegions(region, endsRegion(pods)));
    return piecesAt(declaring, ports, declared);
  });
  const rest = {
    peers: mapFuzzy(peers, (region) =>
      groups.reduce((left, { pods }) => subtractRegions(left, endsRegion(pods)), region),
    ),
    connections: elsewhere,
  };
  return [...pieces, rest].filter(isFilled);
}

/** What is met for certain, and what only may be: at a pod of which nobody knows what it declares. */
function piecesAt(peers: Fuzzy<Region>, ports: PortMatch, declared: readonly ContainerPort[]): Piece[] {
  return [
    { peers, connections: connectionsAt(ports, declared) },
    { peers: atMost(peers.possible), connections: openConnectionsAt(ports, declared) },
  ];
}

function isFilled({ peers, connections }: Piece): boolean {
  return !connections.isEmpty && !isNowhere(peers.possible);
}
