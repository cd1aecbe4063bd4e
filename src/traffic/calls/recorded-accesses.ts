import { timeWords } from '../output/evidence';
import type { Inventory } from '../mapping/inventory';
import { NO_PORT } from '../mapping/map-flow';
import type { Observed } from '../mapping/observe';
import type { ObservedEdge } from '../mapping/observed-edge';
import { endName } from '../mapping/traffic-end';
import { connectionsOf } from '../replay/judge';
import { questionsOf, type Question } from '../replay/peers-of';
import { append } from '../../model/group-by';
import type { KnownAccess } from '../../proof/known-access';
import type { RecordedAccesses } from '../../proof/isolation-impact';
import type { Peer } from '../../reachability/reachability';
import { shownText } from '../../reports/shown-text';
import { plural } from '../../reports/words';

/** Who was seen to call whom, as one more source of known callers. Probes are none: no policy is in their way. */
export function recordedAccesses({ edges }: Observed, inventory: Inventory): RecordedAccesses {
  const callers = new Map<string, KnownAccess[]>();
  const calls = new Map<string, KnownAccess[]>();
  for (const edge of edges) {
    if (edge.count === 0 || edge.kind === 'probe' || edge.kind === 'elsewhere') continue;
    for (const question of questionsOf(edge, inventory).questions ?? []) {
      const { from, to } = question;
      if (to.type === 'workload')
        append(callers, to.workload.id, access(edge, question, from, endName(edge.from)));
      if (from.type === 'workload')
        append(calls, from.workload.id, access(edge, question, to, endName(edge.to)));
    }
  }
  return { callers, calls };
}

function access(edge: ObservedEdge, question: Question, end: Peer, name: string): KnownAccess {
  const when = timeWords({ last: edge.last });
  const seen = [plural(edge.count, 'connection'), ...when.map((time) => `last ${time}`)];
  return {
    ...(end.type === 'workload' ? {} : { who: shownText(name) }),
    by: [`flow logs: ${seen.join(', ')}`],
    ends: [end],
    need: {
      connections: connectionsOf(question),
      open: edge.port === NO_PORT && edge.otherPorts === undefined,
    },
  };
}
