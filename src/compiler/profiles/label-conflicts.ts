import { printWorkload } from '../resolution/intent-finding';
import { ACCESS_PREFIX, SERVICE_ACCESS_PREFIX, type LabelledServer, type LabelScheme } from './label-scheme';
import { type ModelIndex } from '../resolution/model-index';
import { groupBy } from '../../model/group-by';
import { workloadName } from '../../intents/identity';
import type { Finding, Severity } from '../../model/finding';
import { labelValueProblem } from '../../model/label-syntax';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import { NOWHERE } from '../../model/place';
import { resourceId, type Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

const OTHER_NAME = 'Rename one of them or its namespace, or use the profile selectors.';
const NO_LABELS = 'The profile selectors goes by no label that is made here.';

/** A server and the namespaces whose pods with its access label are let in. */
export interface OpenServer {
  readonly server: LabelledServer;
  readonly namespaces: ReadonlySet<string>;
}

/** Finds where labels let in or select more than was declared: the known flaws of schemes that go by labels. */
export class LabelConflicts {
  readonly findings: Finding[] = [];

  constructor(
    private readonly scheme: LabelScheme,
    private readonly index: ModelIndex,
    private readonly labels: ReadonlyMap<Workload, Labels>,
  ) {}

  check(servers: readonly OpenServer[]): void {
    this.checkAccessLabels(servers.map(({ server }) => server));
    this.checkIdentities();
    this.checkLeftOver(servers);
    this.checkNamespaces(servers);
  }

  /** Two servers of one access label: who may call one may call the other (otterize-operator 10.2 W-5). */
  private checkAccessLabels(servers: readonly LabelledServer[]): void {
    for (const [label, same] of groupBy(servers, ({ accessLabel }) => accessLabel)) {
      const [first, second] = same;
      if (first === undefined || second === undefined) continue;
      const names = same.map(({ namespace, name }) => `${namespace}/${name}`).sort();
      const at = this.index.anyKind(first)[0]?.place ?? first.service?.place;
      this.findings.push({
        id: 'ambiguous-identity',
        severity: 'error',
        message: `${names.map((name) => this.describe(name)).join(' and ')} share the label ${label}, so a client of one could call the other`,
        place: at ?? NOWHERE,
        mend: OTHER_NAME,
      });
    }
  }

  /** Identity strings of different workloads that are equal, and those that are no label value. */
  private checkIdentities(): void {
    const carriers = [...this.labels].flatMap(([workload, labels]) => {
      const value = labels[this.scheme.identityLabel];
      return value === undefined ? [] : [{ workload, value }];
    });
    for (const [value, same] of groupBy(carriers, (carrier) => carrier.value)) {
      const workloads = same.map(({ workload }) => workload);
      const problem = labelValueProblem(value);
      if (problem !== undefined)
        for (const workload of workloads) this.findings.push(invalidIdentity(workload, value, problem));
      const names = groupBy(workloads, (workload) =>
        JSON.stringify([workload.namespace, workloadName(workload).name]),
      );
      if (names.size > 1) this.findings.push(...this.collision(value, workloads));
    }
  }

  private collision(value: string, workloads: readonly Workload[]): Finding[] {
    const [first] = workloads;
    if (first === undefined) return [];
    const together = workloads.some((a) =>
      workloads.some((b) => a.namespace === b.namespace && workloadName(a).name !== workloadName(b).name),
    );
    const severity: Severity = together ? 'error' : 'warning';
    const follows = together
      ? 'so policies cannot tell them apart'
      : 'and only their namespaces tell them apart';
    return [
      {
        id: 'ambiguous-identity',
        severity,
        message: `${workloads.map(printWorkload).join(' and ')} have the same identity ${value}, ${follows}`,
        object: resourceId(first.resource),
        place: first.place,
        mend: OTHER_NAME,
      },
    ];
  }

  /** Labels in the manifests that no intent asks for (any more), and that policies made here go by. */
  private checkLeftOver(servers: readonly OpenServer[]): void {
    const open = new Map<string, Set<string>>();
    for (const { server, namespaces } of servers) {
      open.set(server.accessLabel, new Set([...(open.get(server.accessLabel) ?? []), ...namespaces]));
    }
    const identities = new Set(
      [...this.labels].map(
        ([{ namespace }, labels]) => `${namespace} ${labels[this.scheme.identityLabel] ?? ''}`,
      ),
    );
    const elsewhere = new Set([...this.labels.values()].map((labels) => labels[this.scheme.identityLabel]));
    for (const workload of this.index.cluster.workloads) {
      const wanted = this.labels.get(workload) ?? {};
      for (const [key, value] of Object.entries(workload.labels)) {
        if (isAccessLabel(key)) {
          if (!Object.hasOwn(wanted, key))
            this.reportAccess(
              workload,
              key,
              open.get(key)?.has(workload.namespace) === true && value === 'true',
            );
        } else if (key === this.scheme.identityLabel && !Object.hasOwn(wanted, key)) {
          if (identities.has(`${workload.namespace} ${value}`)) this.reportIdentity(workload, key, value);
          else if (elsewhere.has(value)) this.reportIdentityElsewhere(workload, key, value);
        }
      }
    }
  }

  private reportAccess(workload: Workload, key: string, admitted: boolean): void {
    this.findings.push({
      id: 'stale-access-label',
      severity: admitted ? 'error' : 'warning',
      message: `the pods of ${printWorkload(workload)} carry ${key}, which no intent declares${admitted ? ', so they can make a call that is not declared' : ''}`,
      object: resourceId(workload.resource),
      place: workload.place,
      mend: `Remove the label from the pod template, or declare the call in intents. ${NO_LABELS}`,
    });
  }

  private reportIdentity(workload: Workload, key: string, value: string): void {
    this.findings.push({
      id: 'stale-identity-label',
      severity: 'error',
      message: `the pods of ${printWorkload(workload)} carry ${key}: ${value}, the identity of another workload, so policies for that one select them too`,
      object: resourceId(workload.resource),
      place: workload.place,
      mend: `Remove the label from the pod template. ${NO_LABELS}`,
    });
  }

  /** Policies go by it in the namespace of the other only, so nothing is open; a look at labels is misled. */
  private reportIdentityElsewhere(workload: Workload, key: string, value: string): void {
    this.findings.push({
      id: 'stale-identity-label',
      severity: 'warning',
      message: `the pods of ${printWorkload(workload)} carry ${key}: ${value}, the identity of a workload of another namespace; only the namespaces tell them apart`,
      object: resourceId(workload.resource),
      place: workload.place,
      mend: `Remove the label from the pod template. ${NO_LABELS}`,
    });
  }

  /** A namespace that was renamed or copied, and kept the label by which policies know the old one. */
  private checkNamespaces(servers: readonly OpenServer[]): void {
    if (!this.scheme.labelsNamespaces) return;
    const clients = new Set(servers.flatMap(({ namespaces }) => [...namespaces]));
    for (const { name, labels, place } of this.index.cluster.namespaces.values()) {
      // Where clients are, the label is written anew.
      if (clients.has(name)) continue;
      const worn = [...clients].find((other) =>
        Object.entries(this.scheme.namespaceLabels(other)).every(([key, value]) => labels[key] === value),
      );
      if (worn === undefined) continue;
      const [key = ''] = Object.keys(this.scheme.namespaceLabels(worn));
      this.findings.push({
        id: 'stale-namespace-label',
        severity: 'error',
        message: `namespace ${name} carries ${key}: ${worn}, the label of namespace ${worn}, so policies take its pods for pods of ${worn}`,
        object: `Namespace/${name}`,
        place,
        mend: `Remove the label from the Namespace. The profiles otterize and selectors go by ${NAMESPACE_NAME_LABEL}, which the API server writes; the profile selectors adds no labels at all.`,
      });
    }
  }

  private describe(name: string): string {
    const [namespace = '', ...rest] = name.split('/');
    const [workload] = this.index.anyKind({ namespace, name: rest.join('/') });
    return workload === undefined ? name : printWorkload(workload);
  }
}

function isAccessLabel(key: string): boolean {
  return key.startsWith(ACCESS_PREFIX) || key.startsWith(SERVICE_ACCESS_PREFIX);
}

function invalidIdentity(workload: Workload, value: string, problem: string): Finding {
  return {
    id: 'invalid-identity',
    severity: 'error',
    message: `the identity ${JSON.stringify(value)} of ${printWorkload(workload)} is not a label value: ${problem}; the cluster refuses pods with it`,
    object: resourceId(workload.resource),
    place: workload.place,
    mend: 'Choose a name of letters, digits, "-", "_" and "." in the workload-name annotation, or use the profile selectors.',
  };
}
