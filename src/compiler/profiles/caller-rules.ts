import { intentFinding, printWorkload } from '../resolution/intent-finding';
import { OWNER_KIND_LABEL, type LabelledServer, type LabelScheme } from './label-scheme';
import { groupBy } from '../../model/group-by';
import { mergeRules, type DraftRule } from '../policy-draft';
import { portsKey, type PolicyPorts } from '../resolution/resolved-call';
import type { ClientIntents } from '../../intents/client-intents';
import { workloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** A client of one server, with all ports its intents open there. */
export interface Caller {
  readonly client: Workload;
  readonly ports: PolicyPorts;
  readonly causes: ReadonlySet<ClientIntents>;
}

/** Rules for the clients of one namespace, and the labels that clients need for them besides the usual ones. */
export interface CallerRules {
  readonly rules: readonly DraftRule[];
  readonly needed: ReadonlyMap<Workload, Labels>;
  readonly findings: readonly Finding[];
}

/**
 * The access label makes all clients of a namespace alike, so it is enough when they may use the same ports.
 * Otherwise each client gets a peer with its own identity as well, in the rule of its ports: ports of one must not
 * leak to another (intent-systems L15).
 */
export function callersRules(
  scheme: LabelScheme,
  server: LabelledServer,
  namespace: string,
  callers: readonly Caller[],
): CallerRules {
  const access = { [server.accessLabel]: 'true' };
  const namespaceLabels = scheme.namespaceLabels(namespace);
  const [first] = callers;
  if (first !== undefined && distinctPorts(callers) === 1) {
    const rule = { peers: [{ namespaceLabels, podLabels: access }], ports: first.ports };
    return { rules: [rule], needed: new Map(), findings: [] };
  }
  const { selectors, needed, findings } = tellApart(scheme, callers);
  const rules = callers.flatMap(({ client, ports }) => {
    const own = selectors.get(client);
    return own === undefined
      ? []
      : [{ peers: [{ namespaceLabels, podLabels: { ...access, ...own } }], ports }];
  });
  return { rules: mergeRules(rules), needed, findings };
}

interface Apart {
  /** A client that cannot be told from another with other ports is not in it: no peer may stand for it. */
  readonly selectors: ReadonlyMap<Workload, Labels>;
  readonly needed: ReadonlyMap<Workload, Labels>;
  readonly findings: readonly Finding[];
}

function tellApart(scheme: LabelScheme, callers: readonly Caller[]): Apart {
  const selectors = new Map<Workload, Labels>();
  const needed = new Map<Workload, Labels>();
  const findings: Finding[] = [];
  const identityOf = ({ client }: Caller): string => scheme.clientLabels(client)[scheme.identityLabel] ?? '';
  for (const [value, same] of groupBy(callers, identityOf)) {
    const identityLabel = { [scheme.identityLabel]: value };
    if (distinctPorts(same) === 1) {
      for (const { client } of same) selectors.set(client, identityLabel);
      continue;
    }
    for (const alike of groupBy(same, ({ client }) => workloadName(client).kind ?? '').values()) {
      const kind = alike[0] === undefined ? undefined : workloadName(alike[0].client).kind;
      if (kind === undefined || distinctPorts(alike) > 1) {
        findings.push(indistinct(alike, same));
        continue;
      }
      for (const { client } of alike) {
        selectors.set(client, { ...identityLabel, [OWNER_KIND_LABEL]: kind });
        needed.set(client, { [OWNER_KIND_LABEL]: kind });
      }
    }
  }
  return { selectors, needed, findings };
}

function distinctPorts(callers: readonly Caller[]): number {
  return callers.length < 2 ? callers.length : new Set(callers.map(({ ports }) => portsKey(ports))).size;
}

function indistinct(alike: readonly Caller[], same: readonly Caller[]): Finding {
  const [cause] = alike.flatMap(({ causes }) => [...causes]);
  const message = `${same.map(({ client }) => printWorkload(client)).join(' and ')} have one identity but declare different ports, so their pods cannot be told apart and the ports are not opened`;
  const what = {
    id: 'ambiguous-identity',
    severity: 'error',
    message,
    mend: 'Rename one of the workloads, declare the same ports for both, or use the profile selectors.',
  } as const;
  return cause === undefined ? { ...what, place: NOWHERE } : intentFinding(cause, cause.place, what);
}
