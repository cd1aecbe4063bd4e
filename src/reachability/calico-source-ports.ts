import { namesOf } from './calico-ports';
import type { CompileContext } from './compile-context';
import type { Fuzzy } from './end-addresses';
import { IndexSet } from './index-set';
import { atMost, certain, intersect, subtract } from './peer-regions';
import { endsRegion, type Region } from './region';
import type { CalicoPolicy, CalicoPort, CalicoRule } from '../policies/calico/policy';

/**
 * Who may send with a source port that the rule admits (`source.ports` and `source.notPorts`); undefined when it does
 * not look at it. Clients pick the port at random, so a number may or may not be met; a name is met by no source that
 * does not declare it (calico-policy-model 5.5).
 */
export function bySourcePort(
  rule: CalicoRule,
  policy: CalicoPolicy,
  context: CompileContext,
): Fuzzy<Region> | undefined {
  const { ports, notPorts } = rule.source;
  if (ports.length + notPorts.length === 0) return undefined;
  context.doubts.add('source-ports-open', policy);
  const everything = certain(context.peers.everything);
  const wanted = ports.length === 0 ? everything : mayHave(ports, rule, context);
  return notPorts.length === 0
    ? wanted
    : intersect(wanted, subtract(everything, mayHave(notPorts, rule, context)));
}

function mayHave(ports: readonly CalicoPort[], rule: CalicoRule, context: CompileContext): Fuzzy<Region> {
  if (ports.some((port) => 'first' in port)) return atMost(context.peers.everything);
  const names = namesOf(ports, rule.protocol);
  const declaring = context.names
    .groups(names.map(({ name }) => name))
    .filter((group) =>
      group.ports.some(({ name, protocol }) =>
        names.some((wanted) => wanted.name === name && (wanted.protocol ?? protocol) === protocol),
      ),
    );
  return atMost(endsRegion(IndexSet.unionOf(declaring.map(({ pods }) => pods))));
}
