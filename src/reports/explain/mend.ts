import type { ClientIntents } from '../../intents/client-intents';
import { workloadMatches, workloadName } from '../../intents/identity';
import { printPlace } from '../../model/place';
import { addressBits, printAddress } from '../../model/cidr';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import { matches } from '../../model/label-selector';
import type { Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import { policyId } from '../../policies/policy-id';
import { printConnections } from '../../reachability/sets/connection-print';
import type { Peer, Reachability } from '../../reachability/reachability';
import { droppedMend } from '../../proof/dropped-wording';
import { endsOf, type ExplainedFlow } from './explained-flow';
import { peerLabel } from '../peer-name';
import { hasPorts, protocolNumber } from '../protocol';
import { escapedInQuotes } from '../shown-text';
import { NAMED_PROTOCOLS } from '../../reachability/sets/connection-print';

/** What a mend is chosen from. */
export interface MendContext {
  readonly reachability: Reachability;
  /** The intents of the input. */
  readonly intents: readonly ClientIntents[];
  /** The Services of the input. */
  readonly services: readonly Service[];
}

/**
 * The smallest change that would allow a denied connection: an intent where both ends are workloads, and by hand the
 * rule for each direction that denies. Undefined when it is not denied.
 */
export function mendOf(flow: ExplainedFlow, context: MendContext): string | undefined {
  if (flow.explanation.verdict !== 'deny') return undefined;
  const denied = [...DIRECTIONS]
    .reverse()
    .filter((direction) => flow.explanation[direction].verdict === 'deny');
  if (denied.length === 0) return noNetwork(flow);
  // What the other side would need besides is of no use as long as this one drops it.
  if (flow.explanation.egress.dropped === true) return droppedMend(flow.protocol);
  const intent = denied.includes('ingress') ? intentMend(flow, context) : undefined;
  return [
    ...denied.flatMap((direction) => nearMiss(flow, direction, context.reachability)),
    ...(intent === undefined ? [] : [intent]),
    ...denied.map((direction) => directionMend(flow, direction, intent !== undefined)),
  ].join('\n\n');
}

/** Neither side's policies deny: one of the ends has no network, or the two speak different IP versions. */
function noNetwork({ from, to }: ExplainedFlow): string {
  const ended = [from, to].find((peer) => peer.type === 'workload' && peer.workload.finished);
  return ended === undefined
    ? 'No policy denies it, but the two ends share no way to talk, such as an IP version.'
    : `No policy denies it, but ${peerLabel(ended)} has run to its end and has no network any more.`;
}

function intentMend(
  { from, to, protocol, port }: ExplainedFlow,
  { intents, services }: MendContext,
): string | undefined {
  if (from.type !== 'workload' || to.type !== 'workload' || !hasPorts(protocol)) return undefined;
  const [client, server] = [from.workload, to.workload];
  const own = intents.find((declared) => workloadMatches(declared.client, client));
  const place = own === undefined ? '' : printPlace(own.place);
  const where =
    own === undefined
      ? `Declare the call: in a ClientIntents for ${workloadName(client).name} in namespace ${client.namespace}, add the target`
      : `Declare the call: in ClientIntents ${own.namespace}/${own.name}${place === '' ? '' : ` (${place})`}, add the target`;
  return `${where}\n${intentTarget(client, server, serviceOf(server, protocol, port, services))}`;
}

/** A target that names a Service opens the ports of the Service; one that names a workload opens every port of it. */
function intentTarget(client: Workload, server: Workload, service: Service | undefined): string {
  const full = (name: string): string =>
    server.namespace === client.namespace ? name : `${name}.${server.namespace}`;
  if (service !== undefined) return `  - service: { name: ${full(service.name)} }`;
  const { name, kind } = workloadName(server);
  return `  - kubernetes: { name: ${full(name)}${kind === undefined ? '' : `, kind: ${kind}`} } # opens every port of it`;
}

/** A Service of the server that leads to the port. */
function serviceOf(
  server: Workload,
  protocol: number,
  port: number,
  services: readonly Service[],
): Service | undefined {
  const isNamed = (name: string): boolean =>
    server.ports.some(
      (own) => own.name === name && own.port === port && protocolNumber(own.protocol) === protocol,
    );
  return services.find(
    ({ namespace, selector, ports }) =>
      namespace === server.namespace &&
      selector !== undefined &&
      matches({ matchLabels: selector, matchExpressions: [] }, server.labels) &&
      ports.some(
        ({ targetPort, protocol: name }) =>
          protocolNumber(name) === protocol &&
          (typeof targetPort === 'number' ? targetPort === port : isNamed(targetPort)),
      ),
  );
}

function directionMend(flow: ExplainedFlow, direction: Direction, isAlternative: boolean): string {
  const { self, other } = endsOf(flow, direction);
  const denying = flow.explanation[direction].decidedBy.find(
    ({ rule, action }) => action === 'deny' && rule !== undefined,
  );
  if (denying !== undefined) {
    const place = printPlace(denying.place);
    return `Narrow ${direction}[${denying.rule ?? 0}] of ${policyId(denying.policy)}${place === '' ? '' : ` (${place})`}, which denies it, or allow it in a policy that comes before.`;
  }
  const [start, list] = direction === 'ingress' ? ['an ingress', 'from'] : ['an egress', 'to'];
  const by = isAlternative && direction === 'ingress' ? 'Or by hand: in' : 'In';
  return `${by} ${start} policy of ${peerLabel(self)}, add the rule\n  - ${list}: [${printPeer(other, self)}]${printPorts(flow)}`;
}

/** What the other end may do already: often the wrong thing is asked for. */
function nearMiss(flow: ExplainedFlow, direction: Direction, reachability: Reachability): string[] {
  const { self, other } = endsOf(flow, direction);
  if (self.type !== 'workload') return [];
  const { allowed } = reachability.side(self.workload, direction, other);
  if (allowed.isEmpty) return [];
  const way = direction === 'ingress' ? 'lets it in' : 'lets it out';
  return [`${peerLabel(self)} ${way} on other ports only: ${printConnections(allowed)}.`];
}

function printPorts({ protocol, port }: ExplainedFlow): string {
  if (!hasPorts(protocol)) return '';
  return `\n    ports: [{ protocol: ${NAMED_PROTOCOLS.get(protocol) ?? 'TCP'}, port: ${port} }]`;
}

function printPeer(peer: Peer, self: Peer): string {
  if (peer.type === 'addresses') {
    const { version, first, last } = peer;
    return first === last
      ? `{ ipBlock: { cidr: ${printAddress(version, first)}/${addressBits(version)} } }`
      : `{ ipBlock: { cidr: ${peerLabel(peer)} } }`;
  }
  const pod = peer.type === 'workload' ? peer.workload : peer;
  const home = self.type === 'workload' ? self.workload.namespace : self.type === 'pod' ? self.namespace : '';
  const namespace =
    pod.namespace === home
      ? ''
      : `namespaceSelector: ${printLabels({ [NAMESPACE_NAME_LABEL]: pod.namespace })}, `;
  return `{ ${namespace}podSelector: ${printLabels(pod.labels)} }`;
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (pairs.length === 0) return '{}';
  return `{ matchLabels: { ${pairs.map(([key, value]) => `${key}: ${scalar(value)}`).join(', ')} } }`;
}

/** Quotes what YAML would read as something else than this string. */
function scalar(text: string): string {
  return /^[a-zA-Z][-a-zA-Z0-9._/]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : escapedInQuotes(JSON.stringify(text));
}
