import type { DeclaredCall, OutsideCall } from '../compilation';
import { unlockedDomains } from '../domains/lock-domains';
import { outwardOf, portsOrAll } from './egress-need';
import { intentFinding } from '../resolution/intent-finding';
import type { PresentPolicies } from '../present-policies';
import { printPorts } from '../resolution/resolved-call';
import type { ClientIntents, InternetTarget, KubernetesApiTarget } from '../../intents/client-intents';
import type { Finding, Severity } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';

/** What the egress rules could be written from. */
export interface EgressFacts {
  readonly apiKnown: boolean;
  readonly nodesKnown: boolean;
  /** Whether a policy made here isolates the client for egress. */
  isLetOut(client: Workload): boolean;
  /** Whether a policy of the network plugin opens domain names for whoever is let out here. */
  readonly handsDomains: boolean;
}

/** Says which declared calls egress policies do not or cannot open. */
export class EgressFindings {
  readonly findings: Finding[] = [];

  constructor(
    private readonly present: PresentPolicies,
    private readonly facts: EgressFacts,
  ) {}

  /** Of the calls of one target of one declaration, by each of its clients. */
  outside(intents: ClientIntents, target: OutsideCall['target'], clients: readonly Workload[]): void {
    if (clients.some((client) => !this.facts.isLetOut(client) && !this.present.restricts(client, 'egress')))
      this.findings.push(declaredOnly(intents, target));
    const severities = clients.map((client) => this.severity(client, target));
    const worst = (['error', 'warning', 'info'] as const).find((severity) => severities.includes(severity));
    if (worst === undefined) return;
    if (target.type === 'kubernetes-api') {
      if (!this.facts.apiKnown) this.findings.push(apiUnknown(intents, target, worst));
      return;
    }
    const unlocked =
      this.facts.handsDomains && clients.every((client) => this.facts.isLetOut(client))
        ? []
        : unlockedDomains(target);
    if (unlocked.length > 0) this.findings.push(domains(intents, target, unlocked, worst));
    if (target.ports.some(({ port }) => typeof port === 'string'))
      this.findings.push(namedPorts(intents, target));
  }

  /** A server on the host network is met by the address of its node. */
  hostServer({ intents, target, client, server }: DeclaredCall): void {
    if (!server.hostNetwork || this.facts.nodesKnown || !this.facts.isLetOut(client)) return;
    this.findings.push(
      intentFinding(intents, target.place, {
        id: 'egress-to-host-network',
        severity: 'warning',
        message: `${server.id} is on the host network, and the addresses of the nodes are not known, so the egress policy of ${client.id} does not open the call to it`,
        mend: 'Give the address ranges of the nodes (nodeCidrs), or take the server off the host network.',
      }),
    );
  }

  /** Egress that was open and is now closed but for what is declared also closes what policies cannot express. */
  beyondNetwork(intents: ClientIntents, client: Workload): void {
    if (this.present.restricts(client, 'egress')) return;
    for (const target of intents.targets) {
      if (target.type !== 'beyond-network') continue;
      this.findings.push(
        intentFinding(intents, target.place, {
          id: 'egress-without-address',
          severity: 'warning',
          message: `the egress policy of ${client.id} has no rule for ${target.name} (${target.what}), whose address is not in the intents, so the network refuses the way to it`,
          mend: 'Declare its addresses or the workload that serves it as a target too.',
        }),
      );
    }
  }

  /**
   * How bad it is for a client that no rule opens a call: an error where it certainly fails, a note where other policies
   * may let it through on every port. `undefined` where egress of the client is open, or all that is to say is said.
   */
  private severity(client: Workload, target: OutsideCall['target']): Severity | undefined {
    const letOut = this.facts.isLetOut(client);
    if (!letOut && !this.present.restricts(client, 'egress')) return undefined;
    const ports = target.type === 'internet' ? portsOrAll(target.ports) : 'all';
    const open = outwardOf(this.present, client, ports);
    if (open === 'none') return target.type === 'internet' && mayHaveAddresses(target) ? 'warning' : 'error';
    if (open === 'some') return 'warning';
    return letOut ? 'info' : undefined;
  }
}

/** Addresses that somebody wrote beside domains may be theirs; those of a lock file belong to the names that it has. */
function mayHaveAddresses({ ips, locked = [] }: InternetTarget): boolean {
  return ips.length > 0 && locked.length === 0;
}

function declaredOnly(intents: ClientIntents, target: OutsideCall['target']): Finding {
  const what =
    target.type === 'kubernetes-api' ? 'the Kubernetes API' : [...target.domains, ...target.ips].join(', ');
  const ports = target.type === 'internet' && target.ports.length > 0 ? ` (${printPorts(target.ports)})` : '';
  return intentFinding(intents, target.place, {
    id: 'declared-only',
    severity: 'info',
    message: `no policy restricts the egress of the client, so the call to ${what}${ports} is declared only: nothing is opened for it and nothing else is closed`,
    mend: 'Nothing to do; a policy that comes to restrict the egress of the client must allow this call.',
  });
}

function elsewhere(severity: Severity): string {
  return severity === 'error' ? '' : '; other policies decide whether it works';
}

function apiUnknown(intents: ClientIntents, target: KubernetesApiTarget, severity: Severity): Finding {
  return intentFinding(intents, target.place, {
    id: 'kubernetes-api-unknown',
    severity,
    message: `egress of the client is restricted, and the addresses of the Kubernetes API are not known, so no policy made here opens the call to it${elsewhere(severity)}`,
    mend: 'Give them (kubernetesApi), as `kubectl get endpoints kubernetes` prints them: 10.0.0.1:6443.',
  });
}

function domains(
  intents: ClientIntents,
  target: InternetTarget,
  unlocked: readonly string[],
  severity: Severity,
): Finding {
  const also = target.ips.length > 0 ? '; only the addresses beside them are open' : '';
  return intentFinding(intents, target.place, {
    id: 'domain-not-enforced',
    severity,
    message: `egress of the client is restricted, and a NetworkPolicy knows no domains, so no policy made here opens the call to ${unlocked.join(', ')}${also === '' ? elsewhere(severity) : also}`,
    mend: 'Lock their addresses (intents dns-lock, dnsLock), add them as ips, or name a network plugin that knows domains (cni).',
  });
}

function namedPorts(intents: ClientIntents, target: InternetTarget): Finding {
  return intentFinding(intents, target.place, {
    id: 'port-not-found',
    severity: 'error',
    message: `an address outside the cluster has no named ports (${printPorts(target.ports)}), so the names open nothing`,
    mend: 'Write port numbers.',
  });
}
