import { intentFinding, printWorkload } from './intent-finding';
import { capitalised } from './source-words';
import { type ModelIndex } from './model-index';
import { groupBy } from '../../model/group-by';
import type { ClientIntents, ServiceTarget, WorkloadName } from '../../intents/client-intents';
import { printWorkloadName, statedKind, workloadName } from '../../intents/identity';
import { nearest } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Place } from '../../model/place';

/** How many misses get a search for similar names: the search walks a namespace, so a model full of misses must not. */
const MAX_SEARCHES = 200;

/** Says what a name that leads to nothing may have meant. */
export class NotFound {
  private searches = 0;

  /** Namespaces by the name of a workload; made when the first name is missing. */
  private workloadHomes: ReadonlyMap<string, readonly string[]> | undefined;
  private serviceHomes: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(private readonly index: ModelIndex) {}

  client(intents: ClientIntents): Finding {
    return intentFinding(intents, intents.place, {
      id: 'client-not-found',
      severity: 'error',
      message: `the client ${printWorkloadName(intents.client)} is not ${this.index.source.inside}, so nothing it declares takes effect`,
      mend: this.clientHint(intents.client),
    });
  }

  server(intents: ClientIntents, server: WorkloadName, place: Place): Finding {
    return intentFinding(intents, place, {
      id: 'target-not-found',
      severity: 'error',
      message: `the target ${printWorkloadName(server)} is not ${this.index.source.inside}, so ${printWorkloadName(intents.client)} gets no access to it`,
      mend: this.workloadHint(server),
    });
  }

  service(intents: ClientIntents, { namespace, name, place }: ServiceTarget): Finding {
    return intentFinding(intents, place, {
      id: 'target-not-found',
      severity: 'error',
      message: `the target Service ${namespace}/${name} is not ${this.index.source.inside}, so ${printWorkloadName(intents.client)} gets no access to it`,
      mend: this.serviceHint(namespace, name),
    });
  }

  /** A client is in the namespace of its intents: one that is elsewhere wants them there. */
  private clientHint(client: WorkloadName): string {
    const { namespace, name } = client;
    const [home] = this.index.anyKind(client).length === 0 ? this.homesOf(name) : [];
    if (home === undefined || this.index.service(namespace, name) !== undefined)
      return this.workloadHint(client);
    return `There is a workload ${name} in namespace ${home}: declare its intents there.`;
  }

  private homesOf(name: string): readonly string[] {
    this.workloadHomes ??= homes(this.index.cluster.workloads.map(workloadName));
    return this.workloadHomes.get(name) ?? [];
  }

  /** What to do about the name of a workload that leads nowhere. */
  workloadHint(wanted: WorkloadName): string {
    const { namespace, name } = wanted;
    const [other] = this.index.anyKind(wanted);
    if (other !== undefined) {
      const kind = workloadName(other).kind;
      const found = `There is ${printWorkload(other)}`;
      return kind === undefined
        ? `${found}, named by annotation and therefore without a kind: remove the kind.`
        : `${found}: write kind ${kind}, or remove the kind.`;
    }
    if (this.index.service(namespace, name) !== undefined && statedKind(wanted.kind) === undefined) {
      return `There is a Service ${namespace}/${name}: write service: {name: ${name}.${namespace}}, or name the workload behind it.`;
    }
    const elsewhere = this.homesOf(name);
    const names = this.index.inNamespace(namespace).map((workload) => workloadName(workload).name);
    return this.hint('workload', { namespace, name }, elsewhere, names);
  }

  /** What to do about the name of a Service that leads nowhere. */
  serviceHint(namespace: string, name: string): string {
    const [workload] = this.index.anyKind({ namespace, name });
    if (workload !== undefined) {
      return `There is ${printWorkload(workload)}: write kubernetes: {name: ${name}.${namespace}}, or add the Service.`;
    }
    this.serviceHomes ??= homes(this.index.cluster.services);
    const elsewhere = this.serviceHomes.get(name) ?? [];
    const names = this.index.servicesIn(namespace).map((service) => service.name);
    return this.hint('Service', { namespace, name }, elsewhere, names);
  }

  private hint(
    what: string,
    { namespace, name }: { readonly namespace: string; readonly name: string },
    elsewhere: readonly string[],
    names: readonly string[],
  ): string {
    const [other] = elsewhere;
    if (other !== undefined) {
      // The construct takes a workload apart into name and namespace, and a Service as text.
      const typed = what === 'workload' ? ` (in TypeScript { name: '${name}', namespace: '${other}' })` : '';
      return `There is a ${what} ${name} in namespace ${elsewhere.slice(0, 3).join(', ')}: write ${name}.${other}${typed}.`;
    }
    const add = `${this.index.source.bring(`${namespace}/${name}`)}, or correct the name`;
    if (this.searches++ >= MAX_SEARCHES) return `${capitalised(add)}.`;
    const near = nearest(name, [...new Set(names)]);
    if (near !== undefined) return `Did you mean ${near}? Otherwise ${add}.`;
    const others = [...this.index.cluster.namespaces.keys()].filter((known) => known !== namespace).sort();
    const nearNamespace = names.length > 0 ? undefined : nearest(namespace, others);
    if (nearNamespace !== undefined)
      return `Namespace ${namespace} has no ${what}; did you mean namespace ${nearNamespace}?`;
    return `${capitalised(add)}.`;
  }
}

function homes(
  named: readonly { readonly namespace: string; readonly name: string }[],
): Map<string, string[]> {
  const groups = groupBy(named, ({ name }) => name);
  return new Map(
    [...groups].map(([name, same]) => [name, [...new Set(same.map(({ namespace }) => namespace))].sort()]),
  );
}
