import type { DataplaneEngine } from '../engine';
import type { Manifest as WireManifest } from '../protocol';
import { DEFAULT_NODE } from '../protocol';
import type { DifferenceCase } from './difference-case';

/** What an engine did: a verdict, one with the sender that the receiver saw, or `unknown kind`. */
export type Observation = string;

export const UNKNOWN_KIND = 'unknown kind';

/** Sends the packet of a case. Throws when the engine cannot tell what became of it. */
export async function observe(engine: DataplaneEngine, asked: DifferenceCase): Promise<Observation> {
  const { probe, showsSender = false, beside = [] } = asked;
  const own: WireManifest[] = JSON.parse(JSON.stringify(asked.objects.filter((one) => !isElsewhere(one))));
  const refused = await engine.cluster([...own, ...beside], outsideOf(asked));
  if (refused.length > 0) {
    // The reset shows that nothing of the last case is left.
    await engine.cluster([]);
    return UNKNOWN_KIND;
  }
  const [result] = await engine.probe([probe]);
  if (result === undefined || result.verdict === 'error')
    throw new Error(`${asked.id}: ${result?.reason ?? 'no answer'}`);
  if (!showsSender || result.seenFrom === undefined) return result.verdict;
  return result.seenFrom === probe.from
    ? `${result.verdict}, from the pod`
    : `${result.verdict}, from the node`;
}

/** Pods on the host network of a node that is not the one of all others. */
function isElsewhere(object: DifferenceCase['objects'][number]): boolean {
  if (object.kind !== 'Pod' || object.spec.hostNetwork !== true) return false;
  return !(object.status?.podIPs ?? []).some(({ ip }) => isOfNode(ip));
}

/** Ends of the packet that no running pod and not the node has. */
function outsideOf({ objects, probe, beside = [] }: DifferenceCase): string[] {
  const running = objects.flatMap((one) =>
    one.kind === 'Pod' && one.status?.phase === 'Running' && one.spec.hostNetwork !== true
      ? (one.status.podIPs ?? []).map(({ ip }) => ip)
      : [],
  );
  const services = JSON.stringify(beside);
  return [probe.from, probe.to].filter(
    (ip) => !running.includes(ip) && !isOfNode(ip) && !services.includes(`"clusterIP":"${ip}"`),
  );
}

function isOfNode(ip: string): boolean {
  return DEFAULT_NODE.addresses.some((address) => address === ip);
}
