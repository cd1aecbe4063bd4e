import { calicoPortNames, namesOf } from './calico-ports';
import type { CompileContext } from './compile-context';
import type { Fuzzy } from '../ends/end-addresses';
import { IndexSet } from '../sets/index-set';
import type { PortLookup } from '../ends/named-ports';
import { atMost, certain, intersect, subtract } from '../ends/peer-regions';
import { ANY_PORTS, type PortName } from './port-match';
import { endsRegion, type Region } from '../sets/region';
import type { CalicoPolicy, CalicoPort, CalicoRule } from '../../policies/calico/policy';

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
  const names = calicoPortNames(rule.source, policy, context);
  const mayHave = (list: readonly CalicoPort[]): Fuzzy<Region> =>
    list.some((port) => 'first' in port)
      ? atMost(context.peers.everything)
      : atMost(endsRegion(declaring(namesOf(list, rule.protocol), names)));
  const wanted = ports.length === 0 ? everything : mayHave(ports);
  return notPorts.length === 0 ? wanted : intersect(wanted, subtract(everything, mayHave(notPorts)));
}

/** The pods that declare one of the names. */
function declaring(wanted: readonly PortName[], lookup: PortLookup): IndexSet {
  const groups = lookup
    .groups(wanted.map(({ name }) => name))
    .filter(
      ({ ports }) =>
        ports === ANY_PORTS ||
        ports.some((port) =>
          wanted.some(
            ({ name, protocol = port.protocol }) => name === port.name && protocol === port.protocol,
          ),
        ),
    );
  return IndexSet.unionOf(groups.map(({ pods }) => pods));
}
