import type { ClientIntents } from '../../intents/client-intents';
import { workloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import { isJsonObject } from '../../model/json';
import { resourceId } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** Pod annotation of a server that lists its clients (otterize-operator 1.7). */
export const CALLED_BY_ANNOTATION = 'intents.otterize.com/called-by';

/**
 * Intents from the `called-by` annotations of servers: a JSON list of `{name: "<client>.<namespace>", kind}`
 * (otterize-operator 1.7). An annotation with any fault is left out whole, with a finding.
 */
export function readCalledBy(workloads: readonly Workload[], findings: Finding[]): ClientIntents[] {
  return workloads.flatMap((server) => {
    const text = Object.hasOwn(server.annotations, CALLED_BY_ANNOTATION)
      ? server.annotations[CALLED_BY_ANNOTATION]
      : undefined;
    if (text === undefined || server.finished) return [];
    const { clients, fault } = parse(text);
    if (fault !== undefined) findings.push(broken(server, fault));
    return clients.map((client): ClientIntents => {
      const { place } = server;
      const target = {
        type: 'workload',
        server: workloadName(server),
        ports: [],
        layer7: 'none',
        place,
      } as const;
      const name = `${CALLED_BY_ANNOTATION} of ${server.kind} ${server.name}`;
      return { namespace: client.namespace, name, client, targets: [target], place };
    });
  });
}

/** Whether a declaration comes from an annotation of a server, and from no object of intents. */
export function isCalledBy({ name }: Pick<ClientIntents, 'name'>): boolean {
  return name.startsWith(`${CALLED_BY_ANNOTATION} of `);
}

interface NamedClient {
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
}

type Parsed = { readonly clients: readonly NamedClient[]; readonly fault?: string };

function parse(text: string): Parsed {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return { clients: [], fault: 'it is not JSON' };
  }
  if (!Array.isArray(list)) return { clients: [], fault: 'it is not a JSON list' };
  const clients: NamedClient[] = [];
  for (const [index, item] of list.entries()) {
    const client = readClient(item);
    if (typeof client === 'string') return { clients: [], fault: `item ${index} ${client}` };
    clients.push(client);
  }
  return { clients };
}

/** The client, or what is wrong with the item. */
function readClient(item: unknown): NamedClient | string {
  if (!isJsonObject(item)) return 'is not an object';
  const stray = Object.keys(item).find((key) => key !== 'name' && key !== 'kind');
  if (stray !== undefined) return `has the unknown field ${stray}`;
  const full = Object.hasOwn(item, 'name') ? item['name'] : undefined;
  const kind = Object.hasOwn(item, 'kind') ? item['kind'] : undefined;
  const [name = '', namespace = '', ...rest] = typeof full === 'string' ? full.split('.') : [];
  if (name === '' || namespace === '' || rest.length > 0) return 'needs a name of the form client.namespace';
  if (typeof kind !== 'string' || !/^[A-Z]/.test(kind)) return 'needs a kind that starts with a capital';
  return { namespace, name, kind };
}

function broken(server: Workload, fault: string): Finding {
  return {
    id: 'broken-called-by',
    severity: 'error',
    message: `the annotation ${CALLED_BY_ANNOTATION} cannot be used: ${fault}; it declares nothing`,
    object: resourceId(server.resource),
    place: server.place,
    mend: 'Write [{"name": "client.namespace", "kind": "Deployment"}].',
  };
}
