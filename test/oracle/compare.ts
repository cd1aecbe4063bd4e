import type { Packet } from './flow';
import type { Scenario } from './generate';
import type { Manifest } from './manifest';
import { verdict, type Options, type Verdict } from './packet';
import { packets } from './packets';
import { smaller } from './shrink';

/** What is compared with the oracle: opened once for a cluster, then asked packet by packet. */
export interface Judge {
  /** Why it refuses objects of the cluster; the generators write valid ones only. */
  readonly problems: readonly string[];
  verdict(packet: Packet): Verdict;
}

export type Open = (manifests: readonly Manifest[], options: Options) => Judge;

export interface Disagreement {
  /** Absent when the judge refuses an object. */
  readonly packet?: Packet;
  readonly oracle: string;
  readonly judge: string;
}

/** The first packet of the scenario's sample on which the judge and the oracle differ. */
export function disagreement(scenario: Scenario, open: Open, sample: number): Disagreement | undefined {
  const judge = open(scenario.manifests, scenario.options);
  if (judge.problems.length > 0) return { oracle: 'valid', judge: judge.problems.join('\n') };
  for (const packet of packets(scenario.manifests, scenario.seed, sample, scenario.options.nodeCidrs)) {
    const found = differs(scenario.manifests, scenario.options, packet, judge);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A judge may be undecided only where the agreed reading of unknown addresses is, and decide only what holds for
 * every real address.
 */
function differs(
  manifests: readonly Manifest[],
  options: Options,
  packet: Packet,
  judge: Judge,
): Disagreement | undefined {
  const agreed = verdict(manifests, packet, options, 'agreed');
  const answer = judge.verdict(packet);
  if (answer === agreed) return undefined;
  if (agreed !== 'undecided' || answer === verdict(manifests, packet, options, 'exact'))
    return agreed === 'undecided' ? undefined : { packet, oracle: agreed, judge: answer };
  return {
    packet,
    oracle: `undecided, or ${verdict(manifests, packet, options, 'exact')} for real addresses`,
    judge: answer,
  };
}

/** A message with the smallest cluster on which they still differ, and how to run it again. */
export function report(scenario: Scenario, found: Disagreement, open: Open): string {
  const fails = (manifests: readonly Manifest[]): boolean =>
    stillFails(manifests, scenario.options, found, open);
  const manifests = smaller(scenario.manifests, fails);
  const now =
    found.packet === undefined
      ? found
      : (differs(manifests, scenario.options, found.packet, open(manifests, scenario.options)) ?? found);
  return [
    `family ${scenario.family}, seed ${scenario.seed}: again with ORACLE_SEED=${scenario.seed} ORACLE_RUNS=1 npx jest test/oracle/property -t '${scenario.family}'`,
    `packet  ${JSON.stringify(found.packet)}`,
    `options ${JSON.stringify(scenario.options)}`,
    `oracle  ${now.oracle}`,
    `judge   ${now.judge}`,
    ...manifests.map((manifest) => JSON.stringify(manifest)),
  ].join('\n');
}

/** Whether a smaller cluster fails in the same way; one the judge refuses, or that makes no sense, does not. */
function stillFails(
  manifests: readonly Manifest[],
  options: Options,
  found: Disagreement,
  open: Open,
): boolean {
  try {
    const judge = open(manifests, options);
    if (found.packet === undefined) return judge.problems.length > 0;
    return judge.problems.length === 0 && differs(manifests, options, found.packet, judge) !== undefined;
  } catch {
    return false;
  }
}
