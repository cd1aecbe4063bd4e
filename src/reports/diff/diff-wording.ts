import type { AddressPeer } from '../../reachability/reachability';
import type { ComparedPeer } from '../../reachability/compare/compared';
import { printPlace } from '../../model/place';
import { listSome } from '../../model/list-some';
import { policyId } from '../../policies/policy-id';
import type { PodLabelChange } from './diff';
import type { DiffReason } from './diff-reason';
import { printBlocks } from '../peer-name';

/** The peers of one side of a group, each workload by its id and addresses as blocks. */
export function peerNames(peers: readonly ComparedPeer[]): string[] {
  const ranges = peers.flatMap(({ before }): AddressPeer[] => (before?.type === 'addresses' ? [before] : []));
  const workloads = peers.filter(({ before }) => before?.type !== 'addresses').map(({ id }) => id);
  return ranges.length === 0 ? workloads : [...workloads, printBlocks(ranges)];
}

/** `+app=cart -old=1 tier=a→b`. */
export function labelWords({ added, removed, changed }: PodLabelChange): string {
  return [
    ...Object.entries(added).map(([key, value]) => `+${key}=${value}`),
    ...Object.entries(removed).map(([key, value]) => `-${key}=${value}`),
    ...changed.map(({ key, before, after }) => `${key}=${before}→${after}`),
  ].join(' ');
}

/** `NetworkPolicy/shop/cart, ingress[0] dist/shop.k8s.yaml:41`: few of the decisions, with their lines. */
export function reasonWords({ decisions, otherwise }: DiffReason): string {
  if (decisions.length === 0) return otherwise;
  const said = [
    ...new Set(decisions.map(({ policy, place }) => `${policyId(policy)} ${printPlace(place)}`.trim())),
  ];
  return listSome(said, REASONS);
}

const REASONS = 2;
