import { BLOCKS } from './cases/blocks';
import { CALICO_LABELS } from './cases/calico-labels';
import { CLUSTER_WIDE } from './cases/cluster-wide';
import { EMPTY_LISTS, PROTOCOLS } from './cases/lists-and-protocols';
import { NODES } from './cases/nodes';
import { PORT_NAMES } from './cases/port-names';
import type { DifferenceCase } from './difference-case';

/** Every question of the table, in its order. */
export const CASES: readonly DifferenceCase[] = [
  ...BLOCKS,
  ...NODES,
  ...EMPTY_LISTS,
  ...PROTOCOLS,
  ...PORT_NAMES,
  ...CALICO_LABELS,
  ...CLUSTER_WIDE,
];
