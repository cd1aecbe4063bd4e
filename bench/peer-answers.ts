/** What bench/peer.ts asks cyclonus, and what both answer, in one form: `from > to`, pods as `namespace/name`. */

/** The parts of the manifests of bench/reachability-worlds.ts that are read here. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly { readonly ports: readonly NamedPort[] }[] };
    };
  };
}

interface NamedPort {
  readonly name: string;
  readonly containerPort: number;
}

interface ProbedPod {
  readonly Namespace: string;
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly IP: string;
  readonly Containers: readonly {
    readonly Name: string;
    readonly Port: number;
    readonly Protocol: 'TCP';
    readonly PortName: string;
  }[];
}

/** The input of `cyclonus analyze --mode probe`: every pod to every pod, on the TCP port it names `http`. */
export interface ProbeModel {
  readonly Resources: {
    readonly Namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly Pods: readonly ProbedPod[];
  };
  readonly Probes: readonly { readonly Protocol: 'TCP'; readonly Port: string }[];
}

/** One pod a workload. Their addresses, 192.168.x.y, are in no block that the made-up policies name. */
export function probedPods(objects: readonly Manifest[]): ProbeModel {
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const pods = objects.flatMap(({ kind, metadata, spec }, index): ProbedPod[] => {
    const template = spec?.template;
    if (kind !== 'Deployment' || template === undefined) return [];
    const Containers = template.spec.containers.flatMap(({ ports }) =>
      ports.map(({ name, containerPort }) => ({
        Name: 'main',
        Port: containerPort,
        Protocol: 'TCP' as const,
        PortName: name,
      })),
    );
    const IP = `192.168.${Math.floor(index / 250)}.${(index % 250) + 1}`;
    const { namespace = 'default', name } = metadata;
    return [{ Namespace: namespace, Name: name, Labels: template.metadata.labels, IP, Containers }];
  });
  return {
    Resources: {
      Namespaces: Object.fromEntries(
        namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
      ),
      Pods: pods,
    },
    Probes: [{ Protocol: 'TCP', Port: 'http' }],
  };
}

interface Connectivity {
  readonly connections: readonly {
    readonly from: string;
    readonly to: string;
    readonly ports:
      'all' | readonly { readonly protocol: string; readonly first: number; readonly last: number }[];
  }[];
}

/** The pairs that are open on the probed port in the output of `intents connectivity -o json`. */
export function answersOf(text: string, { Resources }: ProbeModel): ReadonlySet<string> {
  const ports = new Map(
    Resources.Pods.map(({ Namespace, Name, Containers }) => [`${Namespace}/${Name}`, Containers[0]?.Port]),
  );
  const { connections } = JSON.parse(text) as Connectivity;
  const open = connections.flatMap(({ from, to, ports: ranges }) => {
    const [source, target] = [from, to].map((id) => id.replace('[Deployment]', ''));
    const port = ports.get(target ?? '');
    const isOpen =
      port !== undefined &&
      (ranges === 'all' ||
        ranges.some(({ protocol, first, last }) => protocol === 'TCP' && first <= port && port <= last));
    return isOpen ? [`${source} > ${target}`] : [];
  });
  return new Set(open);
}

/** Every pair of the combined table of the probe (cells such as `TCP/8080: X`; `.` is open), and whether it is open; of a pod with itself left out. */
export function peerAnswers(text: string): ReadonlyMap<string, boolean> {
  const combined = text.slice(text.indexOf('Combined:')).split('\n');
  const rows = combined
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const sources = rows.filter(([name]) => name?.includes('/'));
  const targets = sources.map(([name = '']) => name);
  const answers = new Map<string, boolean>();
  for (const [source = '', ...cells] of sources) {
    cells.forEach((cell, index) => {
      const target = targets[index] ?? '';
      if (source !== target) answers.set(`${source} > ${target}`, cell.endsWith('.'));
    });
  }
  return answers;
}
