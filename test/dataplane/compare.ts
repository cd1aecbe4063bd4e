import type { Peer, Reachability } from '../../src/reachability/reachability';
import type { DataplaneEngine } from './engine';
import { DEFAULT_NODE, type Probe, type ProbeResult } from './protocol';
import { probesOf, type Judged, type Stage } from './stage';

/** What came of all packets of a cluster. */
export interface Comparison {
  /** Packets that the evaluator has a verdict on. */
  readonly compared: number;
  /** How many packets it leaves open for one of the reasons of {@link mustBeOpen}. */
  readonly open: number;
  /** One line for each packet that it leaves open without one. */
  readonly unexplained: readonly string[];
  /** Packets that arrived. */
  readonly allowed: number;
  /** One line for each packet of which the evaluator says otherwise, or of which nobody knows what became of it. */
  readonly differing: readonly string[];
}

/** Sends packets between all ends and holds the evaluator's verdicts against what became of each. */
export async function compareOn(
  engine: DataplaneEngine,
  stage: Stage,
  probes: readonly Probe[] = probesOf(stage),
): Promise<Comparison> {
  const refused = await engine.cluster(stage.objects, stage.outside);
  if (refused.length > 0) throw new Error(`${engine.name} refuses ${JSON.stringify(refused)}`);
  const results = await engine.probe(probes);
  const evaluated = evaluatorOf(stage);
  const judged = probes.map((probe, index) => ({
    probe,
    ours: evaluated(probe),
    theirs: wordOf(results[index]),
  }));
  const [decided, open] = [
    judged.filter(({ ours, theirs }) => ours !== 'open' || theirs.startsWith('error')),
    judged.filter(({ ours, theirs }) => ours === 'open' && !theirs.startsWith('error')),
  ];
  const unexplained = open.filter(({ probe }) => !mustBeOpen(stage, probe));
  return {
    compared: decided.length,
    open: open.length - unexplained.length,
    unexplained: unexplained.map(({ probe }) => described(stage, probe)),
    allowed: judged.filter(({ theirs }) => theirs === 'allow').length,
    differing: decided
      .filter(({ ours, theirs }) => ours !== theirs)
      .map(({ probe, ours, theirs }) => `${described(stage, probe)}: we say ${ours}, the packet ${theirs}`),
  };
}

/**
 * The evaluator on packets of a stage. Where it leaves one open, it is asked of pods that have addresses of the packet's IP
 * version only: of two dual-stack pods manifests do not say which version they speak, and the packet does.
 */
function evaluatorOf(stage: Stage): (probe: Probe) => 'allow' | 'deny' | 'open' {
  const alone = new Map<4 | 6, Judged>();
  const judge = (judged: Judged, probe: Probe): 'allow' | 'deny' | 'open' =>
    verdictOf(judged.reachability, endOf(judged, probe.from), endOf(judged, probe.to), probe);
  return (probe) => {
    const verdict = judge(stage, probe);
    if (verdict !== 'open') return verdict;
    const version = probe.from.includes(':') ? 6 : 4;
    const judged = alone.get(version) ?? stage.alone(version);
    alone.set(version, judged);
    return judge(judged, probe);
  };
}

/** Whether manifests leave it open: a node may be the pod's own, and a host outside the API server that a rule names. */
function mustBeOpen({ ends, reachability }: Stage, { from, to }: Probe): boolean {
  const sender = ends.get(from);
  const fromNode = NODES.has(from) || (sender?.type === 'workload' && sender.workload.hostNetwork);
  const mayBeApiServer =
    ends.get(to)?.type === 'addresses' &&
    reachability.findings.some(({ id }) => id === 'api-server-endpoints-open');
  return fromNode || mayBeApiServer;
}

const NODES: ReadonlySet<string> = new Set(DEFAULT_NODE.addresses);

/** The evaluator's verdict on one packet. */
export function verdictOf(
  reachability: Reachability,
  from: Peer,
  to: Peer,
  { protocol, port }: Probe,
): 'allow' | 'deny' | 'open' {
  const { allowed, undecided } = reachability.connection(from, to);
  if (undecided.contains(protocol, port)) return 'open';
  return allowed.contains(protocol, port) ? 'allow' : 'deny';
}

function wordOf(result: ProbeResult | undefined): string {
  if (result === undefined) return 'error: no answer';
  return result.verdict === 'error' ? `error: ${result.reason ?? ''}` : result.verdict;
}

function endOf({ ends }: Judged, address: string): Peer {
  const end = ends.get(address);
  if (end === undefined) throw new Error(`nobody has the address ${address}`);
  return end;
}

function described(stage: Stage, { from, to, protocol, port }: Probe): string {
  const nameOf = (address: string): string => {
    const end = endOf(stage, address);
    return end.type === 'workload' ? `${end.workload.id} (${address})` : address;
  };
  return `${nameOf(from)} -> ${nameOf(to)}, protocol ${String(protocol)}, port ${String(port)}`;
}
