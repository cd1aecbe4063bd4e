import { isOnPodNetwork } from './derive-calls';
import { dnsOf } from './dns-residue';
import type { Evaluated } from './evaluated';
import { defaultDenyPolicies } from '../compiler/default-denies/default-deny';
import { groupBy } from '../model/group-by';
import { ownLabels } from '../compiler/labels/own-labels';
import { sortLabels } from '../compiler/sort-labels';
import { statedKind, workloadName } from '../intents/identity';
import { INTENTS_GROUP } from '../intents/read-intents';
import type { JsonObject } from '../model/json';
import { resourceId } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import { PROTOCOL } from '../reachability/sets/connection-set';
import type { Residue } from './residue';

/** What isolates workloads beside the policies that intents make. */
export interface IsolationObjects {
  readonly objects: readonly JsonObject[];
  readonly residue: readonly Residue[];
}

/**
 * Default denies for namespaces of which every workload is isolated; else for each isolated workload by itself: a
 * ProtectedService where nobody calls it, and a policy that denies its egress. Denied egress keeps DNS open where it was.
 */
export function isolationObjects(evaluatedNow: Evaluated, called: ReadonlySet<Workload>): IsolationObjects {
  const { cluster } = evaluatedNow;
  const byNamespace = groupBy(cluster.workloads.filter(isOnPodNetwork), ({ namespace }) => namespace);
  const residue: Residue[] = [];
  const objects = [...byNamespace]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([namespace, workloads]) => {
      const { ingress, egress } = isolatedOf(workloads, evaluatedNow);
      const whole = {
        ingress: ingress.length === workloads.length,
        egress: egress.length === workloads.length,
      };
      const dns = egress.some((workload) => resolvesNames(workload, evaluatedNow)) ? {} : (false as const);
      const denies =
        whole.ingress || whole.egress
          ? defaultDenyPolicies({ namespace, ...whole, ...(whole.egress ? { dns } : {}) })
          : [];
      const guarded = whole.ingress
        ? []
        : ingress.filter((server) => !called.has(server)).map(protectedService);
      const shut = whole.egress ? [] : egress.flatMap((client) => egressDeny(client, evaluatedNow, residue));
      return [...guarded, ...denies, ...shut];
    });
  return { objects, residue };
}

function isolatedOf(
  workloads: readonly Workload[],
  { reachability }: Evaluated,
): { readonly ingress: Workload[]; readonly egress: Workload[] } {
  return {
    ingress: workloads.filter((workload) => reachability.isolatedBy(workload, 'ingress').length > 0),
    egress: workloads.filter((workload) => reachability.isolatedBy(workload, 'egress').length > 0),
  };
}

/** Whether policies let it out to the DNS pods of the cluster. */
function resolvesNames(workload: Workload, now: Evaluated): boolean {
  return dnsOf(workload, now).contains(PROTOCOL.udp, 53);
}

function protectedService(server: Workload): JsonObject {
  const { name, kind } = workloadName(server);
  const stated = statedKind(kind);
  return {
    apiVersion: `${INTENTS_GROUP}/v2beta1`,
    kind: 'ProtectedService',
    metadata: { name: server.name, namespace: server.namespace },
    spec: { name, ...(stated === undefined ? {} : { kind: stated }) },
  };
}

function egressDeny(client: Workload, now: Evaluated, residue: Residue[]): JsonObject[] {
  const labels = ownLabels(client, new Set([client]), now.index);
  if (labels === undefined) {
    residue.push({
      kind: 'lost',
      system: 'NetworkPolicy',
      object: resourceId(client.resource),
      place: client.place,
      message: `egress of ${client.id} is denied, and its pods have no label of their own by which a policy could deny just theirs`,
      mend: 'Give its pod template a label of its own, or deny egress for its whole namespace.',
    });
    return [];
  }
  const dns = resolvesNames(client, now) ? {} : (false as const);
  return defaultDenyPolicies({ namespace: client.namespace, ingress: false, egress: true, dns }).map(
    (policy): JsonObject => ({
      ...policy,
      metadata: { name: `default-deny-egress-${client.name}`, namespace: client.namespace },
      spec: { ...specOf(policy), podSelector: { matchLabels: sortLabels(labels) } },
    }),
  );
}

function specOf({ spec }: JsonObject): JsonObject {
  return typeof spec === 'object' && spec !== null && !Array.isArray(spec) ? spec : {};
}
