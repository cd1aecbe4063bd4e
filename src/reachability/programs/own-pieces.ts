import type { EndClass } from '../ends/end-class';
import { FAMILIES, type Family } from '../ends/address-space';
import { portsKey } from '../rules/port-match';
import { onlyFamily, unionRegions, NOWHERE_REGION, type Region } from '../sets/region';
import type { CompiledPolicy, CompiledRule, Piece } from '../rules/rule';
import type { Fuzzy } from '../ends/end-addresses';
import type { ContainerPort } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';

/** Whether a rule speaks of a selected pod, in packets of a family. */
export type OwnMatch = 'yes' | 'maybe' | 'no';

/** Whether the rule's own side holds for the pod. */
export function ownMatch({ own }: CompiledRule, pod: EndClass, family: Family): OwnMatch {
  if (own === undefined || own.sure.ends[family].contains(pod.index)) return 'yes';
  return own.possible.ends[family].contains(pod.index) ? 'maybe' : 'no';
}

/** Equal for pods on which the policy has the same effect; empty where it treats all selected pods alike. */
export function variantOf(policy: CompiledPolicy, direction: Direction, pod: EndClass): string {
  if (policy.plain) return '';
  return policy
    .rules(direction)
    .filter((rule) => rule.own !== undefined || rule.ownPorts !== undefined)
    .map((rule) => {
      const ports = portsKey(rule.ownPorts?.(pod) ?? []);
      return `${FAMILIES.map((family) => ownMatch(rule, pod, family)).join('/')} ${ports}`;
    })
    .join(';');
}

/** Whether the effect of the policy is the same for all pods it selects. */
export function isUniform(policy: CompiledPolicy, direction: Direction): boolean {
  return (
    policy.plain ||
    policy.rules(direction).every((rule) => rule.own === undefined && rule.ownPorts === undefined)
  );
}

/** One rule's piece as one pod meets it: what it surely and possibly matches there. */
export interface OwnPiece extends Piece {
  readonly rule: CompiledRule;
}

/** The pieces of the rules, in order, narrowed to what holds for the pod itself. */
export function piecesFor(policy: CompiledPolicy, direction: Direction, pod: EndClass): OwnPiece[] {
  const pieces: OwnPiece[] = [];
  addPieces(pieces, policy, direction, pod);
  return pieces;
}

/** {@link piecesFor}, added to a list: called for every policy of every pod. */
export function addPieces(
  into: OwnPiece[],
  policy: CompiledPolicy,
  direction: Direction,
  pod: EndClass,
): void {
  const rules = policy.rules(direction);
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule === undefined) continue;
    const pieces = rule.pieces(rule.ownPorts?.(pod) ?? NO_PORTS);
    for (let at = 0; at < pieces.length; at++) {
      const piece = pieces[at];
      if (piece === undefined) continue;
      const peers = rule.own === undefined ? piece.peers : narrowTo(rule, pod, piece.peers);
      into.push({ rule, peers, connections: piece.connections });
    }
  }
}

const NO_PORTS: readonly ContainerPort[] = [];

function narrowTo(rule: CompiledRule, pod: EndClass, peers: Fuzzy<Region>): Fuzzy<Region> {
  return narrow(peers, { 4: ownMatch(rule, pod, 4), 6: ownMatch(rule, pod, 6) });
}

function narrow(peers: Fuzzy<Region>, own: Readonly<Record<Family, OwnMatch>>): Fuzzy<Region> {
  if (own[4] === 'yes' && own[6] === 'yes') return peers;
  const keep = (region: Region, holds: (match: OwnMatch) => boolean): Region =>
    FAMILIES.filter((family) => holds(own[family])).reduce(
      (kept, family) => unionRegions(kept, onlyFamily(region, family)),
      NOWHERE_REGION,
    );
  return {
    sure: keep(peers.sure, (match) => match === 'yes'),
    possible: keep(peers.possible, (match) => match !== 'no'),
  };
}
