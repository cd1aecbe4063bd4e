import { runChecks } from '../../src/checks';
import { compile } from '../../src/compiler/compile';
import { readIntents, type ReadIntents } from '../../src/intents/read-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { Finding } from '../../src/model/finding';
import { printPlace } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';
import type { PolicySet } from '../../src/policies/policy';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import { readManifests } from '../../src/sources/manifest';

/** What became of a text. */
export interface Outcome {
  /** Peers in all groups of connections together. */
  readonly listed: number;
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly intents: ReadIntents;
  readonly findings: readonly Finding[];
}

/** Takes a text the whole way that a command takes it, and asks every answer once. */
export function run(text: string): Outcome {
  const { resources, findings } = readManifests(text, { file: FILE });
  return { ...runOn(resources, findings) };
}

/** The same from resources on, for objects whose reading is watched. */
export function runOn(resources: readonly Resource[], found: readonly Finding[] = []): Outcome {
  const cluster = buildCluster(resources);
  const policies = readPolicies(cluster.resources);
  const intents = readIntents(cluster.resources);
  const reachability = evaluate(cluster, policies);
  for (const workload of cluster.workloads) {
    reachability.openings(workload, 'ingress');
    reachability.openings(workload, 'egress');
  }
  // Lists of peers are made when they are looked at.
  const listed = reachability.groups().reduce((sum, { from, to }) => sum + from.length + to.length, 0);
  const compilation = compile(cluster, intents.intents);
  const checks = runChecks({ cluster, policies, resources: cluster.resources, reachability, compilation });
  return {
    listed,
    cluster,
    policies,
    intents,
    findings: [
      ...found,
      ...cluster.findings,
      ...policies.findings,
      ...intents.findings,
      ...reachability.findings,
      ...checks,
    ],
  };
}

export const FILE = 'fuzzed.yaml';

/** Everything that no finding may lack; empty when all is well. */
export function faultsOf({ findings }: Outcome, text: string): string[] {
  const lines = text.split('\n').length;
  return findings.flatMap((finding) => {
    const { id, message, mend, place } = finding;
    const faults: string[] = [];
    if (!/^[a-z]+(-[a-z]+)*$/.test(id)) faults.push('its id is not words joined by -');
    if (!isSentence(message)) faults.push('it says nothing a person could read');
    if (!isSentence(mend)) faults.push('it has no mend');
    if (place.file !== FILE) faults.push('it is in no file');
    const line = place.line ?? 0;
    if (!(line >= 1 && line <= lines)) faults.push(`its line ${line} is not in the file`);
    return faults.map((fault) => `${fault}: ${id} at ${printPlace(place)}: ${message} ${mend}`);
  });
}

/** Words of ours, and no value of a program that slipped in; NaN only where a manifest says `.nan`. */
function isSentence(text: string): boolean {
  const own = text.replace(' is NaN, which JSON', '');
  return text.length > 5 && !/\[object |\bundefined\b|\bNaN\b|\bat .*\.[jt]s:\d/.test(own);
}
