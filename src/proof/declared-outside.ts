import { deniers } from './declared-calls';
import { rangesIn } from './ranges-in-block';
import { addressWords, onConnections } from './wording';
import { listSome } from '../model/list-some';
import { kubernetesApiRules } from '../compiler/egress/api-endpoint';
import type { OutsideCall } from '../compiler/compilation';
import { portsOf, TRANSPORT } from '../compiler/resolution/declared-ports';
import { unlockedDomains } from '../compiler/domains/lock-domains';
import { internetBlocks } from '../compiler/egress/internet-blocks';
import { append } from '../model/group-by';
import type { DraftBlock, DraftRule } from '../compiler/policy-draft';
import type { TargetPort } from '../intents/client-intents';
import { lastOf, printCidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import { type ConnectionSet } from '../reachability/sets/connection-set';
import type { AddressPeer, Reachability } from '../reachability/reachability';

/**
 * Declared implies allowed, for calls that leave the cluster: to every address of an internet target and every known
 * endpoint of the Kubernetes API, on every port that is declared. Of a wide block the metadata address is left out, as
 * the compiler does. Without ports it is enough that something gets through, as for calls inside the cluster. Domains,
 * and an API server whose address nobody gave, cannot be proved: that is said where something restricts the client.
 *
 * @param kubernetesApi endpoints of the API server, as the compiler takes them
 * @throws InvalidInputError when an endpoint cannot be read
 */
export function proveDeclaredOutside(
  reachability: Reachability,
  calls: readonly OutsideCall[],
  kubernetesApi: readonly string[],
): Finding[] {
  const api = kubernetesApiRules(kubernetesApi);
  const restricted = calls.filter(({ client }) => reachability.isolatedBy(client, 'egress').length > 0);
  return [
    ...restricted.flatMap((call) =>
      destinationsOf(call, api, anyPort(reachability)).flatMap((destination) =>
        proveDestination(reachability, call, destination),
      ),
    ),
    ...notCovered(
      restricted.filter((call) => !isOpen(reachability, call)),
      api.length > 0,
    ),
  ];
}

/** Addresses that are to be reached, on what. */
interface Destination {
  readonly name: string;
  readonly block: DraftBlock;
  readonly connections: ConnectionSet;
  /** No port is named: any may be meant. */
  readonly open: boolean;
}

/** What a call without ports may mean: nobody means what no pod may send. */
function anyPort({ droppedFromPods }: Reachability): ConnectionSet {
  return TRANSPORT.subtract(droppedFromPods);
}

function destinationsOf(
  { target }: OutsideCall,
  api: readonly DraftRule[],
  any: ConnectionSet,
): Destination[] {
  if (target.type === 'internet') {
    const connections = target.ports.length === 0 ? any : numbered(target.ports);
    const open = target.ports.length === 0;
    return internetBlocks(target).map((block) => ({ name: blockName(block), block, connections, open }));
  }
  return api.flatMap(({ peers, ports }) =>
    peers === 'anyone'
      ? []
      : peers
          .filter((peer) => 'cidr' in peer)
          .map((block) => ({
            name: `the Kubernetes API at ${blockName(block)}`,
            block,
            connections: ports === 'all' ? any : numbered(ports),
            open: false,
          })),
  );
}

/** A name is no port of an address; the compiler says so. */
function numbered(ports: readonly TargetPort[]): ConnectionSet {
  return portsOf(
    ports.flatMap(({ port, protocol }) => (typeof port === 'number' ? [{ port, protocol }] : [])),
  );
}

function blockName({ cidr }: DraftBlock): string {
  return printCidr(cidr);
}

type Outcome = 'denied' | 'partly' | 'undecided';

function proveDestination(
  reachability: Reachability,
  call: OutsideCall,
  destination: Destination,
): Finding[] {
  const outcomes: Record<Outcome, Map<ConnectionSet, AddressPeer[]>> = {
    denied: new Map(),
    partly: new Map(),
    undecided: new Map(),
  };
  for (const range of rangesIn(reachability.addresses, destination.block)) {
    const { allowed, undecided } = reachability.side(call.client, 'egress', range);
    const missing = destination.connections.subtract(allowed);
    if (missing.isEmpty) continue;
    const denied = missing.subtract(undecided);
    const partly = destination.open && !allowed.intersect(TRANSPORT).isEmpty;
    if (partly) append(outcomes.partly, missing, range);
    else if (denied.isEmpty) append(outcomes.undecided, missing, range);
    else append(outcomes.denied, denied, range);
  }
  return (['denied', 'partly', 'undecided'] as const).flatMap((outcome) =>
    [...outcomes[outcome]].flatMap(([connections, ranges]) =>
      miss({ reachability, call, destination, outcome, connections, ranges }),
    ),
  );
}

interface Miss {
  readonly reachability: Reachability;
  readonly call: OutsideCall;
  readonly destination: Destination;
  readonly outcome: Outcome;
  readonly connections: ConnectionSet;
  readonly ranges: readonly AddressPeer[];
}

function miss({ reachability, call, destination, outcome, connections, ranges }: Miss): Finding[] {
  const { client, target } = call;
  const [first] = ranges;
  const [port] = connections.ranges();
  if (first === undefined || port === undefined) return [];
  const { egress } = reachability.explain(
    { type: 'workload', workload: client },
    first,
    port.protocol,
    port.first,
  );
  const by = deniers(egress);
  const what = `The declared call of ${client.id} to ${destination.name}`;
  const where = `${onConnections(connections)}${partOf(destination.block, ranges)}`;
  return [
    {
      ...WORDS[outcome]({ what, where, by, client }),
      object: workloadObject(client),
      place: target.place,
    },
  ];
}

interface MissWords {
  readonly what: string;
  readonly where: string;
  readonly by: string;
  readonly client: Workload;
}

const WORDS: Readonly<
  Record<Outcome, (words: MissWords) => Pick<Finding, 'id' | 'severity' | 'message' | 'mend'>>
> = {
  denied: ({ what, where, by, client }) => ({
    id: 'declared-call-denied',
    severity: 'error',
    message: `${what} would not work ${where}: egress of ${client.id} is denied by ${by}`,
    mend: `Let ${client.id} out to it: an egress rule that ${by} does not come before, or an exemption from ${by}.`,
  }),
  partly: ({ what, where, by }) => ({
    id: 'declared-call-partly-allowed',
    severity: 'warning',
    message: `${what} names no port, and it would not work ${where} (denied by ${by})`,
    mend: 'Name the ports that are called in the intent.',
  }),
  undecided: ({ what, where }) => ({
    id: 'declared-call-undecided',
    severity: 'warning',
    message: `${what} is not proved ${where}: a policy decides it by something the manifests do not say`,
    mend: 'Give what is missing (node addresses), or a policy that names the addresses.',
  }),
};

/** Which addresses it is about, where it is not all of the block. */
function partOf(block: DraftBlock, ranges: readonly AddressPeer[]): string {
  const parts = addressWords(ranges);
  const whole = addressWords(
    rangesIn(
      [{ type: 'addresses', version: block.cidr.version, first: block.cidr.base, last: lastOf(block.cidr) }],
      block,
    ),
  );
  return parts.join() === whole.join() ? '' : ` for ${listSome(parts)}`;
}

/** Whether the client may call every address there is, so that it does not matter which ones are meant. */
function isOpen(reachability: Reachability, { client, target }: OutsideCall): boolean {
  const isNamed = target.type === 'internet' && target.ports.length > 0;
  const needed = isNamed ? numbered(target.ports) : anyPort(reachability);
  return reachability.addresses.every(
    (range) => needed.subtract(reachability.side(client, 'egress', range).allowed).isEmpty,
  );
}

/** What nobody can prove about restricted clients, once for each target. */
function notCovered(calls: readonly OutsideCall[], apiKnown: boolean): Finding[] {
  const clientsOf = new Map<OutsideCall['target'], Workload[]>();
  for (const { target, client } of calls) append(clientsOf, target, client);
  return [...clientsOf].flatMap(([target, clients]) => {
    const what = unprovable(target, apiKnown);
    const ids = clients.map(({ id }) => id).sort();
    return what === undefined ? [] : [outsideNotProved(target, what, ids)];
  });
}

function unprovable(target: OutsideCall['target'], apiKnown: boolean): string | undefined {
  if (target.type === 'kubernetes-api')
    return apiKnown ? undefined : 'the Kubernetes API, whose address is not known,';
  const unlocked = unlockedDomains(target);
  return unlocked.length === 0 ? undefined : `${listSome(unlocked)}, whose addresses are not in the intents,`;
}

function outsideNotProved(target: OutsideCall['target'], what: string, clients: readonly string[]): Finding {
  return {
    id: 'outside-call-not-proved',
    severity: 'info',
    message: `The declared call of ${listSome(clients)} to ${what} is not covered by the proof: policies restrict the egress of the client`,
    object: clients[0],
    place: target.place,
    mend:
      target.type === 'kubernetes-api'
        ? 'Give the addresses of the Kubernetes API (kubernetesApi).'
        : 'Add the addresses as ips to have them proved too.',
  };
}

function workloadObject({ kind, namespace, name }: Workload): string {
  return `${kind}/${namespace}/${name}`;
}
