import type { Peer, Reachability } from '../../src/reachability/reachability';
import type { DataplaneEngine } from './engine';
import type { Probe, ProbeResult } from './protocol';
import { probesOf, type Stage } from './stage';

/** What came of all packets of a cluster. */
export interface Comparison {
  /** Packets that the evaluator has a verdict on. */
  readonly compared: number;
  /** One line for each packet that it leaves open. */
  readonly open: readonly string[];
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
  const judged = probes.map((probe, index) => {
    const ours = verdictOf(stage.reachability, endOf(stage, probe.from), endOf(stage, probe.to), probe);
    return { probe, ours, theirs: wordOf(results[index]) };
  });
  const decided = judged.filter(({ ours, theirs }) => ours !== 'open' || theirs.startsWith('error'));
  return {
    compared: decided.length,
    open: judged.filter((one) => !decided.includes(one)).map(({ probe }) => described(stage, probe)),
    allowed: judged.filter(({ theirs }) => theirs === 'allow').length,
    differing: decided
      .filter(({ ours, theirs }) => ours !== theirs)
      .map(({ probe, ours, theirs }) => `${described(stage, probe)}: we say ${ours}, the packet ${theirs}`),
  };
}

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

function endOf({ ends }: Stage, address: string): Peer {
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
