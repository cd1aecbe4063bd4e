import type { Finding } from '../../model/finding';
import { printAddress } from '../../model/cidr';
import type { OutOfModel } from '../../policies/policy';
import type { ConnectionSet } from '../../reachability/sets/connection-set';
import type { Verdict } from '../../reachability/reachability';
import { listedId, type Connectivity, type ListedPeer, type OnProgress } from './connectivity';
import { entranceJson } from './entrances-text';
import { exposureJson } from './exposure-text';
import type { Entrance } from '../../proof/entrances';
import type { Exposure } from './exposure';
import { findingsJson, unknownJson } from '../findings/finding-json';
import { printJson, type JsonField } from '../json-stream';
import { portsFields, verdictFields, type PortsFields } from '../port-json';

/** What a report of connectivity carries beside the connections. */
export interface ConnectivityExtras {
  readonly findings: readonly Finding[];
  /** Objects that may change verdicts but are not evaluated. */
  readonly outOfModel: readonly OutOfModel[];
  /** Absent: not asked for. */
  readonly exposure?: readonly Exposure[] | undefined;
  /** Absent: not asked for. */
  readonly entrances?: readonly Entrance[] | undefined;
  /** Connections by group instead of pair by pair. Default false. */
  readonly grouped?: boolean | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * The JSON of `intents connectivity` (`docs/schema/connectivity.v1.json`), in pieces: pairs never stand in memory
 * together. With `grouped`, `groups` takes the place of `connections` and `undecided`.
 */
export function connectivityJson(connectivity: Connectivity, extras: ConnectivityExtras): Generator<string> {
  const fields: [string, JsonField][] = [
    ['version', { value: 1 }],
    ['peers', { items: connectivity.listedPeers().map(peerJson) }],
  ];
  if (extras.grouped === true) fields.push(['groups', { items: connectivity.groups().map(groupJson) }]);
  else {
    const { onProgress } = extras;
    fields.push(
      ['connections', { items: connections(connectivity, ({ allowed }) => allowed, onProgress) }],
      [
        'undecided',
        {
          items: connectivity.hasUndecided ? connections(connectivity, ({ undecided }) => undecided) : [],
        },
      ],
    );
  }
  if (extras.exposure !== undefined)
    fields.push(['exposure', { items: extras.exposure.flatMap(exposureJson) }]);
  if (extras.entrances !== undefined)
    fields.push(['entrances', { items: extras.entrances.map(entranceJson) }]);
  fields.push(
    ['findings', { value: findingsJson(extras.findings) }],
    ['unknown', { value: unknownJson(extras.outOfModel) }],
  );
  return printJson(fields);
}

function peerJson(peer: ListedPeer): unknown {
  if (peer.type === 'workload') {
    const { id, namespace, name, kind } = peer.workload;
    return { id, namespace, name, kind };
  }
  const addresses = [printAddress(peer.version, peer.first), printAddress(peer.version, peer.last)];
  return { id: listedId(peer), addresses };
}

function* connections(
  connectivity: Connectivity,
  pick: (verdict: Verdict) => ConnectionSet,
  onProgress?: OnProgress,
): Generator<PortsFields & { readonly from: string; readonly to: string }> {
  for (const { from, to, verdict } of connectivity.pairs(onProgress)) {
    const picked = pick(verdict);
    if (picked.isEmpty) continue;
    yield { from: listedId(from), to: listedId(to), ...portsFields(picked) };
  }
}

function groupJson({
  from,
  to,
  verdict,
}: {
  readonly from: readonly ListedPeer[];
  readonly to: readonly ListedPeer[];
  readonly verdict: Verdict;
}): unknown {
  return {
    from: from.map(listedId),
    to: to.map(listedId),
    ...verdictFields(verdict),
  };
}
